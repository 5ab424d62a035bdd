"""Time slices: a window cut into equal parts from its start on, each good or bad by its own share.

Cut from panes, so that a rolling window costs the same for any length: for one alignment of the slices all
of a span are summed once, and each window reads differences. Exact: counts are integers (Python's, where
64 bits might not be enough), and a slice's ratio is kept as floor(ratio x 10^12).

An objective with an upper limit (`<=`, `<`) is on a bad share: what it counts is what is bad, a slice keeps
its limit when its ratio is not above the slice target, and the window's value is bad slices / slices (or the
mean of the bad ratios). (SEMANTICS, Indicators and aggregation; OpenSLO's `Timeslices`, `RatioTimeslices`.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from services.evaluation.domain.exclusions import merged
from services.evaluation.domain.objective import Objective, Slice
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE

PARTS = 10**12
"""A slice's ratio is floored to 1 / PARTS."""
NARROW = 9 * 10**12
"""Counts below this times 10^6 stay within 64 bits."""

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Slices:
    """How the slices of a window stand.

    ``good`` and ``bad`` add up to ``counted``; None without a slice target (means of ratios need none).
    ``parts``: the sum of the counted slices' floored ratios, in 10^-12. ``of_window``: how many slices the
    window has in all, but for those that are left out whatever comes. ``best``: of an open window whose
    denominator is fixed, the value that it can still reach; None where that cannot be said.
    """

    good: int | None
    bad: int | None
    counted: int
    ignored: int
    parts: int
    of_window: int
    best: Fraction | None = None

    def body(self) -> dict[str, int | None]:
        """The field `slices` of a result."""
        return {"good": self.good, "bad": self.bad, "counted": self.counted, "ignored": self.ignored}


def share_of(objective: Objective, slices: Slices) -> tuple[int | None, int, Fraction | None]:
    """Slices are what is counted then; for an upper limit the numerator is the bad ones."""
    counted = slices.counted
    if objective.budgeting == "ratio-timeslices":
        return None, counted, Fraction(slices.parts, PARTS * counted) if counted else None
    found = slices.bad if objective.is_upper else slices.good
    assert found is not None
    return found, counted, Fraction(found, counted) if counted else None


@dataclass(frozen=True, slots=True)
class _Part:
    """Slices of one window that lie together: how many hold data, how many of them keep their target."""

    filled: int
    kept: int
    parts: int


