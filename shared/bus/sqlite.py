"""The embedded log: the outboxes of the producers in the data folder are the topics themselves.

One writer per file, so ids are in commit order; each topic has one partition, whose offsets are outbox ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import sqlalchemy as sa

from shared.bus import OutsideLog, Partition, Positions, Run
from shared.db import sqlite_engine
from shared.db.tables import outbox, outbox_trimmed
from shared.events.envelope import Record
from shared.events.topics import TOPICS

T = TypeVar("T")
Args = TypeVarTuple("Args")

RUN_RECORDS = 500
RUN_BYTES = 8 << 20


_from = (
    sa.select(outbox)
    .where(outbox.c.topic == sa.bindparam("of_topic"), outbox.c.id >= sa.bindparam("start"))
    .order_by(outbox.c.id)
    .limit(RUN_RECORDS)
)


class SqliteBus:
    def __init__(self, url: str) -> None:
        self.folder = Path(url.removeprefix("sqlite:///"))
        self._waiting: list[tuple[frozenset[str], asyncio.AbstractEventLoop, SqliteConsumer]] = []
        self._engines: dict[str, sa.Engine] = {}

    @asynccontextmanager
    async def consumer(
        self, group: str, topics: Sequence[str], positions: Positions
    ) -> AsyncIterator[SqliteConsumer]:
        consumer = SqliteConsumer(self, group, topics, positions)
        entry = (frozenset(topics), asyncio.get_running_loop(), consumer)
        self._waiting.append(entry)
        try:
            await consumer.rewind()
            yield consumer
        finally:
            self._waiting.remove(entry)
            consumer.close()

    def committed(self, topics: set[str]) -> None:
        for wanted, loop, consumer in self._waiting:
            if not wanted.isdisjoint(topics):
                loop.call_soon_threadsafe(consumer.wake, wanted & topics)

    def engine(self, producer: str) -> sa.Engine:
        """A reader of a producer's file."""
        if producer not in self._engines:
            file = self.folder / f"{producer}.sqlite"
            self._engines[producer] = sqlite_engine(file, "BEGIN", pool_size=8)
        return self._engines[producer]

    async def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()


class SqliteConsumer:
    def __init__(
        self,
        bus: SqliteBus,
        group: str,
        topics: Sequence[str],
        positions: Positions,
    ) -> None:
        self._bus = bus
        self._topics = tuple(topics)
        self._positions = positions
        self._woken = asyncio.Event()
        # Topics that may hold something new: a look at each costs as much as a small run.
        self._due = set(topics)
        self._more: set[str] = set()
        self._next: dict[str, int] = {}
        self._applied: dict[str, int] = {}
        self._fresh: set[str] = set()
        self._thread = ThreadPoolExecutor(1, f"{group}-log")

    async def rewind(self) -> None:
        stored = await self._positions([(topic, 0) for topic in self._topics])
        for topic in self._topics:
            first, end = await self._call(self._bounds, topic)
            position = stored.get((topic, 0))
            if position is None:
                self._fresh.add(topic)
                position = 0
            elif not first <= position <= end:
                raise OutsideLog(
                    f"position {position} of {topic} lies outside the log [{first}, {end}]: "
                    "a file of the data folder was restored or removed alone; bring them all from one backup "
                    "(`sanya republish` is the way back where a broker keeps the log)"
                )
            self._next[topic] = self._applied[topic] = position
        self._due.update(self._topics)

    async def runs(self, wait: float = 1.0) -> list[Run]:
        found = await self._read_due()
        if not found:
            try:
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            except TimeoutError:
                self._due.update(self._topics)
                return []
            found = await self._read_due()
        for run in found:
            self._next[run.topic] = run.next
            self._fresh.discard(run.topic)
        return found

    def wake(self, topics: frozenset[str]) -> None:
        """Something was committed to these topics."""
        self._due |= topics
        self._woken.set()

    async def _read_due(self) -> list[Run]:
        self._woken.clear()
        due, self._due, self._more = self._due | self._more, set(), set()
        if not due:
            return []
        return await self._call(self._read_these, [topic for topic in self._topics if topic in due])

    def holds(self, run: Run) -> bool:
        return self._next[run.topic] >= run.next

    async def done(self, run: Run) -> None:
        self._applied[run.topic] = run.next

    async def lag(self) -> dict[Partition, int]:
        return await self._call(self._lag)

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    async def _call(self, function: Callable[[*Args], T], *args: *Args) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)

    def _read_these(self, topics: Sequence[str]) -> list[Run]:
        found = (self._read(topic) for topic in topics)
        return [run for run in found if run is not None]

    def _read(self, topic: str) -> Run | None:
        start = self._next[topic]
        producer = TOPICS[topic].producer
        with self._bus.engine(producer).connect() as connection:
            rows = connection.execute(_from, {"of_topic": topic, "start": start})
            records: list[Record] = []
            size = 0
            for row in rows:
                records.append(
                    Record(
                        topic=topic,
                        partition=0,
                        offset=row.id,
                        key=row.key,
                        type=row.type,
                        id=row.event_id,
                        source=f"/sanya/{producer}",
                        subject=row.subject,
                        version=row.version,
                        at=row.at,
                        trace=row.trace,
                        data=row.data,
                    )
                )
                size += len(row.data)
                if size >= RUN_BYTES:
                    break
        if size >= RUN_BYTES or len(records) == RUN_RECORDS:
            self._more.add(topic)
        if not records:
            return None
        after = records[-1].offset + 1
        return Run(topic, 0, start, after, tuple(records), fresh=topic in self._fresh)

    def _bounds(self, topic: str) -> tuple[int, int]:
        """One past the highest id that retention took from a topic, and one past its producer's newest id."""
        with self._bus.engine(TOPICS[topic].producer).connect() as connection:
            upto = connection.execute(
                sa.select(outbox_trimmed.c.upto).where(outbox_trimmed.c.topic == topic)
            ).scalar()
            newest = connection.execute(
                sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
            ).scalar()
        return ((upto or 0) + 1, (newest or 0) + 1)

    def _lag(self) -> dict[Partition, int]:
        lag: dict[Partition, int] = {}
        for topic in self._topics:
            with self._bus.engine(TOPICS[topic].producer).connect() as connection:
                lag[topic, 0] = connection.execute(
                    sa.select(sa.func.count())
                    .select_from(outbox)
                    .where(outbox.c.topic == topic, outbox.c.id >= self._applied[topic])
                ).scalar_one()
        return lag
