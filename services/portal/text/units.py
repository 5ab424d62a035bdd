"""Units and lengths of time in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from services.portal.text.breaking import NBSP
from services.portal.text.language import Lang

# What a number counts -> Thai, one, many. The catalogue of units of docs; others are shown as declared.
UNITS: dict[str, tuple[str, str, str]] = {
    "case": ("เรื่อง", "case", "cases"),
    "request": ("คำขอ", "request", "requests"),
    "measurement": ("ครั้ง", "measurement", "measurements"),
    "time": ("ครั้ง", "time", "times"),
    "promise": ("ข้อ", "promise", "promises"),
    "slice": ("ช่วงเวลา", "slice", "slices"),
    "person": ("คน", "person", "people"),
    "point": ("คะแนน", "point", "points"),
    "points": ("คะแนน", "point", "points"),
    "ms": ("มิลลิวินาที", "ms", "ms"),
    "s": ("วินาที", "second", "seconds"),
    "min": ("นาที", "minute", "minutes"),
    "h": ("ชั่วโมง", "hour", "hours"),
    "d": ("วัน", "day", "days"),
    "w": ("สัปดาห์", "week", "weeks"),
    "month": ("เดือน", "month", "months"),
    "y": ("ปี", "year", "years"),
    "working_days": ("วันทำการ", "working day", "working days"),
    "calendar_days": ("วันตามปฏิทิน", "calendar day", "calendar days"),
    "working_hours": ("ชั่วโมงทำการ", "working hour", "working hours"),
}
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_PARTS = ("y", "month", "w", "d", "h", "min", "s")


def unit(name: str, lang: Lang, *, many: bool = True) -> str:
    known = UNITS.get(name)
    if known is None:
        return name
    return known[0] if lang == "th" else known[2 if many else 1]


def quantity(number: str, name: str, lang: Lang) -> str:
    """3 วัน, 1 day, 3 days: one thing that does not part."""
    return f"{number}{NBSP}{unit(name, lang, many=number != '1')}".replace(" ", NBSP)


def duration(text: str, lang: Lang) -> str:
    """P3D -> 3 วัน, 3 days; PT72H stays hours, because it was promised in hours."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return text
    parts = [
        quantity(number, name, lang)
        for number, name in zip(found.groups(), _PARTS, strict=True)
        if number is not None
    ]
    return " ".join(parts)


@lru_cache(maxsize=4096)
def amount(text: str) -> Fraction:
    """A number as it stands; a length of time (`P2D`) in seconds."""
    found = _DURATION.fullmatch(text) if text.startswith("P") else None
    if found is None:
        return Fraction(text)
    sizes = zip(found.groups(), _PARTS, strict=True)
    seconds = {"w": 604_800, **dict(_LENGTHS)}
    return sum((Fraction(number) * seconds[name] for number, name in sizes if number), Fraction(0))


_LENGTHS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def length(seconds: Fraction, lang: Lang) -> str:
    """A time that passed, in two units at most: 4 วัน 3 ชั่วโมง."""
    rest = round(abs(seconds))
    parts: list[tuple[int, str]] = []
    for name, size in _LENGTHS:
        whole, rest = divmod(rest, size)
        if whole or parts:
            parts.append((whole, name))
        if len(parts) == 2:
            break
    said = [quantity(str(whole), name, lang) for whole, name in parts if whole]
    return ("\u2212" if seconds < 0 else "") + (" ".join(said) or quantity("0", "s", lang))


def limit(value: str | Mapping[str, Any], lang: Lang) -> str | None:
    """A limit of a journey's time; None where it is a number."""
    if isinstance(value, str):
        return duration(value, lang) if value.startswith("P") else None
    for name in ("working_days", "calendar_days"):
        if name in value:
            return quantity(str(value[name]), name, lang)
    return None
