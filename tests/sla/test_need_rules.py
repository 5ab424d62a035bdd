"""Ranking, merging, covering and likeness of needs, for any needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain import target_help
from services.sla.domain.likeness import Likeness, normal
from services.sla.domain.needs import (
    MOSCOW,
    Link,
    Need,
    Promise,
    Weights,
    coverage,
    groups,
    rank,
    roots,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
RATING = st.none() | st.integers(1, 5)


def need(number: int, **values: Any) -> Need:
    base: dict[str, Any] = {
        "id": f"{number:032x}",
        "service": "permit",
        "agency": "city",
        "version": 1,
        "statement": "s",
        "statement_hash": "h",
        "source": "survey",
        "recipient_group": None,
        "channel": None,
        "priority": None,
        "frequency": 1,
        "severity": 1,
        "legal_weight": 1,
        "wanted": None,
        "evidence": (),
        "theme": None,
        "merged_into": None,
        "import_id": None,
        "made_by": "client",
        "made_at": START + timedelta(minutes=number // 2),
        "changed_at": START,
    }
    return Need(**{**base, **values})


@st.composite
def some_needs(draw: st.DrawFn, least: int = 1) -> list[Need]:
    """Needs, some of which stand behind an earlier one."""
    count = draw(st.integers(least, 12))
    found: list[Need] = []
    for number in range(count):
        behind = draw(st.none() | st.sampled_from(found)) if found else None
        found.append(
            need(
                number,
                frequency=draw(RATING),
                severity=draw(RATING),
                legal_weight=draw(RATING),
                priority=draw(st.none() | st.sampled_from(MOSCOW)),
                merged_into=None if behind is None else behind.id,
            )
        )
    return found


EXPONENT = st.integers(0, 3)
WEIGHTS = st.builds(Weights, EXPONENT, EXPONENT, EXPONENT)


@given(some_needs(), WEIGHTS, st.randoms())
def test_a_ranking_does_not_depend_on_the_order_of_the_needs(
    needs: list[Need], weights: Weights, random: Any
) -> None:
    shuffled = random.sample(needs, len(needs))
    assert rank(shuffled, weights) == rank(needs, weights)


@given(some_needs(), WEIGHTS)
def test_every_need_stands_in_one_group_and_the_ranks_are_whole(needs: list[Need], weights: Weights) -> None:
    ranked = rank(needs, weights)
    assert sorted(name for one in ranked for name in one.ids()) == sorted(each.id for each in needs)
    assert all(one.need.merged_into is None for one in ranked)
    for place, one in enumerate(ranked):
        above = [other for other in ranked[:place] if other.score != one.score]
        assert one.rank == 1 + len(above)
        assert (one.score is None) == bool(one.lacking)
    scores = [-1 if one.score is None else one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)


@given(some_needs(2), WEIGHTS, st.data())
def test_splitting_undoes_a_merge_and_merging_lowers_nothing(
    needs: list[Need], weights: Weights, data: st.DataObject
) -> None:
    standing = [each for each in needs if each.merged_into is None]
    if len(standing) < 2:
        return
    into, other = data.draw(st.permutations(standing))[:2]
    before = {one.need.id: one for one in rank(needs, weights)}
    merged = [replace(each, merged_into=into.id) if each == other else each for each in needs]
    after = {one.need.id: one for one in rank(merged, weights)}
    assert set(after[into.id].ids()) == {*before[into.id].ids(), *before[other.id].ids()}
    for old in (before[into.id], before[other.id]):
        if old.score is not None:
            assert after[into.id].score is not None
            assert after[into.id].score >= old.score
    split = [replace(each, merged_into=None) if each.id == other.id else each for each in merged]
    assert rank(split, weights) == rank(needs, weights)


@given(some_needs(), st.data())
def test_a_higher_rating_never_lowers_a_rank(needs: list[Need], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from([each for each in needs if each.severity in (1, 2, 3, 4)] or needs))
    if chosen.severity in (None, 5):
        return
    raised = [replace(each, severity=(each.severity or 0) + 1) if each == chosen else each for each in needs]
    top = roots({each.id: each.merged_into for each in needs})[chosen.id]

    def place(of: list[Need]) -> int:
        return [one.need.id for one in rank(of, Weights())].index(top)

    assert place(raised) <= place(needs)


def test_roots_follow_any_depth() -> None:
    chain = {"0": None} | {str(number): str(number - 1) for number in range(1, 5000)}
    assert set(roots(chain).values()) == {"0"}
    assert len(groups([need(0), need(1, merged_into=need(0).id)])[need(0).id]) == 2


@pytest.mark.parametrize(
    ("values", "moscow"),
    [
        ({"frequency": 1, "severity": 1, "legal_weight": 5}, ("must", "law")),
        ({"frequency": 4, "severity": 4, "legal_weight": 4}, ("must", "score")),
        ({"frequency": 4, "severity": 4, "legal_weight": 3}, ("should", "score")),
        ({"frequency": 4, "severity": 4, "legal_weight": 1}, ("should", "score")),
        ({"frequency": 5, "severity": 3, "legal_weight": 1}, ("could", "score")),
        ({"frequency": 2, "severity": 1, "legal_weight": 1}, ("could", "score")),
        ({}, ("wont", "score")),
        ({"legal_weight": 5, "priority": "could"}, ("could", "declared")),
        ({"frequency": None}, (None, None)),
    ],
)
def test_a_class_follows_from_what_people_said_the_law_or_the_score(
    values: dict[str, Any], moscow: tuple[str | None, str | None]
) -> None:
    (found,) = rank([need(1, **values)], Weights())
    assert (found.moscow, found.moscow_from) == moscow


def test_a_promise_covers_by_its_objective_or_its_indicator() -> None:
    first, second, third = (need(number, severity=5 - number) for number in range(3))
    behind = need(7, merged_into=first.id)

    def link(of: Need, indicator: str | None, objective: str | None) -> Link:
        agreement = None if objective is None else "a"
        return Link("l", of.id, indicator, agreement, objective, "city", "client", START)

    promises = [
        Promise("a", "fast", "time", "h", "in_force"),
        Promise("a", "up", "availability", "h", "draft"),
        Promise("b", "quiet", "noise", "h", "in_force"),
    ]
    links = [link(behind, "time", None), link(second, None, "up")]
    covers, unasked = coverage(rank([first, second, third, behind], Weights()), links, promises)
    assert [(cover.standing, [via for _, via in cover.promises]) for cover in covers] == [
        ("promised", ["indicator"]),
        ("proposed", ["objective"]),
        ("open", []),
    ]
    assert unasked == [promises[2]]


# --- likeness ----------------------------------------------------------------------------------------

TEXT = st.text(st.sampled_from("กขคงจอ่า้ abc"), min_size=1, max_size=30)


def test_what_cannot_be_seen_makes_no_difference() -> None:
    # SARA AM is one sign or two; spaces, marks and width do not count.
    assert normal("น\u0e33 ไหล!") == normal("น\u0e4d\u0e32\u200bไหล") == normal("น\u0e33ไหล")
    assert normal("ＡＢＣ") == "abc"


@given(st.lists(TEXT, min_size=2, max_size=8))
def test_likeness_goes_both_ways_and_the_same_is_alike(texts: list[str]) -> None:
    likeness = Likeness((str(number), "th", text) for number, text in enumerate([*texts, texts[0]]))
    found = {
        (one, other): p for one in map(str, range(len(texts) + 1)) for other, p in likeness.alike(one, 50)
    }
    assert all(found[other, one] == percent for (one, other), percent in found.items())
    if normal(texts[0]):
        assert found["0", str(len(texts))] == 100


def test_languages_are_compared_apart() -> None:
    likeness = Likeness([("a", "th", "online"), ("b", "en", "online"), ("c", "en", "on line")])
    assert likeness.alike("a") == []
    assert likeness.alike("b") == [("c", 100)]


# --- beside targets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("objective", "wanted", "kept"),
    [
        ({"good": {"comparator": "<=", "value": "P3D"}, "comparator": ">=", "target": "0.8"}, "P4D", True),
        ({"good": {"comparator": "<=", "value": "P3D"}, "comparator": ">=", "target": "0.8"}, "P2D", False),
        ({"good": {"comparator": "<=", "value": "P3D"}, "comparator": ">=", "target": "0.8"}, "0.9", False),
        ({"good": {"comparator": "<=", "value": "P3D"}, "comparator": ">=", "target": "0.8"}, "3", None),
        (
            {"good": {"comparator": "<=", "value": {"working_days": 3}}, "comparator": ">=", "target": "1"},
            "P3D",
            None,
        ),
        ({"good": {"comparator": "<=", "value": "800"}, "comparator": ">=", "target": "0.95"}, "900", True),
        ({"good": {"comparator": "<=", "value": "800"}, "comparator": ">=", "target": "0.95"}, "0.9", True),
        ({"comparator": "<=", "target": "P7D"}, "P5D", False),
        ({"comparator": "<=", "target": "P7D"}, "5", None),
        ({"comparator": "<=", "target": "300"}, "400", True),
        ({"comparator": ">=", "target": "0.99"}, "P5D", None),
    ],
)
def test_what_was_wanted_is_held_against_what_can_be_compared(
    objective: dict[str, Any], wanted: str, kept: bool | None
) -> None:
    assert target_help.kept(objective, wanted) is kept
