"""Sums over many overlapping windows: prefix sums, so that a step costs the same for any length."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from services.evaluation.domain.slices import Sliced
from services.evaluation.domain.verdict import Tally
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE


class Slide:
    """Panes in order of their minute: rows (minute, n, good, total, sum) and (minute, minimum, maximum)."""

    def __init__(
        self,
        rows: Sequence[tuple[int, int, int, int, int]],
        extremes: Sequence[tuple[int, int, int]] = (),
        sliced: Sliced | None = None,
    ) -> None:
        self._sliced = sliced
        self._minutes = [row[0] for row in rows]
        self._sums = [[0, *accumulate(row[column] for row in rows)] for column in range(1, 5)]
        self._extremes = list(extremes)
        self._extreme_minutes = [row[0] for row in self._extremes]

    def tally(self, window: Window) -> Tally:
        """What counts in [start, end); both are whole minutes."""
        first, last = window.start // MINUTE, window.end // MINUTE
        low, high = bisect_left(self._minutes, first), bisect_left(self._minutes, last)
        n, good, total, total_sum = (column[high] - column[low] for column in self._sums)
        inside = self._extremes[
            bisect_left(self._extreme_minutes, first) : bisect_left(self._extreme_minutes, last)
        ]
        return Tally(
            n,
            good,
            total,
            total_sum,
            min((row[1] for row in inside), default=None),
            max((row[2] for row in inside), default=None),
            None if self._sliced is None else self._sliced.over(window),
        )
