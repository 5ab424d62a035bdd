"""Burn rates over many lookbacks, and the next minute at which what they say can change by itself.

Minutes count from 1970 UTC; a lookback of L minutes at minute t is [t - L, t).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.evaluation.domain.amounts import holds
from services.evaluation.domain.budget import (
    Horizon,
    allowed,
    bad_of,
    burn,
    has_forecast,
    reached,
)
from services.evaluation.domain.objective import BurnPair, Objective
from services.evaluation.domain.panes import Bools, Ints
from shared.clock import MINUTE

SAFE = 1 << 62


class Counted(NamedTuple):
    """What was counted in a lookback. ``bad`` None: shares were, and nobody said which of them are bad."""

    bad: int | None
    total: int


@dataclass(frozen=True, slots=True)
class Burning:
    """A pair at one moment: what was counted in both lookbacks, their burn, and whether both reach."""

    pair: BurnPair
    long: Counted
    short: Counted
    long_burn: Fraction | None
    short_burn: Fraction | None
    reached: bool


class Lookbacks:
    """Panes in order of their minute: good and total of each."""

    def __init__(self, objective: Objective, minute: Ints, good: Ints, total: Ints) -> None:
        self.objective = objective
        self.minute = minute
        limit = allowed(objective)
        assert limit is not None
        self.limit = limit
        self._good = np.concatenate(([0], np.cumsum(good, dtype=np.int64)))
        self._total = np.concatenate(([0], np.cumsum(total, dtype=np.int64)))

    def counts(self, at: int, length: int) -> tuple[int, int]:
        """good and total of [at - length, at)."""
        low, high = np.searchsorted(self.minute, (at - length, at))
        return int(self._good[high] - self._good[low]), int(self._total[high] - self._total[low])

    def burning(self, pair: BurnPair, at: int) -> Burning:
        """What a pair says at a minute, exactly."""
        long, long_burn = self._burn(at, pair.long // MINUTE)
        short, short_burn = self._burn(at, pair.short // MINUTE)
        return Burning(pair, long, short, long_burn, short_burn, reached(pair, long_burn, short_burn))

    def _burn(self, at: int, length: int) -> tuple[Counted, Fraction | None]:
        good, total = self.counts(at, length)
        return Counted(bad_of(self.objective, good, total), total), burn(self.objective, good, total)

    def may_reach(self, pairs: Sequence[BurnPair]) -> bool:
        """Whether any span of what is known here can burn as fast as one of the pairs asks for.

        A span's share is a weighted mean of its panes' shares: never worse than the worst of them.
        """
        lowest = min((pair.factor for pair in pairs), default=None)
        if lowest is None:
            return False
        bad, total = self._bad(np.diff(self._good), np.diff(self._total))
        return bool(self._at_least(bad, total, lowest)[total > 0].any())

    def next_change(self, pairs: Sequence[BurnPair], at: int) -> int | None:
        """The first minute behind ``at`` at which a pair says otherwise, should nothing more arrive.

        Only where a pane enters or leaves a lookback can a burn change.
        """
        if not pairs:
            return None
        lengths = sorted({span // MINUTE for pair in pairs for span in (pair.long, pair.short)})
        moments = np.concatenate([self.minute + 1, *(self.minute + length + 1 for length in lengths)])
        moments = np.unique(moments[moments > at])
        if not len(moments):
            return None
        first: int | None = None
        now = np.array([at])
        for pair in pairs:
            changed = np.flatnonzero(self._reached(pair, moments) != self._reached(pair, now)[0])
            if len(changed):
                found = int(moments[changed[0]])
                first = found if first is None else min(first, found)
        return first

    def _reached(self, pair: BurnPair, at: Ints) -> Bools:
        both: Bools = np.ones(len(at), dtype=np.bool_)
        for length in (pair.long // MINUTE, pair.short // MINUTE):
            low, high = np.searchsorted(self.minute, at - length), np.searchsorted(self.minute, at)
            good, whole = self._good[high] - self._good[low], self._total[high] - self._total[low]
            bad, total = self._bad(good, whole)
            enough = total >= max(1, self.objective.minimum_total)
            both &= enough & self._at_least(bad, total, pair.factor)
        return both

    def _bad(self, good: Ints, total: Ints) -> tuple[Ints, Ints]:
        return (good if self.objective.is_upper else total - good), total

    def _at_least(self, bad: Ints, total: Ints, factor: Fraction) -> Bools:
        """bad / total >= factor x what may fail, cross-multiplied; in Python integers where 64 bits end."""
        share = factor * self.limit
        left: npt.NDArray[Any] = bad
        right: npt.NDArray[Any] = total
        if int(self._total[-1]) * max(share.numerator, share.denominator) >= SAFE:
            left, right = bad.astype(object), total.astype(object)
        return (left * share.denominator >= right * share.numerator).astype(np.bool_)


def is_watched(objective: Objective) -> bool:
    """Whether ticks have anything to tell of it before its window closes."""
    if not objective.windows.rolling and (objective.warning is not None or has_forecast(objective)):
        return True
    return has_alerts(objective)


def has_alerts(objective: Objective) -> bool:
    """Whether its burn is watched."""
    return objective.alerts != () and allowed(objective) is not None


def watched_from_the_start(objective: Objective) -> bool:
    """Whether ticks have something to tell of it though nothing was ever reported."""
    return objective.slice is not None and objective.slice.empty == "bad" and is_watched(objective)


def may_worsen(objective: Objective, good: int, total: int) -> bool:
    """Whether what was added to a pane can make a forecast or a burn worse.

    What is good only makes shares better, but where it lifts a span above its minimum.
    """
    if objective.minimum_total > 1 or not has_forecast(objective):
        return True
    bad, fine = (good, total - good) if objective.is_upper else (total - good, good)
    return bad != 0 or fine < 0


def next_at_risk(
    objective: Objective,
    where: Horizon,
    bad: int,
    total: int,
    coming: int,
    *,
    at_risk: bool,
    recent: int = 0,
    leaves: int | None = None,
) -> int | None:
    """The first minute of the window at which its forecast may say otherwise, should nothing more arrive.

    ``coming``: what is bad in the last tenth and behind it; the lookback never holds more of it later on.
    The bound e (bad + coming (W - e) / (W/10)) / (W total) is concave in e: its first crossing is searched.
    ``recent``: what is bad in the last tenth now; of it the first leaves at the minute ``leaves``. Until then
    a concave curve lies above its ends, and crosses the bound now. None: nothing will change by itself.
    """
    if not has_forecast(objective) or total < objective.minimum_total:
        return None
    length, lookback = where.length, where.lookback

    def worst(elapsed: int, recent: int) -> Fraction:
        return elapsed * (bad + Fraction(recent * (length - elapsed), lookback))

    def breaches(elapsed: int, recent: int) -> bool:
        failing = worst(elapsed, recent) / (length * total)
        share = failing if objective.is_upper else 1 - failing
        return not holds(share, objective.comparator, objective.target)

    if at_risk:
        if breaches(where.elapsed, 0):
            return None
        if leaves is not None and breaches(min(leaves, length) - 1, recent):
            return leaves
        return where.elapsed + 1
    low, high = max(where.elapsed + 1, lookback), length - 1
    if low > high:
        return None
    while low < high:
        middle = (low + high) // 2
        # Where the curve falls already, nothing behind it crosses that has not crossed before.
        if breaches(middle, coming) or worst(middle + 1, coming) <= worst(middle, coming):
            high = middle
        else:
            low = middle + 1
    return low if breaches(low, coming) else None
