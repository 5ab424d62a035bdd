"""Where journeys count: recomputed from all their events, and the difference goes to the panes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.evaluation.domain.journeys import Event, Reading, count, read_journey, time_spent
from services.evaluation.domain.objective import Edge, Objective
from services.evaluation.domain.panes import LIMB, LOW
from services.evaluation.handlers.tracking import Changes, scope_text
from services.evaluation.store import asides, exclusions, panes
from services.evaluation.store import journeys as store
from services.evaluation.store.control import Revision
from services.evaluation.store.journeys import EXCLUDED, Contribution
from services.evaluation.store.panes import Track
from shared.clock import MINUTE


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
    late = asides.of_journeys(connection, service, names)
    before = store.contributions_of(connection, service, names)
    revisions = [one for one in plan.revisions if only in (None, one[0].hash)]
    for name in names:
        passage = [(row.batch, event_of(row)) for row in events.get(name, ())]
        new = _contributions(changes, revisions, name, passage, late.get(name, {}))
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
    events: Sequence[tuple[str, Event]],
    late: Mapping[tuple[str, str], set[str]],
) -> dict[tuple[str, str], Contribution]:
    """``events``: each with its batch. ``late``: batches that (revision, objective) set aside as too late."""
    found: dict[tuple[str, str], Contribution] = {}
    readings: dict[tuple[Edge, Edge, frozenset[str]], Reading | None] = {}
    for revision, objectives in revisions:
        for objective in objectives:
            if not objective.on_journeys or objective.start is None or objective.end is None:
                continue
            without = frozenset(late.get((revision.hash, objective.code), ()))
            read = (objective.start, objective.end, without)
            if read not in readings:
                heard = [event for batch, event in events if batch not in without]
                readings[read] = read_journey(heard, objective.start, objective.end)
            reading = readings[read]
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
    values = reading.group(objective)
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
        state=EXCLUDED if _is_excluded(changes, revision, objective, track, journey) else counted.state,
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


def _is_excluded(
    changes: Changes, revision: Revision, objective: Objective, track: Track, journey: str
) -> bool:
    """Whether an approved exclusion names the journey for this objective and group."""
    for one in exclusions.approved_of(changes.uow.connection, revision.agreement):
        if journey in one.journeys and one.applies(objective.code, json.loads(track.scope)):
            return True
    return False


def _move(
    changes: Changes, plan: Any, old: Contribution | None, new: Contribution | None, batch: str
) -> Contribution | None:
    """Moves a journey's part in the panes. What touches a final window stays as it was, and is listed."""
    if old == new:
        return old
    connection, memory = changes.uow.connection, changes.memory
    if not changes.correcting:
        for one in (old, new):
            if one is None or one.at is None:
                continue
            track = memory.track(connection, one.track)
            revision, objective = plan.objective(track)
            if changes.finality(track, revision, objective).everywhere(one.at):
                changes.set_aside(track, revision, objective, one.at, batch, 1)
                asides.add(connection, one, batch, one.at)
                return old
    for one, sign in ((old, -1), (new, 1)):
        if one is None:
            continue
        track = memory.track(connection, one.track)
        revision, objective = plan.objective(track)
        shown = one.at is None or objective.overdue == "listed"
        # Where its limit falls it may be listed, wherever it counts.
        listed = one.deadline if shown else None
        if listed is not None and (
            changes.correcting or not changes.finality(track, revision, objective).everywhere(listed)
        ):
            changes.note(track, revision, objective, listed)
        if one.at is None:
            continue
        if one.state == EXCLUDED:
            # It has a place, where it is listed, and adds nothing there.
            changes.note(track, revision, objective, one.at)
            continue
        value = one.spent or 0
        numbers = (1, int(one.good), 1, value >> LIMB, value & LOW)
        minute = one.at // MINUTE
        changes.add(track, revision, objective, minute, [sign * number for number in numbers])
        if objective.keeps_extremes:
            name = hashlib.sha256(one.journey.encode()).hexdigest()
            panes.remove_extremes(connection, track.series, name)
            changes.extremes = [row for row in changes.extremes if (row[0], row[2]) != (track.series, name)]
            if sign > 0:
                changes.extremes.append((track.series, minute, name, value, value))
    return new


def event_of(row: Any) -> Event:
    return Event(row.id, row.step, row.agency, row.edge, row.at, row.labels, row.holder, row.reason or "")


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
