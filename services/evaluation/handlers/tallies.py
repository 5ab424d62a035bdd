"""What counts in a span: the one place where judging, slices, lookbacks and what-ifs read the panes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.evaluation.domain.exclusions import Span, covers, merged, outside, within
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.panes import Ints
from services.evaluation.domain.rolling import Slide
from services.evaluation.domain.slices import Sliced
from services.evaluation.domain.verdict import Tally
from services.evaluation.domain.windows import RollingWindows, Window
from services.evaluation.store import exclusions, journeys, panes
from services.evaluation.store.panes import Track
from shared.clock import MINUTE
from shared.db import Connection

Rows = list[tuple[int, int, int, int, int]]
"""(minute, n, good, total, sum), in order of the minute."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Panes as columns, in order of their minute. ``sum``: Python integers, so that it cannot overflow."""

    minute: Ints
    n: Ints
    good: Ints
    total: Ints
    sum: np.typing.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.minute)


ROWS_OF_A_TALLY = 100
"""A window that is summed by itself takes as long as reading about so many panes."""


@dataclass(frozen=True, slots=True)
class Alone:
    """Windows that are each summed by themselves, from wide panes."""

    connection: Connection
    track: Track
    objective: Objective
    also_dropped: Sequence[Span] = ()

    def tally(self, window: Window) -> Tally:
        return tally(self.connection, self.track, self.objective, window, also_dropped=self.also_dropped)


@dataclass(frozen=True, slots=True)
class Excluded:
    """How many measurements (or journeys) exclusions dropped from a window, and the ids of those it has."""

    number: int
    ids: list[str]


def tally(
    connection: Connection,
    track: Track,
    objective: Objective,
    window: Window,
    *,
    tick: int | None = None,
    also_dropped: Sequence[Span] = (),
) -> Tally:
    """What counts in [start, end) of a track; both are whole minutes. ``tick``: of a window that is open.

    ``also_dropped``: what a what-if leaves out besides.
    """
    dropped = exclusions.spans_of(connection, track)
    dropped = within(merged([*dropped, *also_dropped]) if also_dropped else dropped, *window)
    n, good, total, total_sum = panes.sums(connection, track, *window)
    for span in dropped:
        n, good, total, total_sum = (
            one - other
            for one, other in zip(
                (n, good, total, total_sum), panes.sums(connection, track, *span), strict=True
            )
        )
    minimum, maximum = (
        _extremes(connection, track, window, dropped) if objective.keeps_extremes else (None, None)
    )
    slices = None
    if objective.slice is not None:
        cut = sliced(connection, track, objective, *window, tick=tick, also_dropped=also_dropped)
        slices = cut.over(window)
    return Tally(n, good, total, total_sum, minimum, maximum, slices)


def _extremes(
    connection: Connection, track: Track, window: Window, dropped: Sequence[Span]
) -> tuple[int | None, int | None]:
    """Smallest and largest value of what exclusions leave of a window: these cannot be subtracted."""
    found = [panes.extremes(connection, track, *span) for span in outside(dropped, *window)]
    return (
        min((one for one, _ in found if one is not None), default=None),
        max((one for _, one in found if one is not None), default=None),
    )


def excluded(connection: Connection, track: Track, objective: Objective, window: Window) -> Excluded:
    """What exclusions leave out of a window: how many measurements or journeys, and because of which."""
    applying = exclusions.applying_to(connection, track)
    if not applying:
        return Excluded(0, [])
    spans = merged(one.span for one in applying if one.span is not None)
    number = sum(panes.sums(connection, track, *span)[0] for span in within(spans, *window))
    ids = {one.id for one in applying if one.span is not None and within([one.span], *window)}
    if objective.on_journeys and any(one.journeys for one in applying):
        named = journeys.excluded_in(connection, track.id, *window)
        number += len(named)
        ids |= {one.id for one in applying if not one.journeys.isdisjoint(named)}
    return Excluded(number, sorted(ids))


