"""Objectives: one promise each. What cannot be judged is refused before anybody signs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.sla.domain import groups, limits, slices, statutory, targets
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
    if "statutory" in given:
        objective["statutory"] = statutory.completed(given["statutory"])
    if "slice" in given:
        objective["slice"] = slices.completed(given["slice"])
    if "count_at" in given and aggregation == SHARE:
        objective.setdefault("overdue", "counted")
    groups.completed(objective)
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
    yield from _window_faults(objective["window"], f"{place}/window")
    yield from _grace_faults(objective, place)
    known = indicator if indicator is not None and indicator["service"] == service else None
    yield from targets.target_faults(objective, place, known)
    yield from slices.slice_faults(objective, place)
    yield from budget_faults(objective, place)
    if len(set(objective["scope"])) != len(objective["scope"]):
        yield Fault(f"{place}/scope", "a label stands twice")
    yield from groups.group_faults(objective, place, known)
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
    if kind == "ratio":
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


def _aggregate_of_journeys_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """Without a limit nothing passes: only journeys that ended can be aggregated, where they ended."""
    if objective.get("count_at", "completion") != "completion":
        yield Fault(
            f"{place}/count_at",
            f"the {objective['aggregation']} of journeys counts where they ended: write `completion`",
        )
    for name in ("overdue", "good"):
        if name in objective:
            yield Fault(f"{place}/{name}", f"only a share has a limit, not a {objective['aggregation']}")


def _journey_faults(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if objective["aggregation"] != SHARE:
        yield from _aggregate_of_journeys_faults(objective, place)
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
