"""Spans that do not count, against sets of minutes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.exclusions import (
    Exclusion,
    Span,
    covers,
    merged,
    outside,
    read_exclusion,
    within,
)

spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)
bounds = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair)))


def minutes(found: list[Span]) -> set[int]:
    return {minute for start, end in found for minute in range(start, end)}


@given(spans)
def test_merged_spans_hold_the_same_instants_once(raw: list[Span]) -> None:
    found = merged(raw)
    assert minutes(found) == minutes(raw)
    assert all(start < end for start, end in found)
    # Spans that only touch are one.
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(spans, bounds)
def test_what_lies_within_and_outside_make_up_the_whole(raw: list[Span], bound: Span) -> None:
    found = merged(raw)
    inside, left = within(found, *bound), outside(found, *bound)
    assert minutes(inside) == minutes(found) & set(range(*bound))
    assert minutes(left) == set(range(*bound)) - minutes(found)
    if bound[0] < bound[1]:
        assert all(start < end for start, end in [*inside, *left])


@given(spans, st.integers(0, 31))
def test_an_instant_is_covered_from_the_start_on_and_not_at_the_end(raw: list[Span], at: int) -> None:
    assert covers(merged(raw), at) == (at in minutes(raw))


def test_it_applies_to_the_objectives_and_groups_that_it_names() -> None:
    def of(objectives: list[str] | None, scope: dict[str, str] | None) -> Exclusion:
        document = {"id": "x", "objectives": objectives, "scope": scope, "journeys": ["c1"]}
        return read_exclusion({**document, "from_at": 60, "to_at": 120})

    group = {"province": "10", "kind": "new"}
    assert of(None, None).applies("any", {})
    assert of(["up"], None).applies("up", group)
    assert not of(["up"], None).applies("other", group)
    assert of(None, {"province": "10"}).applies("up", group)
    assert not of(None, {"province": "10", "kind": "old"}).applies("up", group)
    assert not of(None, {"province": "10"}).applies("up", {})
    assert of(None, None).span == (60, 120)
    named = read_exclusion(
        {"id": "x", "objectives": None, "scope": None, "journeys": ["c1"], "from_at": None, "to_at": None}
    )
    assert (named.span, named.journeys) == (None, frozenset({"c1"}))


def test_a_span_that_only_touches_lies_outside() -> None:
    assert within([(0, 5), (10, 20)], 5, 10) == []
    assert within([(0, 6), (9, 20)], 5, 10) == [(5, 6), (9, 10)]
    assert outside([(0, 5), (10, 20)], 5, 10) == [(5, 10)]
