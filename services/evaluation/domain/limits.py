"""Limits of a journey's time, in the four ways they are written, and the instant at which each falls.

A limit is judged against one instant: a journey keeps `<= limit` when it ends at or before it (docs:
"how we judge", Working time). That instant and the duration always agree: it is the last one at which the
duration is still within the limit, or, for `<`, the first at which it no longer is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from services.evaluation.domain.amounts import MICRO, parse_duration
from services.evaluation.domain.working_time import (
    DAY,
    Calendars,
    Elapsed,
    Pause,
    WorkingCalendar,
    instant_of,
    midnight,
    reached,
)
from shared.clock import SECOND, from_micros

MICROSECOND = 1
DAY_MICROS = 86_400 * SECOND
ELAPSED = Elapsed()
INCLUSIVE = ("<=", ">")
"""Comparators that part the instants behind the last one within the limit; the others before the first."""


@dataclass(frozen=True, slots=True)
class ElapsedLimit:
    """`P3D`, `PT72H`: a day is 24 hours."""

    micros: int

    needs_calendar = in_working_time = False

    def deadline(
        self, start: int, comparator: str, calendar: WorkingCalendar | None, pauses: Iterable[Pause] = ()
    ) -> int:
        return reached(ELAPSED, start, self.micros, pauses, late=comparator in INCLUSIVE)


@dataclass(frozen=True, slots=True)
class WorkingLimit:
    """`PT8H` of an indicator whose clock is `working`: working time of the agreement's calendar."""

    micros: int

    needs_calendar = in_working_time = True

    def deadline(
        self, start: int, comparator: str, calendar: WorkingCalendar | None, pauses: Iterable[Pause] = ()
    ) -> int:
        return reached(_known(calendar), start, self.micros, pauses, late=comparator in INCLUSIVE)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """n working days later at the same clock time, or that day's closing where this is earlier.

    ``by_date``: to the end of the n-th working date behind the start's date. Pauses move either by the
    working time that they cover.
    """

    days: int
    by_date: bool = False

    needs_calendar = in_working_time = True

    def deadline(
        self, start: int, comparator: str, calendar: WorkingCalendar | None, pauses: Iterable[Pause] = ()
    ) -> int:
        found = _known(calendar)
        begun = found.opening(start)
        base = found.local_date(start if self.by_date else begun)
        day = found.working_day(base, self.days)
        closing = found.spans_of(day)[-1][1]
        due = closing
        if not self.by_date:
            clock = from_micros(begun).astimezone(found.zone).time()
            due = max(begun, min(instant_of(day, clock, found.zone), closing))
        moved = due
        covered = list(pauses)
        if covered and due >= begun:
            moved = max(due, reached(found, begun, found.spent(begun, due), covered, late=False))
        if not self.by_date:
            return moved
        # An instant of closing belongs to the day that closes, also where that is midnight.
        return end_of(day if moved == due else found.local_date(moved - MICROSECOND), found.zone)


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """To the end of the n-th date behind the start's date (Thai Civil and Commercial Code, s. 193/3).

    ``roll``: if that is no working day, to the end of the next one (s. 193/8). Dates are those of ``zone``,
    the agreement's. Pauses do not move a date.
    """

    days: int
    roll: bool
    zone: ZoneInfo

    in_working_time = False

    @property
    def needs_calendar(self) -> bool:
        return self.roll

    def deadline(
        self, start: int, comparator: str, calendar: WorkingCalendar | None, pauses: Iterable[Pause] = ()
    ) -> int:
        day = from_micros(start).astimezone(self.zone).date() + self.days * DAY
        if self.roll:
            day = _known(calendar).working_day(day, 0)
        return end_of(day, self.zone)


Limit = ElapsedLimit | WorkingLimit | WorkingDays | CalendarDays


def end_of(day: date, zone: ZoneInfo) -> int:
    """The last instant of a date."""
    return midnight(day + DAY, zone) - MICROSECOND


def longest(limit: Limit, calendars: Calendars | None) -> int:
    """No limit of this kind falls later than so long after its start (not reckoning with pauses)."""
    if isinstance(limit, ElapsedLimit):
        return limit.micros
    if calendars is None or not limit.needs_calendar:
        days = limit.days if isinstance(limit, CalendarDays) else 0
        return (days + 2) * DAY_MICROS
    return max(_longest(limit, calendar) for calendar in calendars.versions)


@lru_cache(maxsize=1000)
def _longest(limit: Limit, calendar: WorkingCalendar) -> int:
    """The longest wait from an opening to the limit of what starts at its closing, in the written-out years.

    Elsewhere the weeks are all alike, which the year on either side has seen.
    """
    days = [*calendar.closed, *calendar.special]
    years = [day.year for day in days] or [2026]
    low = midnight(date(min(years) - 1, 1, 1), calendar.zone)
    high = midnight(date(max(years) + 2, 1, 1), calendar.zone)
    return max(
        limit.deadline(close, "<=", calendar) - open_ + 2 * DAY_MICROS
        for open_, close in calendar.between(low, high)
    )


def read_limit(value: Any, clock: str, zone: ZoneInfo) -> Limit:
    """A limit as an agreement states it; ``clock`` is the indicator's, ``zone`` the agreement's."""
    if isinstance(value, Mapping):
        if "working_days" in value:
            return WorkingDays(int(value["working_days"]), value.get("by") == "date")
        return CalendarDays(int(value["calendar_days"]), bool(value.get("roll")), zone)
    micros = parse_duration(value) if isinstance(value, str) and value.startswith("P") else _seconds(value)
    return WorkingLimit(micros) if clock == "working" else ElapsedLimit(micros)


def _seconds(value: Any) -> int:
    """Microseconds of a plain number of seconds, as old documents may hold it."""
    return int(Fraction(str(value)) * MICRO)


def kept(ended: int, comparator: str, deadline: int) -> bool:
    """Whether a journey that ended at an instant keeps its limit; equality follows the comparator."""
    match comparator:
        case "<":
            return ended < deadline
        case "<=":
            return ended <= deadline
        case ">":
            return ended > deadline
        case ">=":
            return ended >= deadline
    raise ValueError(f"unknown comparator {comparator!r}")


def _known(calendar: WorkingCalendar | None) -> WorkingCalendar:
    if calendar is None:
        raise ValueError("a limit in working time needs a calendar")
    return calendar
