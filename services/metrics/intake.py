"""The intake: bodies are read and judged here, and committed in groups. Accepted means committed.

Work is bounded in batches and bytes: beyond it 429. Many small commits would each pay a flush to disk, so
batches that are ready together share one; nobody waits for a batch that is not being read already. A group
that fails is tried batch by batch, so that what can't be stored fails alone (tests/metrics/test_intake.py).
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from services.metrics.domain.columns import Reading
from services.metrics.domain.journeys import JourneyReading, judge_journeys
from services.metrics.domain.judging import FUTURE, Span, judge
from services.metrics.domain.known import Known
from services.metrics.domain.prepared import (
    Origin,
    Prepared,
    prepare_journeys,
    prepare_measurements,
)
from services.metrics.handlers.accept import Accepted, Outcome, accept_group, reused, sealed
from services.metrics.handlers.backfills import unknown
from services.metrics.handlers.projections import PICTURE
from services.metrics.settings import MetricsSettings
from services.metrics.store import backfills, batches, projections
from services.metrics.wire import journeys, measurements
from shared.clock import Clock, to_micros
from shared.db import Database, is_taken, unanswered
from shared.errors import NotYetKnown, Problem, TooManyRequests, Unavailable
from shared.http import patiently
from shared.inbox import lies_in_the_record
from shared.telemetry import current_trace

log = structlog.get_logger(__name__)

DAY = 86_400_000_000
LARGE_BODY = 256 << 10
"""Bodies above this are read in a thread, so that other requests are answered meanwhile."""

DISK_CHECK_SECONDS = 1.0
REJUDGE_TIMES = 20

AnyReading = Reading | JourneyReading


@dataclass(frozen=True, slots=True)
class Posted:
    """A request as the route took it. ``key`` None: a dry run."""

    body: bytes
    agency: str | None
    key: str | None
    content_hash: str


class Form(Protocol):
    """One of the two kinds of bodies: how it is read, and how it is judged."""

    def read(self, body: bytes) -> AnyReading: ...

    def prepare(self, reading: AnyReading, known: Known, span: Span, origin: Origin) -> Prepared: ...


class _Measurements:
    def read(self, body: bytes) -> AnyReading:
        return measurements.read(body)

    def prepare(self, reading: AnyReading, known: Known, span: Span, origin: Origin) -> Prepared:
        assert isinstance(reading, Reading)
        return prepare_measurements(judge(reading, known, span), origin, known.version)


class _Journeys:
    def read(self, body: bytes) -> AnyReading:
        return journeys.read(body)

    def prepare(self, reading: AnyReading, known: Known, span: Span, origin: Origin) -> Prepared:
        assert isinstance(reading, JourneyReading)
        return prepare_journeys(judge_journeys(reading, known, span), origin, known.version)


MEASUREMENTS: Form = _Measurements()
JOURNEYS: Form = _Journeys()


class Intake:
    """One a process that answers requests; `run` is its writer."""

    def __init__(self, db: Database, settings: MetricsSettings, clock: Clock, floor: Path | None) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._picture = Picture(db)
        self._group = GroupCommit(db, settings)
        self._disk = DiskFloor(floor, settings.metrics_disk_floor_mb << 20)

    async def run(self) -> None:
        await self._group.run()

    def admit(self) -> None:
        """Refuses what could not be stored now."""
        self._disk.check()
        self._group.check_room()

    @contextmanager
    def working(self, size: int) -> Iterator[None]:
        """Counts a body in, from its arrival to its answer."""
        with self._group.working(size):
            yield

    async def accept(self, form: Form, posted: Posted) -> Accepted:
        """Reads, judges and commits a body."""
        if len(posted.body) > LARGE_BODY:
            reading = await asyncio.to_thread(form.read, posted.body)
        else:
            reading = form.read(posted.body)
        received_at = to_micros(self._clock())
        for _ in range(REJUDGE_TIMES):
            try:
                prepared = await self._judged(form, reading, posted, received_at)
            except Problem:
                given = await self._given(reading, posted)
                if given is None:
                    raise
                return given
            if posted.key is None:
                return Accepted(_as_dry_run(prepared))
            outcome = await self._group.commit(prepared)
            if isinstance(outcome, Accepted):
                return outcome
            if isinstance(outcome, Problem):
                raise outcome
            self._picture.forget()
        raise Unavailable("services or indicators are changing at the moment; send it again", retry_after=1)

    async def _judged(self, form: Form, reading: AnyReading, posted: Posted, received_at: int) -> Prepared:
        async def attempt() -> Prepared:
            try:
                return await self._judge(form, reading, posted, received_at)
            except NotYetKnown:
                self._picture.forget()
                raise

        if posted.key is None:
            self._picture.forget()
        return await patiently(attempt)

    async def _judge(self, form: Form, reading: AnyReading, posted: Posted, received_at: int) -> Prepared:
        known = await self._picture.known()
        source = known.source(reading.source, reading.service, posted.agency)
        if source is None:
            raise unknown(reading.source, reading.service)
        origin = Origin(
            source=reading.source,
            service=reading.service,
            agency=source.agency,
            holder=source.holder,
            key=posted.key,
            content_hash=posted.content_hash,
            received_at=received_at,
            backfill=reading.backfill,
            trace=current_trace(),
        )
        return form.prepare(reading, known, await self._span(reading, received_at), origin)

    async def _span(self, reading: AnyReading, received_at: int) -> Span:
        latest = received_at + FUTURE
        if reading.backfill is None:
            return Span(latest, horizon=received_at - self._settings.metrics_horizon_days * DAY)
        found = await self._db.read(backfills.find, reading.backfill)
        if found is None or (found.source, found.service) != (reading.source, reading.service):
            raise NotYetKnown(
                f"the backfill {reading.backfill!r} is not known here (yet), or of another source or service"
            )
        if found.sealed_at is not None:
            raise sealed(found.id)
        return Span(latest, first=found.from_at, end=found.to_at)

    async def _given(self, reading: AnyReading, posted: Posted) -> Accepted | None:
        """What was answered to the same batch before, though it would be judged otherwise now."""
        if posted.key is None:
            return None
        known = await self._db.read(batches.receipt, reading.source, posted.key)
        if known is None or known.agency != posted.agency:
            return None
        if known.content_hash != posted.content_hash:
            raise reused(posted.key)
        return Accepted(known.answer, replayed=True)


def _as_dry_run(prepared: Prepared) -> bytes:
    answer = msgspec.json.decode(prepared.answer)
    return msgspec.json.encode(answer | {"batch": None, "dry_run": True})


class Picture:
    """The projections as this process saw them last; read again when they changed or proved old."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known = Known()
        self._old = True
        db.listen(self._changed)

    def forget(self) -> None:
        self._old = True

    async def known(self) -> Known:
        if self._old:
            self._old = False
            version = await self._db.read(projections.picture_version)
            if version != self._known.version:
                self._known = await self._db.read(projections.known)
        return self._known

    def _changed(self, topics: set[str]) -> None:
        if PICTURE in topics:
            self._old = True


