"""What was achieved in the past, and what target it would have kept. Exact.

Pure: the values of windows in, their distribution and targets to start from out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from services.evaluation.domain.amounts import UPPER, holds

ALL, MOST, HALF = "all", "three_quarters", "half"
PARTS = ((ALL, Fraction(1)), (MOST, Fraction(3, 4)), (HALF, Fraction(1, 2)))
"""The part of the windows that a target to start from would have been kept in, at least."""
QUARTERS = (("lower_quartile", 1), ("median", 2), ("upper_quartile", 3))

UNITS = {
    "hour": ("ชั่วโมง", "hour", "hours"),
    "day": ("วัน", "day", "days"),
    "week": ("สัปดาห์", "week", "weeks"),
    "month": ("เดือน", "month", "months"),
    "quarter": ("ไตรมาส", "quarter", "quarters"),
    "half_year": ("ครึ่งปี", "half-year", "half-years"),
    "year": ("ปี", "year", "years"),
    "month_end": ("สิ้นเดือน", "end of a month", "ends of months"),
    "window": ("รอบการประเมิน", "window", "windows"),
}
"""What windows are called: Thai, English, and several in English."""


class Start(NamedTuple):
    """A target to start from: kept in ``met`` of the windows."""

    name: str
    target: Fraction
    met: int


def distribution(values: Sequence[Fraction]) -> dict[str, Fraction]:
    """By the nearest rank: a quartile is the smallest value that so many are not above."""
    ordered = sorted(values)
    found = {"least": ordered[0]}
    for name, quarter in QUARTERS:
        rank = -(-len(ordered) * quarter // 4)
        found[name] = ordered[rank - 1]
    return {**found, "greatest": ordered[-1]}


def starts(values: Sequence[Fraction], comparator: str, *, share: bool) -> list[Start]:
    """Targets that would have been kept in all, three quarters and half of the windows, rounded to be kept.

    A share to a thousandth, another amount to a hundredth, from a hundred on to a whole one. Equal ones stand
    once, under the part in which it is kept.
    """
    upper = comparator in UPPER
    best_first = sorted(values, reverse=not upper)
    found: list[Start] = []
    for name, part in PARTS:
        kept = -(-len(values) * part.numerator // part.denominator)
        target = _rounded(best_first[kept - 1], comparator, share=share)
        if target is None or any(each.target == target for each in found):
            continue
        found.append(Start(name, target, sum(holds(value, comparator, target) for value in values)))
    return found


def _rounded(value: Fraction, comparator: str, *, share: bool) -> Fraction | None:
    """The nearest round target that the value keeps. None: a share has none (it lies between 0 and 1)."""
    step = Fraction(1, 1000) if share else Fraction(1) if abs(value) >= 100 else Fraction(1, 100)
    if comparator in UPPER:
        target = -(-value // step) * step
        target += step if not holds(value, comparator, target) else 0
    else:
        target = value // step * step
        target -= step if not holds(value, comparator, target) else 0
    return None if share and not 0 <= target <= 1 else target


def sentence(met: int, of: int, unit: str) -> dict[str, str]:
    """ "Met in 7 of 12 months", in Thai and English."""
    th, one, several = UNITS[unit]
    if of == 0:
        return {"th": f"ไม่มี{th}ที่สรุปผลได้", "en": f"no {one} that can be judged"}
    return {
        "th": f"บรรลุเป้าหมาย {met} จาก {of} {th}",
        "en": f"met in {met} of {of} {one if of == 1 else several}",
    }
