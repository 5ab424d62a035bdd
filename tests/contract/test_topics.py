"""What only a broker has: topics that are made, checked, cut by retention, and written to by strangers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.bus import OutsideLog, TopicMismatch, check, open_bus, prepare
from shared.db.tables import outbox
from shared.events.topics import TOPICS, Topic, partition_of
from shared.inbox import forget_positions
from shared.outbox import republish
from tests.counting import COUNTED, NUMBERS, PARTITIONS, declared, number
from tests.counting.world import World, opened
from tests.servers.kafka import KafkaServer


@pytest.fixture
async def servers(postgres_url: str, kafka_url: str, tmp_path: Path) -> AsyncIterator[World]:
    seam = {"data_dir": tmp_path, "database_url": postgres_url, "bus_url": kafka_url}
    async with opened(seam) as world:
        yield world


@pytest.fixture
async def admin(kafka: KafkaServer) -> AsyncIterator[Any]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    yield admin
    await admin.close()


async def test_all_topics_of_the_product_are_made_as_declared(kafka_url: str, admin: Any) -> None:
    await prepare(kafka_url)
    await prepare(kafka_url)
    await check(kafka_url)
    found = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
    assert {name: found[name] for name in TOPICS} == {
        topic.name: topic.partitions for topic in TOPICS.values()
    }


async def test_retention_is_what_is_declared_also_after_it_changed(kafka_url: str, admin: Any) -> None:
    with declared():
        await prepare(kafka_url)
        assert (await _settings(admin, NUMBERS))["retention.ms"] == str(14 * 86_400_000)
        settings = await _settings(admin, COUNTED)
        assert settings["retention.ms"] == "-1"
        assert settings["cleanup.policy"] == "delete"
        assert int(settings["max.message.bytes"]) > 8 << 20
        assert settings["message.timestamp.type"] == "LogAppendTime"
        TOPICS[NUMBERS] = Topic(NUMBERS, "teller", PARTITIONS, 3, 400, "")
        await prepare(kafka_url)
        async with asyncio.timeout(20):
            while (await _settings(admin, NUMBERS))["retention.ms"] != str(3 * 86_400_000):  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def test_another_number_of_partitions_is_fatal(kafka_url: str, admin: Any) -> None:
    await admin.create_topics([NewTopic(NUMBERS, PARTITIONS + 1, 1)])
    with declared(), pytest.raises(TopicMismatch, match=f"{NUMBERS} has 5 partitions, not 4"):
        await prepare(kafka_url)


async def test_a_missing_topic_is_fatal_and_says_what_makes_it(kafka_url: str, admin: Any) -> None:
    await admin.create_topics([NewTopic(NUMBERS, PARTITIONS, 1)])
    with declared(), pytest.raises(TopicMismatch, match=rf"missing: {COUNTED}.*sanya migrate"):
        await check(kafka_url)


async def test_a_consumer_does_not_start_on_wrong_topics(servers: World, admin: Any) -> None:
    await admin.delete_topics([COUNTED])
    async with servers.counting():
        with pytest.raises(TopicMismatch):
            await servers.until(lambda found: False)


async def test_the_embedded_mode_has_no_topics_to_make(tmp_path: Path) -> None:
    await prepare(f"sqlite:///{tmp_path}")
    await check(f"sqlite:///{tmp_path}")


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="SANYA_BUS_URL has an unknown scheme"):
        open_bus("amqp://somewhere")


def test_a_key_keeps_its_partition_for_ever() -> None:
    """Changing these answers would tear the history of a key apart."""
    assert [partition_of(key, 12) for key in ("permits", "สัญญา", "a", "b", "c")] == [10, 8, 3, 5, 3]


async def test_a_message_that_is_no_event_goes_aside(servers: World, kafka: KafkaServer) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka.address) as stranger:
        for headers in ([], [("ce_type", b"x"), ("ce_time", b"yesterday")], [("ce_id", b"\xff\x00")]):
            await stranger.send_and_wait(NUMBERS, b"\x00junk", key=b"\xfe\x00", headers=headers, partition=0)
        await stranger.send_and_wait(NUMBERS, None, key=b"k" * 500, partition=0)
    async with servers.travelling():
        await servers.tell(20)
        found = await servers.until(lambda found: found.effects + len(found.dead) == 24)
    assert {row.data for row in found.dead} == {b"\x00junk", b""}
    assert all("no CloudEvent" in row.reason for row in found.dead)


async def test_a_position_before_the_log_is_fatal(servers: World, admin: Any) -> None:
    async with servers.leading():
        await servers.tell(20)
        async with servers.counting():
            found = await servers.until(lambda found: found.effects == 20)
        await servers.tell(20)
        where = next(partition for partition, offset in found.positions.items() if offset > 0)
        await _when_all_is_published(servers, 40)
        await admin.delete_records({TopicPartition(NUMBERS, where): RecordsToDelete(before_offset=-1)})
        async with servers.counting():
            with pytest.raises(OutsideLog, match=rf"{NUMBERS}/{where} lies outside"):
                await servers.until(lambda found: False)


async def test_a_broker_that_lost_everything_is_told_again(servers: World, kafka: KafkaServer) -> None:
    async with servers.travelling():
        await servers.tell(100)
        await servers.until(lambda found: found.effects == 100)
    kafka.forget_topics()
    await prepare(servers.bus_url)
    async with servers.counting():
        with pytest.raises(OutsideLog, match="sanya republish"):
            await servers.until(lambda found: False)
    await servers.teller.write(lambda names, uow: republish(names, uow), [NUMBERS])
    await servers.counter.write(lambda names, uow: forget_positions(names, uow), [NUMBERS])
    async with servers.travelling():
        await servers.tell_these(*(number(n) for n in range(100, 120)))
        found = await servers.until(lambda found: found.effects == 120)
    assert found.counted == 120


async def _settings(admin: Any, topic: str) -> dict[str, str]:
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    (resource,) = answer.resources
    return {entry[0]: entry[1] for entry in resource[4]}


async def _when_all_is_published(world: World, count: int) -> None:
    query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.published)
    while await world.teller.read(lambda c: c.execute(query).scalar_one()) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
