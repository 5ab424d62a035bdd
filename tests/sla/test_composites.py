"""Composites and consequences: what is refused when they are offered, and what they leave in the document."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from services.sla.domain.agreements import check, stored_form
from services.sla.domain.canonical import digest
from services.sla.domain.differences import differences
from tests.sla.documents import AVAILABLE, MEAN, MONTH, P95, agreement, known_world, plain

YEAR = {"unit": "year", "anchor": "2025-10-01"}


def up(code: str, **changes: Any) -> dict[str, Any]:
    return {**AVAILABLE, "code": code, "window": MONTH, "scope": [], **changes}


def composite(**changes: Any) -> dict[str, Any]:
    given = {
        "code": "whole",
        "title": {"th": "ทั้งหมด"},
        "kind": "weighted",
        "members": [{"objective": "a", "weight": 2}, {"objective": "b"}],
        "comparator": ">=",
        "target": "0.950",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def consequence(**changes: Any) -> dict[str, Any]:
    given = {
        "code": "refund",
        "objective": "a",
        "brackets": [
            {"comparator": "<", "value": "0.99", "cost": 3},
            {"comparator": "<", "value": "0.90", "cost": "7.50"},
        ],
        "unit": "percent",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def document(*composites: Any, objectives: Any = None, **changes: Any) -> dict[str, Any]:
    given = [up("a"), up("b"), up("c")] if objectives is None else objectives
    return agreement(objectives=copy.deepcopy(given), composites=list(composites), **changes)


def said(found: dict[str, Any]) -> dict[str, list[str]]:
    form, faults = stored_form(plain(found))
    assert not faults
    told: dict[str, list[str]] = {}
    for fault in check(form, known_world()).faults:
        told.setdefault(fault.pointer, []).append(fault.detail)
    return told


def test_a_composite_and_a_consequence_are_stored_with_their_defaults() -> None:
    cap = {"cost": 10, "period": {"unit": "month"}}
    found = document(
        composite(),
        composite(
            code="all",
            kind="all",
            members=[{"objective": "whole"}, {"objective": "c"}],
            comparator=None,
            target=None,
        ),
        consequences=[
            consequence(cap=cap, recurrence={"windows": 2}),
            consequence(
                code="other",
                objective="whole",
                brackets=[{"comparator": "<", "value": "0.95", "cost": 1}],
                exclusive_with=["refund"],
            ),
        ],
    )
    assert said(found) == {}
    form, _ = stored_form(plain(found))
    weighted, every = form["composites"]
    assert weighted["members"] == [{"objective": "a", "weight": "2"}, {"objective": "b", "weight": "1"}]
    assert (weighted["target"], weighted["responsible"]) == ("0.95", "city")
    assert every["members"] == [{"objective": "whole"}, {"objective": "c"}]
    first, second = form["consequences"]
    assert first["recurrence"] == {"windows": 2, "not_determined": "breaks"}
    assert first["cap"] == {"cost": "10", "period": {"unit": "month", "count": 1, "anchor": "2001-01-01"}}
    assert (first["brackets"][1]["value"], first["brackets"][1]["cost"]) == ("0.9", "7.5")
    assert (first["exclusive_with"], second["exclusive_with"]) == ([], ["refund"])
    other = copy.deepcopy(found)
    other["composites"][0]["target"] = "0.96"
    changed, _ = stored_form(plain(other))
    assert digest(changed) != digest(form)
    assert [each.clause for each in differences(form, changed)] == ["/composites/whole/target"]


CIRCLE = [
    composite(code="x", members=[{"objective": "y"}, {"objective": "a"}]),
    composite(code="y", members=[{"objective": "x"}]),
]


@pytest.mark.parametrize(
    ("found", "pointer", "sentence"),
    [
        (document(composite(members=[{"objective": "z"}])), "/composites/0/members/0", "no objective"),
        (
            document(composite(members=[{"objective": "whole"}], responsible="city")),
            "/composites/0/members",
            "itself",
        ),
        (document(*CIRCLE), "/composites/0/members", "itself"),
        (document(*CIRCLE), "/composites/1/responsible", "name the party"),
        (
            document(composite(members=[{"objective": "a"}, {"objective": "a"}])),
            "/composites/0/members",
            "twice",
        ),
        (document(composite(members=[{"objective": "a", "weight": 0}])), "/composites/0/members", "zero"),
        (
            document(composite(members=[{"objective": "a", "weight": -1}, {"objective": "b"}])),
            "/composites/0/members",
            "negative",
        ),
        (
            document(composite(kind="worst", members=[{"objective": "a", "weight": 1}])),
            "/composites/0/members",
            "only a weighted",
        ),
        (document(composite(code="a")), "/composites/0/code", "twice"),
        (document(composite(kind="all")), "/composites/0/target", "each member"),
        (document(composite(target=None)), "/composites/0/target", "compared"),
        (document(composite(comparator=None)), "/composites/0/comparator", "compared"),
        (document(composite(target="1.5")), "/composites/0/target", "between 0 and 1"),
        (document(composite(responsible="province")), "/composites/0/responsible", "no party"),
        (
            document(composite(), objectives=[up("a"), up("b", window={"kind": "calendar", "unit": "day"})]),
            "/composites/0/members",
            "different windows",
        ),
        (
            document(composite(), objectives=[up("a"), up("b", scope=["province"])]),
            "/composites/0/members",
            "different groups",
        ),
        (
            document(
                composite(),
                objectives=[up(code, window={"kind": "rolling", "duration": "P30D"}) for code in "ab"],
            ),
            "/composites/0/members",
            "calendar windows",
        ),
        (
            document(composite(), objectives=[up("a"), up("b", comparator="<=", target="0.01")]),
            "/composites/0/comparator",
            "other direction",
        ),
        (
            document(
                composite(comparator="<=", target="5"),
                objectives=[
                    up("a", comparator="<=", target="0.01"),
                    {**MEAN, "code": "b", "window": MONTH, "scope": []},
                ],
            ),
            "/composites/0/members",
            "different units",
        ),
        (
            document(
                composite(code="every", kind="all", comparator=None, target=None),
                composite(members=[{"objective": "every"}, {"objective": "c"}]),
            ),
            "/composites/1/members/0",
            "no value",
        ),
    ],
)
def test_what_cannot_be_put_together_is_refused(found: dict[str, Any], pointer: str, sentence: str) -> None:
    assert any(sentence in detail for detail in said(found).get(pointer, ())), said(found)


def bracket(comparator: str, value: str, cost: str = "3") -> dict[str, str]:
    return {"comparator": comparator, "value": value, "cost": cost}


@pytest.mark.parametrize(
    ("changes", "pointer", "sentence"),
    [
        ({"objective": "z"}, "/consequences/0/objective", "no objective"),
        ({"objective": "every"}, "/consequences/0/objective", "no value"),
        ({"objective": "rolls"}, "/consequences/0/objective", "rolling"),
        ({"brackets": [bracket(">", "0.9")]}, "/consequences/0/brackets/0/comparator", "the promise is >="),
        ({"brackets": [bracket("<", "0.995")]}, "/consequences/0/brackets/0/value", "contradicts"),
        ({"brackets": [bracket("<=", "0.99")]}, "/consequences/0/brackets/0/value", "contradicts"),
        (
            {"objective": "fast", "brackets": [bracket(">=", "300")]},
            "/consequences/0/brackets/0/value",
            "contradicts",
        ),
        (
            {"objective": "fast", "brackets": [bracket(">", "299")]},
            "/consequences/0/brackets/0/value",
            "contradicts",
        ),
        (
            {"brackets": [bracket("<", "0.9"), bracket("<=", "0.9", "4")]},
            "/consequences/0/brackets",
            "same bound",
        ),
        (
            {"brackets": [bracket("<", "0.9", "3"), bracket("<", "0.8", "3")]},
            "/consequences/0/brackets",
            "costs more",
        ),
        (
            {"objective": "fast", "brackets": [bracket(">", "300", "3"), bracket(">", "400", "2")]},
            "/consequences/0/brackets",
            "costs more",
        ),
        ({"brackets": [bracket("<", "0.9", "0")]}, "/consequences/0/brackets/0/cost", "more than zero"),
        ({"brackets": [bracket("<", "0.9", "101")]}, "/consequences/0/brackets/0/cost", "100 percent"),
        ({"cap": {"cost": "101", "period": YEAR}}, "/consequences/0/cap/cost", "100 percent"),
        (
            {"cap": {"cost": "5", "period": {"unit": "month", "count": 2}}},
            "/consequences/0/cap/period/anchor",
            "from which date",
        ),
        (
            {"cap": {"cost": "5", "period": {"unit": "year", "anchor": "2025-13-01"}}},
            "/consequences/0/cap/period/anchor",
            "date",
        ),
        ({"exclusive_with": ["nobody"]}, "/consequences/0/exclusive_with/0", "no consequence"),
        ({"exclusive_with": ["refund"]}, "/consequences/0/exclusive_with/0", "itself"),
        ({"exclusive_with": ["points"]}, "/consequences/0/exclusive_with/0", "can't be told"),
        ({"code": "points"}, "/consequences/0/code", "twice"),
    ],
)
def test_what_cannot_be_reckoned_is_refused(changes: dict[str, Any], pointer: str, sentence: str) -> None:
    found = document(
        composite(code="every", kind="all", comparator=None, target=None),
        objectives=[
            up("a"),
            up("b"),
            {**MEAN, "code": "fast"},
            up("rolls", window={"kind": "rolling", "duration": "P30D"}),
        ],
        consequences=[
            consequence(**changes),
            consequence(code="points", unit="points", brackets=[bracket("<", "0.9")]),
        ],
    )
    assert any(sentence in detail for detail in said(found).get(pointer, ())), said(found)


def test_brackets_at_the_target_are_no_contradiction() -> None:
    for objective, at_target in (
        (up("a"), bracket("<", "0.99")),
        (up("a", comparator=">", target="0.9"), bracket("<=", "0.9")),
        ({**MEAN, "code": "a"}, bracket(">", "300")),
        ({**MEAN, "code": "a", "comparator": "<"}, bracket(">=", "300")),
        ({**P95, "code": "a"}, bracket("<", "0.95")),
    ):
        found = document(objectives=[objective], consequences=[consequence(brackets=[at_target])])
        assert said(found) == {}


def test_an_informal_agreement_has_no_consequences() -> None:
    found = document(legal_form="informal", consequences=[consequence()])
    assert "informal" in said(found)["/consequences"][0]


def test_many_composites_that_refer_to_many_others_are_checked_at_once() -> None:
    layers = [
        composite(
            code=f"c{n}",
            members=[{"objective": "a"}, *({"objective": f"c{other}"} for other in range(n))],
            responsible="city",
        )
        for n in range(40)
    ]
    assert said(document(*layers)) == {}
