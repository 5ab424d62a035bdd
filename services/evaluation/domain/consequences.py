"""What broken promises cost, as agreed: computed from closed results and shown, never applied.

A bracket is asked of the exact value; of those that hold the deepest one counts. With a recurrence a window
costs from the n-th broken one running. Of consequences that exclude each other the costliest counts where
their windows overlap. A cap holds for a billing period; a window belongs to the one in which it ends.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from services.evaluation.domain.amounts import holds
from services.evaluation.domain.objective import DEFAULT_ZONE, read_windows
from services.evaluation.domain.verdict import BREACHED, NOT_DETERMINED
from services.evaluation.domain.windows import CalendarWindows, Window

SKIPPED = "skipped"
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Bracket:
    comparator: str
    bound: Fraction
    cost: Fraction


@dataclass(frozen=True, slots=True)
class Clause:
    """A consequence of one revision. ``running``: from which broken window in a row on it costs."""

    code: str
    objective: str
    unit: str
    brackets: tuple[Bracket, ...]
    running: int = 1
    skips: bool = False
    cap: Fraction | None = None
    periods: CalendarWindows | None = None
    exclusive_with: frozenset[str] = frozenset()

    def bracket(self, value: Fraction) -> Bracket | None:
        """The deepest bracket that holds for a value."""
        found = [one for one in self.brackets if holds(value, one.comparator, one.bound)]
        return max(found, key=lambda one: one.cost, default=None)

    def excludes(self, other: Clause) -> bool:
        return other.code in self.exclusive_with or self.code in other.exclusive_with


@dataclass(frozen=True, slots=True)
class Judged:
    """A closed result of a promise that has a consequence."""

    clause: Clause
    scope: str
    window: Window
    revision: str
    verdict: str
    exact: Fraction | None
    result: str


@dataclass(frozen=True, slots=True)
class Cost:
    """``due``: by bracket and recurrence; ``cost``: what is left of it by exclusion and cap."""

    judged: Judged
    bracket: Bracket
    run: int
    due: Fraction
    excluded_by: str | None = None
    period: Window | None = None
    cost: Fraction = NOTHING


def read_clauses(document: Mapping[str, Any]) -> list[Clause]:
    zone = ZoneInfo(document.get("time_zone") or DEFAULT_ZONE)
    return [_read(found, zone) for found in document.get("consequences") or ()]


def _read(found: Mapping[str, Any], zone: ZoneInfo) -> Clause:
    cap, recurrence = found.get("cap"), found.get("recurrence")
    periods = None
    if cap is not None:
        windows = read_windows({"kind": "calendar", **cap["period"]}, zone)
        assert isinstance(windows, CalendarWindows)
        periods = windows
    return Clause(
        code=found["code"],
        objective=found["objective"],
        unit=found["unit"],
        brackets=tuple(
            Bracket(one["comparator"], Fraction(one["value"]), Fraction(one["cost"]))
            for one in found["brackets"]
        ),
        running=1 if recurrence is None else int(recurrence["windows"]),
        skips=recurrence is not None and recurrence.get("not_determined") == SKIPPED,
        cap=None if cap is None else Fraction(cap["cost"]),
        periods=periods,
        exclusive_with=frozenset(found.get("exclusive_with") or ()),
    )


def reckon(judged: Iterable[Judged]) -> list[Cost]:
    """What all results of an agreement cost, by the end of their windows."""
    lines: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        lines[one.clause.code, one.scope].append(one)
    found = [cost for line in lines.values() for cost in _running(line)]
    return _capped(_exclusive(found))


def _running(line: Sequence[Judged]) -> list[Cost]:
    """One consequence and scope: brackets, and how many windows have been broken in a row."""
    found: list[Cost] = []
    runs = {True: 0, False: 0}
    """Whether undetermined windows are skipped -> the run."""
    reached: int | None = None
    for window, halves in groupby(sorted(line, key=_order), key=lambda one: one.window):
        together = list(halves)
        if reached != window.start:
            runs = {True: 0, False: 0}
        reached = window.end
        verdicts = {one.verdict for one in together}
        if BREACHED in verdicts:
            runs = {skips: run + 1 for skips, run in runs.items()}
        elif verdicts == {NOT_DETERMINED}:
            runs[False] = 0
        else:
            runs = {True: 0, False: 0}
        for one in together:
            if one.verdict != BREACHED or one.exact is None:
                continue
            bracket, run = one.clause.bracket(one.exact), runs[one.clause.skips]
            if bracket is not None:
                due = bracket.cost if run >= one.clause.running else NOTHING
                found.append(Cost(one, bracket, run, due))
    return found


def _exclusive(found: Sequence[Cost]) -> list[Cost]:
    """Of those that exclude each other the costliest stays; of equal ones the earlier, then by name."""
    standing: list[Cost] = []
    left: list[Cost] = []
    for cost in sorted(found, key=lambda one: (-one.due, *_order(one.judged), one.judged.clause.code)):
        by = next((other for other in standing if cost.due and _clash(cost.judged, other.judged)), None)
        if by is None:
            standing.append(cost)
            left.append(cost)
        else:
            left.append(replace(cost, excluded_by=by.judged.clause.code))
    return left


def _clash(one: Judged, other: Judged) -> bool:
    if not one.clause.excludes(other.clause) or one.clause.unit != other.clause.unit:
        return False
    if one.window.start >= other.window.end or other.window.start >= one.window.end:
        return False
    mine, theirs = json.loads(one.scope), json.loads(other.scope)
    return all(mine[name] == theirs[name] for name in mine.keys() & theirs.keys())


def _capped(found: Sequence[Cost]) -> list[Cost]:
    used: dict[tuple[str, Window], Fraction] = defaultdict(Fraction)
    settled: list[Cost] = []
    for one in sorted(found, key=lambda cost: (*_order(cost.judged), cost.judged.clause.code)):
        clause = one.judged.clause
        cost = NOTHING if one.excluded_by is not None else one.due
        period = None
        if clause.cap is not None and clause.periods is not None:
            # The end does not belong to the window: its last instant says in which period it ends.
            period = clause.periods.at(one.judged.window.end - 1)
            key = (clause.code, period)
            cost = max(NOTHING, min(cost, clause.cap - used[key]))
            used[key] += cost
        settled.append(replace(one, cost=cost, period=period))
    return settled


def _order(one: Judged) -> tuple[int, int, str, str]:
    return one.window.end, one.window.start, one.scope, one.revision
