"""Exact amounts: integers of 10^-6 units, and fractions where something is divided."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

MICRO = 1_000_000
DISPLAY_DIGITS = 9
UPPER = ("<", "<=")
"""Comparators of what may not become larger."""

_DURATION = re.compile(
    r"^P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?$"
)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def parse_duration(text: str) -> int:
    """Microseconds of an ISO 8601 duration without years and months; a day is 24 hours."""
    match = _DURATION.match(text)
    parts = {name: part for name, part in match.groupdict().items() if part} if match else {}
    if not parts or text.endswith("T"):
        raise ValueError(f"not an ISO 8601 duration of weeks, days, hours, minutes, seconds: {text!r}")
    return sum(int(Decimal(part) * _SECONDS[name] * MICRO) for name, part in parts.items())


def to_micro(number: Decimal) -> int:
    """The integer of 10^-6 units of a decimal with at most six decimals."""
    scaled = number.scaleb(6)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{number} has more than six decimals")
    return int(scaled)


def shown(value: Fraction, digits: int = DISPLAY_DIGITS) -> str:
    """A fraction as a decimal text for display: rounded half-even, no trailing zeros."""
    # `round` of a Fraction is exact and half-even; a division to some precision would round twice.
    scaled = round(value * 10**digits)
    whole, rest = divmod(abs(scaled), 10**digits)
    decimals = f"{rest:0{digits}d}".rstrip("0")
    return ("-" if scaled < 0 else "") + (f"{whole}.{decimals}" if decimals else str(whole))


def holds(value: Fraction, comparator: str, target: Fraction) -> bool:
    """``value comparator target``; equality follows the comparator exactly."""
    match comparator:
        case "<":
            return value < target
        case "<=":
            return value <= target
        case ">":
            return value > target
        case ">=":
            return value >= target
    raise ValueError(f"unknown comparator {comparator!r}")


def exact_text(value: Fraction) -> str:
    """A fraction as `numerator/denominator` in lowest terms."""
    return f"{value.numerator}/{value.denominator}"
