"""Limits of time as a form types them: a number, and one of a few units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LENGTHS = ("working_days", "calendar_days", "d", "h", "min")
"""How a limit of time may be typed: a number of one of these."""
NUMBER = "number"
_SINGLE = re.compile(r"P(?:(?P<d>\d+)D|T(?:(?P<h>\d+)H|(?P<min>\d+)M|(?P<s>\d+)S))")


def limit_parts(value: Any) -> tuple[str, str] | None:
    """A limit as a number and its unit; None: it says more than that, and is left as it stands."""
    if isinstance(value, Mapping):
        if "working_days" in value and value.get("by", "clock") == "clock":
            return str(value["working_days"]), "working_days"
        if "calendar_days" in value and not value.get("roll"):
            return str(value["calendar_days"]), "calendar_days"
        return None
    text = str(value)
    if not text.startswith("P"):
        return text, NUMBER
    found = _SINGLE.fullmatch(text)
    if found is None:
        return None
    return next((number, name) for name, number in found.groupdict().items() if number)


def limit_value(number: str, unit: str) -> Any:
    if unit in ("working_days", "calendar_days"):
        return {unit: int(number)}
    if unit == "d":
        return f"P{number}D"
    if unit in ("h", "min", "s"):
        return f"PT{number}{unit[0].upper()}"
    return number
