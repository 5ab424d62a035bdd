"""Consequences: what a broken promise costs, in brackets of the result. Computed and shown, never applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from services.sla.domain.composites import ALL, UPPER
from services.sla.domain.units import read_anchor
from shared.errors import Fault

DEFAULT_ANCHOR = "2001-01-01"


def completed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """A consequence with its defaults spelled out."""
    given = {name: value for name, value in plain.items() if value is not None}
    if "cap" in given:
        period = {name: value for name, value in given["cap"]["period"].items() if value is not None}
        if period.setdefault("count", 1) == 1:
            period.setdefault("anchor", DEFAULT_ANCHOR)
        given["cap"] = {**given["cap"], "period": period}
    if "recurrence" in given:
        rule = {name: value for name, value in given["recurrence"].items() if value is not None}
        given["recurrence"] = {"not_determined": "breaks", **rule}
    return {"exclusive_with": [], **given}


def faults_of(document: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the consequences of a document in stored form."""
    consequences = document["consequences"]
    if consequences and document["legal_form"] == "informal":
        yield Fault("/consequences", "an informal agreement has no consequences")
    objectives = {each["code"]: each for each in document["objectives"]}
    composites = {each["code"]: each for each in document["composites"]}
    codes = Counter(each["code"] for each in consequences)
    units = {each["code"]: each["unit"] for each in consequences}
    for index, consequence in enumerate(consequences):
        place = f"/consequences/{index}"
        if codes[consequence["code"]] > 1:
            yield Fault(f"{place}/code", f"{consequence['code']} stands twice")
        yield from _promise_faults(consequence, place, objectives, composites)
        yield from _cost_faults(consequence, place)
        yield from _cap_faults(consequence, place)
        yield from _exclusion_faults(consequence, place, units)


def _promise_faults(
    consequence: Mapping[str, Any],
    place: str,
    objectives: Mapping[str, Mapping[str, Any]],
    composites: Mapping[str, Mapping[str, Any]],
) -> Iterator[Fault]:
    code = consequence["objective"]
    composite = composites.get(code)
    promise = objectives.get(code) or composite
    if promise is None:
        yield Fault(f"{place}/objective", f"there is no objective or composite {code!r} here")
        return
    if composite is not None and composite["kind"] == ALL:
        yield Fault(f"{place}/objective", f"{code} only holds or not: it has no value for brackets")
        return
    if composite is None and promise["window"]["kind"] == "rolling":
        yield Fault(
            f"{place}/objective", "a rolling window ends all the time; consequences need calendar windows"
        )
    if "comparator" in promise and "target" in promise:
        yield from _bracket_faults(consequence["brackets"], place, promise["comparator"], promise["target"])


def _bracket_faults(
    brackets: Sequence[Mapping[str, Any]], place: str, comparator: str, target: str
) -> Iterator[Fault]:
    """Brackets lie one in the other, all where the promise is broken, and cost more the deeper they lie."""
    upper = comparator in UPPER
    worse = (">", ">=") if upper else UPPER
    promised = Decimal(target)
    for index, bracket in enumerate(brackets):
        where, bound = f"{place}/brackets/{index}", Decimal(bracket["value"])
        if bracket["comparator"] not in worse:
            yield Fault(
                f"{where}/comparator", f"the promise is {comparator}: a bracket is {' or '.join(worse)}"
            )
            return
        beyond = bound < promised if upper else bound > promised
        # At the target itself the promise is kept, unless it excludes it.
        touches = bound == promised and bracket["comparator"] in ("<=", ">=") and comparator in ("<=", ">=")
        if beyond or touches:
            yield Fault(
                f"{where}/value", f"contradicts the target: what is {comparator} {target} keeps the promise"
            )
    bounds = [Decimal(bracket["value"]) for bracket in brackets]
    if len(set(bounds)) != len(bounds):
        yield Fault(f"{place}/brackets", "two brackets have the same bound")
        return
    deeper = sorted(brackets, key=lambda bracket: Decimal(bracket["value"]), reverse=not upper)
    costs = [Decimal(bracket["cost"]) for bracket in deeper]
    if any(later <= earlier for earlier, later in pairwise(costs)):
        yield Fault(f"{place}/brackets", "a deeper bracket costs more than the one around it")


def _cost_faults(consequence: Mapping[str, Any], place: str) -> Iterator[Fault]:
    limit = Decimal(100) if consequence["unit"] == "percent" else None
    costs = [(f"{place}/brackets/{i}/cost", each["cost"]) for i, each in enumerate(consequence["brackets"])]
    if "cap" in consequence:
        costs.append((f"{place}/cap/cost", consequence["cap"]["cost"]))
    for where, cost in costs:
        if Decimal(cost) <= 0:
            yield Fault(where, "a cost is more than zero")
        elif limit is not None and Decimal(cost) > limit:
            yield Fault(where, "at most 100 percent")


def _cap_faults(consequence: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if "cap" not in consequence:
        return
    period = consequence["cap"]["period"]
    if "anchor" not in period:
        yield Fault(
            f"{place}/cap/period/anchor", "a period of several units says from which date it is counted"
        )
        return
    try:
        read_anchor(period["anchor"])
    except ValueError as error:
        yield Fault(f"{place}/cap/period/anchor", f"{period['anchor']!r} {error}")


def _exclusion_faults(
    consequence: Mapping[str, Any], place: str, units: Mapping[str, str]
) -> Iterator[Fault]:
    for index, code in enumerate(consequence["exclusive_with"]):
        where = f"{place}/exclusive_with/{index}"
        if code not in units:
            yield Fault(where, f"there is no consequence {code!r} here")
        elif code == consequence["code"]:
            yield Fault(where, "it can't exclude itself")
        elif units[code] != consequence["unit"]:
            yield Fault(where, f"{code} is in {units[code]}: which of both costs more can't be told")
