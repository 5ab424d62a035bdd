"""An objective as the evaluator judges it, read from the stored form of a revision (API.md, Agreements)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from services.evaluation.domain.amounts import MICRO, UPPER, parse_duration, shown, to_micro
from services.evaluation.domain.coverage import SourcePlan
from services.evaluation.domain.limits import Limit, longest, read_limit
from services.evaluation.domain.windows import (
    CalendarWindows,
    RollingWindows,
    Window,
    Windows,
    default_anchor,
    default_step,
)
from services.evaluation.domain.working_time import Calendars, Pause, WorkingCalendar

DEFAULT_GRACE = "P3D"
DEFAULT_ZONE = "Asia/Bangkok"
SHARE = "share"


@dataclass(frozen=True, slots=True)
class Edge:
    """A declared start or end of a journey: which step (`*`: any), occurrence and edge of it."""

    step: str
    occurrence: str
    edge: str


@dataclass(frozen=True, slots=True)
class BurnPair:
    """Two lookbacks (µs) that must both burn at ``factor`` or faster before anybody is alerted."""

    long: int
    short: int
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Slice:
    """A time slice: its length (µs), the ratio it must keep (None: any), what one without data counts as."""

    length: int
    target: Fraction | None
    empty: str


@dataclass(frozen=True, slots=True)
class GroupTarget:
    """The target of one label group; ``scope``: (label, value), in order of the labels."""

    scope: tuple[tuple[str, str | None], ...]
    target: Fraction
    target_text: str


LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Objective:
    """`good` is (comparator, limit): 10^-6 units for values, µs for durations; None: counts say it.

    `grace`: how long after its end a window can change; a cohort (`count_at: start`) also waits for the limit
    of its last journey, before which it is pending.
    `target` is an exact share for `share`; for the other aggregations it is in units of the indicator.
    """

    code: str
    indicator: str
    kind: str
    responsible: str
    aggregation: str
    good: tuple[str, int] | None
    comparator: str
    target: Fraction
    target_text: str
    windows: Windows
    zone: ZoneInfo
    scope: tuple[str, ...]
    minimum_total: int
    grace: int
    count_at: str = "completion"
    overdue: str = "counted"
    start: Edge | None = None
    end: Edge | None = None
    budgeting: str = "occurrences"
    warning: Fraction | None = None
    """In the target's unit; an open window that has crossed it is at risk."""
    alerts: tuple[BurnPair, ...] | None = None
    """None: the default pairs."""
    allotments: tuple[tuple[str, int], ...] = ()
    """(step, microseconds): the steps' parts of a journey's limit."""
    slice: Slice | None = None
    targets: tuple[GroupTarget, ...] = ()
    unknown_group: str = "default_target"
    scope_at: str = "start"
    unlisted: bool = False
    """A group that has no target of its own, where such groups are only listed: it is never judged."""
    in_force: tuple[int, int | None] = (0, None)
    """When its revision is in force: an empty slice outside of it is none of its slices."""

    def of_group(self, scope: Mapping[str, str | None]) -> Objective:
        """The objective as it judges one label group."""
        if not self.targets:
            return self
        wanted = tuple(sorted(scope.items()))
        for one in self.targets:
            if one.scope == wanted:
                return replace(self, target=one.target, target_text=one.target_text, unlisted=False)
        return replace(self, unlisted=self.unknown_group == LISTED)

    @property
    def is_upper(self) -> bool:
        """Whether the value may not become larger: a share is then of what is bad."""
        return self.comparator in UPPER

    plans: tuple[SourcePlan, ...] = ()
    """How its indicator is measured, by source."""
    coverage_floor: Fraction | None = None

    @property
    def zero_counts(self) -> bool:
        """Whether nothing is zero, where it is known that nothing was."""
        return self.aggregation in {"count", "sum"}

    @property
    def asks_for_coverage(self) -> bool:
        return bool(self.plans) or self.zero_counts

    clock: str = "elapsed"
    limit: Limit | None = None
    """Of journeys: what `good` compares with, which holds 0 where this is no span of elapsed time."""
    calendars: Calendars | None = None
    """The agreement's working calendar, where the objective is reckoned by one."""

    @property
    def on_journeys(self) -> bool:
        return self.kind == "duration"

    pauses: frozenset[str] = frozenset()
    """The reasons of pauses that the parties agreed on: others stop no clock."""

    def agreed(self, pauses: Iterable[Pause]) -> tuple[Pause, ...]:
        """The pauses that stop the objective's clock."""
        return tuple(pause for pause in pauses if pause.reason in self.pauses)

    @property
    def in_working_time(self) -> bool:
        """Whether a journey's time is counted by the working calendar."""
        return self.clock == "working" or (self.limit is not None and self.limit.in_working_time)

    def calendar_at(self, start: int) -> WorkingCalendar | None:
        """The version of the calendar that judges a journey which starts at an instant."""
        return None if self.calendars is None else self.calendars.at(start)

    @property
    def keeps_extremes(self) -> bool:
        return self.aggregation in {"minimum", "maximum"}

    @property
    def judged_from(self) -> str:
        """Names the panes it is judged from, which objectives of one revision and scope share."""
        if self.on_journeys:
            return f"objective {self.code}"
        return self.indicator if self.good is None else f"{self.indicator} {self.good[0]}{self.good[1]}"

    @property
    def judged_on_arrival(self) -> bool:
        """Whether one more measurement can settle an open window (no later one could restore it)."""
        if self.slice is not None:
            return self.fixed_slices
        return self.aggregation in {"minimum", "maximum", "count", "sum"} or self.all_or_none

    @property
    def fixed_slices(self) -> bool:
        """Whether the number of slices that count is known while the window is open."""
        return self.slice is not None and self.slice.empty != "ignored" and not self.on_journeys

    def first_look(self, window: Window, behind: int = 0) -> int:
        """When a tick later than ``behind`` has something to say of a window: its end, or a slice's."""
        if self.slice is None or not self.fixed_slices or self.windows.rolling:
            return window.end
        past = max(0, (behind - window.start) // self.slice.length)
        return min(window.end, window.start + (past + 1) * self.slice.length)

    @property
    def all_or_none(self) -> bool:
        """Whether a single measurement breaks it: a share of 100 % good, or of 0 % bad."""
        if self.aggregation != SHARE or self.on_journeys or self.slice is not None:
            return False
        return self.target <= 0 if self.is_upper else self.target >= 1


def all_known(
    document: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]],
    calendars: Mapping[str, Calendars],
) -> bool:
    """Whether every objective of a revision can be read."""
    if document.get("calendar") is not None and document["calendar"] not in calendars:
        return False
    return all(found["indicator"] in indicators for found in document["objectives"])


