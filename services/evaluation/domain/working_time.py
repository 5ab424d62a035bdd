"""Working time: how much of it lies between two instants, and when an amount of it is used up.

A working calendar is a set of spans [opening, closing) on the line of time (µs UTC), made of weekly hours,
holidays and days with hours of their own, in the calendar's zone. All is integers and exact: the spans are
found once, with the sum of what lies before each, so that every question is a bisection.

A duration that ends exactly at closing may as well end at the next opening, since no working time lies in
between: `first` is the earlier of the two, `last` the later.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from services.evaluation.domain.exclusions import Span, merged, within
from shared.clock import from_micros, to_micros

DAY = timedelta(days=1)
MINUTES_OF_A_DAY = 24 * 60
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Hours = tuple[tuple[int, int], ...]
"""Spans of one day in minutes since midnight; 1440 is the midnight that ends it."""


class Pause(NamedTuple):
    """[start, end) in which the clock stands still, with whose pause it is and why."""

    start: int
    end: int
    owner: str
    reason: str


class Clock(Protocol):
    """What counts as time. Amounts are microseconds of counted time."""

    def spent(self, start: int, end: int) -> int:
        """How much counts in [start, end)."""
        ...

    def first(self, start: int, amount: int) -> int:
        """The first instant, from ``start`` on, at which ``amount`` has been counted."""
        ...

    def last(self, start: int, amount: int) -> int:
        """The last instant at which no more than ``amount`` has been counted since ``start``."""
        ...


class Elapsed:
    """A clock that never stops."""

    def spent(self, start: int, end: int) -> int:
        return end - start

    def first(self, start: int, amount: int) -> int:
        return start + amount

    last = first


class Spans(NamedTuple):
    """The spans that begin in the local years [first, behind), and the working time before each."""

    first: int
    behind: int
    low: int
    high: int
    openings: Sequence[int]
    closings: Sequence[int]
    before: Sequence[int]
    days: Sequence[int]
    """Ordinals of the dates that are worked."""

    def worked(self, instant: int) -> int:
        """Working time before an instant, since the first span."""
        place = bisect_right(self.openings, instant) - 1
        if place < 0:
            return 0
        return self.before[place] + min(instant, self.closings[place]) - self.openings[place]

    @property
    def all(self) -> int:
        return self.before[-1] + self.closings[-1] - self.openings[-1] if self.openings else 0


@dataclass(slots=True, eq=False)
class WorkingCalendar:
    """One version of a working calendar. Days without an entry have their weekday's hours."""

    code: str
    version: int
    zone: ZoneInfo
    weekly: Sequence[Hours]
    closed: frozenset[date] = frozenset()
    special: Mapping[date, Hours] = field(default_factory=dict)
    effective_from: date | None = None
    retroactive: bool = False
    _spans: Spans | None = field(default=None, init=False, repr=False, compare=False)

    # --- days ----------------------------------------------------------------------------------------

    def hours(self, day: date) -> Hours:
        """The working hours of a date: its own, none on a holiday, else its weekday's."""
        own = self.special.get(day)
        if own is not None:
            return own
        return () if day in self.closed else self.weekly[day.weekday()]

    def spans_of(self, day: date) -> list[tuple[int, int]]:
        """The spans of a date in µs UTC.

        A time that the clock shows twice is the first of both, one that it jumps over lies behind the jump,
        as with windows. A date that a zone left out (Samoa, 30 December 2011) has no hours.
        """
        hours = self.hours(day)
        if not hours or midnight(day + DAY, self.zone) <= midnight(day, self.zone):
            return []
        found: list[tuple[int, int]] = []
        for open_, close in hours:
            start, end = self._at(day, open_), self._at(day, close)
            start = max(start, found[-1][1]) if found else start
            if end > start:
                found.append((start, end))
        return found

    def _at(self, day: date, minutes: int) -> int:
        if minutes == MINUTES_OF_A_DAY:
            return midnight(day + DAY, self.zone)
        return instant_of(day, time(minutes // 60, minutes % 60), self.zone)

    def local_date(self, instant: int) -> date:
        return from_micros(instant).astimezone(self.zone).date()

    def working_day(self, day: date, count: int) -> date:
        """The ``count``-th working date behind a date; 0: the date itself, or the next one that is worked."""
        from_ = midnight(day, self.zone)
        end = from_
        while True:
            spans = self._covering(from_, end)
            place = bisect_left(spans.days, day.toordinal() + (count > 0)) + max(count - 1, 0)
            if place < len(spans.days):
                return date.fromordinal(spans.days[place])
            end = spans.high + (spans.high - spans.low)

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The spans that open in [start, end)."""
        spans = self._covering(start, end)
        low, high = bisect_left(spans.openings, start), bisect_left(spans.openings, end)
        return list(zip(spans.openings[low:high], spans.closings[low:high], strict=True))

    # --- the clock -----------------------------------------------------------------------------------

    def spent(self, start: int, end: int) -> int:
        spans = self._covering(start, end)
        return spans.worked(end) - spans.worked(start)

    def opening(self, instant: int) -> int:
        """The instant itself where work goes on, else the next opening."""
        return self.last(instant, 0)

    def first(self, start: int, amount: int) -> int:
        if amount <= 0:
            return start
        spans, wanted = self._reaching(start, amount)
        place = bisect_left(spans.before, wanted) - 1
        return spans.openings[place] + wanted - spans.before[place]

    def last(self, start: int, amount: int) -> int:
        spans, wanted = self._reaching(start, amount + 1)
        place = bisect_right(spans.before, wanted - 1) - 1
        # The last span with so little before it; what is left of the amount is used up inside it.
        return spans.openings[place] + wanted - 1 - spans.before[place]

    def _reaching(self, start: int, amount: int) -> tuple[Spans, int]:
        """Spans that hold ``amount`` behind ``start``, and the working time before its last microsecond."""
        end = start + amount
        while True:
            spans = self._covering(start, end)
            wanted = spans.worked(start) + amount
            if spans.all >= wanted:
                return spans, wanted
            end = spans.high + (spans.high - spans.low)

    def _covering(self, start: int, end: int) -> Spans:
        """The spans of all years that [start, end] touches, and of a year around them."""
        spans = self._spans
        if spans is not None and spans.low <= start and end < spans.high:
            return spans
        first, behind = self.local_date(start).year - 1, self.local_date(end).year + 2
        if spans is not None:
            first, behind = min(first, spans.first), max(behind, spans.behind)
        made = self._made(first, behind)
        # One assignment: readers in other threads see the old spans or the new ones.
        self._spans = made
        return made

    def _made(self, first: int, behind: int) -> Spans:
        openings: list[int] = []
        closings: list[int] = []
        before: list[int] = []
        days: list[int] = []
        worked = 0
        day, stop = date(first, 1, 1), date(behind, 1, 1)
        while day < stop:
            spans = self.spans_of(day)
            if spans:
                days.append(day.toordinal())
            for start, end in spans:
                openings.append(start)
                closings.append(end)
                before.append(worked)
                worked += end - start
            day += DAY
        low, high = midnight(date(first, 1, 1), self.zone), midnight(stop, self.zone)
        return Spans(first, behind, low, high, openings, closings, before, days)


@dataclass(frozen=True, slots=True)
class Calendars:
    """The versions of one working calendar that an agreement goes by, in order."""

    versions: tuple[WorkingCalendar, ...]

    def at(self, instant: int) -> WorkingCalendar:
        """The newest version that was in effect on the local date of an instant.

        Before the first one came into effect the first one counts: there was none to take its place.
        """
        for version in reversed(self.versions):
            start = version.effective_from
            if start is None or start <= version.local_date(instant):
                return version
        return self.versions[0]


# --- reading -----------------------------------------------------------------------------------------


def minutes_of(text: str) -> int:
    """`08:30` -> 510; `24:00` -> 1440."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def read_hours(found: Iterable[Sequence[str]]) -> Hours:
    return tuple((minutes_of(open_), minutes_of(close)) for open_, close in found)


def read_calendar(document: Mapping[str, Any]) -> WorkingCalendar:
    """A version as its event tells it (docs/events.md)."""
    start = document.get("effective_from")
    return WorkingCalendar(
        code=document["code"],
        version=int(document["version"]),
        zone=ZoneInfo(document["time_zone"]),
        weekly=tuple(read_hours(document["weekly"].get(name) or ()) for name in WEEKDAYS),
        closed=frozenset(date.fromisoformat(one["date"]) for one in document["holidays"]),
        special={date.fromisoformat(one["date"]): read_hours(one["hours"]) for one in document["half_days"]},
        effective_from=date.fromisoformat(start) if start else None,
        retroactive=bool(document.get("retroactive")),
    )


# --- pauses ------------------------------------------------------------------------------------------


def _covered(pauses: Iterable[Pause]) -> list[Span]:
    """The spans that some pause covers, in order, apart from each other."""
    return merged((pause.start, pause.end) for pause in pauses)


def spent(clock: Clock, start: int, end: int, pauses: Iterable[Pause] = ()) -> int:
    """Counted time in [start, end), less what pauses cover of it. Raises ValueError where end < start."""
    if end < start:
        raise ValueError("a duration is never negative")
    return clock.spent(start, end) - sum(clock.spent(*span) for span in within(_covered(pauses), start, end))


def reached(clock: Clock, start: int, amount: int, pauses: Iterable[Pause] = (), *, late: bool) -> int:
    """When ``amount`` has been counted since ``start``, the clock standing still in pauses.

    ``late``: the last instant at which no more has been counted, else the first at which so much has. A pause
    that begins where the limit is reached stops nothing any more: the limit was reached.
    """
    if amount < 0:
        raise ValueError("a limit is never negative")
    if amount == 0 and not late:
        return start
    at = start
    left = amount
    for low, high in _covered(pauses):
        if high <= at:
            continue
        if low >= at:
            found = clock.last(at, left) if late else clock.first(at, left)
            if found <= low:
                return found
            left -= clock.spent(at, low)
        at = high
    return clock.last(at, left) if late else clock.first(at, left)


# --- local times -------------------------------------------------------------------------------------


def instant_of(day: date, clock: time, zone: ZoneInfo) -> int:
    """µs UTC of a local time: the first of two, or behind the jump of one that does not exist."""
    return to_micros(datetime.combine(day, clock, tzinfo=zone).astimezone(UTC))


def midnight(day: date, zone: ZoneInfo) -> int:
    """When a local date begins."""
    return instant_of(day, time(), zone)
