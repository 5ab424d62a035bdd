"""Composites: promises over other promises of the same windows and scope. Exact, from the members alone.

`all`: every member holds: one that is broken breaks it, one of which nothing is known leaves it undetermined.
`weighted`: the weighted mean of the members' values; those without a verdict drop out, and the weights of the
others are what remains of the whole. `worst`: the worst of the members' values that have a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.evaluation.domain.amounts import UPPER, exact_text, holds, shown
from services.evaluation.domain.verdict import AT_RISK, BREACHED, MET, NO_DATA, NOT_DETERMINED, ON_TRACK

ALL, WEIGHTED, WORST = "all", "weighted", "worst"
DETERMINED = (MET, BREACHED)


@dataclass(frozen=True, slots=True)
class Composite:
    """``members``: (code of an objective or composite, weight), in the order of the agreement."""

    code: str
    kind: str
    responsible: str
    members: tuple[tuple[str, Fraction], ...]
    comparator: str
    target: Fraction
    target_text: str
    leaves: frozenset[str]
    """The objectives that it is made of in the end."""

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.members)


@dataclass(frozen=True, slots=True)
class Member:
    """What a member says of a window. ``exact`` None: it has no value."""

    code: str
    weight: Fraction
    verdict: str
    exact: Fraction | None

    @property
    def counts(self) -> bool:
        return self.verdict in DETERMINED

    def body(self) -> dict[str, Any]:
        return {
            "objective": self.code,
            "weight": shown(self.weight),
            "verdict": self.verdict,
            "value": None if self.exact is None else shown(self.exact),
            "exact": None if self.exact is None else exact_text(self.exact),
            "counts": self.counts,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """``good`` of ``total`` members hold (`all`); else ``total`` members have a value that counts."""

    verdict: str
    good: int | None
    total: int
    exact: Fraction | None


def read_composites(document: Mapping[str, Any]) -> list[Composite]:
    """The composites of a revision, members before those that contain them."""
    named = {found["code"]: found for found in document.get("composites") or ()}
    leaves: dict[str, frozenset[str]] = {}
    ordered: list[Composite] = []
    while len(ordered) < len(named):
        before = len(ordered)
        for code, found in named.items():
            codes = [member["objective"] for member in found["members"]]
            if code in leaves or any(one in named and one not in leaves for one in codes):
                continue
            leaves[code] = frozenset().union(*(leaves.get(one, frozenset({one})) for one in codes))
            ordered.append(_read(found, leaves[code]))
        if len(ordered) == before:
            raise ValueError("a composite contains itself")
    return ordered


def _read(found: Mapping[str, Any], leaves: frozenset[str]) -> Composite:
    every = found["kind"] == ALL
    target = "1" if every else str(found["target"])
    return Composite(
        code=found["code"],
        kind=found["kind"],
        responsible=found["responsible"],
        members=tuple((one["objective"], Fraction(one.get("weight") or 1)) for one in found["members"]),
        comparator=">=" if every else found["comparator"],
        target=Fraction(target),
        target_text=target,
        leaves=leaves,
    )


def judge_closed(composite: Composite, members: Sequence[Member]) -> Verdict:
    """The verdict over a window that is over."""
    if composite.kind == ALL:
        good = sum(member.verdict == MET for member in members)
        share = Fraction(good, len(members))
        if any(member.verdict == BREACHED for member in members):
            return Verdict(BREACHED, good, len(members), share)
        if good < len(members):
            return Verdict(NOT_DETERMINED, good, len(members), None)
        return Verdict(MET, good, len(members), share)
    value, counted = value_of(composite, members, DETERMINED)
    if value is None:
        return Verdict(NOT_DETERMINED, None, counted, None)
    kept = holds(value, composite.comparator, composite.target)
    return Verdict(MET if kept else BREACHED, None, counted, value)


def judge_open(composite: Composite, members: Sequence[Member]) -> Verdict:
    """What can be said before the close: only `all` can be beyond repair, by a member that is."""
    verdicts = {member.verdict for member in members}
    known = verdicts - {NO_DATA, NOT_DETERMINED}
    if composite.kind == ALL:
        good = sum(member.verdict in (ON_TRACK, MET) for member in members)
        if BREACHED in verdicts:
            return Verdict(BREACHED, good, len(members), Fraction(good, len(members)))
        said = AT_RISK if AT_RISK in verdicts else ON_TRACK if known else NO_DATA
        return Verdict(said, good, len(members), None)
    value, counted = value_of(composite, members, (ON_TRACK, AT_RISK, *DETERMINED))
    return Verdict(NO_DATA if value is None else ON_TRACK, None, counted, value)


def value_of(
    composite: Composite, members: Sequence[Member], among: Sequence[str]
) -> tuple[Fraction | None, int]:
    """The mean or the worst value of the members whose verdict is ``among`` some, and how many these are."""
    found = [
        (member.exact, member.weight)
        for member in members
        if member.verdict in among and member.exact is not None
    ]
    values = [value for value, _ in found]
    if composite.kind == WORST:
        pick = max if composite.comparator in UPPER else min
        return (pick(values) if values else None), len(values)
    whole = sum((weight for _, weight in found), Fraction(0))
    if not whole:
        return None, len(values)
    return sum((value * weight for value, weight in found), Fraction(0)) / whole, len(values)
