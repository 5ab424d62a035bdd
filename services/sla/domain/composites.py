"""Composites: promises over other promises. What can't be put together is refused before anybody signs it.

`all`: every member holds. `weighted`: the weighted mean of the members' values. `worst`: the worst of them.
Members are objectives, or other composites, of the same windows and scope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shared.errors import Fault

ALL = "all"
UPPER = ("<", "<=")
Named = Mapping[str, Mapping[str, Any]]


def completed(plain: Mapping[str, Any], objectives: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A composite with its defaults spelled out: each weight, and who answers for it."""
    given = {name: value for name, value in plain.items() if value is not None}
    owners = {each["code"]: each["responsible"] for each in objectives}
    responsible = next((owners[m["objective"]] for m in given["members"] if m["objective"] in owners), None)
    members = []
    for member in given["members"]:
        one = {name: value for name, value in member.items() if value is not None}
        if given["kind"] == "weighted":
            one.setdefault("weight", "1")
        members.append(one)
    return {**({"responsible": responsible} if responsible else {}), **given, "members": members}


def faults_of(document: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the composites of a document in stored form."""
    composites = document["composites"]
    objectives = {each["code"]: each for each in document["objectives"]}
    named = {each["code"]: each for each in composites}
    codes = Counter([*(each["code"] for each in composites), *objectives])
    for index, composite in enumerate(composites):
        place = f"/composites/{index}"
        if codes[composite["code"]] > 1:
            yield Fault(f"{place}/code", f"{composite['code']} stands twice, here or among the objectives")
        yield from _own_faults(composite, place, document["parties"])
        yield from _member_faults(composite, place, objectives, named)


def _own_faults(composite: Mapping[str, Any], place: str, parties: Sequence[str]) -> Iterator[Fault]:
    if "responsible" not in composite:
        yield Fault(
            f"{place}/responsible", "name the party that answers for it: no member here is an objective"
        )
    elif composite["responsible"] not in parties:
        yield Fault(
            f"{place}/responsible", f"{composite['responsible']} is no party; one of: {', '.join(parties)}"
        )
    for name in ("comparator", "target"):
        if composite["kind"] == ALL and name in composite:
            yield Fault(f"{place}/{name}", "each member has its own; `all` holds when every member does")
        elif composite["kind"] != ALL and name not in composite:
            yield Fault(f"{place}/{name}", f"a {composite['kind']} composite is compared with a target")
    weights = [Decimal(each["weight"]) for each in composite["members"] if "weight" in each]
    if composite["kind"] != "weighted" and weights:
        yield Fault(f"{place}/members", "only a weighted composite has weights")
    if any(weight < 0 for weight in weights):
        yield Fault(f"{place}/members", "a weight is not negative")
    elif weights and not any(weights):
        yield Fault(f"{place}/members", "all weights are zero: nothing would count")
    names = [each["objective"] for each in composite["members"]]
    if len(set(names)) != len(names):
        yield Fault(f"{place}/members", "a member stands twice; give it more weight instead")


def _member_faults(
    composite: Mapping[str, Any], place: str, objectives: Named, composites: Named
) -> Iterator[Fault]:
    for index, member in enumerate(composite["members"]):
        code = member["objective"]
        if code not in objectives and code not in composites:
            yield Fault(f"{place}/members/{index}", f"there is no objective or composite {code!r} here")
    if composite["code"] in inside(composite, composites):
        yield Fault(f"{place}/members", "it contains itself")
        return
    leaves = [objectives[code] for code in sorted(leaves_of(composite, composites)) if code in objectives]
    if not leaves:
        return
    first = leaves[0]
    for leaf in leaves[1:]:
        if leaf["window"] != first["window"]:
            yield Fault(
                f"{place}/members", f"{first['code']} and {leaf['code']} are judged over different windows"
            )
        if sorted(leaf["scope"]) != sorted(first["scope"]):
            yield Fault(
                f"{place}/members", f"{first['code']} and {leaf['code']} are judged for different groups"
            )
    if first["window"]["kind"] == "rolling":
        yield Fault(
            f"{place}/members",
            "a composite is judged over calendar windows: of rolling ones only changes are kept",
        )
    if composite["kind"] != ALL:
        yield from _value_faults(composite, place, leaves, composites)


def _value_faults(
    composite: Mapping[str, Any], place: str, leaves: Sequence[Mapping[str, Any]], composites: Named
) -> Iterator[Fault]:
    """Whether the members' values can be put into one sum, or compared with each other."""
    for index, member in enumerate(composite["members"]):
        inner = composites.get(member["objective"])
        if inner is not None and inner["kind"] == ALL:
            yield Fault(f"{place}/members/{index}", f"{inner['code']} only holds or not: it has no value")
    if "comparator" not in composite or "target" not in composite:
        return
    upper = composite["comparator"] in UPPER
    against = [leaf["code"] for leaf in leaves if (leaf["comparator"] in UPPER) is not upper]
    if against:
        yield Fault(
            f"{place}/comparator",
            f"for {', '.join(against)} the other direction is better: they don't add up",
        )
    shares = [leaf["aggregation"] == "share" for leaf in leaves]
    if all(shares):
        if not 0 <= Decimal(composite["target"]) <= 1:
            yield Fault(f"{place}/target", 'a share lies between 0 and 1: write 95 % as "0.95"')
    elif len({(leaf["indicator"], leaf["aggregation"]) for leaf in leaves}) > 1:
        yield Fault(
            f"{place}/members", "their values have different units: only shares, or one indicator, add up"
        )


def inside(composite: Mapping[str, Any], composites: Named) -> set[str]:
    """All codes that a composite is made of, directly or not; also where it runs in a circle."""
    found: set[str] = set()
    waiting = [composite]
    while waiting:
        for member in waiting.pop()["members"]:
            code = member["objective"]
            if code not in found:
                found.add(code)
                if code in composites:
                    waiting.append(composites[code])
    return found


def leaves_of(composite: Mapping[str, Any], composites: Named) -> set[str]:
    """The objectives that a composite is made of in the end."""
    return inside(composite, composites) - composites.keys()