class _Aligned:
    """All slices that start at minutes of one remainder, summed once."""

    def __init__(self, cut: Sliced, phase: int) -> None:
        self.cut = cut
        index = (cut.minute - phase) // cut.minutes
        good, total = cut.good, cut.total
        if len(index):
            starts = np.flatnonzero(np.concatenate(([True], index[1:] != index[:-1])))
            index = index[starts]
            good, total = np.add.reduceat(good, starts), np.add.reduceat(total, starts)
        filled = total > 0
        self.index = index[filled]
        kept, parts = cut.measured(good[filled], total[filled])
        self.kept = _running(kept)
        self.parts = _running(parts)

    def between(self, first: int, behind: int) -> _Part:
        """The slices first .. behind - 1."""
        low, high = (int(place) for place in np.searchsorted(self.index, (first, behind)))
        return _Part(
            high - low, int(self.kept[high] - self.kept[low]), int(self.parts[high] - self.parts[low])
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """The slices of one window in their order: ``whole`` ones, and perhaps a shorter ``last``."""

    window: Window
    aligned: _Aligned
    first: int
    whole: int
    number: int
    last: _Part

    def between(self, start: int, behind: int) -> _Part:
        """Of the whole ones, from ``start`` on."""
        return self.aligned.between(self.first + start, self.first + behind)

    def holding(self, start: int, behind: int) -> int:
        """How many of some slices hold data."""
        found = self.between(start, min(behind, self.whole)).filled
        return found + (self.last.filled if behind > self.whole else 0)


class Sliced:
    """The minutes of a span, ready to be cut into the slices of one window or of many.

    ``dropped``: spans (µs) of which nothing counts, whatever is reported: a slice that lies wholly in them is
    left out, whatever an empty one counts as. ``complete_to``: an open window's newest tick, behind which an
    empty slice is not empty yet; None: the window is closed.
    """

    def __init__(
        self,
        objective: Objective,
        minute: Numbers,
        good: Numbers,
        total: Numbers,
        *,
        dropped: Iterable[tuple[int, int]] = (),
        complete_to: int | None = None,
    ) -> None:
        assert objective.slice is not None
        self.objective = objective
        self.rule: Slice = objective.slice
        self.minutes = self.rule.length // MINUTE
        self.minute = minute
        largest = int(total.max()) if len(total) else 0
        fine = self.rule.target is not None and self.rule.target.denominator > 10**6
        self.wide = fine or largest * max(len(total), 1) >= NARROW
        self.good = good.astype(object) if self.wide else good
        self.total = total.astype(object) if self.wide else total
        self.dropped = merged(dropped)
        self.complete_to = complete_to
        self._aligned: dict[int, _Aligned] = {}

    def measured(self, good: Numbers, total: Numbers) -> tuple[Numbers, Numbers]:
        """Of slices with data: whether each keeps its target, and its ratio in 10^-12, floored."""
        whole, rest = good * 10**6 // total, good * 10**6 % total
        parts = whole * 10**6 + rest * 10**6 // total
        limit = self.rule.target
        if limit is None:
            return np.zeros(len(total), dtype=np.int64), parts
        left, right = good * limit.denominator, total * limit.numerator
        kept = left <= right if self.objective.is_upper else left >= right
        return kept.astype(np.int64), parts

    def over(self, window: Window) -> Slices:
        """The slices of [start, end): from its start on, a shorter last one counts as one."""
        row = self._row(window)
        ended = self._ended(window, row.whole, row.number)
        settled, running = (
            row.between(0, min(ended, row.whole)),
            row.between(min(ended, row.whole), row.whole),
        )
        if ended == row.number:
            settled = _sum(settled, row.last)
        else:
            running = _sum(running, row.last)
        left_out = self._left_out(row, row.number)
        left_out_ended = self._left_out(row, ended)
        empty = ended - settled.filled - left_out_ended
        return self._slices(settled, running, empty, ended, row.number - left_out, left_out_ended)

    def _whole(self, span: Window) -> tuple[_Part, int, int]:
        """Of a span that is over: what its slices hold, how many there are, and how many are left out."""
        row = self._row(span)
        held = _sum(row.between(0, row.whole), row.last)
        return held, row.number, self._left_out(row, row.number)

    def _row(self, window: Window) -> _Row:
        start, end = window.start // MINUTE, window.end // MINUTE
        whole, rest = divmod(end - start, self.minutes)
        phase = start % self.minutes
        if phase not in self._aligned:
            self._aligned[phase] = _Aligned(self, phase)
        last = self._short(start + whole * self.minutes, end) if rest else _Part(0, 0, 0)
        first = (start - phase) // self.minutes
        return _Row(window, self._aligned[phase], first, whole, whole + (rest > 0), last)

    def across(self, spans: Sequence[Window]) -> Slices:
        """The slices of several spans together, all of which are over; each begins where a slice does."""
        settled, number, left_out = _Part(0, 0, 0), 0, 0
        for span in spans:
            part, of_span, out = self._whole(span)
            settled, number, left_out = _sum(settled, part), number + of_span, left_out + out
        empty = number - settled.filled - left_out
        return self._slices(settled, _Part(0, 0, 0), empty, number, number - left_out, left_out)

    def _slices(
        self, settled: _Part, running: _Part, empty: int, ended: int, of_window: int, left_out: int
    ) -> Slices:
        """``settled``: slices that have ended and hold data; ``empty``: those that ended without."""
        rule, upper = self.rule, self.objective.is_upper
        filled = settled.filled + running.filled
        # A label group is known by its data alone: where it has none, nobody knows whether it was there.
        counts = rule.empty != "ignored" and (filled > 0 or not self.objective.scope)
        keeps = counts and rule.empty == "good"
        counted = filled + (empty if counts else 0)
        kept = settled.kept + running.kept + (empty if keeps else 0)
        full = counts and keeps != upper  # an empty slice's ratio: 1 where all is good, or (upper) all is bad
        parts = settled.parts + running.parts + (empty * PARTS if full else 0)
        best = None
        if self.complete_to is not None and counts and of_window > 0 and not self.objective.on_journeys:
            best = self._best(settled, running, empty, ended - left_out, of_window, full)
        return Slices(
            good=None if rule.target is None else kept,
            bad=None if rule.target is None else counted - kept,
            counted=counted,
            ignored=0 if counts else empty,
            parts=parts,
            of_window=of_window,
            best=best,
        )

    def _best(
        self, settled: _Part, running: _Part, empty: int, ended: int, of_window: int, full: bool
    ) -> Fraction:
        """The best value an open window can reach when every slice that is not settled goes well."""
        rule, upper = self.rule, self.objective.is_upper
        if self.objective.budgeting == "ratio-timeslices":
            sure = settled.parts + (empty * PARTS if full else 0)
            coming = 0 if upper else (of_window - ended) * PARTS
            return Fraction(sure + coming, PARTS * of_window)
        bad = settled.filled - settled.kept + (empty if rule.empty == "bad" else 0)
        if self._unforgiving():
            bad += running.filled - running.kept
        return Fraction(bad if upper else of_window - bad, of_window)

    def _unforgiving(self) -> bool:
        """Whether a single bad measurement settles a slice that is still running."""
        target = self.rule.target
        return target is not None and (target <= 0 if self.objective.is_upper else target >= 1)

    def _short(self, first: int, behind: int) -> _Part:
        low, high = (int(place) for place in np.searchsorted(self.minute, (first, behind)))
        total = self.total[low:high].sum(keepdims=True)
        if low == high or total[0] <= 0:
            return _Part(0, 0, 0)
        kept, parts = self.measured(self.good[low:high].sum(keepdims=True), total)
        return _Part(1, int(kept[0]), int(parts[0]))

    def _ended(self, window: Window, whole: int, number: int) -> int:
        """How many of a window's slices have ended."""
        if self.complete_to is None or self.complete_to >= window.end:
            return number
        return max(0, min(whole, (self.complete_to - window.start) // self.rule.length))

    def _left_out(self, row: _Row, behind: int) -> int:
        """How many of a window's first ``behind`` slices are empty and lie wholly in what is dropped."""
        length, window = self.rule.length, row.window
        found = 0
        for start, end in self.dropped:
            start, end = max(start, window.start), min(end, window.end)
            if start >= end:
                continue
            first = -((window.start - start) // length)
            last = min(row.number if end == window.end else (end - window.start) // length, behind)
            if last > first:
                found += last - first - row.holding(first, last)
        return found


def _running(values: Numbers) -> Numbers:
    """Prefix sums with a leading zero; ratios of more than eight million slices would not fit 64 bits."""
    wide = values.dtype == object or len(values) > 8_000_000
    found = np.zeros(len(values) + 1, dtype=object if wide else np.int64)
    np.cumsum(values.astype(found.dtype), out=found[1:])
    return found


def _sum(one: _Part, other: _Part) -> _Part:
    return _Part(one.filled + other.filled, one.kept + other.kept, one.parts + other.parts)
