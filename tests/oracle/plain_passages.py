"""Where each journey counts, read again: its start and end, its limit in the four ways, its window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle import plain_working_time as working
from tests.oracle.plain_facts import Agreed, Labels, Passed, Span, World, micros
from tests.oracle.plain_windows import EPOCH

STEP = working.STEP // timedelta(microseconds=1)


@dataclass(frozen=True)
class Reading:
    """``so_far``: the labels that its events brought, of each name the newest."""

    start: Passed
    end: Passed | None
    so_far: Labels

    @property
    def journey(self) -> str:
        return self.start.journey


@dataclass(frozen=True)
class Placed:
    """``at``: where it counts; ``listed``: it does not, but is shown as late."""

    journey: str
    at: int
    good: bool
    overdue: bool = False
    listed: bool = False
    seconds: Fraction | None = None


def readings(world: World, revision: Agreed, objective: Mapping[str, Any]) -> list[Reading]:
    """The journeys that a revision judges: those that start while it is in force."""
    indicator = world.indicators[objective["indicator"]]
    journeys: dict[str, list[Passed]] = {}
    for one in world.events:
        journeys.setdefault(one.journey, []).append(one)
    found = [_read(events, indicator["from"], indicator["to"]) for events in journeys.values()]
    return [one for one in found if one is not None and revision.judges(one.start.at)]


def _read(events: Sequence[Passed], first: Mapping[str, str], last: Mapping[str, str]) -> Reading | None:
    starts = _matching(events, first)
    if not starts:
        return None
    start = starts[0] if first["occurrence"] == "first" else starts[-1]
    ends = [one for one in _matching(events, last) if one.at >= start.at]
    if not ends:
        labels: dict[str, str] = {}
        for one in sorted(events, key=lambda event: event.at):
            labels |= one.labels
        return Reading(start, None, labels)
    end = ends[0] if last["occurrence"] == "first" else ends[-1]
    return Reading(start, end, end.labels)


def _matching(events: Sequence[Passed], rule: Mapping[str, str]) -> list[Passed]:
    found = [
        one
        for one in events
        if rule["step"] in ("*", one.step) and (rule["edge"] == "any" or one.edge in (rule["edge"], "point"))
    ]
    return sorted(found, key=lambda one: one.at)


def scope_of(reading: Reading, objective: Mapping[str, Any]) -> dict[str, str | None]:
    """Labels at the start, or (by declaration) at the end: of one that is open those known so far."""
    labels = reading.so_far if objective.get("scope_at") == "end" else reading.start.labels
    return {name: labels.get(name) for name in objective.get("scope") or ()}


class Limits:
    """How long a journey may take, and how long it took."""

    def __init__(self, world: World, revision: Agreed, objective: Mapping[str, Any]) -> None:
        self.zone = ZoneInfo(revision.document.get("time_zone") or "Asia/Bangkok")
        self.clock = world.indicators[objective["indicator"]].get("clock") or "elapsed"
        self.calendars = world.calendars
        good = objective.get("good") or {}
        self.comparator: str = good.get("comparator", "<=")
        self.value: Any = good.get("value")

    def version(self, start: int) -> tuple[int, working.Plain]:
        """The newest version in effect on the local date of the start; before the first: the first."""
        chosen = 0
        for place, (since, plain) in enumerate(self.calendars):
            day = instant(start).astimezone(plain.zone).date()
            if since is None or since <= day:
                chosen = place
        return chosen + 1, self.calendars[chosen][1]

    def deadline(self, start: int) -> int:
        if isinstance(self.value, str):
            amount = micros(self.value)
            if self.clock == "elapsed":
                return start + amount
            return _micros(
                working.deadline_of_duration(
                    self._works(start), instant(start), amount // STEP, (), self.comparator
                )
            )
        if "calendar_days" in self.value:
            day = instant(start).astimezone(self.zone).date() + timedelta(days=self.value["calendar_days"])
            if self.value.get("roll"):
                day = self.version(start)[1].working_date(day, 0)
                return _micros(working.end_of_date(self.version(start)[1].zone, day))
            return _micros(working.end_of_date(self.zone, day))
        _, plain = self.version(start)
        if self.value.get("by") == "date":
            day = instant(start).astimezone(plain.zone).date()
            return _micros(
                working.end_of_date(plain.zone, plain.working_date(day, self.value["working_days"]))
            )
        return _micros(working.deadline_of_days(plain, instant(start), self.value["working_days"], ()))

    def took(self, reading: Reading) -> int:
        """µs on the indicator's clock."""
        assert reading.end is not None
        start, end = reading.start.at, reading.end.at
        if self.clock == "elapsed":
            return end - start
        return working.spent(self._works(start), instant(start), instant(end), ()) * STEP

    def kept(self, reading: Reading) -> bool:
        assert reading.end is not None
        if isinstance(self.value, str):
            used, most = self.took(reading), micros(self.value)
        else:
            used, most = reading.end.at, self.deadline(reading.start.at)
        return used <= most if self.comparator == "<=" else used < most

    def _works(self, start: int) -> Callable[[datetime], bool]:
        return self.version(start)[1].works


def instant(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _micros(when: datetime) -> int:
    return (when.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def place(
    reading: Reading, objective: Mapping[str, Any], limits: Limits, windows: Callable[[int], Span], upto: int
) -> Placed | None:
    """Where a journey counts as far as is known at ``upto``. ``windows``: the window of an instant."""
    name, started = reading.journey, reading.start.at
    ended = None if reading.end is None else reading.end.at
    if objective.get("aggregation", "share") != "share":
        if ended is None:
            return None
        return Placed(name, ended, False, seconds=Fraction(limits.took(reading), 1_000_000))
    deadline = limits.deadline(started)
    kept = ended is not None and limits.kept(reading)
    if objective["count_at"] in ("start", "deadline"):
        at = started if objective["count_at"] == "start" else deadline
        return None if ended is None and upto <= deadline else Placed(name, at, kept)
    closes = windows(deadline)[1]
    if ended is not None and ended < closes:
        return Placed(name, ended, kept)
    if objective.get("overdue", "counted") == "counted":
        return Placed(name, deadline, False, overdue=True) if upto > deadline else None
    return None if ended is None else Placed(name, ended, kept)


def late(
    reading: Reading, objective: Mapping[str, Any], limits: Limits, windows: Callable[[int], Span], upto: int
) -> Placed | None:
    """With `overdue: listed`: the window in which it was late and open at the end."""
    if objective.get("overdue") != "listed" or objective.get("aggregation", "share") != "share":
        return None
    deadline = limits.deadline(reading.start.at)
    still_open = reading.end is None or reading.end.at >= windows(deadline)[1]
    if objective["count_at"] != "completion" or not still_open or upto <= deadline:
        return None
    return Placed(reading.journey, deadline, False, listed=True)
