"""Composites against plain fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.composites import (
    Composite,
    Member,
    Verdict,
    judge_closed,
    judge_open,
    read_composites,
)


def composite(kind: str, comparator: str = ">=", target: str = "0.9", **members: str) -> Composite:
    document: dict[str, Any] = {
        "code": "whole",
        "kind": kind,
        "responsible": "city",
        "members": [{"objective": code, "weight": weight} for code, weight in members.items()],
    }
    if kind != "all":
        document |= {"comparator": comparator, "target": target}
    [found] = read_composites({"composites": [document]})
    return found


def member(code: str, verdict: str, exact: str | None = None, weight: str = "1") -> Member:
    return Member(code, Fraction(weight), verdict, None if exact is None else Fraction(exact))


@pytest.mark.parametrize(
    ("verdicts", "verdict", "good"),
    [
        (["met", "met"], "met", 2),
        (["met", "breached"], "breached", 1),
        (["met", "not_determined"], "not_determined", 1),
        (["breached", "not_determined"], "breached", 0),
        (["not_determined", "not_determined"], "not_determined", 0),
    ],
)
def test_all_must_hold(verdicts: list[str], verdict: str, good: int) -> None:
    members = [member(str(n), found) for n, found in enumerate(verdicts)]
    found = judge_closed(composite("all", a="1", b="1"), members)
    assert (found.verdict, found.good, found.total) == (verdict, good, 2)


def test_members_without_a_verdict_drop_out_and_the_weights_of_the_others_remain() -> None:
    whole = composite("weighted", a="2", b="1", c="7")
    members = [
        member("a", "met", "1", "2"),
        member("b", "breached", "7/10", "1"),
        member("c", "not_determined", "1/10", "7"),
    ]
    assert judge_closed(whole, members) == Verdict("met", None, 2, Fraction(9, 10))
    heavier = [*members[:2], member("c", "breached", "1/10", "7")]
    assert judge_closed(whole, heavier) == Verdict("breached", None, 3, Fraction(17, 50))
    assert judge_closed(whole, [members[2]]) == Verdict("not_determined", None, 0, None)
    weightless = [member("a", "met", "1", "0"), members[2]]
    assert judge_closed(whole, weightless).verdict == "not_determined"


def test_the_worst_member_decides_in_either_direction() -> None:
    values = [
        member("a", "met", "95/100"),
        member("b", "breached", "89/100"),
        member("c", "not_determined", "0"),
    ]
    assert judge_closed(composite("worst", a="1"), values) == Verdict("breached", None, 2, Fraction(89, 100))
    upper = composite("worst", "<=", "0.95", a="1")
    assert judge_closed(upper, values) == Verdict("met", None, 2, Fraction(95, 100))


@pytest.mark.parametrize(
    ("kind", "verdicts", "verdict"),
    [
        ("all", ["on_track", "breached"], "breached"),
        ("all", ["on_track", "at_risk"], "at_risk"),
        ("all", ["on_track", "no_data"], "on_track"),
        ("all", ["no_data", "no_data"], "no_data"),
        ("weighted", ["on_track", "breached"], "on_track"),
        ("worst", ["breached", "breached"], "on_track"),
        ("worst", ["no_data", "no_data"], "no_data"),
    ],
)
def test_only_all_is_beyond_repair_before_the_close(kind: str, verdicts: list[str], verdict: str) -> None:
    members = [
        member(str(n), found, None if found == "no_data" else "1/2") for n, found in enumerate(verdicts)
    ]
    assert judge_open(composite(kind, a="1", b="1"), members).verdict == verdict


MEMBERS = st.lists(
    st.tuples(
        st.sampled_from(["met", "breached", "not_determined"]),
        st.fractions(0, 1, max_denominator=1000),
        st.fractions(0, 10, max_denominator=10),
    ),
    min_size=1,
    max_size=6,
)


@given(
    found=MEMBERS,
    kind=st.sampled_from(["weighted", "worst"]),
    comparator=st.sampled_from(["<", "<=", ">", ">="]),
)
def test_as_reckoned_plainly(found: list[tuple[str, Fraction, Fraction]], kind: str, comparator: str) -> None:
    whole = composite(kind, comparator, "0.5", a="1")
    said = judge_closed(whole, [Member("m", weight, verdict, exact) for verdict, exact, weight in found])
    counted = [(exact, weight) for verdict, exact, weight in found if verdict != "not_determined"]
    if kind == "worst":
        worst = max if comparator in ("<", "<=") else min
        value = worst((exact for exact, _ in counted), default=None)
    else:
        below = sum(weight for _, weight in counted)
        value = sum(exact * weight for exact, weight in counted) / below if below else None
    assert said.exact == value
    if value is None:
        assert said.verdict == "not_determined"
        return
    half = Fraction(1, 2)
    kept = {"<": value < half, "<=": value <= half, ">": value > half, ">=": value >= half}[comparator]
    assert said.verdict == ("met" if kept else "breached")


def test_members_come_before_what_contains_them() -> None:
    def one(code: str, *members: str) -> dict[str, Any]:
        return {
            "code": code,
            "kind": "all",
            "responsible": "city",
            "members": [{"objective": name} for name in members],
        }

    document = {"composites": [one("top", "middle", "a"), one("middle", "low", "b"), one("low", "c")]}
    found = read_composites(document)
    assert [each.code for each in found] == ["low", "middle", "top"]
    assert found[-1].leaves == {"a", "b", "c"}
    with pytest.raises(ValueError, match="itself"):
        read_composites({"composites": [one("x", "y"), one("y", "x")]})


def test_a_member_is_shown_with_its_value_and_whether_it_counts() -> None:
    shown = [member("a", "breached", "2/3", "2.5").body(), member("b", "not_determined").body()]
    assert [(one["value"], one["exact"], one["counts"], one["weight"]) for one in shown] == [
        ("0.666666667", "2/3", True, "2.5"),
        (None, None, False, "1"),
    ]
