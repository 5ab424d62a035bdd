"""What does not count: agreed spans of whole minutes, and journeys named one by one.

A span drops good and bad alike from the panes of every track that it applies to; of journeys it drops those
that count at an instant in it, whatever they are judged by. Exclusions that overlap drop a minute once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]
"""[from, to) in µs UTC, whole minutes."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One that all parties approved. ``objectives`` None: all; ``scope`` None: every group."""

    id: str
    objectives: frozenset[str] | None
    scope: Mapping[str, str] | None
    span: Span | None
    journeys: frozenset[str]

    def applies(self, objective: str, scope: Mapping[str, Any]) -> bool:
        """Whether it leaves something out for an objective's group with these labels."""
        if self.objectives is not None and objective not in self.objectives:
            return False
        return self.scope is None or all(scope.get(name) == value for name, value in self.scope.items())


def read_exclusion(document: Mapping[str, Any]) -> Exclusion:
    """An exclusion from the fact that told it."""
    start, end = document["from_at"], document["to_at"]
    named = document["objectives"]
    return Exclusion(
        id=document["id"],
        objectives=None if named is None else frozenset(named),
        scope=document["scope"],
        span=None if start is None else (start, end),
        journeys=frozenset(document["journeys"]),
    )


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same instants in spans that neither touch nor overlap, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """The parts of merged spans that lie in [start, end)."""
    return [(max(low, start), min(high, end)) for low, high in spans if low < end and high > start]


def outside(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """What merged spans leave of [start, end)."""
    left: list[Span] = []
    for low, high in within(spans, start, end):
        if low > start:
            left.append((start, low))
        start = high
    if start < end:
        left.append((start, end))
    return left


def covers(spans: Sequence[Span], at: int) -> bool:
    """Whether an instant lies in one of merged spans."""
    place = bisect_right(spans, at, key=lambda span: span[0])
    return place > 0 and at < spans[place - 1][1]
