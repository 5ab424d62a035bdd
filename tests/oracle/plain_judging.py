"""Verdicts by reading all measurements of a window, with `Fraction` and nothing kept between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Row:
    """A measurement as it was sent: a value as text, or counts. ``at`` in µs."""

    at: int
    value: str | None = None
    good: int = 0
    total: int = 0


@dataclass(frozen=True)
class Promise:
    kind: str
    aggregation: str
    comparator: str
    target: str
    good: tuple[str, str] | None = None
    minimum_total: int = 1


def keeps(left: Fraction, comparator: str, right: Fraction) -> bool:
    difference = left - right
    return {
        "<": difference < 0,
        "<=": not difference > 0,
        ">": difference > 0,
        ">=": not difference < 0,
    }[comparator]


def value_of(promise: Promise, rows: Sequence[Row]) -> tuple[int, int, Fraction | None]:
    """good, total and what is compared with the target."""
    if promise.kind == "ratio":
        good, total = sum(row.good for row in rows), sum(row.total for row in rows)
        return good, total, Fraction(good, total) if total else None
    values = [Fraction(row.value) for row in rows if row.value is not None]
    if not values:
        return 0, 0, None
    if promise.aggregation == "share":
        assert promise.good is not None
        good = len([each for each in values if keeps(each, promise.good[0], Fraction(promise.good[1]))])
        return good, len(values), Fraction(good, len(values))
    reported = sum(values, Fraction(0))
    found = {
        "mean": reported / len(values),
        "sum": reported,
        "minimum": min(values),
        "maximum": max(values),
        "count": reported if promise.kind == "count" else Fraction(len(values)),
    }[promise.aggregation]
    return 0, len(values), found


def closed_verdict(promise: Promise, rows: Sequence[Row]) -> str:
    _, total, value = value_of(promise, rows)
    if value is None or total < promise.minimum_total:
        return "not_determined"
    return "met" if keeps(value, promise.comparator, Fraction(promise.target)) else "breached"


def consumed(promise: Promise, rows: Sequence[Row]) -> Fraction | None:
    """The share of the error budget that is gone; None where there is none, or nothing is known."""
    _, total, value = value_of(promise, rows)
    target = Fraction(promise.target)
    if promise.aggregation != "share" or value is None or total < promise.minimum_total:
        return None
    if promise.comparator in ("<", "<="):
        return value / target if target else None
    return (1 - value) / (1 - target) if target != 1 else None
