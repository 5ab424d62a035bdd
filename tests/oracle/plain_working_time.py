"""Working time, read again from the specification: five minutes after five minutes, by the wall clock.

Everything here is a multiple of five minutes, and hours begin and end outside the night, in which clocks are
changed (but for midnight itself). Slow, and so plain that one can see that it is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=5)
Hours = Sequence[tuple[int, int]]
"""Minutes of the local day."""
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Plain:
    zone: ZoneInfo
    weekly: Sequence[Hours]
    closed: frozenset[date]
    special: Mapping[date, Hours]
    seen: dict[datetime, bool] = field(default_factory=dict)

    def hours(self, day: date) -> Hours:
        if day in self.special:
            return self.special[day]
        if day in self.closed:
            return ()
        return self.weekly[day.weekday()]

    def works(self, t: datetime) -> bool:
        """Whether the five minutes from t on are worked."""
        if t not in self.seen:
            local = t.astimezone(self.zone)
            minute = local.hour * 60 + local.minute
            self.seen[t] = any(open_ <= minute < close for open_, close in self.hours(local.date()))
        return self.seen[t]

    def working_date(self, day: date, count: int) -> date:
        while count > 0:
            day += timedelta(days=1)
            if self.hours(day):
                count -= 1
        while not self.hours(day):
            day += timedelta(days=1)
        return day

    def opening(self, t: datetime) -> datetime:
        while not self.works(t):
            t += STEP
        return t

    def closing(self, day: date) -> datetime:
        """The end of the last five minutes that are worked on a date."""
        t = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=40)
        while not (t.astimezone(self.zone).date() == day and self.works(t)):
            t -= STEP
        return t + STEP


def inside(t: datetime, pauses: Iterable[Span]) -> bool:
    return any(start <= t < end for start, end in pauses)


def spent(works: Callable[[datetime], bool], start: datetime, end: datetime, pauses: Sequence[Span]) -> int:
    """Steps that count in [start, end)."""
    found = 0
    t = start
    while t < end:
        found += works(t) and not inside(t, pauses)
        t += STEP
    return found


def last_within(
    works: Callable[[datetime], bool], start: datetime, limit: int, pauses: Sequence[Span]
) -> datetime:
    """The last instant at which no more than ``limit`` steps were counted."""
    used, t = 0, start
    while True:
        if works(t) and not inside(t, pauses):
            if used == limit:
                return t
            used += 1
        t += STEP


def first_reached(
    works: Callable[[datetime], bool], start: datetime, limit: int, pauses: Sequence[Span]
) -> datetime:
    used, t = 0, start
    while used < limit:
        used += works(t) and not inside(t, pauses)
        t += STEP
    return t


def deadline_of_duration(
    works: Callable[[datetime], bool], start: datetime, limit: int, pauses: Sequence[Span], comparator: str
) -> datetime:
    """Only a pause that begins before the limit is reached stops the clock."""
    find = last_within if comparator == "<=" else first_reached
    stopped: list[Span] = []
    found = find(works, start, limit, stopped)
    for pause in joined(pauses):
        if pause[0] < found:
            stopped.append(pause)
            found = find(works, start, limit, stopped)
    return found


def joined(pauses: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(pauses):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def deadline_of_days(plain: Plain, start: datetime, days: int, pauses: Sequence[Span]) -> datetime:
    """n working days later at the same clock time, at most closing; later by what pauses cover."""
    begun = plain.opening(start)
    local = begun.astimezone(plain.zone)
    day = plain.working_date(local.date(), days)
    same_time = datetime.combine(day, local.time(), tzinfo=plain.zone).astimezone(UTC)
    due = max(begun, min(same_time, plain.closing(day)))
    worked = spent(plain.works, begun, due, ())
    return max(due, first_reached(plain.works, begun, worked, joined(pauses)))


def end_of_date(zone: ZoneInfo, day: date) -> datetime:
    """The last microsecond of a date."""
    t = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    while t.astimezone(zone).date() <= day:
        t += STEP
    return t - timedelta(microseconds=1)
