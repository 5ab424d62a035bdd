"""Promises that are too easy or impossible, by what their last windows say. Counted, not claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluation.domain.amounts import UPPER, holds
from services.evaluation.domain.findings.finding import IMPOSSIBLE, TOO_EASY

LEAST_WINDOWS = 6
LAST_WINDOWS = 12
EASY_BUDGET = Fraction(1, 4)
"""A promise is too easy when no window used more of what it allows to fail."""
USUAL = Fraction(3, 4)
"""The target that is suggested was kept in so many of the windows."""
STEP = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Ease:
    """``suggested``: a target that ``kept`` of the windows would have kept."""

    kind: str
    windows: int
    met: int
    best: Fraction
    worst: Fraction
    suggested: Fraction
    kept: int


def ease(values: Sequence[Fraction], comparator: str, target: Fraction, *, share: bool) -> Ease | None:
    """``values``: of the last windows that have a verdict."""
    if len(values) < LEAST_WINDOWS:
        return None
    upper = comparator in UPPER
    met = sum(holds(value, comparator, target) for value in values)
    ordered = sorted(values, reverse=not upper)
    best, worst = ordered[0], ordered[-1]
    if met == 0:
        kind = IMPOSSIBLE
    elif met == len(values) and share and _spare(worst, target, upper=upper):
        kind = TOO_EASY
    else:
        return None
    # The worst value of the best three quarters, rounded so that they all keep it.
    usual = ordered[-(-USUAL.numerator * len(ordered) // USUAL.denominator) - 1]
    suggested = -(-usual // STEP) * STEP if upper else usual // STEP * STEP
    inclusive = "<=" if upper else ">="
    kept = sum(holds(value, inclusive, suggested) for value in values)
    return Ease(kind, len(values), met, best, worst, suggested, kept)


def _spare(worst: Fraction, target: Fraction, *, upper: bool) -> bool:
    allowed = target if upper else 1 - target
    used = worst if upper else 1 - worst
    return allowed > 0 and used <= allowed * EASY_BUDGET