def read_objectives(
    document: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]],
    in_force: tuple[int, int | None] = (0, None),
    calendars: Mapping[str, Calendars] | None = None,
) -> list[Objective]:
    """The objectives of a revision whose indicators are known; ``in_force``: from when to when it judges."""
    zone = ZoneInfo(document.get("time_zone") or DEFAULT_ZONE)
    calendar = (calendars or {}).get(document.get("calendar") or "")
    return [
        _timed(
            _read(found, indicators[found["indicator"]], zone, in_force, document.get("plans") or ()),
            found,
            indicators[found["indicator"]],
            calendar,
        )
        for found in document["objectives"]
        if found["indicator"] in indicators
    ]


def _timed(
    objective: Objective,
    found: Mapping[str, Any],
    indicator: Mapping[str, Any],
    calendar: Calendars | None,
) -> Objective:
    """An objective with its limit of time, its clock and the calendar that they go by, if they need one."""
    if not objective.on_journeys:
        return objective
    clock = indicator.get("clock") or "elapsed"
    good = found.get("good")
    limit = None if good is None else read_limit(good["value"], clock, objective.zone)
    mine = calendar if clock == "working" or (limit is not None and limit.needs_calendar) else None
    grace = objective.grace
    if limit is not None and objective.count_at == "start":
        # A cohort's window waits for its last journey, which may be pending for as long as the limit.
        grace += longest(limit, mine)
    reasons = frozenset(found.get("pauses") or ())
    return replace(objective, clock=clock, limit=limit, calendars=mine, grace=grace, pauses=reasons)


