"""Limits of a journey's time, in the four ways they are written, and the instant at which each falls.

A limit is judged against one instant: a journey keeps `<= limit` when it ends at or before it (docs:
"how we judge", Working time). That instant and the duration always agree: it is the last one at which the
duration is still within the limit, or, for `<`, the first at which it no longer is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from services.evaluation.domain.amounts import parse_duration
from services.evaluation.domain.working_time import (
    DAY,
    Elapsed,
    Pause,
    WorkingCalendar,
    instant_of,
    midnight,
    reached,
)
from shared.clock import from_micros

MICROSECOND = 1
ELAPSED = Elapsed()
INCLUSIVE = ("<=", ">")
"""Comparators that part the instants behind the last one within the limit; the others before the first."""


@dataclass(frozen=True, slots=True)
class ElapsedLimit:
    """`P3D`, `PT72H`: a day is 24 hours."""

    micros: int

    needs_calendar = False

    def deadline(
        self, start: int, comparator: str, calendar: WorkingCalendar | None, pauses: Iterable[Pause] = ()
    ) -> int:
        return reached(ELAPSED, start, self.micros, pauses, late=comparator in INCLUSIVE)


@dataclass(frozen=True, slots=True)
class WorkingLimit:
    """`PT8H` of an indicator whose clock is `working`: working time of the agreement's calendar."""

    micros: int

    needs_calendar = True

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

    needs_calendar = True

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


def read_limit(value: Any, clock: str, zone: ZoneInfo) -> Limit:
    """A limit as an agreement states it; ``clock`` is the indicator's, ``zone`` the agreement's."""
    if isinstance(value, Mapping):
        if "working_days" in value:
            return WorkingDays(int(value["working_days"]), value.get("by") == "date")
        return CalendarDays(int(value["calendar_days"]), bool(value.get("roll")), zone)
    micros = parse_duration(value)
    return WorkingLimit(micros) if clock == "working" else ElapsedLimit(micros)


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
