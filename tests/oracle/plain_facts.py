"""What happened and what was agreed, as the plain reading takes it: rows, reports, journeys, documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MINUTE = 60_000_000
Span = tuple[int, int]
Labels = Mapping[str, str]

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True)
class Row:
    """A measurement: a value as text, or counts. ``at`` in µs; ``batch``: what it came in."""

    at: int
    indicator: str
    labels: Labels = field(default_factory=dict)
    value: str | None = None
    good: int = 0
    total: int = 0
    source: str = "source"
    batch: str = ""


@dataclass(frozen=True)
class Report:
    """All that happened in [start, end) was told."""

    start: int
    end: int
    indicators: Sequence[str]
    source: str = "source"
    batch: str = ""


@dataclass(frozen=True)
class Passed:
    """One event of a journey."""

    journey: str
    step: str
    edge: str
    at: int
    labels: Labels = field(default_factory=dict)
    source: str = "source"
    batch: str = ""


@dataclass(frozen=True)
class Left:
    """What all agreed to leave out: a span, or journeys, or both."""

    id: str
    span: Span | None = None
    objectives: Sequence[str] | None = None
    scope: Labels | None = None
    journeys: Sequence[str] = ()

    def meant(self, code: str, scope: Mapping[str, str | None]) -> bool:
        if self.objectives is not None and code not in self.objectives:
            return False
        return self.scope is None or all(scope.get(name) == value for name, value in self.scope.items())

    def holds(self, at: int) -> bool:
        return self.span is not None and self.span[0] <= at < self.span[1]


@dataclass(frozen=True)
class Agreed:
    """A revision, and from when to when it judges."""

    digest: str
    start: int
    end: int | None
    document: Mapping[str, Any]

    def judges(self, at: int) -> bool:
        return self.start <= at and (self.end is None or at < self.end)

    def objective(self, code: str) -> Mapping[str, Any]:
        found: Mapping[str, Any]
        (found,) = [one for one in self.document["objectives"] if one["code"] == code]
        return found


@dataclass
class World:
    """Everything that stands in the end."""

    indicators: dict[str, dict[str, Any]] = field(default_factory=dict)
    revisions: list[Agreed] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    events: list[Passed] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    calendars: list[tuple[Any, Any]] = field(default_factory=list)
    """(first date or None, `plain_working_time.Plain`) of each version, oldest first."""


def micros(text: str) -> int:
    """An ISO 8601 duration."""
    found = _DURATION.fullmatch(text)
    assert found, text
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000


def number(text: str) -> Fraction:
    """A number; a duration is in seconds."""
    return Fraction(micros(text), 1_000_000) if text.startswith("P") else Fraction(text)


def shown(value: Fraction) -> str:
    """Nine places, half to even, without zeros behind."""
    digits = round(value * 10**9)
    sign = "-" if digits < 0 else ""
    whole, rest = divmod(abs(digits), 10**9)
    return f"{sign}{whole}.{rest:09}".rstrip("0").rstrip(".")


def exact(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


def minutes(start: int, end: int) -> range:
    """The minutes of [start, end), both whole."""
    return range(start // MINUTE, end // MINUTE)