def _read(
    found: Mapping[str, Any],
    indicator: Mapping[str, Any],
    zone: ZoneInfo,
    in_force: tuple[int, int | None],
    plans: Sequence[Mapping[str, Any]],
) -> Objective:
    kind = indicator["kind"]
    aggregation = found.get("aggregation") or SHARE
    good = found.get("good")
    return Objective(
        code=found["code"],
        indicator=found["indicator"],
        kind=kind,
        responsible=found["responsible"],
        aggregation=aggregation,
        good=None if good is None else (good["comparator"], _limit(good["value"], kind)),
        comparator=found["comparator"],
        target=seconds_of(found["target"]),
        target_text=target_text(found["target"]),
        windows=read_windows(found["window"], zone),
        zone=zone,
        scope=tuple(found.get("scope") or ()),
        minimum_total=int(found.get("minimum_total") or 1),
        grace=parse_duration(found.get("grace") or DEFAULT_GRACE),
        count_at=found.get("count_at") or "completion",
        overdue=found.get("overdue") or "counted",
        start=_edge(indicator.get("from")),
        end=_edge(indicator.get("to")),
        budgeting=found.get("budgeting") or "occurrences",
        warning=None if found.get("warning") is None else seconds_of(found["warning"]),
        alerts=_alerts(found.get("alerts")),
        plans=tuple(
            SourcePlan(plan["source"], parse_duration(plan["frequency"]), plan["frequency"])
            for plan in sorted(plans, key=lambda one: str(one["source"]))
            if plan["indicator"] == found["indicator"]
        ),
        coverage_floor=None if found.get("coverage_floor") is None else Fraction(found["coverage_floor"]),
        slice=_slice(found.get("slice")),
        targets=tuple(_group(one) for one in found.get("targets") or ()),
        unknown_group=found.get("unknown_group") or "default_target",
        scope_at=found.get("scope_at") or "start",
        in_force=in_force,
        allotments=tuple(
            sorted((step, parse_duration(limit)) for step, limit in (found.get("allotments") or {}).items())
        ),
    )


def _slice(found: Mapping[str, Any] | None) -> Slice | None:
    if found is None:
        return None
    target = found.get("target")
    return Slice(
        length=parse_duration(found["length"]),
        target=None if target is None else Fraction(str(target)),
        empty=found.get("empty") or "ignored",
    )


def _group(found: Mapping[str, Any]) -> GroupTarget:
    scope = tuple(sorted(found["scope"].items()))
    return GroupTarget(scope, seconds_of(found["target"]), target_text(found["target"]))


def target_text(value: Any) -> str:
    """As agreed, but for a duration: in seconds, as the value that is compared with it."""
    text = str(value)
    return shown(seconds_of(text)) if text.startswith("P") else text


def _alerts(found: Any) -> tuple[BurnPair, ...] | None:
    if found is None:
        return None
    return tuple(
        BurnPair(parse_duration(one["long"]), parse_duration(one["short"]), Fraction(str(one["factor"])))
        for one in found
    )


def _limit(value: Any, kind: str) -> int:
    """A limit in 10^-6 units, or in µs where the indicator is a duration (0: it is counted in days)."""
    if kind == "duration":
        return 0 if isinstance(value, Mapping) else int(seconds_of(value) * MICRO)
    return to_micro(Decimal(str(value)))


def seconds_of(value: Any) -> Fraction:
    """A number; of what is measured in time it may be written as a duration, and is in seconds."""
    if isinstance(value, str) and value.startswith("P"):
        return Fraction(parse_duration(value), MICRO)
    return Fraction(str(value))


def _edge(found: Mapping[str, Any] | None) -> Edge | None:
    if found is None:
        return None
    return Edge(found["step"], found.get("occurrence") or "first", found.get("edge") or "any")


def read_windows(found: Mapping[str, Any], zone: ZoneInfo) -> Windows:
    """`{"kind": "calendar", "unit", "count", "anchor"}` or `{"kind": "rolling", "duration", "step"}`."""
    if found["kind"] == "rolling":
        duration = parse_duration(found["duration"])
        step = parse_duration(found["step"]) if found.get("step") else default_step(duration)
        return RollingWindows(duration, step)
    anchor = found.get("anchor")
    return CalendarWindows(
        unit=found["unit"],
        count=int(found.get("count") or 1),
        anchor=_anchor(anchor) if anchor else default_anchor(found["unit"]),
        zone=zone,
    )


def _anchor(text: str) -> datetime:
    if len(text) == 10:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day)
    return datetime.fromisoformat(text).replace(tzinfo=None)
