"""Periods of reports: a month (`2026-10`), a quarter or a year of the Thai fiscal calendar.

The fiscal year 2570 (`fy2027`, Gregorian as everywhere in addresses) runs from 1 October 2569 to 30
September 2570; `fy2027-q1` is its first quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.words import Reader
from shared.reporting import FISCAL_START, ended_before, span_of


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
    found = span_of(code, zone)
    return None if found is None else Period(code, *found)


def month_of(when: datetime) -> str:
    """The code of a month."""
    return f"{when.year}-{when.month:02}"


def month_before(when: datetime, zone: tzinfo) -> str:
    """The code of the last month that is over."""
    return month_of(when.astimezone(zone).replace(day=1) - timedelta(days=1))


def periods_before(now: datetime) -> list[Period]:
    """What can be chosen, newest first: the last twelve months, four quarters, and two fiscal years."""
    zone = now.tzinfo
    assert zone is not None
    codes: list[str] = []
    first = now.date().replace(day=1)
    for _ in range(24):
        codes += ended_before(first)
        first = (first - timedelta(days=1)).replace(day=1)
    kinds = (
        [each for each in codes if not each.startswith("fy")][:12],
        [each for each in codes if "-q" in each][:4],
        [each for each in codes if each.startswith("fy") and "-q" not in each][:2],
    )
    found = [read_period(code, zone) for kind in kinds for code in kind]
    return [each for each in found if each is not None]
