"""Coverage: what batches say of their source's reporting, and what it makes of a window's tally."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from services.evaluation.domain.coverage import Reports, judge_coverage
from services.evaluation.domain.exclusions import Span
from services.evaluation.domain.finality import Finality
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.panes import Bools, Ints
from services.evaluation.domain.verdict import Tally
from services.evaluation.domain.windows import Window
from services.evaluation.handlers.tracking import Changes
from services.evaluation.store import coverage as store
from services.evaluation.store import exclusions
from services.evaluation.store.coverage import Aside
from services.evaluation.store.panes import Track
from shared.clock import MINUTE
from shared.db import Connection
from shared.events.metrics import Batch, JourneyBatch

FOREVER = 1 << 62

Touched = dict[str, tuple[int, int]]
"""Indicator -> [from, to) in which its coverage may have changed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one batch reports of an indicator: minutes with rows, or a span of which it is complete."""

    batch: str
    source: str
    indicator: str
    minutes: Ints | None
    span: tuple[int, int]

    def parts(self, finality: Finality) -> Iterator[tuple[int, int]]:
        """What of it lies where all windows are final."""
        if self.minutes is None:
            yield from finality.parts(*self.span)
            return
        for minute in self.minutes.tolist():
            if finality.everywhere(minute * MINUTE):
                yield minute * MINUTE, (minute + 1) * MINUTE


# --- what batches say --------------------------------------------------------------------------------


def take(changes: Changes, facts: Sequence[Batch | JourneyBatch], service: str) -> None:
    """Notes the minutes that planned sources reported, and what was reported as complete; each batch once."""
    planned = changes.memory.plan(changes.uow.connection, service).planned
    covering = [fact for fact in facts if isinstance(fact, Batch) and fact.covers is not None]
    if not planned and not covering:
        return
    connection = changes.uow.connection
    touched: Touched = {}
    minutes: dict[tuple[str, str, int], int] = {}
    heard: list[Heard] = []
    if planned:
        heard += _count(changes, facts, planned, minutes, touched)
    _write(connection, service, minutes)
    rows = [row for fact in covering for row in _cover_rows(fact)]
    for row in store.add_covers(connection, rows):
        span = (row["from_at"], row["to_at"])
        _touch(touched, row["indicator"], *span)
        heard.append(Heard(row["batch"], row["source"], row["indicator"], None, span))
    _set_aside(changes, service, heard, 1)
    _note(changes, service, touched)


def _count(
    changes: Changes,
    facts: Sequence[Batch | JourneyBatch],
    planned: dict[str, set[str]],
    minutes: dict[tuple[str, str, int], int],
    touched: Touched,
) -> list[Heard]:
    mine = [fact for fact in facts if fact.source in planned]
    if not mine:
        return []
    heard: list[Heard] = []
    connection = changes.uow.connection
    known = store.counted(connection, [fact.batch for fact in mine])
    fresh: list[tuple[str, str]] = []
    for fact in mine:
        for indicator, found in _reported(changes, fact, planned[fact.source]):
            if (fact.batch, indicator) in known:
                continue
            known.add((fact.batch, indicator))
            fresh.append((fact.batch, indicator))
            _add(minutes, indicator, fact.source, found, 1)
            span = (int(found[0]) * MINUTE, (int(found[-1]) + 1) * MINUTE)
            _touch(touched, indicator, *span)
            heard.append(Heard(fact.batch, fact.source, indicator, found, span))
    store.add_counted(connection, fresh)
    return heard


def take_back(changes: Changes, fact: Batch | JourneyBatch) -> None:
    """A voided batch takes back what it said; windows that are final have heard it."""
    connection = changes.uow.connection
    touched: Touched = {}
    heard: list[Heard] = []
    minutes: dict[tuple[str, str, int], int] = {}
    counted = {indicator for _, indicator in store.counted(connection, [fact.batch])}
    for indicator, found in _reported(changes, fact, counted):
        _add(minutes, indicator, fact.source, found, -1)
        span = (int(found[0]) * MINUTE, (int(found[-1]) + 1) * MINUTE)
        _touch(touched, indicator, *span)
        heard.append(Heard(fact.batch, fact.source, indicator, found, span))
    _write(connection, fact.service, minutes)
    store.remove_counted(connection, fact.batch)
    if isinstance(fact, Batch) and fact.covers is not None:
        store.remove_covers(connection, fact.batch)
        span = (fact.covers.from_at, fact.covers.to_at)
        for indicator in fact.covers.indicators:
            _touch(touched, indicator, *span)
            heard.append(Heard(fact.batch, fact.source, indicator, None, span))
    _set_aside(changes, fact.service, heard, -1)
    _note(changes, fact.service, touched)


def _reported(changes: Changes, fact: Batch | JourneyBatch, wanted: Iterable[str]) -> list[tuple[str, Ints]]:
    """(indicator, minutes in order) of the rows a batch brought of some indicators.

    Journey events tell nothing of one indicator alone: they are reports of every duration of their service.
    """
    wanted = set(wanted)
    if isinstance(fact, JourneyBatch):
        durations = changes.memory.plan(changes.uow.connection, fact.service).durations & wanted
        if not durations:
            return []
        found = _minutes(np.array([event.at for event in fact.events], dtype=np.int64))
        return [(indicator, found) for indicator in sorted(durations)]
    by_indicator: dict[str, list[Ints]] = {}
    for group in fact.groups:
        if group.indicator in wanted:
            by_indicator.setdefault(group.indicator, []).append(np.frombuffer(group.at, dtype="<i8"))
    return [(indicator, _minutes(np.concatenate(times))) for indicator, times in by_indicator.items()]


def _minutes(at: Ints) -> Ints:
    """The minutes of some times, each once and in order."""
    found = at // MINUTE
    first, last = int(found.min()), int(found.max())
    if last - first > 1_000_000:
        return np.unique(found)
    there = np.zeros(last - first + 1, dtype=np.bool_)
    there[found - first] = True
    return np.flatnonzero(there) + first


def _add(minutes: dict[tuple[str, str, int], int], indicator: str, source: str, found: Ints, n: int) -> None:
    for minute in found.tolist():
        key = (indicator, source, minute)
        minutes[key] = minutes.get(key, 0) + n


def _write(connection: Connection, service: str, minutes: dict[tuple[str, str, int], int]) -> None:
    store.add_minutes(
        connection,
        [
            {"service": service, "indicator": indicator, "source": source, "minute": minute, "n": n}
            for (indicator, source, minute), n in sorted(minutes.items())
        ],
    )


def _cover_rows(fact: Batch) -> list[dict[str, Any]]:
    assert fact.covers is not None
    return [
        {
            "batch": fact.batch,
            "indicator": indicator,
            "service": fact.service,
            "source": fact.source,
            "from_at": fact.covers.from_at,
            "to_at": fact.covers.to_at,
        }
        for indicator in fact.covers.indicators
    ]


def _touch(touched: Touched, indicator: str, start: int, end: int) -> None:
    low, high = touched.get(indicator, (start, end))
    touched[indicator] = min(low, start), max(high, end)


def _set_aside(changes: Changes, service: str, heard: Sequence[Heard], sign: int) -> None:
    """Keeps what came, or was taken back, when the windows around were final: it changes nothing there."""
    if changes.correcting or not heard:
        return
    connection = changes.uow.connection
    for revision, objectives in changes.memory.plan(connection, service).revisions:
        for objective in objectives:
            if not objective.asks_for_coverage:
                continue
            finality = changes.finality_of(revision, objective)
            parts = [
                Aside(one.batch, one.source, one.minutes is None, sign, *part)
                for one in heard
                if one.indicator == objective.indicator and one.span[0] < finality.edge
                for part in one.parts(finality)
            ]
            store.set_aside(connection, revision.hash, objective.code, parts)


def _note(changes: Changes, service: str, touched: Touched) -> None:
    """What was judged by the coverage of a span is judged again, in every scope."""
    if not touched:
        return
    plan = changes.memory.plan(changes.uow.connection, service)
    for track in changes.memory.tracks_of(changes.uow.connection, service).values():
        revision, objective = plan.objective(track)
        if objective.indicator not in touched or not objective.asks_for_coverage:
            continue
        low, high = touched[objective.indicator]
        ends = FOREVER if revision.effective_to is None else revision.effective_to
        begins = track.started - objective.windows.reach
        low, high = max(low, begins, revision.effective_from), min(high, ends)
        if not changes.correcting and not objective.windows.rolling:
            low = max(low, track.final_to)
        if low < high:
            changes.note_span(track, revision, objective, low, high)


# --- what it makes of a tally ------------------------------------------------------------------------


class Covering:
    """The coverage of one track's windows, read once for a span of them."""

    def __init__(
        self,
        connection: Connection,
        track: Track,
        objective: Objective,
        also_dropped: Sequence[Span] = (),
    ) -> None:
        self.connection = connection
        self.track = track
        self.objective = objective
        self._also_dropped = also_dropped
        self._span = (0, 0)
        self._read = (0, 0)
        self._reports: Reports | None = None

    def load(self, start: int, end: int) -> None:
        """Reads the reports of all minutes that [start, end) touches at once."""
        connection, track, objective = self.connection, self.track, self.objective
        since, until = objective.in_force
        self._span = (since, FOREVER if until is None or objective.on_journeys else until)
        self._read = (start, end)
        first, size = start // MINUTE, -(-end // MINUTE) - start // MINUTE
        told: dict[tuple[str, bool], Ints] = defaultdict(lambda: np.zeros(size, dtype=np.int64))
        """(source, whether it was said to be complete) -> by how many batches each minute was reported."""

        def add(source: str, complete: bool, low: int, high: int, n: int) -> None:
            told[source, complete][max(0, low - first) : max(0, high - first)] += n

        for plan in objective.plans:
            minutes, numbers = store.minutes(
                connection, track.service, objective.indicator, plan.source, start, end
            )
            told[plan.source, False][np.array(minutes, dtype=np.int64) - first] += np.array(
                numbers, dtype=np.int64
            )
        for source, low, high in store.covers(connection, track.service, objective.indicator, start, end):
            add(source, True, low // MINUTE, high // MINUTE, 1)
        for part in store.asides(connection, track, start, end):
            add(part.source, part.complete, part.from_at // MINUTE, part.to_at // MINUTE, -part.n)
        rows = {source: counts > 0 for (source, complete), counts in told.items() if not complete}
        complete = {source: counts > 0 for (source, whole), counts in told.items() if whole}
        by_any: Bools = np.zeros(size, dtype=np.bool_)
        for of_source in complete.values():
            by_any |= of_source
        dropped = np.zeros(size, dtype=np.bool_)
        for low, high in (*exclusions.spans_of(connection, track), *self._also_dropped):
            dropped[max(0, low // MINUTE - first) : max(0, high // MINUTE - first)] = True
        self._reports = Reports(first, rows, complete, by_any, dropped)

    def complete(self, window: Window, tally: Tally, upto: int | None = None) -> Tally:
        """The tally with its coverage, where the objective asks for it. ``upto`` None: the window is over."""
        objective = self.objective
        if not objective.plans and (tally.n or not objective.zero_counts):
            return tally
        if self._reports is None or window.start < self._read[0] or window.end > self._read[1]:
            self.load(*window)
        assert self._reports is not None
        reached = window.end if upto is None else min(upto, window.end)
        found = judge_coverage(objective.plans, self._reports, window, self._span, reached)
        return replace(tally, coverage=found)