class DiskFloor:
    """Refuses new data before the disk is full (embedded mode; else the database's own matter)."""

    def __init__(self, folder: Path | None, floor: int) -> None:
        self._folder = folder
        self._floor = floor
        self._checked = 0.0
        self._full = False

    def check(self) -> None:
        if self._folder is None:
            return
        now = time.monotonic()
        if now - self._checked > DISK_CHECK_SECONDS:
            self._checked = now
            self._full = shutil.disk_usage(self._folder).free < self._floor
        if self._full:
            raise Unavailable(
                "the disk is almost full, so nothing new is accepted; tell the operator", retry_after=60
            )


@dataclass(slots=True)
class _Waiting:
    prepared: Prepared
    outcome: asyncio.Future[Outcome]

    def answer(self, outcome: Outcome) -> None:
        if not self.outcome.done():  # the client may have gone
            self.outcome.set_result(outcome)

    def fail(self, error: Exception) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)


class GroupCommit:
    """Commits what is ready together. One group at a time: while it is written, the next one gathers."""

    def __init__(self, db: Database, settings: MetricsSettings) -> None:
        self._db = db
        self._most_batches = settings.metrics_queue_batches
        self._most_bytes = settings.metrics_queue_bytes
        self._size = settings.metrics_group_batches
        self._patience = settings.metrics_group_wait_ms / 1000
        self._queue: deque[_Waiting] = deque()
        self._ready = asyncio.Event()
        self._batches = 0
        self._bytes = 0

    def check_room(self) -> None:
        if self._batches >= self._most_batches or self._bytes >= self._most_bytes:
            raise TooManyRequests(
                "more batches arrive than can be stored; send this one again a little later", retry_after=1
            )

    @contextmanager
    def working(self, size: int) -> Iterator[None]:
        self._batches += 1
        self._bytes += size
        try:
            yield
        finally:
            self._batches -= 1
            self._bytes -= size

    async def commit(self, prepared: Prepared) -> Outcome:
        """What became of a batch; returns when it is durable."""
        waiting = _Waiting(prepared, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._ready.set()
        return await waiting.outcome

    async def run(self) -> None:
        while True:
            await self._ready.wait()
            if len(self._queue) < self._size and self._batches > len(self._queue) and self._patience:
                await asyncio.sleep(self._patience)
            group = [self._queue.popleft() for _ in range(min(self._size, len(self._queue)))]
            if not self._queue:
                self._ready.clear()
            await self._store(group)

    async def _store(self, group: list[_Waiting], again: bool = True) -> None:
        try:
            outcomes = await self._db.write(accept_group, [waiting.prepared for waiting in group])
        except Exception as error:
            if lies_in_the_record(error) and (len(group) > 1 or (again and is_taken(error))):
                # One of them made the group fail, or another process stored the same key: each for itself.
                for waiting in group:
                    await self._store([waiting], again=len(group) > 1)
                return
            for waiting in group:
                waiting.fail(_as_problem(error))
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.answer(outcome)


def _as_problem(error: Exception) -> Exception:
    if unanswered(error):
        log.warning("the database does not answer", reason=str(error.__cause__))
        return Unavailable("the database does not answer; nothing was stored, send it again", retry_after=5)
    return error
