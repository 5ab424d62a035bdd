"""Periods of reports: a month (`2026-10`), a quarter or a year of the Thai fiscal calendar.

The fiscal year 2570 (`fy2027`, Gregorian as everywhere in addresses) runs from 1 October 2569 to 30
September 2570; `fy2027-q1` is its first quarter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.words import Reader

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_FISCAL = re.compile(r"fy(\d{4})(?:-q([1-4]))?")
FISCAL_START = 10
EARLIEST, LATEST = 1990, 2200


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end) in local wall-clock time of the agreement."""

    code: str
    start: datetime
    end: datetime

    @property
    def ends(self) -> dict[str, str]:
        """The query of the windows that belong to it: those that end in (start, end]."""
        just_after = timedelta(microseconds=1)
        return {
            "from": (self.start + just_after).isoformat(),
            "to": (self.end + just_after).isoformat(),
        }

    @property
    def months(self) -> int:
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    def name(self, reader: Reader) -> Phrase:
        """ตุลาคม 2569; ไตรมาสที่ 1 ปีงบประมาณ 2570; ปีงบประมาณ 2570, with its days."""
        t, lang = reader.t, reader.lang
        if self.months == 1:
            return Phrase(dates.month(self.start, lang))
        year = dates.year(self.start.year + (self.start.month >= FISCAL_START), lang)
        days = dates.Span(self.start, self.end).name(lang)
        if self.months == 3:
            number = (self.start.month - FISCAL_START) % 12 // 3 + 1
            return t.fiscal_quarter(n=number, year=year, days=days)
        return t.fiscal_year(year=year, days=days)


def read_period(code: str, zone: tzinfo) -> Period | None:
    """None: there is no such period."""
    month, fiscal = _MONTH.fullmatch(code), _FISCAL.fullmatch(code)
    if month is not None:
        year, number, months = int(month[1]), int(month[2]), 1
        if not 1 <= number <= 12:
            return None
    elif fiscal is not None:
        quarter = int(fiscal[2] or 1)
        year, number = int(fiscal[1]) - 1, FISCAL_START + 3 * (quarter - 1)
        months = 3 if fiscal[2] else 12
    else:
        return None
    if not EARLIEST <= year <= LATEST:
        return None
    return Period(code, _first(year, number, zone), _first(year, number + months, zone))


def _first(year: int, month: int, zone: tzinfo) -> datetime:
    """The first of a month; 13 is January of the year after."""
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=zone)


def month_of(when: datetime) -> str:
    """The code of a month."""
    return f"{when.year}-{when.month:02}"


def month_before(when: datetime, zone: tzinfo) -> str:
    """The code of the last month that is over."""
    return month_of(when.astimezone(zone).replace(day=1) - timedelta(days=1))
