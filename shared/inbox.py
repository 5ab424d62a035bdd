"""Consuming: effect, outgoing events and position commit together (rules 3 to 5 of "How a fact travels").

The position moves first, by compare-and-set: no row means that another owner took the partition over while
this process slept, and the whole transaction rolls back (tests/faults/test_frozen_consumer.py). A run that
fails for a reason that lies in a record is tried again record by record; the poison goes to `dead_letter`
with its reason and the rest of the run is kept (tests/contract/test_bus.py). Database, network and time-out
errors are no reason of a record: they are tried again, then the process ends (tests/faults/test_errors.py).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
import sqlalchemy as sa
import stamina
import structlog

from shared.bus import Bus, Consumer, LostOwnership, Partition, Run, Unreachable
from shared.db import Database, UnitOfWork
from shared.db.tables import dead_letter, position
from shared.errors import Problem, Unavailable
from shared.events.envelope import Record
from shared.events.topics import TOPICS
from shared.tasks import together
from shared.telemetry import POSITION_AGE, RECORDS, use_trace

log = structlog.get_logger(__name__)

Handler = Callable[[Record, UnitOfWork], None]
RunHandler = Callable[[Sequence[Record], UnitOfWork], None]

STALLED_AFTER = 60.0
WATCH_SECONDS = 2.0
WAIT_SECONDS = 1.0
PATIENCE_ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a service listens to. ``handlers``: event type -> function, the map of the service.

    ``runs``: topic -> a function that takes all consecutive records of a partition at once; it has the
    topic for itself. An event type of a subscribed topic that nobody handles is passed over: a producer may
    add types before its consumers need them.
    """

    topics: tuple[str, ...] = ()
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    runs: Mapping[str, RunHandler] = field(default_factory=dict)

    def joined(self, other: Subscription) -> Subscription:
        """Both: a type that both listen to is handled by one after the other."""
        both = {
            kind: one_after_the_other(handler, other.handlers[kind])
            for kind, handler in self.handlers.items()
            if kind in other.handlers
        }
        return Subscription(
            topics=tuple(dict.fromkeys(self.topics + other.topics)),
            handlers={**self.handlers, **other.handlers, **both},
            runs={**self.runs, **other.runs},
        )


def one_after_the_other(first: Handler, second: Handler) -> Handler:
    """Two handlers of one type, in the one transaction."""

    def both(record: Record, uow: UnitOfWork) -> None:
        first(record, uow)
        second(record, uow)

    return both


def stored_positions(connection: sa.Connection, partitions: Sequence[Partition]) -> dict[Partition, int]:
    rows = connection.execute(sa.select(position))
    wanted = set(partitions)
    return {(r.topic, r.partition): r.offset for r in rows if (r.topic, r.partition) in wanted}


_move = (
    sa.update(position)
    .where(
        position.c.topic == sa.bindparam("of_topic"),
        position.c.partition == sa.bindparam("of_partition"),
        position.c.offset == sa.bindparam("expected"),
    )
    .values(offset=sa.bindparam("next"))
)


def move_position(run: Run, uow: UnitOfWork) -> None:
    """Moves the stored position over a run, if it stands where the run starts."""
    places = {"of_topic": run.topic, "of_partition": run.partition, "expected": run.start, "next": run.next}
    moved = uow.connection.execute(_move, places)
    if moved.rowcount == 1:
        return
    known = uow.connection.execute(
        sa.select(position.c.offset).where(
            position.c.topic == run.topic, position.c.partition == run.partition
        )
    ).scalar()
    if known is not None or not run.fresh:
        raise LostOwnership(
            f"{run.topic}/{run.partition}: stored position is {known}, not {run.start}: "
            "another process consumes this partition"
        )
    try:
        with uow.connection.begin_nested():
            uow.connection.execute(
                sa.insert(position).values(topic=run.topic, partition=run.partition, offset=run.next)
            )
    except sa.exc.IntegrityError as error:
        raise LostOwnership(f"{run.topic}/{run.partition}: another process was first") from error


def forget_positions(topics: Sequence[str], uow: UnitOfWork) -> int:
    """Reads some topics from the beginning again, once a consumer starts anew (after `republish`)."""
    return uow.connection.execute(sa.delete(position).where(position.c.topic.in_(topics))).rowcount


