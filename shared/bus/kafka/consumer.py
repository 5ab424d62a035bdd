"""Reading: a group member whose positions are the database's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError, NoOffsetForPartitionError, OffsetOutOfRangeError

from shared.bus import OutsideLog, Partition, Positions, Run, Unreachable
from shared.bus.kafka.common import FATAL, FIRST_WAIT, MOST_WAIT, PASSING, STOP_SECONDS, stop
from shared.clock import to_micros
from shared.events.envelope import Record
from shared.events.topics import TOPICS

log = structlog.get_logger(__name__)

RUN_RECORDS = 500
RUN_BYTES = 8 << 20
POLL_SECONDS = 1.0
COMMIT_SECONDS = 1.0


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells the consumer that its partitions changed; aiokafka calls it in a task of its own."""

    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer = consumer

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._consumer.unsettle()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._consumer.settle()


class KafkaConsumer:
    """Reads from the positions in the database. Rules 3 and 5; tests/contract/test_bus.py, tests/faults.

    All that can wait for the broker happens in one task at a time, which outlives a call of `runs`: nothing
    has to be cancelled halfway, and a broker that is down makes runs late, not the caller.
    """

    def __init__(
        self,
        group: str,
        topics: Sequence[str],
        positions: Positions,
        *,
        servers: Sequence[str],
        session_seconds: float,
        before: Callable[[], Awaitable[None]],
    ) -> None:
        self._servers = list(servers)
        self._session = int(session_seconds * 1000)
        self._before = before
        self._group = group
        self._topics = tuple(topics)
        self._positions = positions
        self._client: Any = None
        self._step_task: asyncio.Task[list[Run]] | None = None
        self._settled = asyncio.Event()
        self._generation = 0
        self._placed = False
        self._next: dict[TopicPartition, int] = {}
        self._fresh: set[TopicPartition] = set()
        self._applied: dict[TopicPartition, int] = {}
        self._to_commit: dict[TopicPartition, int] = {}
        self._committer = asyncio.create_task(self._commit(), name=f"{group}-commit")
        self._wait = FIRST_WAIT

    def unsettle(self) -> None:
        """The partitions are being divided anew: what was handed over and not yet applied is void."""
        self._generation += 1
        self._settled.clear()
        self._forget()

    def settle(self) -> None:
        self._generation += 1
        self._settled.set()
        self._forget()

    def _forget(self) -> None:
        self._placed = False
        for kept in (self._next, self._applied, self._to_commit):
            kept.clear()
        self._fresh.clear()

    async def runs(self, wait: float = 1.0) -> list[Run]:
        if self._step_task is None:
            self._step_task = asyncio.create_task(self._step(), name=f"{self._group}-read")
        done, _ = await asyncio.wait({self._step_task}, timeout=wait)
        if not done:
            return []
        task, self._step_task = self._step_task, None
        return task.result()

    def holds(self, run: Run) -> bool:
        return self._next.get(TopicPartition(run.topic, run.partition), -1) >= run.next

    async def done(self, run: Run) -> None:
        if self.holds(run):
            partition = TopicPartition(run.topic, run.partition)
            self._applied[partition] = self._to_commit[partition] = run.next

    async def rewind(self) -> None:
        self._forget()

    async def lag(self) -> dict[Partition, int]:
        applied = dict(self._applied)
        if self._client is None or not self._placed:
            raise Unreachable("not in the group (yet)")
        try:
            ends = await self._client.end_offsets(list(applied))
        except PASSING as error:
            raise Unreachable(str(error)) from error
        return {(tp.topic, tp.partition): max(0, ends[tp] - applied[tp]) for tp in applied}

    async def close(self) -> None:
        tasks = [task for task in (self._step_task, self._committer) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._leave()

    async def _step(self) -> list[Run]:
        try:
            client = await self._joined()
            await self._settled.wait()
            if not self._placed:
                await self._place(client)
            found = await client.getmany(timeout_ms=int(POLL_SECONDS * 1000), max_records=RUN_RECORDS)
            self._wait = FIRST_WAIT
            return self._as_runs(client, found)
        except (NoOffsetForPartitionError, OffsetOutOfRangeError) as error:
            # The first: aiokafka asked the broker's commit before this consumer had its say. The second:
            # the log was cut meanwhile. Both are settled by the positions in the database.
            log.info("takes up its positions again", group=self._group, reason=str(error))
            self._forget()
        except FATAL:
            raise
        except PASSING as error:
            log.warning("waits for the broker", group=self._group, seconds=self._wait, reason=str(error))
            await self._leave()
            await asyncio.sleep(self._wait)
            self._wait = min(self._wait * 2, MOST_WAIT)
        return []

    async def _joined(self) -> Any:
        if self._client is not None:
            return self._client
        await self._before()
        client = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            client_id=self._group,
            group_id=self._group,
            auto_offset_reset="none",
            enable_auto_commit=False,
            partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=self._session,
            heartbeat_interval_ms=self._session // 4,
            rebalance_timeout_ms=self._session,
            fetch_max_bytes=RUN_BYTES,
            max_partition_fetch_bytes=RUN_BYTES // 2,
            metadata_max_age_ms=60_000,
        )
        client.subscribe(topics=self._topics, listener=_Rebalance(self))
        try:
            await client.start()
        except BaseException:
            await stop(client)
            raise
        self._client = client
        return client

    async def _place(self, client: Any) -> None:
        """Seeks every partition to the position that the database holds, or to the log's beginning."""
        while True:
            generation = self._generation
            owned: list[TopicPartition] = sorted(client.assignment())
            stored = await self._positions([(tp.topic, tp.partition) for tp in owned])
            first = await client.beginning_offsets(owned)
            end = await client.end_offsets(owned)
            if generation == self._generation:
                break
            await self._settled.wait()
        self._forget()
        for tp in owned:
            position = stored.get((tp.topic, tp.partition))
            if position is None:
                self._fresh.add(tp)
                position = first[tp]
            elif not first[tp] <= position <= end[tp]:
                raise OutsideLog(
                    f"position {position} of {tp.topic}/{tp.partition} lies outside the log "
                    f"[{first[tp]}, {end[tp]}]: the broker lost records, or a database was restored alone; "
                    f"`sanya republish {tp.topic}` tells everything that is kept of it again"
                )
            client.seek(tp, position)
            self._next[tp] = self._applied[tp] = position
        self._placed = True

    def _as_runs(self, client: Any, found: dict[TopicPartition, list[Any]]) -> list[Run]:
        runs: list[Run] = []
        for tp, messages in found.items():
            start = self._next.get(tp)
            if start is None:
                continue
            if messages[0].offset != start:
                # Read before a seek, or from the broker's commit: not what the database wants next.
                with contextlib.suppress(IllegalStateError):
                    client.seek(tp, start)
                continue
            after = messages[-1].offset + 1
            runs.append(
                Run(
                    tp.topic,
                    tp.partition,
                    start,
                    after,
                    tuple(_record(message) for message in messages),
                    fresh=tp in self._fresh,
                )
            )
            self._fresh.discard(tp)
            self._next[tp] = after
        return runs

    async def _leave(self) -> None:
        client, self._client = self._client, None
        self.unsettle()
        if client is not None:
            await stop(client)

    async def _commit(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            if self._to_commit and self._client is not None:
                offsets, self._to_commit = self._to_commit, {}
                try:
                    async with asyncio.timeout(STOP_SECONDS):
                        await self._client.commit(offsets)
                except (*PASSING, IllegalStateError) as error:
                    log.debug("the broker did not take a commit", group=self._group, reason=str(error))


def _record(message: Any) -> Record:
    """A Kafka message as a record. One that is no CloudEvent gets no type, and so becomes a dead letter."""
    headers = {name: value.decode(errors="replace") for name, value in message.headers if value is not None}
    try:
        at = to_micros(datetime.fromisoformat(headers["ce_time"]))
        version = int(headers.get("ce_version", "0"))
        kind = headers["ce_type"]
    except (KeyError, ValueError):
        at, version, kind = message.timestamp * 1000, 0, ""
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=None if message.key is None else message.key.decode(errors="replace"),
        type=kind,
        id=headers.get("ce_id", ""),
        source=headers.get("ce_source", ""),
        subject=headers.get("ce_subject", ""),
        version=version,
        at=at,
        trace=headers.get("ce_traceparent"),
        data=message.value or b"",
        partitions=TOPICS[message.topic].partitions,
    )
