"""Windows: the spans an objective is judged over. Instants are microseconds since 1970 UTC.

Every window is [start, end): its start counts, its end does not (SEMANTICS, Windows).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.clock import MINUTE, from_micros, to_micros

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
DAYS = {"day": 1, "week": 7}
UNITS = ("hour", *DAYS, *MONTHS)
MONDAY = datetime(1970, 1, 5)
FIRST = datetime(1970, 1, 1)


class Window(NamedTuple):
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def default_anchor(unit: str) -> datetime:
    """Monday for weeks, the 1st for months, 1 January for the longer ones."""
    return MONDAY if unit == "week" else FIRST


@dataclass(frozen=True)
class CalendarWindows:
    """`count` units, reckoned from the anchor (a local wall-clock time in `zone`).

    The k-th window starts at anchor + k x count x unit, never found by adding windows up: a month that lacks
    the anchor's day uses its last day and the next one has the anchor's day again.
    """

    unit: str
    count: int
    anchor: datetime
    zone: ZoneInfo

    rolling = False
    reach = 0
    """How far a track's first window reaches back from where the track starts (µs)."""

    def start(self, k: int) -> int:
        """When the k-th window starts. Wall-clock times are kept across changes of the zone's offset.

        A time that the clock shows twice is the first of both; one that it jumps over is as far behind the
        jump as it would have been without it (RFC 5545). Hours are wall-clock hours too, so that three times
        eight of them stay 0, 8 and 16 o'clock in summer; the hour that is jumped over has no window.
        """
        local = self._local_start(k * self.count)
        return to_micros(local.replace(tzinfo=self.zone).astimezone(UTC))

    def _local_start(self, units: int) -> datetime:
        if self.unit == "hour":
            return self.anchor + timedelta(hours=units)
        if self.unit in DAYS:
            return self.anchor + timedelta(days=DAYS[self.unit] * units)
        months = self.anchor.year * 12 + self.anchor.month - 1 + MONTHS[self.unit] * units
        year, month = divmod(months, 12)
        day = min(self.anchor.day, calendar.monthrange(year, month + 1)[1])
        return self.anchor.replace(year=year, month=month + 1, day=day)

    def index(self, instant: int) -> int:
        """k of the window that holds an instant."""
        local = from_micros(instant).astimezone(self.zone).replace(tzinfo=None)
        if self.unit in MONTHS:
            months = (local.year - self.anchor.year) * 12 + local.month - self.anchor.month
            k = months // (MONTHS[self.unit] * self.count)
        else:
            hours = 1 if self.unit == "hour" else 24 * DAYS[self.unit]
            k = (local - self.anchor) // timedelta(hours=hours * self.count)
        # Off by one where the anchor's day is later in the month, or where the clock jumped.
        while self.start(k) > instant:
            k -= 1
        while self.start(k + 1) <= instant:
            k += 1
        return k

    def at(self, instant: int) -> Window:
        """The window that holds an instant. Most promises have the same windows: asked for once."""
        return _window_at(self, instant)

    def touching(self, start: int, end: int) -> Iterator[Window]:
        """The windows that share an instant with [start, end), in order."""
        if end <= start:
            return
        for window in self.ending_after(start):
            if window.start >= end:
                return
            yield window

    def ending_after(self, instant: int) -> Iterator[Window]:
        """The windows whose end lies behind an instant, in order, without end."""
        k = self.index(instant)
        while True:
            window = Window(self.start(k), self.start(k + 1))
            if window.length > 0:  # the clock jumped over the others
                yield window
            k += 1

    def first_ending_after(self, instant: int) -> Window:
        """The first window whose end is later than ``instant``: the one that holds it."""
        return self.at(instant)

    def last_end(self, instant: int) -> int:
        """The last end of a window at or before ``instant``."""
        return self.at(instant).start


@lru_cache(maxsize=1024)
def _window_at(windows: CalendarWindows, instant: int) -> Window:
    k = windows.index(instant)
    return Window(windows.start(k), windows.start(k + 1))


@dataclass(frozen=True)
class RollingWindows:
    """The last `duration` before each multiple of `step` since 1970-01-01T00:00Z (both in µs)."""

    duration: int
    step: int

    rolling = True

    @property
    def reach(self) -> int:
        """A rolling track starts where its first window ends."""
        return self.duration

    def ending_at(self, end: int) -> Window:
        return Window(end - self.duration, end)

    def ending_after(self, instant: int) -> Iterator[Window]:
        """The windows whose end lies behind an instant, in order, without end."""
        end = (instant // self.step + 1) * self.step
        while True:
            yield self.ending_at(end)
            end += self.step

    def touching(self, start: int, end: int) -> Iterator[Window]:
        """The windows that share an instant with [start, end), in order."""
        if end <= start:
            return
        for window in self.ending_after(start):
            if window.start >= end:
                return
            yield window

    def first_ending_after(self, instant: int) -> Window:
        """The first window whose end is later than ``instant``."""
        return self.ending_at((instant // self.step + 1) * self.step)

    def last_end(self, instant: int) -> int:
        """The last end of a window at or before ``instant``."""
        return instant // self.step * self.step


Windows = CalendarWindows | RollingWindows


def default_step(duration: int) -> int:
    """max(1 min, W/60), rounded up to whole minutes."""
    return max(MINUTE, -(-duration // (60 * MINUTE)) * MINUTE)


def next_local_midnight(instant: int, zone: ZoneInfo) -> int:
    """The first local midnight at or behind an instant."""
    local = from_micros(instant).astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    first = to_micros(midnight.replace(tzinfo=zone).astimezone(UTC))
    if first >= instant:
        return first
    return to_micros((midnight + timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC))
