"""Targets: a share, a number in the indicator's unit, or a duration where times are aggregated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.sla.domain.units import duration_micros, read_amount
from shared.errors import Fault

SHARE = "share"
OF_TIME = ("mean", "sum", "minimum", "maximum")
WITHIN_SCALE = ("mean", "minimum", "maximum")


def target_faults(
    objective: Mapping[str, Any], place: str, indicator: Mapping[str, Any] | None
) -> Iterator[Fault]:
    """What is wrong with the target of an objective in stored form, with its groups' and its warning line."""
    aggregation = objective["aggregation"]
    found = [("target", objective["target"])]
    found += [(f"targets/{n}/target", one["target"]) for n, one in enumerate(objective.get("targets") or ())]
    if "warning" in objective:
        found.append(("warning", objective["warning"]))
    for name, text in found:
        where = f"{place}/{name}"
        if text.startswith("P"):
            yield from _duration_faults(text, where, aggregation, indicator)
            continue
        target = Decimal(text)
        if aggregation == SHARE:
            if not 0 <= target <= 1 and name != "warning":
                yield Fault(where, 'a share lies between 0 and 1: write 95 % as "0.95"')
        elif indicator is not None:
            yield from _range_faults(target, where, aggregation, indicator)


def _duration_faults(
    text: str, place: str, aggregation: str, indicator: Mapping[str, Any] | None
) -> Iterator[Fault]:
    if aggregation not in OF_TIME or (indicator is not None and indicator["kind"] != "duration"):
        yield Fault(place, f"a number: only a {', '.join(OF_TIME)} of journeys' times is a duration")
        return
    try:
        duration_micros(text)
    except ValueError as error:
        yield Fault(place, f"{text!r} {error}")
        return
    if indicator is not None and indicator.get("clock") == "working" and ("D" in text or "W" in text):
        yield Fault(place, "a day of working time has no fixed length: write hours (`PT24H`)")


def _range_faults(
    target: Decimal, place: str, aggregation: str, indicator: Mapping[str, Any]
) -> Iterator[Fault]:
    """A target that nothing measured could ever miss, or ever reach."""
    kind = indicator["kind"]
    if kind == "duration" and target < 0:
        yield Fault(place, "times are never negative")
    if kind == "rating" and aggregation in WITHIN_SCALE:
        scale = indicator.get("scale") or {"min": "1", "max": "5"}
        if not read_amount(scale["min"]) <= target <= read_amount(scale["max"]):
            yield Fault(
                place, f"lies outside the scale of {indicator['code']}: {scale['min']} to {scale['max']}"
            )
