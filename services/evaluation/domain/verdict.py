"""The verdict over a window: a pure function of the tally and of what was agreed.

Exact: integers and fractions, compared by cross-multiplication (`Fraction`); rounding is for display only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from services.evaluation.domain.amounts import MICRO, exact_text, holds, shown
from services.evaluation.domain.budget import (
    FORECAST,
    WARNING,
    Forecast,
    shown_budget,
    used_up,
    warned,
)
from services.evaluation.domain.coverage import Coverage
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.slices import Slices, share_of

OPEN, CLOSED, FINAL = "open", "closed", "final"

MET = "met"
BREACHED = "breached"
NOT_DETERMINED = "not_determined"
ON_TRACK = "on_track"
AT_RISK = "at_risk"
NO_DATA = "no_data"

TIMESLICES = "timeslices"
NEVER_NEGATIVE = frozenset({"count", "duration", "rating"})
"""Kinds of which the intake refuses negative values."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts in a window. `sum`, `minimum` and `maximum` are in 10^-6 units (durations: µs)."""

    n: int = 0
    good: int = 0
    total: int = 0
    sum: int = 0
    minimum: int | None = None
    maximum: int | None = None
    slices: Slices | None = None
    coverage: Coverage | None = None
    """None: the objective does not ask for it."""

    @property
    def nothing_is_zero(self) -> bool:
        """Whether nothing was counted, and it is known that there was nothing to count."""
        return self.n == 0 and self.coverage is not None and self.coverage.alive


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its numbers. `exact` is None where nothing can be divided."""

    verdict: str
    good: int | None
    total: int
    exact: Fraction | None
    few: bool = False
    forecast: Forecast | None = None
    risks: tuple[str, ...] = ()
    """Why an open window is at risk: `forecast`, `warning`."""
    slices: Slices | None = None
    unlisted: bool = False
    coverage: Coverage | None = None

    def numbers(self, objective: Objective) -> dict[str, Any]:
        """The fields of API.md that follow from the judgement."""
        return {
            "verdict": self.verdict,
            "good": self.good,
            "total": self.total,
            "value": None if self.exact is None else shown(self.exact),
            "exact": None if self.exact is None else exact_text(self.exact),
            "comparator": objective.comparator,
            "target": objective.target_text,
            "budget": budget(objective, self),
            "slices": None if self.slices is None else self.slices.body(),
            **({"few": True} if self.few else {}),
            **({"unknown_group": True} if self.unlisted else {}),
            **({"risks": list(self.risks)} if self.risks else {}),
        }


def aggregate(objective: Objective, tally: Tally) -> tuple[int | None, int, Fraction | None]:
    """good (shares only), total, and the value that is compared with the target."""
    if objective.zero_counts and tally.nothing_is_zero:
        return None, 0, Fraction(0)
    match objective.aggregation:
        case "share" if tally.slices is not None:
            return share_of(objective, tally.slices)
        case "share":
            total = tally.total
            return tally.good, total, Fraction(tally.good, total) if total else None
        case "mean":
            return None, tally.n, Fraction(tally.sum, tally.n * MICRO) if tally.n else None
        case "sum":
            return None, tally.n, Fraction(tally.sum, MICRO) if tally.n else None
        case "count" if objective.kind == "count":
            # Each report says how many; one that says none is still a report.
            return None, tally.n, Fraction(tally.sum, MICRO) if tally.n else None
        case "count":
            return None, tally.n, Fraction(tally.n) if tally.n else None
        case "minimum":
            return None, tally.n, None if tally.minimum is None else Fraction(tally.minimum, MICRO)
        case "maximum":
            return None, tally.n, None if tally.maximum is None else Fraction(tally.maximum, MICRO)
    raise ValueError(f"unknown aggregation {objective.aggregation!r}")


def judge(objective: Objective, tally: Tally, state: str) -> Judgement:
    """The verdict of a window in ``state``; an open one never gets a verdict that data could still undo."""
    judgement = _judge(objective, tally, state)
    if tally.slices is None and tally.coverage is None:
        return judgement
    return replace(judgement, slices=tally.slices, coverage=tally.coverage)


def _judge(objective: Objective, tally: Tally, state: str) -> Judgement:
    good, total, value = aggregate(objective, tally)
    if objective.unlisted:
        return Judgement(NOT_DETERMINED, good, total, value, unlisted=True)
    if state != OPEN:
        zero = objective.zero_counts and tally.nothing_is_zero and objective.minimum_total == 1
        if value is None or (total < objective.minimum_total and not zero):
            return Judgement(NOT_DETERMINED, good, total, value)
        if below_floor(objective, tally.coverage):
            return Judgement(NOT_DETERMINED, good, total, value)
        kept = holds(value, objective.comparator, objective.target)
        return Judgement(MET if kept else BREACHED, good, total, value)
    certain = is_certain(objective, tally.coverage)
    if tally.slices is not None and certain and _lost(objective, tally.slices):
        return Judgement(BREACHED, good, total, value)
    if value is None or total == 0:
        return Judgement(NO_DATA, good, total, value)
    if total >= objective.minimum_total and certain and beyond_repair(objective, value):
        return Judgement(BREACHED, good, total, value)
    return Judgement(ON_TRACK, good, total, value, few=total < objective.minimum_total)


def _lost(objective: Objective, slices: Slices) -> bool:
    """Whether the slices that have ended have used up more than all that are to come can make good."""
    if slices.best is None or slices.of_window < objective.minimum_total:
        return False
    return not holds(slices.best, objective.comparator, objective.target)


def below_floor(objective: Objective, coverage: Coverage | None) -> bool:
    """Whether too little of the window was reported for a verdict; exactly at the floor is enough."""
    floor = objective.coverage_floor
    if floor is None or coverage is None:
        return False
    return coverage.share is None or coverage.share < floor


def is_certain(objective: Objective, coverage: Coverage | None) -> bool:
    """Whether an open window reaches the floor whatever comes, so that its close takes no breach back."""
    floor = objective.coverage_floor
    if floor is None or coverage is None:
        return floor is None
    return coverage.certain is not None and coverage.certain >= floor


def with_outlook(objective: Objective, judgement: Judgement, forecast: Forecast | None) -> Judgement:
    """An open window's judgement with where it is heading: at risk by its forecast or its warning line."""
    if judgement.verdict != ON_TRACK or judgement.few:
        return judgement
    risks = []
    if forecast is not None and not forecast.kept:
        risks.append(FORECAST)
    if warned(objective, judgement.exact):
        risks.append(WARNING)
    return replace(judgement, verdict=AT_RISK if risks else ON_TRACK, forecast=forecast, risks=tuple(risks))


