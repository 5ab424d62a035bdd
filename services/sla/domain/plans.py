"""Measurement plans: by which source an indicator is measured, and how often it reports.

Coverage is judged by the frequency, silence by `silence_after`, which is the frequency unless it says more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.sla.domain.units import DAY, duration_micros, whole_minutes
from shared.errors import Fault

LONGEST = 366 * DAY


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source as the registry tells it."""

    agency: str
    services: frozenset[str]
    state: str


def completed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """A plan with its defaults spelled out."""
    given = {name: value for name, value in plain.items() if value is not None}
    return {"silence_after": given["frequency"], **given}


def sources_of(document: Mapping[str, Any]) -> set[str]:
    return {each["source"] for each in document.get("plans") or ()}


def faults_of(document: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the plans of a document in stored form, and with the floors that rest on them."""
    plans = document.get("plans") or ()
    used = {each["indicator"] for each in document["objectives"]}
    pairs = Counter((each["indicator"], each["source"]) for each in plans)
    for index, plan in enumerate(plans):
        place = f"/plans/{index}"
        if plan["indicator"] not in used:
            yield Fault(f"{place}/indicator", f"no objective here is judged by {plan['indicator']}")
        if pairs[plan["indicator"], plan["source"]] > 1:
            yield Fault(place, f"{plan['source']} has two plans for {plan['indicator']}; keep one")
        yield from _span_faults(plan, place)
    planned = {each["indicator"] for each in plans}
    for index, objective in enumerate(document["objectives"]):
        yield from _floor_faults(objective, f"/objectives/{index}/coverage_floor", planned)


def _span_faults(plan: Mapping[str, Any], place: str) -> Iterator[Fault]:
    spans: dict[str, int] = {}
    for name in ("frequency", "silence_after"):
        try:
            spans[name] = duration_micros(plan[name])
        except ValueError as error:
            yield Fault(f"{place}/{name}", f"{plan[name]!r} {error}")
            continue
        if spans[name] <= 0 or not whole_minutes(spans[name]):
            yield Fault(f"{place}/{name}", "whole minutes only, at least one")
        elif spans[name] > LONGEST:
            yield Fault(f"{place}/{name}", "at most 366 days")
    if len(spans) == 2 and spans["silence_after"] < spans["frequency"]:
        yield Fault(
            f"{place}/silence_after", "shorter than the frequency: the source would be silent between reports"
        )


def _floor_faults(objective: Mapping[str, Any], place: str, planned: set[str]) -> Iterator[Fault]:
    if objective.get("coverage_floor") is None:
        return
    if not 0 <= Decimal(objective["coverage_floor"]) <= 1:
        yield Fault(place, 'a floor lies between 0 and 1: write 90 % as "0.9"')
    if objective["indicator"] not in planned:
        yield Fault(
            place,
            f"coverage is judged by a measurement plan, and `plans` has none for {objective['indicator']}",
        )


def source_faults(
    document: Mapping[str, Any], sources: Mapping[str, KnownSource]
) -> tuple[list[Fault], list[Fault]]:
    """Faults of the named sources, and sources that are not known (yet)."""
    faults: list[Fault] = []
    unknown: list[Fault] = []
    for index, plan in enumerate(document.get("plans") or ()):
        place, code = f"/plans/{index}/source", plan["source"]
        source = sources.get(code)
        if source is None:
            unknown.append(Fault(place, f"no source {code!r} is known"))
        elif document["service"] not in source.services:
            faults.append(Fault(place, f"{code} is not registered for the service {document['service']}"))
        elif source.agency not in document["parties"]:
            faults.append(Fault(place, f"{code} is a source of {source.agency}, which is no party"))
        elif source.state != "active":
            faults.append(Fault(place, f"{code} is {source.state}: it reports nothing new"))
    return faults, unknown
