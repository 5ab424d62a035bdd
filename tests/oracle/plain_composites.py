"""Composites and what broken promises cost, from results that were read off the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracle.plain_facts import Span
from tests.oracle.plain_judging import keeps

Said = tuple[str, Fraction | None]
"""A verdict, and the value."""


def composite(document: Mapping[str, Any], members: Mapping[str, Said]) -> Said:
    """The verdict over a closed window. A member that has no result of it says nothing."""
    nothing: Said = ("not_determined", None)
    said = [(members.get(one["objective"], nothing), one) for one in document["members"]]
    verdicts = [verdict for (verdict, _), _ in said]
    if document["kind"] == "all":
        if "breached" in verdicts:
            return "breached", Fraction(verdicts.count("met"), len(verdicts))
        if verdicts == ["met"] * len(verdicts):
            return "met", Fraction(1)
        return nothing
    values = [
        (value, Fraction(one.get("weight") or 1))
        for (verdict, value), one in said
        if verdict in ("met", "breached") and value is not None
    ]
    if document["kind"] == "worst":
        worst = max if document["comparator"] in ("<", "<=") else min
        found = worst((value for value, _ in values), default=None)
    else:
        whole = sum((weight for _, weight in values), Fraction(0))
        found = sum((value * weight for value, weight in values), Fraction(0)) / whole if whole else None
    if found is None:
        return nothing
    kept = keeps(found, document["comparator"], Fraction(document["target"]))
    return "met" if kept else "breached", found


@dataclass(frozen=True)
class Window:
    """A closed window of one scope: what it said."""

    span: Span
    verdict: str
    value: Fraction | None


def due(document: Mapping[str, Any], windows: Sequence[Window]) -> dict[Span, Fraction]:
    """What each window costs by its bracket and the recurrence; windows one behind the other."""
    rule = document.get("recurrence") or {"windows": 1}
    found: dict[Span, Fraction] = {}
    running = 0
    for window in windows:
        if window.verdict == "met":
            running = 0
        if window.verdict == "not_determined" and rule.get("not_determined", "breaks") == "breaks":
            running = 0
        if window.verdict != "breached" or window.value is None:
            continue
        running += 1
        costs = [
            Fraction(one["cost"])
            for one in document["brackets"]
            if keeps(window.value, one["comparator"], Fraction(one["value"]))
        ]
        if costs:
            found[window.span] = max(costs) if running >= rule["windows"] else Fraction(0)
    return found


def capped(
    costs: Sequence[tuple[Span, Fraction]], cap: Fraction, period_of: Mapping[Span, Span]
) -> list[Fraction]:
    """In the order in which the windows end; ``period_of``: the billing period in which each ends."""
    spent: dict[Span, Fraction] = {}
    found = []
    for span, cost in costs:
        period = period_of[span]
        allowed = min(cost, cap - spent.get(period, Fraction(0)))
        spent[period] = spent.get(period, Fraction(0)) + allowed
        found.append(allowed)
    return found