class Doubtful(Exception):
    """A run failed for what may lie in a record, or in what a neighbour did: a fresh transaction decides,
    carefully."""


def apply_run(run: Run, uow: UnitOfWork, subscription: Subscription, *, sure: bool = True) -> int:
    """The effect of a run and its position. Returns how many records became dead letters.

    Not ``sure``: raises `Doubtful` where it failed for what may lie in a record, so that the run is tried in
    a new transaction before a record is blamed. Until one fails a run needs no savepoint, which would be two
    more statements on the way of each.
    """
    move_position(run, uow)
    try:
        if not sure:
            _handle(run.records, uow, subscription)
            return 0
        with uow.savepoint():
            _handle(run.records, uow, subscription)
        return 0
    except Exception as error:
        if not lies_in_the_record(error):
            raise
        if not sure:
            raise Doubtful(str(error)) from error
    dead = 0
    for record in run.records:
        try:
            with uow.savepoint():
                _handle((record,), uow, subscription)
        except Exception as error:
            if not lies_in_the_record(error):
                raise
            bury(record, error, uow)
            dead += 1
    return dead


def _handle(records: Sequence[Record], uow: UnitOfWork, subscription: Subscription) -> None:
    if any(not record.type for record in records):
        raise ValueError("the record is no CloudEvent: it has no type")
    take_all = subscription.runs.get(records[0].topic)
    if take_all is not None:
        with use_trace(records[-1].trace):
            take_all(records, uow)
        return
    for record in records:
        handler = subscription.handlers.get(record.type)
        if handler is not None:
            with use_trace(record.trace):
                handler(record, uow)


def lies_in_the_record(error: Exception) -> bool:
    """Whether trying the same record again could never succeed."""
    if isinstance(error, Unavailable | LostOwnership | OSError | TimeoutError | MemoryError):
        return False
    if isinstance(error, sa.exc.DBAPIError | sqlite3.Error | psycopg.Error):
        return isinstance(error, _OF_THE_VALUES)
    if isinstance(error, sa.exc.StatementError):
        # A value that could not be made ready for the statement.
        return True
    return not isinstance(error, sa.exc.SQLAlchemyError)


_OF_THE_VALUES = (
    sa.exc.IntegrityError,
    sa.exc.DataError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    psycopg.IntegrityError,
    psycopg.DataError,
)