def beyond_repair(objective: Objective, value: Fraction) -> bool:
    """Whether no later measurement could bring the value back to where it was promised.

    A count, a maximum and a sum of what is never negative only rise, so an upper limit that was passed stays
    passed; a minimum only falls. Shares, means and sums of plain values can come back, but for a share of all
    or of none. (A journey's part can still change: an event that comes late may show that it was in time.)
    """
    if holds(value, objective.comparator, objective.target):
        return False
    upper = objective.is_upper
    match objective.aggregation:
        case "count" | "maximum":
            return upper
        case "sum":
            return upper and objective.kind in NEVER_NEGATIVE
        case "minimum":
            return not upper
        case "share":
            return objective.all_or_none
    return False


def budget(objective: Objective, judgement: Judgement) -> dict[str, str] | None:
    """The error budget of a judgement. None where there is no share, too little data, or no budget.

    Of a calendar window with time slices it is reckoned from all slices that the window has, though only
    those that count are judged: consumed = bad slices / (all slices x (1 - target)).
    """
    if judgement.verdict == NOT_DETERMINED or judgement.exact is None:
        return None
    if judgement.total < objective.minimum_total or below_floor(objective, judgement.coverage):
        return None
    used = used_up(objective, judgement.exact)
    slices = judgement.slices
    if used is None or slices is None or objective.budgeting != TIMESLICES or objective.windows.rolling:
        return shown_budget(used, used)
    return shown_budget(used * slices.counted / slices.of_window, used)
