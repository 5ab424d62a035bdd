"""The cases of a window as findings look at them: by hour, weekday and label, and each journey's steps."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from services.evaluation.domain.amounts import UPPER
from services.evaluation.domain.attribution import Measure, Passage, shares
from services.evaluation.domain.budget import bad_of
from services.evaluation.domain.exclusions import covers
from services.evaluation.domain.findings import finding as kinds
from services.evaluation.domain.findings.facets import Facet
from services.evaluation.domain.findings.flow import Queue, queues
from services.evaluation.domain.findings.steps import Held
from services.evaluation.domain.journeys import Event, read_journey
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import attribution, tallies
from services.evaluation.handlers.journeys import event_of
from services.evaluation.store import exclusions, journeys
from services.evaluation.store import findings as store
from services.evaluation.store.journeys import Contribution
from services.evaluation.store.panes import Track
from shared.clock import MINUTE, from_micros
from shared.db import Connection

MOST_JOURNEYS = 5_000
"""Of more a sample is looked at, chosen by a hash of their names: the same for ever, and of no order."""
MOST_VALUES = 100
"""A label with more values names cases rather than groups, and is left out."""
QUARTER = 15
"""Minutes within which a zone's offset does not change."""


@dataclass(slots=True)
class Cases:
    """``looked_at``: of ``all_journeys``; ``journeys``: those of them that were split by steps."""

    facets: list[Facet] = field(default_factory=list)
    journeys: list[Held] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)
    looked_at: int = 0
    all_journeys: int = 0


class Clock:
    """Local day, hour and weekday of an instant."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, tuple[date, int]] = {}

    def at(self, minute: int) -> tuple[date, int]:
        quarter = minute // QUARTER
        if quarter not in self._known:
            local = from_micros(quarter * QUARTER * MINUTE).astimezone(self._zone)
            self._known[quarter] = (local.date(), local.hour)
        return self._known[quarter]


class Facets:
    """Counts cases by when they were, and by each of their labels."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._clock = Clock(zone)
        self._hours = Facet(kinds.HOUR, "hour")
        self._weekdays = Facet(kinds.WEEKDAY, "weekday")
        self._labels: dict[str, Facet] = {}

    def add(self, minute: int, bad: int, total: int, labels: dict[str, str | None]) -> None:
        day, hour = self._clock.at(minute)
        self._hours.add(day, hour, bad, total)
        self._weekdays.add(day.isocalendar()[:2], day.isoweekday(), bad, total)
        for name, value in labels.items():
            facet = self._labels.setdefault(name, Facet(kinds.LABEL, "value", {"label": name}))
            facet.add(day, value, bad, total)

    def all(self) -> list[Facet]:
        named = [self._labels[name] for name in sorted(self._labels)]
        return [self._hours, self._weekdays, *(one for one in named if len(one.values()) <= MOST_VALUES)]


def measured_cases(
    connection: Connection, tracks: Sequence[tuple[Track, Objective]], window: Window
) -> Cases:
    """Of an objective on counts or values: minute by minute, over all its groups."""
    facets = Facets(tracks[0][1].zone)
    for track, objective in tracks:
        labels = json.loads(track.scope)
        found = tallies.minutes(connection, track, objective, *window)
        columns = (found.minute.tolist(), found.good.tolist(), found.total.tolist())
        for minute, good, total in zip(*columns, strict=True):
            facets.add(minute, bad_of(objective, good, total), total, labels)
    return Cases(facets.all())


def journey_cases(
    connection: Connection, tracks: Sequence[tuple[Track, Objective]], window: Window, tick: int
) -> Cases:
    """Of an objective on journeys: each by the hour and day of its start, with its labels then."""
    dropped = {track.id: exclusions.spans_of(connection, track) for track, _ in tracks}
    objectives = {track.id: objective for track, objective in tracks}
    every = [
        one
        for one in store.journeys_in(connection, list(objectives), *window)
        if one.at is not None and not covers(dropped[one.track], one.at)
    ]
    chosen = sampled(every)
    cases = Cases(looked_at=len(chosen), all_journeys=len(every))
    facets = Facets(tracks[0][1].zone)
    names: set[str] = set()
    passed: list[tuple[Contribution, bool, dict[str, str]]] = []
    for one, events in _with_events(connection, tracks[0][0].service, chosen):
        objective = objectives[one.track]
        assert objective.start is not None
        assert objective.end is not None
        reading = read_journey(events, objective.start, objective.end)
        labels = {} if reading is None else dict(reading.labels)
        names |= labels.keys()
        passed.append((one, bool(one.good) is objective.is_upper, labels))
        if by_steps(objective):
            until = attribution.horizon(one, window, tick)
            split = attribution.split(one, events, until)
            measure = attribution.measure_of(objective, one, events, until)
            cases.journeys.append(_held(one, split, measure))
    for one, bad, labels in passed:
        facets.add(one.started // MINUTE, bad, 1, {name: labels.get(name) for name in sorted(names)})
    cases.facets = facets.all()
    return cases


def by_steps(objective: Objective) -> bool:
    """Whether a journey is late because its steps took long: a share of those within an upper limit."""
    return objective.good is not None and objective.good[0] in UPPER and not objective.is_upper


def waiting_line(connection: Connection, tracks: Sequence[Track], window: Window, tick: int) -> list[Queue]:
    """The queues of each step. Nothing where the window is the first of its revision: a journey that began
    before is not known, so that every queue would seem to grow."""
    every = store.journeys_running(connection, [track.id for track in tracks], *window)
    if len(every) > MOST_JOURNEYS:
        return []
    until = min(window.end, tick)

    def passages() -> Iterator[Passage]:
        for one, events in _with_events(connection, tracks[0].service, every):
            yield attribution.split(one, events, min(until, one.ended or until))

    return queues(passages(), window)


def sampled(every: Sequence[Contribution]) -> list[Contribution]:
    """At most so many journeys, the same ones whenever it is asked."""
    if len(every) <= MOST_JOURNEYS:
        return list(every)
    return sorted(every, key=lambda one: hashlib.sha256(one.journey.encode()).digest())[:MOST_JOURNEYS]


def _with_events(
    connection: Connection, service: str, found: Sequence[Contribution]
) -> Iterator[tuple[Contribution, list[Event]]]:
    for start in range(0, len(found), journeys.CHUNK):
        chunk = found[start : start + journeys.CHUNK]
        events = journeys.events_of(connection, service, [one.journey for one in chunk])
        for one in chunk:
            yield one, [event_of(row) for row in events.get(one.journey, ())]


def _held(one: Contribution, split: Passage, measure: Measure) -> Held:
    steps: dict[tuple[str | None, str], int] = defaultdict(int)
    waits: dict[tuple[str | None, str | None], int] = defaultdict(int)
    unassigned = time = 0
    for agency, share in shares(split, measure).items():
        time += share.time
        for step, part in share.steps.items():
            steps[agency, step] += part
        for taker, part in share.gave.items():
            waits[agency, taker] += part
        if agency is None:
            unassigned += share.time - sum(share.steps.values())
    spare = None
    if one.deadline is not None and one.ended is not None:
        allowed = (
            measure(one.started, one.deadline) if one.deadline > one.started else one.deadline - one.started
        )
        spare = allowed - measure(one.started, one.ended)
    return Held(
        journey=one.journey,
        good=one.good,
        ended=one.ended is not None,
        time=time,
        spare=spare,
        steps=dict(steps),
        waits={key: part for key, part in waits.items() if part},
        unassigned=unassigned,
    )
