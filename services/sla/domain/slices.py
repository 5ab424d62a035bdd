"""Budgeting by time slices: the share of slices that were good, or the mean of their shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.sla.domain.budgets import UPPER, shortest_window
from services.sla.domain.units import duration_micros, whole_minutes
from shared.errors import Fault

OCCURRENCES, TIMESLICES, RATIOS = "occurrences", "timeslices", "ratio-timeslices"


def completed(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {"empty": "ignored"} | {name: value for name, value in plain.items() if value is not None}


def slice_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """What is wrong with `budgeting` and `slice` of an objective in stored form."""
    if objective["aggregation"] != "share":
        for name, what in (("budgeting", "has a budget"), ("slice", "is cut into slices")):
            if name in objective:
                yield Fault(f"{place}/{name}", f"only a share {what}, not a {objective['aggregation']}")
        return
    budgeting = objective["budgeting"]
    if "slice" not in objective:
        if budgeting != OCCURRENCES:
            yield Fault(f"{place}/slice", 'say what a slice is: {"length": "PT5M", "target": "0.99"}')
        return
    if budgeting == OCCURRENCES:
        yield Fault(
            f"{place}/slice", f"only `{TIMESLICES}` and `{RATIOS}` have slices; say so in `budgeting`"
        )
    yield from _length_faults(objective, f"{place}/slice/length")
    yield from _target_faults(objective, f"{place}/slice/target")


def _length_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    text = objective["slice"]["length"]
    try:
        length = duration_micros(text)
    except ValueError as error:
        yield Fault(place, f"{text!r} {error}")
        return
    if length <= 0 or not whole_minutes(length):
        yield Fault(place, "whole minutes only, at least one")
        return
    window = shortest_window(objective["window"])
    if window is not None and length > window:
        yield Fault(place, "a slice is not longer than its window")


def _target_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if "target" not in objective["slice"]:
        if objective["budgeting"] == TIMESLICES:
            yield Fault(place, "say from which share on a slice is good")
        return
    target = Decimal(objective["slice"]["target"])
    upper = objective["comparator"] in UPPER
    if not 0 <= target <= 1:
        yield Fault(place, 'a share lies between 0 and 1: write 99 % as "0.99"')
    elif target == (1 if upper else 0):
        yield Fault(
            place, f"every slice would be good: its share is always {'<=' if upper else '>='} {target}"
        )
