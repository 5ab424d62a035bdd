"""What watches a promise before it breaks: burn alerts and the warning line. Nonsense is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.sla.domain.units import DAY, duration_micros, read_amount, whole_minutes
from shared.clock import MINUTE
from shared.errors import Fault

MOST_PAIRS = 20
UPPER = ("<", "<=")
HOUR = 60 * MINUTE
SHORTEST = {
    "hour": HOUR,
    "day": DAY,
    "week": 7 * DAY,
    "month": 28 * DAY,
    "quarter": 90 * DAY,
    "half_year": 181 * DAY,
    "year": 365 * DAY,
}
"""The shortest that one calendar unit can be, clock changes left aside."""

GROWING = ("count", "sum", "maximum")


def budget_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """What is wrong with `warning` and `alerts` of an objective in stored form."""
    if "warning" in objective:
        yield from _warning_faults(objective, f"{place}/warning")
    if "alerts" in objective:
        yield from _alert_faults(objective, f"{place}/alerts")


def _warning_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if objective["window"]["kind"] != "calendar":
        yield Fault(place, "only an open calendar window can be at risk; leave `warning` out")
        return
    comparator, aggregation = objective["comparator"], objective["aggregation"]
    try:
        warning, target = read_amount(objective["warning"]), read_amount(objective["target"])
    except ValueError:
        return  # said by `target_faults`
    upper = comparator in UPPER
    if aggregation == "share" and not 0 <= warning <= 1:
        yield Fault(place, 'a share lies between 0 and 1: write 97 % as "0.97"')
        return
    if (warning > target) if upper else (warning < target):
        side = "above" if upper else "below"
        yield Fault(
            place,
            f"lies {side} the target {objective['target']}: it would be crossed only when the promise is "
            "broken already; warn on the kept side",
        )
    if (aggregation == "minimum") if upper else (aggregation in GROWING):
        yield Fault(
            place,
            f"a {aggregation} that has to be {comparator} {objective['target']} gets there only in the "
            "course of its window, so this line would be crossed from the start; leave `warning` out",
        )


def _alert_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    pairs = objective["alerts"]
    if not pairs:
        return
    if objective["aggregation"] != "share":
        yield Fault(place, "only a share has a budget that burns; leave `alerts` out")
        return
    if len(pairs) > MOST_PAIRS:
        yield Fault(place, f"at most {MOST_PAIRS} pairs")
    seen: set[tuple[int, int]] = set()
    for index, pair in enumerate(pairs):
        spans: dict[str, int] = {}
        for name in ("long", "short"):
            try:
                spans[name] = duration_micros(pair[name])
            except ValueError as error:
                yield Fault(f"{place}/{index}/{name}", f"{pair[name]!r} {error}")
                continue
            if spans[name] <= 0 or not whole_minutes(spans[name]):
                yield Fault(f"{place}/{index}/{name}", "whole minutes only, at least one")
        if len(spans) == 2:
            yield from _span_faults(objective, spans["long"], spans["short"], f"{place}/{index}")
            if (spans["long"], spans["short"]) in seen:
                yield Fault(f"{place}/{index}", "these two lookbacks stand twice")
            seen.add((spans["long"], spans["short"]))
        yield from _factor_faults(objective, Decimal(pair["factor"]), f"{place}/{index}/factor")


def _span_faults(objective: Mapping[str, Any], long: int, short: int, place: str) -> Iterator[Fault]:
    if short > long:
        yield Fault(f"{place}/short", "the short lookback may not be longer than the long one")
    size = _slice_length(objective)
    if size is not None and short < size:
        yield Fault(
            f"{place}/short",
            f"shorter than a slice ({objective['slice']['length']}): most of the time none has ended in it",
        )
    period = shortest_window(objective["window"])
    if period is not None and long > period:
        yield Fault(f"{place}/long", "a lookback longer than the window says nothing about its budget")


def _slice_length(objective: Mapping[str, Any]) -> int | None:
    """None without slices, and where what is wrong with them is said elsewhere."""
    try:
        return duration_micros(objective["slice"]["length"]) if objective.get("slice") else None
    except ValueError:
        return None


def _factor_faults(objective: Mapping[str, Any], factor: Decimal, place: str) -> Iterator[Fault]:
    if factor <= 0:
        yield Fault(place, "a factor is larger than 0: at 1 the budget lasts exactly the window")
        return
    upper = objective["comparator"] in UPPER
    targets = [objective["target"], *(one["target"] for one in objective.get("targets") or ())]
    for target in dict.fromkeys(targets):
        share = Fraction(Decimal(target))
        allowed = share if upper else 1 - share
        if allowed <= 0:
            yield Fault(place, f"with a target of {target} nothing may fail: there is no budget to burn")
        elif Fraction(factor) > 1 / allowed:
            yield Fault(
                place,
                f"{factor} can never be reached with the target {target}: were everything bad, the budget "
                f"would burn at {_decimal(1 / allowed)}",
            )


def shortest_window(window: Mapping[str, Any]) -> int | None:
    """The shortest that a window can be, in µs; None where its own faults are said elsewhere."""
    if window["kind"] == "calendar":
        return SHORTEST[window["unit"]] * int(window["count"]) if "unit" in window else None
    try:
        return duration_micros(window["duration"]) if "duration" in window else None
    except ValueError:
        return None


def _decimal(value: Fraction) -> str:
    return str(Decimal(round(value * 1000)) / 1000) if value.denominator != 1 else str(value.numerator)
