"""The declared topics on the broker: made by `migrate`, checked at start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.bus import TopicMismatch
from shared.bus.kafka.common import FATAL, FIRST_WAIT, MOST_WAIT, PASSING, servers
from shared.db import MOST_BYTES
from shared.events.topics import TOPICS, Topic

log = structlog.get_logger(__name__)

MOST_REPLICAS = 3


@asynccontextmanager
async def _admin(url: str) -> AsyncIterator[Any]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers(url), client_id="sanya-admin")
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


def _config(topic: Topic, replicas: int) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(topic.retention_ms),
        "retention.bytes": "-1",
        # The time that counts for retention is when the broker got it: facts can be told long after.
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(MOST_BYTES + (1 << 20)),
        "min.insync.replicas": "2" if replicas > 2 else "1",
    }


async def create_topics(url: str, patience: float = 60.0) -> None:
    """Creates the declared topics and brings the settings of those that are there to what is declared."""
    async with asyncio.timeout(patience):
        while True:
            try:
                await _create(url)
                break
            except FATAL:
                raise
            except PASSING as error:
                log.warning("waits for the broker", reason=str(error))
                await asyncio.sleep(1)
    await check_topics(url)


async def _create(url: str) -> None:
    async with _admin(url) as admin:
        brokers = len((await admin.describe_cluster())["brokers"])
        there = set(await admin.list_topics())
        replicas = min(brokers, MOST_REPLICAS)
        new = [
            NewTopic(topic.name, topic.partitions, replicas, topic_configs=_config(topic, replicas))
            for topic in TOPICS.values()
            if topic.name not in there
        ]
        if new:
            answer = await admin.create_topics(new)
            for name, code, *_ in answer.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise error(name)
        known = [topic for topic in TOPICS.values() if topic.name in there]
        wanted = [
            ConfigResource(ConfigResourceType.TOPIC, topic.name, _config(topic, replicas)) for topic in known
        ]
        for answer in await admin.alter_configs(wanted) if wanted else ():
            for code, message, *_ in answer.resources:
                if code:
                    raise for_code(code)(message)


async def check_topics(url: str) -> None:
    """Raises `TopicMismatch` unless every declared topic is there with its number of partitions.

    Waits for a broker that is down as long as it takes; a topic just created may take a moment to be seen.
    """
    wait, missing_for = FIRST_WAIT, 0.0
    while True:
        try:
            async with _admin(url) as admin:
                found = {each["topic"]: len(each["partitions"]) for each in await admin.describe_topics()}
        except FATAL:
            raise
        except PASSING as error:
            log.warning("waits for the broker", seconds=wait, reason=str(error))
            await asyncio.sleep(wait)
            wait = min(wait * 2, MOST_WAIT)
            continue
        missing = [name for name in TOPICS if name not in found]
        if missing and missing_for < 3.0:
            missing_for += FIRST_WAIT
            await asyncio.sleep(FIRST_WAIT)
            continue
        wrong = [
            f"{topic.name} has {found[topic.name]} partitions, not {topic.partitions}"
            for topic in TOPICS.values()
            if topic.name in found and found[topic.name] != topic.partitions
        ]
        if missing:
            wrong.append(f"missing: {', '.join(missing)}")
        if wrong:
            raise TopicMismatch(
                f"the broker's topics are not as declared ({'; '.join(wrong)}); `sanya migrate` creates "
                "topics, but the number of partitions of one that is there never changes"
            )
        return
