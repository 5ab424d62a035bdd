"""Publishing an outbox.

The order of each partition is kept however often the broker fails: one batch of a partition is on its way
at a time, and the next goes only after the broker has said that it holds the one before.
(tests/faults/test_relay.py, test_kafka_down.py)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerClosed

from shared.bus import Partition
from shared.bus.kafka.common import FATAL, FIRST_WAIT, MOST_WAIT, PASSING, stop
from shared.db import Database
from shared.events.envelope import Record
from shared.events.topics import TOPICS, partition_of
from shared.outbox import mark_published, unpublished
from shared.telemetry import PUBLISHED

if TYPE_CHECKING:
    from shared.bus.kafka import KafkaBus

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
SEND_SECONDS = 60.0
BATCH_BYTES = 1 << 20


async def relay(db: Database, bus: KafkaBus) -> None:
    """Publishes a service's outbox until cancelled (rule 2). Its caller holds the service's lock."""
    publisher = Publisher(bus)
    with bus.bell(db.service) as woken:
        try:
            while True:
                woken.clear()
                rows = await db.read(unpublished)
                if not rows:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(POLL_SECONDS):
                            await woken.wait()
                    continue
                published = await publisher.publish(rows)
                if published:
                    await db.write(mark_published, published)
                    PUBLISHED.labels(db.service).inc(len(published))
        finally:
            await publisher.close()


class Publisher:
    """Sends rounds of records, each partition's in order."""

    def __init__(self, bus: KafkaBus) -> None:
        self._bus = bus
        self._producer: Any = None
        self._wait = FIRST_WAIT

    async def publish(self, rows: Sequence[tuple[int, Record]]) -> list[int]:
        """Sends the rows; returns the ids of those that the broker holds now, in all their partitions."""
        chains: dict[Partition, list[tuple[int, Record]]] = defaultdict(list)
        missing: Counter[int] = Counter()
        for number, record in rows:
            count = TOPICS[record.topic].partitions
            wanted = range(count) if record.key is None else (partition_of(record.key, count),)
            for partition in wanted:
                chains[record.topic, partition].append((number, record))
                missing[number] += 1
        try:
            producer = await self._started()
        except FATAL:
            raise
        except PASSING as error:
            await self._failed(error)
            return []
        errors = await asyncio.gather(
            *(_send_chain(producer, where, chain, missing) for where, chain in chains.items()),
            return_exceptions=True,
        )
        failed = [error for error in errors if error is not None]
        for each in failed:
            if isinstance(each, FATAL) or not isinstance(each, PASSING):
                raise each
        if failed:
            # A producer that failed once may not be trusted with order: the next round has a new one.
            await self._failed(failed[0])
        else:
            self._wait = FIRST_WAIT
        return [number for number, _ in rows if missing[number] == 0]

    async def close(self) -> None:
        """Gives up what is still on its way; it will be sent again by whoever leads next."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # An idempotent producer waits for its broker for ever, also when asked to stop.
        sender = producer._sender.sender_task
        if sender is not None:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        producer._message_accumulator.fail_all(ProducerClosed())
        await stop(producer)

    async def _failed(self, error: BaseException) -> None:
        log.warning("could not publish", seconds=self._wait, reason=f"{type(error).__name__}: {error}")
        await self.close()
        await asyncio.sleep(self._wait)
        self._wait = min(self._wait * 2, MOST_WAIT)

    async def _started(self) -> Any:
        if self._producer is not None:
            return self._producer
        await self._bus.checked()
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bus.servers,
            client_id="sanya-relay",
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            metadata_max_age_ms=60_000,
        )
        try:
            await producer.start()
        except BaseException:
            await stop(producer)
            raise
        self._producer = producer
        return producer


async def _send_chain(
    producer: Any, where: Partition, chain: Sequence[tuple[int, Record]], missing: Counter[int]
) -> None:
    """Sends one partition's records, batch after batch, and counts down what the broker holds."""
    topic, partition = where
    batch = producer.create_batch()
    inside: list[int] = []
    for number, record in chain:
        if not _append(batch, record):
            await _send(producer, batch, topic, partition)
            missing.subtract(inside)
            batch, inside = producer.create_batch(), []
            _append(batch, record)
        inside.append(number)
    await _send(producer, batch, topic, partition)
    missing.subtract(inside)


def _append(batch: Any, record: Record) -> bool:
    key = None if record.key is None else record.key.encode()
    added = batch.append(timestamp=None, key=key, value=record.data, headers=record.headers())
    return added is not None


async def _send(producer: Any, batch: Any, topic: str, partition: int) -> None:
    batch.close()
    async with asyncio.timeout(SEND_SECONDS):
        await (await producer.send_batch(batch, topic, partition=partition))