def overdue(connection: Connection, track: Track, objective: Objective, window: Window) -> tuple[int, int]:
    """Journeys past their limit and open at the window's end: counted, only listed; without excluded ones."""
    if not objective.on_journeys:
        return 0, 0
    counted, listed = journeys.overdue(connection, track.id, *window, window.end)
    for span in within(exclusions.spans_of(connection, track), *window):
        less = journeys.overdue(connection, track.id, *span, window.end)
        counted, listed = counted - less[0], listed - less[1]
    return counted, listed


def sliced(
    connection: Connection,
    track: Track,
    objective: Objective,
    start: int,
    end: int,
    *,
    tick: int | None = None,
    also_dropped: Sequence[Span] = (),
    counted: Rows | None = None,
) -> Sliced:
    """What counts in [start, end), to be cut into slices."""
    found = minutes(connection, track, objective, start, end, also_dropped, counted)
    begin, behind = objective.in_force
    dropped = [*exclusions.spans_of(connection, track), *also_dropped]
    if begin > start:
        dropped.append((min(start, begin), begin))
    if behind is not None and behind < end:
        dropped.append((behind, end))
    return Sliced(objective, found.minute, found.good, found.total, dropped=dropped, complete_to=tick)


def _rows(
    connection: Connection,
    track: Track,
    start: int,
    end: int,
    also_dropped: Sequence[Span],
    counted: Rows | None,
) -> Rows:
    rows = panes.panes_between(connection, track, start, end) if counted is None else counted
    spans = within(merged([*exclusions.spans_of(connection, track), *also_dropped]), start, end)
    return [row for row in rows if not covers(spans, row[0] * MINUTE)] if spans else rows


def minutes(
    connection: Connection,
    track: Track,
    objective: Objective,
    start: int,
    end: int,
    also_dropped: Sequence[Span] = (),
    counted: Rows | None = None,
) -> Minutes:
    """What counts in [start, end), minute by minute.

    A what-if leaves out more (``also_dropped``), or has counted anew what lies there (``counted``).
    """
    rows = _rows(connection, track, start, end, also_dropped, counted)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    minute, n, good, total = (np.array(column, dtype=np.int64) for column in columns[:4])
    sums = np.empty(len(rows), dtype=np.object_)
    sums[:] = columns[4]
    return Minutes(minute, n, good, total, sums)


def slide(
    connection: Connection,
    track: Track,
    objective: Objective,
    start: int,
    end: int,
    also_dropped: Sequence[Span] = (),
    counted: Rows | None = None,
) -> Slide:
    """Prefix sums over [start, end), for windows that overlap; the rest as in `minutes`."""
    rows = _rows(connection, track, start, end, also_dropped, counted)
    extremes = panes.extremes_between(connection, track, start, end) if objective.keeps_extremes else []
    if extremes and (spans := merged([*exclusions.spans_of(connection, track), *also_dropped])):
        extremes = [row for row in extremes if not covers(spans, row[0] * MINUTE)]
    cut = None
    if objective.slice is not None:
        cut = sliced(connection, track, objective, start, end, also_dropped=also_dropped, counted=counted)
    return Slide(rows, extremes, cut)


def stepping(
    connection: Connection, track: Track, objective: Objective, windows: RollingWindows, first: int, last: int
) -> Slide | Alone:
    """For the steps in (first, last]."""
    steps = -(-(last - first) // windows.step)
    return several(connection, track, objective, steps, first - windows.duration, last)


def several(
    connection: Connection,
    track: Track,
    objective: Objective,
    number: int,
    start: int,
    end: int,
    also_dropped: Sequence[Span] = (),
) -> Slide | Alone:
    """For so many windows in [start, end): few long ones read no minute of it, many read each once."""
    if objective.slice is None and number * ROWS_OF_A_TALLY < (end - start) // MINUTE:
        return Alone(connection, track, objective, also_dropped)
    return slide(connection, track, objective, start, end, also_dropped)
