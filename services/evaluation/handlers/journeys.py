"""Where journeys count: recomputed from all their events, and the difference goes to the panes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from services.evaluation.domain.journeys import Event, Reading, count, read_journey, time_spent
from services.evaluation.domain.objective import Edge, Objective
from services.evaluation.handlers.tracking import Changes, scope_text
from services.evaluation.store import journeys as store
from services.evaluation.store import panes
from services.evaluation.store.control import Revision
from services.evaluation.store.journeys import Contribution
from shared.clock import MINUTE

UNCOUNTED = "uncounted"
LIMB = 32
LOW = (1 << LIMB) - 1


def recount(
    changes: Changes, service: str, touched: Iterable[str], batch: str, only: str | None = None
) -> None:
    """Finds where some journeys count now and moves what they add from where they counted before.

    ``only``: for one revision; what the others said stays.
    """
    names = sorted(set(touched))
    if not names:
        return
    connection = changes.uow.connection
    plan = changes.memory.plan(connection, service)
    events = store.events_of(connection, service, names)
    before = store.contributions_of(connection, service, names)
    revisions = [one for one in plan.revisions if only in (None, one[0].hash)]
    for name in names:
        passage = [_event(row) for row in events.get(name, ())]
        new = _contributions(changes, revisions, name, passage)
        old = {
            (one.revision, one.objective): one for one in before.get(name, ()) if only in (None, one.revision)
        }
        kept: list[Contribution] = []
        for key in {*old, *new}:
            moved = _move(changes, plan, old.get(key), new.get(key), batch)
            if moved is not None:
                kept.append(moved)
        if kept != list(old.values()):
            store.replace_contributions(connection, list(old.values()), kept)


def _contributions(
    changes: Changes,
    revisions: Sequence[tuple[Revision, list[Objective]]],
    journey: str,
    events: Sequence[Event],
) -> dict[tuple[str, str], Contribution]:
    found: dict[tuple[str, str], Contribution] = {}
    readings: dict[tuple[Edge, Edge], Reading | None] = {}
    for revision, objectives in revisions:
        for objective in objectives:
            if not objective.on_journeys or objective.start is None or objective.end is None:
                continue
            edges = (objective.start, objective.end)
            if edges not in readings:
                readings[edges] = read_journey(events, *edges)
            reading = readings[edges]
            if reading is None or not in_force(revision, reading.started):
                continue
            found[revision.hash, objective.code] = _contribution(
                changes, revision, objective, journey, reading
            )
    return found


def in_force(revision: Revision, at: int) -> bool:
    """Whether a revision judges what happened at an instant."""
    end = revision.effective_to
    return revision.effective_from <= at and (end is None or at < end)


def _contribution(
    changes: Changes, revision: Revision, objective: Objective, journey: str, reading: Reading
) -> Contribution:
    counted = count(objective, reading, changes.tick)
    values = tuple(reading.labels.get(name) for name in objective.scope)
    # A group exists from the start of its first journey on, whether that was heard first or last.
    track = changes.track(revision, objective, scope_text(objective.scope, values), reading.started)
    changes.begin(track, objective, reading.started)
    calendar = objective.calendar_at(reading.started)
    return Contribution(
        revision=revision.hash,
        objective=objective.code,
        journey=journey,
        service=revision.service,
        track=track.id,
        state=counted.state,
        at=counted.at,
        good=counted.good,
        duration=reading.duration,
        spent=time_spent(objective, reading, counted.deadline),
        calendar=None if calendar is None else calendar.version,
        started=reading.started,
        ended=reading.ended,
        deadline=counted.deadline,
        due=counted.due,
        flags=list(reading.flags),
    )


def _move(
    changes: Changes, plan: Any, old: Contribution | None, new: Contribution | None, batch: str
) -> Contribution | None:
    """Moves a journey's part in the panes. What touches a final window stays as it was, and is listed."""
    if old == new:
        return old
    some = new or old
    assert some is not None
    by_id = {
        track.id: track for track in changes.memory.tracks_of(changes.uow.connection, some.service).values()
    }
    if not changes.correcting:
        for one in (old, new):
            if one is None or one.at is None:
                continue
            track = by_id[one.track]
            revision, objective = plan.objective(track)
            if changes.is_final(track, objective, one.at):
                changes.set_aside(track, objective, one.at, batch, 1)
                return old
    for one, sign in ((old, -1), (new, 1)):
        if one is None:
            continue
        track = by_id[one.track]
        revision, objective = plan.objective(track)
        if one.at is None:
            if one.deadline is not None:
                changes.note(track, revision, objective, one.deadline)
            continue
        value = one.spent or 0
        numbers = (1, int(one.good), 1, value >> LIMB, value & LOW)
        minute = one.at // MINUTE
        changes.add(track, revision, objective, minute, [sign * number for number in numbers])
        if objective.keeps_extremes:
            name = hashlib.sha256(one.journey.encode()).hexdigest()
            panes.remove_extremes(changes.uow.connection, track.series, name)
            changes.extremes = [row for row in changes.extremes if (row[0], row[2]) != (track.series, name)]
            if sign > 0:
                changes.extremes.append((track.series, minute, name, value, value))
    return new


def _event(row: Any) -> Event:
    return Event(row.id, row.step, row.agency, row.edge, row.at, row.labels, row.holder)


def recount_due(changes: Changes, services: Sequence[str]) -> None:
    """Journeys whose limit lies before the tick: they are overdue now."""
    for service, names in store.due_journeys(changes.uow.connection, services, changes.tick).items():
        recount(changes, service, names, "tick")


def recount_all(changes: Changes, service: str, revision: str) -> None:
    """Every journey of a service, after a control fact changed how a revision judges them."""
    after = ""
    while names := store.journeys_of(changes.uow.connection, service, after, store.CHUNK):
        recount(changes, service, names, "control", revision)
        after = names[-1]
