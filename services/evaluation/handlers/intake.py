"""Measurements, journey events, ticks, voids and seals: one run of one partition at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, cast

from services.evaluation.domain.finality import Seal
from services.evaluation.handlers import coverage, jobs, journeys, judging, measuring
from services.evaluation.handlers.memory import memory_of
from services.evaluation.handlers.tracking import Changes
from services.evaluation.store import asides, backfills, panes
from services.evaluation.store import journeys as journey_store
from services.evaluation.store.causes import Cause
from services.evaluation.store.panes import APPLIED, STAGED, VOIDED
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.metrics import (
    Batch,
    JourneyBatch,
    Replayed,
    Sealed,
    Tick,
    Voided,
    unpack,
)
from shared.events.topics import REPLAYS
from shared.telemetry import use_trace


def take_run(records: Sequence[Record], uow: UnitOfWork) -> None:
    """The effect of consecutive records of one partition; idempotent per batch and revision."""
    first = records[0]
    memory = memory_of(uow)
    tick, sequence = memory.check(uow.connection, first.partition)
    replay = first.topic == REPLAYS
    taken = _Run(uow, tick, replay)
    replayed: list[Batch | Replayed] = []
    for record in records:
        fact = unpack(record.type, record.data)
        match fact:
            case Batch() | JourneyBatch():
                taken.gather(record, fact)
            case Tick(at=at):
                taken.take_tick(record, at, last=record is records[-1])
            case Voided():
                taken.apply()
                with use_trace(record.trace):
                    taken.void(fact)
            case Sealed():
                taken.apply()
                with use_trace(record.trace):
                    taken.seal(record, fact)
        if replay and isinstance(fact, Batch | Replayed):
            replayed.append(fact)
    taken.finish()
    if replayed:
        jobs.take_replayed(uow, replayed)
    panes.put_tick(uow.connection, first.partition, taken.tick, sequence + 1)
    memory.sequences[first.partition] = sequence + 1


class _Run:
    def __init__(self, uow: UnitOfWork, tick: int, replay: bool) -> None:
        self.uow = uow
        self.tick = tick
        self.replay = replay
        self.waiting: list[tuple[Record, Batch | JourneyBatch]] = []
        self.unjudged: Record | None = None

    def take_tick(self, record: Record, at: int, *, last: bool) -> None:
        """Judges, or leaves it to the next tick of the run where this one closes nothing and ends nothing.

        Who has fallen behind has many ticks to a run, and would judge what is still coming in at each.
        """
        if self.replay or at <= self.tick:
            return
        reporting = (fact.service for _, fact in self.waiting)
        if not last and not judging.is_due(self.uow, record, self.tick, at, reporting):
            self.tick = at
            self.unjudged = record
            return
        self.apply()
        self.tick = at
        self._judge(record)

    def finish(self) -> None:
        self.apply()
        if self.unjudged is not None:
            self._judge(self.unjudged)

    def _judge(self, record: Record) -> None:
        self.unjudged = None
        # What a tick brings to light has as many causes as there are reports: no trace.
        with use_trace(None):
            judging.take_tick(self.uow, record, self.tick)

    def gather(self, record: Record, fact: Batch | JourneyBatch) -> None:
        self.waiting.append((record, fact))

    def apply(self) -> None:
        """Applies what was gathered, each batch once for each revision."""
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        connection = self.uow.connection
        states = panes.batch_states(connection, list({fact.batch for _, fact in waiting}))
        fresh: list[dict[str, Any]] = []
        live: list[Batch | JourneyBatch] = []
        for record, fact in waiting:
            state = states.get(fact.batch)
            if state is None:
                state = STAGED if fact.backfill is not None and not self.replay else APPLIED
                states[fact.batch] = state
                fresh.append(_batch_row(record, fact, state))
                if state == STAGED:
                    panes.stage(connection, fact.batch, cast("str", fact.backfill), record.type, record.data)
            if state == APPLIED:
                live.append(fact)
        panes.add_batches(connection, fresh)
        with use_trace(waiting[-1][0].trace):
            apply_facts(self.uow, live, self.tick, correcting=self.replay)

    def void(self, fact: Voided) -> None:
        """Takes a batch out again; a window that is final keeps what it counted."""
        connection = self.uow.connection
        state = panes.batch_states(connection, [fact.batch]).get(fact.batch)
        if state is None or state == VOIDED:
            return
        panes.set_batch_state(connection, fact.batch, VOIDED)
        if state == STAGED:
            panes.drop_staged(connection, fact.batch)
            return
        panes.remove_after_final(connection, fact.batch)
        changes = Changes(self.uow, self.tick)
        batch = fact.measurements or fact.journeys
        changes.cause = Cause("void", fact.batch, None if batch is None else batch.agency)
        if fact.measurements is not None:
            done = panes.applied_revisions(connection, [fact.batch])[fact.batch]
            plan = changes.memory.plan(connection, fact.service)
            for revision, _ in plan.revisions:
                if revision.hash in done:
                    measuring.add_batches(changes, [fact.measurements], revision, sign=-1)
            panes.remove_applied(connection, fact.batch)
        if fact.journeys is not None:
            gone = journey_store.remove_events(connection, fact.batch)
            asides.remove(connection, fact.batch)
            journeys.recount(changes, fact.service, gone, fact.batch)
        told = fact.measurements or fact.journeys
        if told is not None:
            coverage.take_back(changes, told)
        changes.flush()
        judging.judge_arrivals(changes)

    def seal(self, record: Record, fact: Sealed) -> None:
        """Applies what waited for a backfill and judges the windows it touches as final."""
        connection = self.uow.connection
        found: list[Batch | JourneyBatch] = []
        for batch, kind, data in panes.unstage(connection, fact.backfill):
            panes.set_batch_state(connection, batch, APPLIED)
            found.append(cast("Batch | JourneyBatch", unpack(kind, data)))
        seal = Seal(fact.to_at, fact.backfill, fact.from_at, self.tick, record.at)
        backfills.seal(connection, fact.service, seal)
        memory_of(self.uow).sealed.pop(fact.service, None)
        apply_facts(self.uow, found, self.tick, correcting=True, because=judging.cause_of(fact))
        judging.judge_backfill(self.uow, record, fact, self.tick)


def apply_facts(
    uow: UnitOfWork,
    facts: Sequence[Batch | JourneyBatch],
    tick: int,
    *,
    correcting: bool,
    because: Cause | None = None,
) -> None:
    """Adds batches to the panes of every revision that has not got them yet.

    ``correcting`` without a cause: they were asked for again, by the revisions that had not got them.
    """
    if not facts:
        return
    changes = Changes(uow, tick, correcting)
    changes.cause = because
    connection = uow.connection
    measured = [fact for fact in facts if isinstance(fact, Batch)]
    done = panes.applied_revisions(connection, [fact.batch for fact in measured])
    fresh: list[tuple[str, str]] = []
    for service in sorted({fact.service for fact in measured}):
        for revision, _ in changes.memory.plan(connection, service).revisions:
            missing = _once(
                fact for fact in measured if fact.service == service and revision.hash not in done[fact.batch]
            )
            fresh.extend((fact.batch, revision.hash) for fact in missing)
            if correcting and because is None:
                changes.cause = Cause("revision", revision.hash)
            measuring.add_batches(changes, missing, revision)
    panes.add_applied(connection, fresh)
    for passage in facts:
        if isinstance(passage, JourneyBatch):
            rows = [_event_row(passage, event) for event in passage.events]
            touched = journey_store.add_events(connection, rows)
            journeys.recount(changes, passage.service, touched, passage.batch)
    for service in sorted({fact.service for fact in facts}):
        coverage.take(changes, [fact for fact in facts if fact.service == service], service)
    changes.flush()
    judging.judge_arrivals(changes)


def _once(facts: Iterable[Batch]) -> list[Batch]:
    """Each batch once, however often it was told."""
    return list({fact.batch: fact for fact in facts}.values())


def _batch_row(record: Record, fact: Batch | JourneyBatch, state: str) -> dict[str, Any]:
    return {
        "id": fact.batch,
        "service": fact.service,
        "source": fact.source,
        "agency": fact.agency,
        "kind": "measurements" if isinstance(fact, Batch) else "journeys",
        "received_at": fact.received_at,
        "first_at": fact.first_at,
        "last_at": fact.last_at,
        "rows": fact.rows if isinstance(fact, Batch) else len(fact.events),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "indicators": panes.listed(_named(fact)) if isinstance(fact, Batch) else None,
        "backfill": fact.backfill,
        "state": state,
        "hash": hashlib.sha256(record.data).hexdigest(),
    }


def _named(fact: Batch) -> list[str]:
    """The indicators of which a batch has rows, or for which it is complete."""
    covered = [] if fact.covers is None else fact.covers.indicators
    return [*(group.indicator for group in fact.groups), *covered]


def _event_row(fact: JourneyBatch, event: Any) -> dict[str, Any]:
    return {
        "service": fact.service,
        "id": event.id,
        "journey": event.journey,
        "batch": fact.batch,
        "step": event.step,
        "agency": event.agency,
        "edge": event.edge,
        "at": event.at,
        "labels": event.labels,
        "holder": fact.holder,
        "reason": event.reason or None,
    }
