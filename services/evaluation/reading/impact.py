"""What a version of a working calendar would change in an agreement, without changing anything.

The journeys that a revision judges are counted again as if the version were one of those that judge it; the
difference is laid over the panes, and each window that holds some of it is judged from the sum.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.evaluation.domain.exclusions import covers
from services.evaluation.domain.journeys import PAUSED, Count, Reading, count, read_pauses, time_spent
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import judge
from services.evaluation.domain.windows import Window
from services.evaluation.domain.working_time import Calendars, WorkingCalendar
from services.evaluation.handlers import tallies
from services.evaluation.handlers.calendars import since
from services.evaluation.handlers.coverage import Covering
from services.evaluation.handlers.journeys import event_of
from services.evaluation.handlers.memory import calendars_of, objectives_of
from services.evaluation.store import calendars, control, exclusions, journeys, panes, results
from services.evaluation.store.control import Revision
from services.evaluation.store.journeys import Contribution
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.clock import MINUTE
from shared.db import Connection
from shared.errors import NotFound

SAID = ("verdict", "good", "total", "exact")
Moved = tuple[Contribution, Count, int | None]
"""A journey as it counts, as it would count, and the time that it would have taken."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """A version, and whether it judges the agreement already."""

    version: WorkingCalendar
    judges: bool
    windows: list[dict[str, Any]]


def impact(connection: Connection, agreement: str, code: str, number: int) -> Supposed:
    """The closed windows of an agreement that a version would judge otherwise, the oldest first."""
    version = calendars.version_of(connection, code, number)
    revisions = [
        one
        for one in control.revisions_of(connection, agreement=agreement)
        if one.document.get("calendar") == code
    ]
    if version is None or not revisions:
        raise NotFound("the agreement goes by no calendar with this code, or there is no such version of it")
    known = calendars_of(connection, revisions[0]).get(code, Calendars(()))
    judges = number in {one.version for one in known.versions}
    found: list[dict[str, Any]] = []
    if not judges:
        supposed = Calendars(tuple(sorted((*known.versions, version), key=lambda one: one.version)))
        for revision in revisions:
            found += _of_revision(connection, revision, version, supposed)
    found.sort(key=lambda one: (one["window"]["end"], one["objective"], json.dumps(one["scope"])))
    return Supposed(version, judges, found)


def _of_revision(
    connection: Connection, revision: Revision, version: WorkingCalendar, supposed: Calendars
) -> Iterator[dict[str, Any]]:
    indicators = control.indicators_of(connection, revision.service)
    objectives = {
        one.code: one
        for one in objectives_of(revision, indicators, {version.code: supposed})
        if one.calendars is not None
    }
    for track in panes.tracks_of(connection, agreement=revision.agreement):
        if track.revision == revision.hash and track.objective in objectives:
            objective = objectives[track.objective].of_group(json.loads(track.scope))
            moved = list(_moved(connection, track, objective, since(version, supposed)))
            if moved:
                yield from _of_track(connection, track, objective, moved)


def _moved(connection: Connection, track: Track, objective: Objective, start: int | None) -> Iterator[Moved]:
    """The journeys that would count otherwise."""
    tick = panes.newest_tick(connection)
    for one in journeys.of_track(connection, track.id, start):
        reading = _reading(connection, track, one)
        there = count(objective, reading, tick)
        spent = time_spent(objective, reading, there.deadline)
        if (there.state, there.at, there.good, spent) != (one.state, one.at, one.good, one.spent):
            yield one, there, spent


def _reading(connection: Connection, track: Track, one: Contribution) -> Reading:
    """A journey as it was read."""
    if PAUSED not in one.flags:
        return Reading(one.started, one.ended, {}, tuple(one.flags))
    rows = journeys.events_of(connection, track.service, [one.journey])[one.journey]
    stops = read_pauses([event_of(row) for row in rows], one.ended)
    return Reading(one.started, one.ended, {}, tuple(one.flags), stops.pauses, stops.waits)


def _of_track(
    connection: Connection, track: Track, objective: Objective, moved: list[Moved]
) -> Iterator[dict[str, Any]]:
    covering = Covering(connection, track, objective)
    for result in results.track_results(connection, track.id, -1, panes.newest_tick(connection)):
        window = Window(result.window_start, result.window_end)
        here = [one for one in moved if _touches(one, window)]
        if not here:
            continue
        rows = _rows(connection, track, window, here)
        tally = tallies.slide(connection, track, objective, *window, counted=rows).tally(window)
        if objective.keeps_extremes:
            low, high = _extremes(connection, track, window, moved)
            tally = replace(tally, minimum=low, maximum=high)
        judgement = judge(objective, covering.complete(window, tally), result.state)
        before = _said(result.body)
        after = _said(judgement.numbers(objective))
        if before != after:
            yield _changed(result, before, after, len(here))


def _touches(moved: Moved, window: Window) -> bool:
    one, there, _ = moved
    return any(at is not None and window.start <= at < window.end for at in (one.at, there.at))


def _rows(
    connection: Connection, track: Track, window: Window, moved: list[Moved]
) -> list[tuple[int, int, int, int, int]]:
    """The panes of a window, with the journeys where they would count."""
    found = {row[0]: row[1:] for row in panes.panes_between(connection, track, *window)}
    for one, there, spent in moved:
        for at, good, time, sign in ((one.at, one.good, one.spent, -1), (there.at, there.good, spent, 1)):
            if at is None or not window.start <= at < window.end:
                continue
            n, kept, total, sum_ = found.get(at // MINUTE, (0, 0, 0, 0))
            found[at // MINUTE] = (n + sign, kept + sign * good, total + sign, sum_ + sign * (time or 0))
    return [(minute, *found[minute]) for minute in sorted(found)]


def _extremes(
    connection: Connection, track: Track, window: Window, moved: list[Moved]
) -> tuple[int | None, int | None]:
    """Smallest and largest time of the journeys that would count in a window: these cannot be subtracted."""
    there = {one.journey: (count.at, spent) for one, count, spent in moved}
    dropped = exclusions.spans_of(connection, track)
    found = [
        spent or 0
        for one in journeys.of_track(connection, track.id, None)
        for at, spent in [there.get(one.journey, (one.at, one.spent))]
        if at is not None and window.start <= at < window.end and not covers(dropped, at)
    ]
    return min(found, default=None), max(found, default=None)


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in SAID}


def _changed(
    result: Result, before: Mapping[str, Any], after: Mapping[str, Any], number: int
) -> dict[str, Any]:
    return {
        "result": result.id,
        "agreement_revision": result.agreement_revision,
        "objective": result.objective,
        "scope": json.loads(result.scope),
        "window": result.body["window"],
        "journeys": number,
        "before": before,
        "after": after,
    }