def _fitting(text: str, most: int) -> str:
    """A text as both databases take it, whatever a record brought: short enough, and without NUL."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:most]


def bury(record: Record, error: Exception, uow: UnitOfWork) -> None:
    """Puts a record that can never take effect aside, with the reason."""
    reason = str(error) if isinstance(error, Problem) else f"{type(error).__name__}: {error}"
    log.error(
        "dead letter",
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        type=record.type,
        reason=reason[:500],
        exc_info=error,
    )
    uow.connection.execute(
        sa.insert(dead_letter).values(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=None if record.key is None else _fitting(record.key, 64),
            type=_fitting(record.type, 128),
            event_id=_fitting(record.id, 64),
            source=_fitting(record.source, 64),
            subject=_fitting(record.subject, 256),
            version=record.version,
            at=record.at,
            trace=None if record.trace is None else _fitting(record.trace, 64),
            data=record.data,
            reason=_fitting(reason, 4000),
            died_at=uow.now,
        )
    )


def list_dead(connection: sa.Connection, limit: int, after: int = 0) -> Sequence[sa.Row[Any]]:
    """Dead letters that were not redriven, oldest first; those behind ``after`` (an id)."""
    return connection.execute(
        sa.select(dead_letter)
        .where(dead_letter.c.redriven_at.is_(None), dead_letter.c.id > after)
        .order_by(dead_letter.c.id)
        .limit(limit)
    ).all()


def redrive(limit: int, uow: UnitOfWork, subscription: Subscription) -> tuple[int, int]:
    """Tries dead letters again, oldest first. Returns (how many took effect, how many failed again)."""
    rows = list_dead(uow.connection, limit)
    embedded = uow.connection.dialect.name == "sqlite"
    done = failed = 0
    for row in rows:
        values = row._asdict()
        record = Record(
            **{name: values[name] for name in Record.__dataclass_fields__ if name in values}
            | {"id": row.event_id, "partitions": 1 if embedded else TOPICS[row.topic].partitions}
        )
        try:
            with uow.savepoint():
                _handle((record,), uow, subscription)
        except Exception as error:
            if not lies_in_the_record(error):
                raise
            uow.connection.execute(
                sa.update(dead_letter)
                .where(dead_letter.c.id == row.id)
                .values(reason=_fitting(str(error), 4000))
            )
            failed += 1
            continue
        uow.connection.execute(
            sa.update(dead_letter).where(dead_letter.c.id == row.id).values(redriven_at=uow.now)
        )
        done += 1
    return done, failed


@dataclass
class Progress:
    """What `/readyz` tells about a consumer."""

    lag: dict[Partition, int] = field(default_factory=dict)
    moved_at: float = field(default_factory=time.monotonic)
    running: bool = False

    @property
    def stalled(self) -> bool:
        """Rule 5: behind, and the position has not moved for a minute."""
        behind = sum(self.lag.values()) > 0
        return behind and time.monotonic() - self.moved_at > STALLED_AFTER


class Stalled(Exception):
    """A consumer is behind and does not move although the broker answers: the process ends non-zero."""


async def consume(db: Database, bus: Bus, subscription: Subscription, progress: Progress) -> None:
    """Reads and applies until cancelled. Ends only by an error that the process has to die of."""

    async def positions(partitions: Sequence[Partition]) -> dict[Partition, int]:
        async for attempt in _patiently():
            with attempt:
                return await db.read(stored_positions, partitions)
        raise AssertionError("unreachable")

    async with bus.consumer(f"sanya.{db.service}", subscription.topics, positions) as consumer:
        progress.running = True
        progress.moved_at = time.monotonic()
        try:
            # Beside each other: a handler that hangs must not keep the stall from being seen.
            await together(
                _read(db, consumer, subscription, progress), _watch(consumer, progress, db.service)
            )
        finally:
            progress.running = False


async def _read(db: Database, consumer: Consumer, subscription: Subscription, progress: Progress) -> None:
    while True:
        for run in await consumer.runs(WAIT_SECONDS):
            if not consumer.holds(run):
                continue
            if not await _apply(db, consumer, run, subscription):
                break
            progress.moved_at = time.monotonic()


async def _apply(db: Database, consumer: Consumer, run: Run, subscription: Subscription) -> bool:
    doubtful = False

    def handler(_command: Any, uow: UnitOfWork) -> int:
        return apply_run(run, uow, subscription, sure=doubtful)

    try:
        async for attempt in _patiently():
            with attempt:
                try:
                    dead = await db.write(handler)
                except Doubtful:
                    doubtful = True
                    dead = await db.write(handler)
    except LostOwnership as error:
        log.warning("lost a partition", topic=run.topic, partition=run.partition, reason=str(error))
        await consumer.rewind()
        return False
    RECORDS.labels(db.service, run.topic, "applied").inc(len(run.records) - dead)
    RECORDS.labels(db.service, run.topic, "dead").inc(dead)
    await consumer.done(run)
    return True


def _patiently() -> AsyncIterator[stamina.Attempt]:
    """Tries what fails for a reason of the database or the network again, for up to 45 s."""
    return stamina.retry_context(
        on=_passing, attempts=PATIENCE_ATTEMPTS, wait_initial=0.1, wait_max=5.0, timeout=45.0
    )


def _passing(error: Exception) -> bool:
    return not isinstance(error, LostOwnership) and not lies_in_the_record(error)


async def _watch(consumer: Consumer, progress: Progress, service: str) -> None:
    """Rule 5 (tests/faults/test_errors.py)."""
    while True:
        try:
            async with asyncio.timeout(5):
                progress.lag = await consumer.lag()
        except (TimeoutError, Unreachable):
            # The broker does not answer: waiting for it is no stall.
            progress.moved_at = time.monotonic()
        else:
            POSITION_AGE.labels(service).set(sum(progress.lag.values()))
            if not sum(progress.lag.values()):
                progress.moved_at = time.monotonic()
            if progress.stalled:
                raise Stalled(f"{service}: behind by {progress.lag} and not moving for {STALLED_AFTER:.0f} s")
        await asyncio.sleep(WATCH_SECONDS)
