"""Objectives: one promise each. What cannot be judged is refused before anybody signs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.sla.domain import limits
from services.sla.domain.budgets import budget_faults
from services.sla.domain.units import (
    DAY,
    duration_micros,
    minutes_text,
    read_anchor,
    read_number,
    whole_minutes,
)
from shared.clock import MINUTE
from shared.errors import Fault

SHARE = "share"
AGGREGATIONS = (SHARE, "mean", "sum", "minimum", "maximum", "count")
COMPARATORS = ("<", "<=", ">", ">=")
UNITS = ("hour", "day", "week", "month", "quarter", "half_year", "year")
COUNT_AT = ("completion", "start", "deadline")
OVERDUE = ("counted", "listed")

DEFAULT_ANCHOR = "2001-01-01"
"""A Monday, a 1st, and a 1 January: the default anchor of every unit."""
DEFAULT_GRACE = "P3D"
LONGEST_WINDOW = 3660 * DAY

LATER = {
    "slice": "budgeting by time slices",
    "targets": "a target for each label group",
    "unknown_group": "label groups that nobody declared",
    "scope_at": "scope labels at a journey's end",
}
"""Fields that the evaluator cannot judge yet -> what they are, for the sentence that refuses them."""


def completed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """An objective with its defaults spelled out, so that what is signed says all that is judged."""
    given = {name: value for name, value in plain.items() if value is not None and name != "contact"}
    aggregation = given.get("aggregation", SHARE)
    objective: dict[str, Any] = {
        "scope": [],
        "minimum_total": 1,
        "grace": DEFAULT_GRACE,
        **given,
        "aggregation": aggregation,
        "coverage_floor": given.get("coverage_floor"),
        "window": completed_window(given["window"]),
    }
    if aggregation == SHARE:
        objective.setdefault("budgeting", "occurrences")
    if "good" in given:
        objective["good"] = {**given["good"], "value": limits.completed(given["good"]["value"])}
    if "count_at" in given:
        objective.setdefault("overdue", "counted")
    return objective


def completed_window(plain: Mapping[str, Any]) -> dict[str, Any]:
    window = {name: value for name, value in plain.items() if value is not None}
    if window["kind"] == "calendar":
        if window.setdefault("count", 1) == 1:
            window.setdefault("anchor", DEFAULT_ANCHOR)
    elif "duration" in window and "step" not in window:
        try:
            minutes = duration_micros(window["duration"]) // MINUTE
        except ValueError:
            return window  # said by `_window_faults`
        window["step"] = minutes_text(max(1, -(-minutes // 60)))
    return window


def faults_of(
    objective: Mapping[str, Any],
    place: str,
    *,
    parties: Sequence[str],
    service: str,
    indicator: Mapping[str, Any] | None,
) -> Iterator[Fault]:
    """What is wrong with an objective in stored form; ``indicator`` None: it is not known (yet)."""
    if objective["responsible"] not in parties:
        yield Fault(
            f"{place}/responsible", f"{objective['responsible']} is no party; one of: {', '.join(parties)}"
        )
    yield from _later_faults(objective, place)
    yield from _window_faults(objective["window"], f"{place}/window")
    yield from _grace_faults(objective, place)
    yield from _target_faults(objective, place)
    yield from budget_faults(objective, place)
    if len(set(objective["scope"])) != len(objective["scope"]):
        yield Fault(f"{place}/scope", "a label stands twice")
    if indicator is None:
        return
    if indicator["service"] != service:
        yield Fault(
            f"{place}/indicator",
            f"{indicator['code']} measures the service {indicator['service']}, not {service}",
        )
        return
    yield from _scope_faults(objective, place, indicator)
    yield from _judging_faults(objective, place, indicator)


def _later_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    for name, what in LATER.items():
        value = objective.get(name)
        if value is None or (name == "scope_at" and value == "start"):
            continue
        yield Fault(f"{place}/{name}", f"not supported yet: {what}; leave `{name}` out")
    if objective.get("budgeting", "occurrences") != "occurrences":
        yield Fault(f"{place}/budgeting", f"not supported yet: {objective['budgeting']}; use `occurrences`")


def _target_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    target = Decimal(objective["target"])
    if objective["aggregation"] == SHARE and not 0 <= target <= 1:
        yield Fault(f"{place}/target", 'a share lies between 0 and 1: write 95 % as "0.95"')
    if objective["aggregation"] != SHARE and "budgeting" in objective:
        yield Fault(f"{place}/budgeting", "only a share has a budget")


def _grace_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    try:
        grace = duration_micros(objective["grace"])
    except ValueError as error:
        yield Fault(f"{place}/grace", f"{objective['grace']!r} {error}")
        return
    if not whole_minutes(grace):
        yield Fault(f"{place}/grace", "whole minutes only")
    if grace > LONGEST_WINDOW:
        yield Fault(f"{place}/grace", "at most 10 years")


def _window_faults(window: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if window["kind"] == "calendar":
        wrong = [name for name in ("duration", "step") if name in window]
        yield from (Fault(f"{place}/{name}", "only a rolling window has this") for name in wrong)
        if "unit" not in window:
            yield Fault(f"{place}/unit", f"a calendar window says its unit: {', '.join(UNITS)}")
        if "anchor" not in window:
            yield Fault(f"{place}/anchor", "a window of several units says from which date they are counted")
            return
        try:
            read_anchor(window["anchor"])
        except ValueError as error:
            yield Fault(f"{place}/anchor", f"{window['anchor']!r} {error}")
        return
    wrong = [name for name in ("unit", "count", "anchor") if name in window]
    yield from (Fault(f"{place}/{name}", "only a calendar window has this") for name in wrong)
    if "duration" not in window:
        yield Fault(f"{place}/duration", "a rolling window says its length, such as `P30D`")
        return
    spans: dict[str, int] = {}
    for name in ("duration", "step"):
        if name not in window:
            continue
        try:
            spans[name] = duration_micros(window[name])
        except ValueError as error:
            yield Fault(f"{place}/{name}", f"{window[name]!r} {error}")
            continue
        if spans[name] <= 0 or not whole_minutes(spans[name]):
            yield Fault(f"{place}/{name}", "whole minutes only, at least one")
        elif spans[name] > LONGEST_WINDOW:
            yield Fault(f"{place}/{name}", "at most 10 years")
    if len(spans) == 2 and spans["step"] > spans["duration"]:
        yield Fault(f"{place}/step", "a step longer than its window would leave events unjudged")


def _scope_faults(objective: Mapping[str, Any], place: str, indicator: Mapping[str, Any]) -> Iterator[Fault]:
    for index, label in enumerate(objective["scope"]):
        if label not in indicator["labels"]:
            yield Fault(
                f"{place}/scope/{index}",
                f"{indicator['code']} declares no label {label!r}; "
                f"declared: {', '.join(indicator['labels']) or 'none'}",
            )


def _judging_faults(
    objective: Mapping[str, Any], place: str, indicator: Mapping[str, Any]
) -> Iterator[Fault]:
    """Whether kind, aggregation and predicate go together."""
    kind, aggregation = indicator["kind"], objective["aggregation"]
    if kind != "duration":
        for name in ("count_at", "overdue"):
            if name in objective:
                yield Fault(f"{place}/{name}", f"only journeys have this; {indicator['code']} is a {kind}")
    if kind == "rating":
        yield Fault(f"{place}/indicator", "not supported yet: ratings come with feedback")
    elif kind == "ratio":
        if aggregation != SHARE:
            yield Fault(f"{place}/aggregation", "a ratio is judged by its share")
        if "good" in objective:
            yield Fault(f"{place}/good", "a ratio is reported with its good count; leave `good` out")
    elif kind == "duration":
        yield from _journey_faults(objective, place)
    else:
        yield from _value_faults(objective, place)


def _value_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    good = objective.get("good")
    if objective["aggregation"] != SHARE:
        if good is not None:
            yield Fault(f"{place}/good", f"only a share has `good`, not a {objective['aggregation']}")
        return
    if good is None:
        yield Fault(f"{place}/good", "a share says which values are good, or give an `aggregation`")
        return
    if not isinstance(good["value"], str):
        yield Fault(f"{place}/good/value", "days are a limit of journeys; give a number")
        return
    try:
        read_number(good["value"])
    except ValueError as error:
        yield Fault(f"{place}/good/value", f"{good['value']!r} {error}")


def _journey_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if objective["aggregation"] != SHARE:
        yield Fault(
            f"{place}/aggregation",
            f"not supported yet: the {objective['aggregation']} of journeys' times; use `share` with `good`",
        )
        return
    if "count_at" not in objective:
        yield Fault(f"{place}/count_at", f"say in which window a journey counts: {', '.join(COUNT_AT)}")
    elif objective["count_at"] != "completion" and objective.get("overdue") == "listed":
        yield Fault(
            f"{place}/overdue",
            f"with `{objective['count_at']}` an open journey counts once its limit has passed; leave it out",
        )
    good = objective.get("good")
    if good is None:
        yield Fault(f"{place}/good", 'say which times are good: {"comparator": "<=", "value": "P3D"}')
