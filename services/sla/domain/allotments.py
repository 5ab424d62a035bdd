"""The steps' time budgets: how much of a journey's limit each step may take, agreed like any other term."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.sla.domain.indicators import KnownService
from services.sla.domain.units import duration_micros
from shared.clock import SECOND
from shared.errors import Fault

_DAYS = re.compile(r"P\d+[DW]")


def faults_of(
    objective: Mapping[str, Any],
    place: str,
    *,
    parties: Sequence[str],
    indicator: Mapping[str, Any] | None,
    service: KnownService | None,
) -> Iterator[Fault]:
    """What is wrong with `allotments` {step: duration}; whoever is told to have exceeded one agreed to it."""
    allotments = objective.get("allotments")
    if allotments is None or indicator is None or service is None:
        return
    here = f"{place}/allotments"
    if indicator["kind"] != "duration":
        yield Fault(here, f"only journeys have steps; {indicator['code']} is a {indicator['kind']}")
        return
    if not allotments:
        yield Fault(here, "names no step; leave it out, or give a step its time")
    sum_ = 0
    for step, limit in allotments.items():
        agency = service.steps.get(step)
        if agency is None:
            yield Fault(f"{here}/{step}", f"{service.code} has no step {step!r}; {_names(service)}")
        elif agency not in parties:
            yield Fault(f"{here}/{step}", f"{step} is {agency}'s, which is no party of this agreement")
        found = _micros(limit, indicator)
        if isinstance(found, str):
            yield Fault(f"{here}/{step}", found)
        else:
            sum_ += found
    whole = _limit(objective, indicator)
    if whole is not None and sum_ > whole:
        yield Fault(
            here,
            f"together the steps may take {_hours(sum_)}, but the whole journey only {_hours(whole)} "
            "(`good`); whoever keeps to its part must not break the promise",
        )


def _micros(limit: Any, indicator: Mapping[str, Any]) -> int | str:
    """The microseconds of a step's limit, or what is wrong with it."""
    if not isinstance(limit, str):
        return "a step's time is a duration such as `PT8H`; days by the calendar limit whole journeys"
    if indicator.get("clock") == "working" and _DAYS.match(limit):
        return "this indicator counts working time: write hours (`PT8H`), not days"
    try:
        found = duration_micros(limit)
    except ValueError as error:
        return f"{limit!r} {error}"
    return found if found > 0 else "a step's time is longer than zero"


def _limit(objective: Mapping[str, Any], indicator: Mapping[str, Any]) -> int | None:
    """The whole journey's limit where it is written in the same time as the steps'; None where it is not."""
    good = objective.get("good")
    if good is None:
        return None
    found = _micros(good["value"], indicator)
    return found if isinstance(found, int) else None


def _hours(micros: int) -> str:
    hours, rest = divmod(micros // SECOND, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours} h" + (f" {minutes} min" if minutes else "") + (f" {seconds} s" if seconds else "")


def _names(service: KnownService) -> str:
    return "it has: " + (", ".join(service.steps) or "none")
