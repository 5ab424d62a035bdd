"""Spans of time: OpenSLO's duration-shorthand (`12h`, `4w`, `1M`) and its windows, to ours and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.sla.domain.units import duration_micros, minutes_text, read_anchor
from shared.clock import MINUTE

SHORTHAND = r"^[0-9]{1,9}[mhdwMQY]$"
START = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?", re.ASCII)

_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10_080}
_UNITS = {"h": "hour", "d": "day", "w": "week", "M": "month", "Q": "quarter", "Y": "year"}
_LETTERS = {unit: (letter, 1) for letter, unit in _UNITS.items()} | {"half_year": ("M", 6)}
_NORMAL = {
    "hour": ("hour", 1),
    "day": ("day", 1),
    "week": ("day", 7),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "half_year": ("month", 6),
    "year": ("month", 12),
}
"""A calendar unit in one that it is always so many of."""


def minutes_of(shorthand: str) -> int | None:
    """Minutes of a shorthand; None: a month, quarter or year has no fixed length."""
    number, letter = int(shorthand[:-1]), shorthand[-1]
    return number * _MINUTES[letter] if letter in _MINUTES else None


def duration_of(shorthand: str) -> str | None:
    """`36h` -> `P1DT12H`. None: it has no fixed length."""
    minutes = minutes_of(shorthand)
    return None if minutes is None else minutes_text(minutes)


def shorthand_of(duration: str) -> str | None:
    """`P30D` -> `30d`, in the largest of days, hours and minutes that fits. None: no whole minutes."""
    try:
        micros = duration_micros(duration)
    except ValueError:
        return None
    if micros % MINUTE:
        return None
    minutes = micros // MINUTE
    letter = next(name for name in "dhm" if minutes % _MINUTES[name] == 0)
    return f"{minutes // _MINUTES[letter]}{letter}"


def seconds_text(seconds: int, *, working: bool) -> str:
    """A duration as an agreement writes it; of working time in hours, since a day of it has no length."""
    if seconds % 60:
        return f"PT{seconds}S"
    if not working:
        return minutes_text(seconds // 60)
    hours, minutes = divmod(seconds // 60, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes or not hours else "")


def calendar_of(window: Mapping[str, Any]) -> tuple[str, str]:
    """Duration and start of a calendar window, in OpenSLO's words."""
    letter, times = _LETTERS[window["unit"]]
    start = read_anchor(window["anchor"])
    return f"{int(window['count']) * times}{letter}", start.strftime("%Y-%m-%d %H:%M:%S")


def calendar_window(shorthand: str, start: str) -> dict[str, Any] | None:
    """A calendar window of ours. None: a minute is no unit of it, or the start cannot be read."""
    unit, found = _UNITS.get(shorthand[-1]), START.fullmatch(start)
    if unit is None or found is None:
        return None
    day, clock, seconds = found.groups()
    whole = clock == "00:00" and seconds in (None, ":00")
    anchor = day if whole else f"{day}T{clock}{'' if seconds in (None, ':00') else seconds}"
    return {"kind": "calendar", "unit": unit, "count": int(shorthand[:-1]), "anchor": anchor}


def meaning_of_window(window: Mapping[str, Any]) -> Any:
    """Two windows that cut time alike have one meaning, however they are written."""
    try:
        if window["kind"] == "calendar":
            unit, times = _NORMAL[window["unit"]]
            return ("calendar", unit, times * int(window["count"]), read_anchor(window["anchor"]))
        return ("rolling", duration_micros(window["duration"]), duration_micros(window["step"]))
    except (KeyError, ValueError):
        return dict(window)


def meaning_of_amount(value: Any) -> Any:
    """A duration is its length; what is no duration stands for itself."""
    if isinstance(value, str) and value.startswith("P"):
        try:
            return ("time", duration_micros(value))
        except ValueError:
            return value
    return value
