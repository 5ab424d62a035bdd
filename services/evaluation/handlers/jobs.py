"""Long what-ifs: another bound, or journeys counted anew, from what was reported and not from panes.

Measurements come from the intake, which tells their batches again; journeys are kept here and are read in
pieces by a timer. Both only add to panes of the job; the answer is made from these when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

from services.evaluation.domain.journeys import count, read_journey
from services.evaluation.domain.merging import Merged
from services.evaluation.domain.objective import Objective
from services.evaluation.handlers.journeys import event_of, in_force
from services.evaluation.handlers.measuring import columns
from services.evaluation.handlers.supposing import supposed
from services.evaluation.handlers.tracking import scope_text
from services.evaluation.store import asides, control, panes
from services.evaluation.store import jobs as store
from services.evaluation.store import journeys as journey_store
from services.evaluation.store.control import Revision
from services.evaluation.store.jobs import Job
from services.evaluation.store.journeys import CHUNK, EXCLUDED
from shared.clock import MINUTE, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import TooManyRequests
from shared.events.evaluation import ReplayRequested
from shared.events.metrics import Batch, Replayed
from shared.timers import Timer

MOST_WAITING = 5
"""Jobs that one agency may have on the way."""
KEPT = timedelta(days=7)
COUNT = "what-if.count"
FORGET = "what-if.forget"


@dataclass(frozen=True, slots=True)
class Asked:
    """A what-if. ``clauses``: of the objective, changed; ``calendar``: a version; spans in µs.

    Shown are the windows that end in [start, end), ``since`` is where the first of them starts.
    """

    agreement: str
    objective: str
    scope: dict[str, str | None] | None
    start: int
    end: int
    since: int
    clauses: dict[str, Any]
    calendar: int | None
    exclude: tuple[tuple[int, int], ...]
    targets: tuple[str, ...] | None

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        values = dict(stored)
        values["exclude"] = tuple((start, end) for start, end in values["exclude"])
        values["targets"] = None if values["targets"] is None else tuple(values["targets"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Ask:
    agency: str
    service: str
    on_journeys: bool
    asked: Asked


def ask(command: Ask, uow: UnitOfWork) -> Job:
    """Starts a job: asks the intake for the batches of the span, or sets the timer that reads journeys."""
    if store.count_of(uow.connection, command.agency) >= MOST_WAITING:
        raise TooManyRequests(
            f"{MOST_WAITING} what-ifs of your agency are on the way; ask again when one is done",
            retry_after=10,
        )
    new = Job(
        id=uuid4().hex,
        agency=command.agency,
        service=command.service,
        state=store.WAITING,
        done=0,
        total=None,
        reached="",
        asked=asdict(command.asked),
        made_at=to_micros(uow.now),
        finished_at=None,
    )
    store.add(uow.connection, new)
    uow.schedule(FORGET, new.id, uow.now + KEPT)
    if command.on_journeys:
        uow.schedule(COUNT, new.id, uow.now)
        return new
    uow.emit(
        ReplayRequested(
            version=1,
            request=new.id,
            service=command.service,
            from_at=command.asked.since,
            to_at=command.asked.end,
        ).event()
    )
    return new


def forget(timer: Timer, uow: UnitOfWork) -> None:
    store.forget(uow.connection, timer.key)


def _judged(connection: Connection, asked: Asked) -> list[tuple[Revision, Objective]]:
    """Each revision of the agreement with the objective as it is supposed to be."""
    return [
        (revision, supposed(connection, revision, asked.objective, "{}", asked.clauses, asked.calendar))
        for revision in control.revisions_of(connection, agreement=asked.agreement)
        if any(one["code"] == asked.objective for one in revision.document["objectives"])
    ]


# --- measurements ------------------------------------------------------------------------------------


def take_replayed(uow: UnitOfWork, facts: Sequence[Batch | Replayed]) -> None:
    """Counts what was told again for the jobs that wait for it, each batch once for each job."""
    for service in sorted({fact.service for fact in facts}):
        waiting = store.waiting(uow.connection, service)
        batches = [fact for fact in facts if isinstance(fact, Batch) and fact.service == service]
        for job in waiting:
            fresh = store.fresh(uow.connection, job.id, [fact.batch for fact in batches])
            _count(uow, job, [fact for fact in batches if fact.batch in fresh])
        mine = {job.id for job in waiting}
        for fact in facts:
            if isinstance(fact, Replayed) and fact.request in mine:
                store.advance(uow.connection, fact.request, fact.told, fact.total)
                if fact.done:
                    store.finish(uow.connection, fact.request, to_micros(uow.now))


def _count(uow: UnitOfWork, job: Job, facts: Sequence[Batch]) -> None:
    asked = Asked.read(job.asked)
    rows: list[dict[str, Any]] = []
    for revision, objective in _judged(uow.connection, asked):
        parts = [
            columns(group)
            for fact in facts
            for group in fact.groups
            if group.indicator == objective.indicator
        ]
        if not parts:
            continue
        ends = [asked.end] if revision.effective_to is None else [asked.end, revision.effective_to]
        merged = Merged(parts, (max(asked.since, revision.effective_from), min(ends)))
        if not len(merged):
            continue
        cells = merged.cells(objective.scope, objective.good)
        for place, values in enumerate(cells.scopes):
            part = slice(int(cells.first[place]), int(cells.first[place + 1]))
            counted = (cells.minute[part], cells.good[part], cells.total[part])
            for minute, good, total in zip(*(column.tolist() for column in counted), strict=True):
                rows.append(_pane(job, revision, objective, values, minute, good, total))
    store.add_panes(uow.connection, rows)


def _pane(
    job: Job,
    revision: Revision,
    objective: Objective,
    values: tuple[str | None, ...],
    minute: int,
    good: int,
    total: int,
) -> dict[str, Any]:
    scope = scope_text(objective.scope, values)
    return {
        "job": job.id,
        "revision": revision.hash,
        "scope": scope,
        "minute": minute,
        "good": good,
        "total": total,
    }


# --- journeys ----------------------------------------------------------------------------------------


def count_journeys(timer: Timer, uow: UnitOfWork) -> None:
    """Counts the next journeys of a job, and sets the timer for those behind them."""
    connection = uow.connection
    job = store.find(connection, timer.key)
    if job is None or job.state != store.WAITING:
        return
    asked = Asked.read(job.asked)
    total = job.total if job.total is not None else journey_store.number_of(connection, job.service)
    names = journey_store.journeys_of(connection, job.service, job.reached, CHUNK)
    if names:
        _count_these(uow, job, asked, names)
        store.advance(connection, job.id, job.done + len(names), max(total, job.done + len(names)), names[-1])
        uow.schedule(COUNT, job.id, uow.now)
        return
    store.advance(connection, job.id, job.done, job.done, job.reached)
    store.finish(connection, job.id, to_micros(uow.now))


def _count_these(uow: UnitOfWork, job: Job, asked: Asked, names: Sequence[str]) -> None:
    connection = uow.connection
    tick = panes.newest_tick(connection)
    events = journey_store.events_of(connection, job.service, names)
    late = asides.of_journeys(connection, job.service, names)
    excluded = {
        (one.revision, one.objective, name)
        for name, found in journey_store.contributions_of(connection, job.service, names).items()
        for one in found
        if one.state == EXCLUDED
    }
    rows: list[dict[str, Any]] = []
    for revision, objective in _judged(connection, asked):
        if objective.start is None or objective.end is None:
            continue
        key = (revision.hash, objective.code)
        for name in names:
            without = late.get(name, {}).get(key, set())
            heard = [event_of(row) for row in events.get(name, ()) if row.batch not in without]
            reading = read_journey(heard, objective.start, objective.end)
            if reading is None or not in_force(revision, reading.started) or (*key, name) in excluded:
                continue
            counted = count(objective, reading, tick)
            if counted.at is None or not asked.since <= counted.at < asked.end:
                continue
            values = reading.group(objective)
            rows.append(_pane(job, revision, objective, values, counted.at // MINUTE, int(counted.good), 1))
    store.add_panes(connection, _summed(rows))


def _summed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each pane: a statement cannot change the same row twice."""
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for row in rows:
        known = found.setdefault((row["revision"], row["scope"], row["minute"]), row)
        if known is not row:
            known["good"] += row["good"]
            known["total"] += row["total"]
    return list(found.values())
