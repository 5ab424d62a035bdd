"""Dates and times as an official writes them: Buddhist years and "น." in Thai, Gregorian in English.

Everything is shown in the time zone of the agreement it belongs to. A window's end is its last moment:
1 December 00.00 reads 30 November 24.00. How a day is written is in `shared.dates`, which mails use too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.portal.text.breaking import NBSP
from services.portal.text.language import Lang
from shared.dates import (
    BUDDHIST,
    DEFAULT_ZONE,
    SHORT_MONTHS,
    clock,
    day,
    moment,
    month,
    year,
)

__all__ = [
    "Span",
    "clock",
    "day",
    "instant",
    "last_moment",
    "moment",
    "month",
    "read_day",
    "written_day",
    "year",
    "zone_of",
]

JOINER = "\u2060"
"""Else a line may end behind a dash."""


def zone_of(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(DEFAULT_ZONE)


def instant(text: str) -> datetime:
    """An RFC 3339 time of the API."""
    return datetime.fromisoformat(text)


def last_moment(end: datetime, zone: tzinfo, lang: Lang) -> str:
    """The end of a window: a midnight is 24.00 of the day before."""
    local = end.astimezone(zone)
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return moment(end, zone, lang)
    comma = "" if lang == "th" else ","
    return f"{day(local - timedelta(days=1), lang, short=True)}{comma} {clock(24, 0, lang)}"


_WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def read_day(text: str) -> date | None:
    """1/10/2569, 1/10/2026, 2026-10-01: above 2400 Buddhist, below 2200 Gregorian. None: it is no date."""
    text = text.strip()
    written, iso = _WRITTEN.fullmatch(text), _ISO.fullmatch(text)
    if written is not None:
        number, months, years = (int(part) for part in written.groups())
    elif iso is not None:
        years, months, number = (int(part) for part in iso.groups())
    else:
        return None
    years = years - BUDDHIST if years > 2400 else years
    try:
        return date(years, months, number) if years < 2200 else None
    except ValueError:
        return None


def written_day(when: date, lang: Lang) -> str:
    """As a person types it: 1/10/2569, 1/10/2026."""
    return f"{when.day}/{when.month}/{year(when.year, lang)}"


@dataclass(frozen=True, slots=True)
class Span:
    """A window as wall-clock times of its agreement's zone: [start, end)."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, start: str, end: str, zone: tzinfo) -> Span:
        return cls(instant(start).astimezone(zone), instant(end).astimezone(zone))

    def _whole_days(self) -> bool:
        return all((each.hour, each.minute, each.second) == (0, 0, 0) for each in (self.start, self.end))

    def _months(self) -> int:
        """How many whole months it is; 0: it is not made of months."""
        if not self._whole_days() or self.start.day != 1 or self.end.day != 1:
            return 0
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    def name(self, lang: Lang) -> str:
        """พฤศจิกายน 2569; a year; one day; else from - to, in whole days where it is made of them."""
        months = self._months()
        if months == 1:
            return month(self.start, lang)
        if months == 12 and self.start.month == 1:
            return f"ปี{NBSP}{year(self.start.year, lang)}" if lang == "th" else year(self.start.year, lang)
        if not self._whole_days():
            zone = self.start.tzinfo
            assert zone is not None
            if self.start.date() == self.end.date():
                return f"{moment(self.start, zone, lang)} – {clock(self.end.hour, self.end.minute, lang)}"
            return f"{moment(self.start, zone, lang)} – {last_moment(self.end, zone, lang)}"
        last = self.end - timedelta(days=1)
        if last.date() == self.start.date():
            return day(self.start, lang, short=True)
        names, until = SHORT_MONTHS[lang], day(last, lang, short=True)
        if (self.start.year, self.start.month) == (last.year, last.month):
            return f"{self.start.day}–{JOINER}{until}"
        if self.start.year == last.year:
            return f"{self.start.day}{NBSP}{names[self.start.month - 1]} – {until}"
        return f"{day(self.start, lang, short=True)} – {until}"

    def label(self, lang: Lang) -> str:
        """The few letters below a cell: the month, or the day on which it ended."""
        if self._months():
            return SHORT_MONTHS[lang][(self.end - timedelta(days=1)).month - 1]
        return self.ended_label()

    def ended_label(self) -> str:
        """22/11: its last day."""
        last = self.end - timedelta(microseconds=1)
        return f"{last.day}/{last.month}"
