"""Time slices against reading every minute with plain fractions, and their edges one by one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.objective import Objective, read_objectives
from services.evaluation.domain.slices import Sliced, Slices
from services.evaluation.domain.verdict import CLOSED, OPEN, Tally, judge
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE

FOREVER = 10**9
Row = tuple[int, int, int]
"""(minute, good, total)"""


def objective_of(
    length: int = 5,
    empty: str = "ignored",
    slice_target: str | None = "0.9",
    budgeting: str = "timeslices",
    **changes: Any,
) -> Objective:
    cut = {"length": f"PT{length}M", "empty": empty}
    if slice_target is not None:
        cut["target"] = slice_target
    found: dict[str, Any] = {
        "code": "o",
        "indicator": "i",
        "responsible": "a",
        "comparator": ">=",
        "target": "0.75",
        "window": {"kind": "calendar", "unit": "hour"},
        "budgeting": budgeting,
        "slice": cut,
        **changes,
    }
    (objective,) = read_objectives({"objectives": [found]}, {"i": {"kind": "ratio"}})
    return objective


def sliced(objective: Objective, rows: list[Row], **more: Any) -> Sliced:
    columns = list(zip(*sorted(rows), strict=True)) if rows else [()] * 3
    minute, good, total = (np.array(column, dtype=np.int64) for column in columns)
    return Sliced(objective, minute, good, total, **more)


def span(start: int, end: int) -> Window:
    return Window(start * MINUTE, end * MINUTE)


def over(objective: Objective, rows: list[Row], start: int, end: int, **more: Any) -> Slices:
    return sliced(objective, rows, **more).over(span(start, end))


# --- by hand -----------------------------------------------------------------------------------------


def test_a_slice_that_keeps_its_target_exactly_is_good() -> None:
    found = over(objective_of(), [(0, 9, 10), (5, 89, 100), (10, 10, 10)], 0, 15)
    assert (found.good, found.bad, found.counted, found.ignored) == (2, 1, 3, 0)


def test_slices_start_at_the_windows_start_and_a_shorter_last_one_counts_as_one() -> None:
    rows = [(3, 0, 1), (8, 1, 1), (12, 1, 1), (13, 1, 1), (14, 0, 1)]
    assert over(objective_of(), rows, 3, 14).body() == {"good": 2, "bad": 1, "counted": 3, "ignored": 0}
    assert over(objective_of(), rows, 3, 15).body() == {"good": 1, "bad": 2, "counted": 3, "ignored": 0}


@pytest.mark.parametrize(
    ("empty", "body"),
    [
        ("ignored", {"good": 1, "bad": 1, "counted": 2, "ignored": 2}),
        ("good", {"good": 3, "bad": 1, "counted": 4, "ignored": 0}),
        ("bad", {"good": 1, "bad": 3, "counted": 4, "ignored": 0}),
    ],
)
def test_a_slice_without_data_counts_as_declared(empty: str, body: dict[str, int]) -> None:
    rows = [(0, 1, 1), (5, 0, 1), (11, 0, 0)]
    objective = objective_of(empty=empty)
    found = over(objective, rows, 0, 20)
    assert found.body() == body
    judged = judge(objective, Tally(n=3, slices=found), CLOSED)
    assert (judged.good, judged.total) == (body["good"], body["counted"])
    assert judged.exact == Fraction(body["good"], body["counted"])


@pytest.mark.parametrize("empty", ["good", "bad"])
def test_a_group_without_any_data_in_a_window_is_not_judged_by_empty_slices(empty: str) -> None:
    group = objective_of(empty=empty, scope=["province"])
    found = over(group, [], 0, 20)
    assert found.body() == {"good": 0, "bad": 0, "counted": 0, "ignored": 4}
    assert judge(group, Tally(slices=found), CLOSED).verdict == "not_determined"
    assert over(group, [(0, 1, 1)], 0, 20).counted == 4
    whole = objective_of(empty=empty)
    assert judge(whole, Tally(slices=over(whole, [], 0, 20)), CLOSED).verdict == (
        "met" if empty == "good" else "breached"
    )


def test_the_mean_of_ratios_is_unweighted_and_each_is_floored() -> None:
    objective = objective_of(budgeting="ratio-timeslices", slice_target=None)
    found = over(objective, [(0, 1, 3), (5, 2_000_000, 2_000_000), (10, 2, 3)], 0, 15)
    assert found.body() == {"good": None, "bad": None, "counted": 3, "ignored": 0}
    judged = judge(objective, Tally(slices=found), CLOSED)
    assert judged.exact == Fraction(333_333_333_333 + 10**12 + 666_666_666_666, 3 * 10**12)
    assert judged.good is None


def test_an_upper_limit_is_on_bad_slices() -> None:
    """At most 1 % late in a slice, at most a quarter of the slices late."""
    objective = objective_of(comparator="<=", target="0.25", slice_target="0.01", empty="good")
    rows = [(0, 1, 100), (5, 2, 100), (10, 0, 5)]
    found = over(objective, rows, 0, 20)
    assert found.body() == {"good": 3, "bad": 1, "counted": 4, "ignored": 0}
    judged = judge(objective, Tally(slices=found), CLOSED)
    assert (judged.verdict, judged.good, judged.exact) == ("met", 1, Fraction(1, 4))


def test_the_budget_of_a_calendar_window_is_of_all_its_slices() -> None:
    """bad / (all x (1 - target)); what burns is judged by the slices that count."""
    objective = objective_of(target="0.5")
    rows = [(0, 0, 1), (5, 1, 1), (10, 1, 1)]
    judged = judge(objective, Tally(slices=over(objective, rows, 0, 60)), CLOSED)
    budget = judged.numbers(objective)["budget"]
    assert budget == {"consumed": "0.166666667", "remaining": "0.833333333", "burn": "0.666666667"}
    rolling = objective_of(target="0.5", window={"kind": "rolling", "duration": "PT1H"})
    judged = judge(rolling, Tally(slices=over(rolling, rows, 0, 60)), CLOSED)
    assert judged.numbers(rolling)["budget"] == {
        "consumed": "0.666666667",
        "remaining": "0.333333333",
        "burn": "0.666666667",
    }


def test_what_is_dropped_is_no_empty_slice() -> None:
    objective = objective_of(empty="bad")
    dropped = [(0, 7 * MINUTE), (7 * MINUTE, 12 * MINUTE), (18 * MINUTE, FOREVER * MINUTE)]
    # [0,5) and [5,10) lie wholly in what is dropped, [10,15) and [15,20) only in part, [20,22) does.
    assert over(objective, [], 0, 22, dropped=dropped).body() == {
        "good": 0,
        "bad": 2,
        "counted": 2,
        "ignored": 0,
    }
    assert over(objective, [], 0, 22, dropped=dropped).of_window == 2


def test_counts_beyond_64_bits_stay_exact() -> None:
    many = 9 * 10**15
    objective = objective_of(budgeting="ratio-timeslices", slice_target="0.999999")
    found = over(objective, [(0, many - 1, many), (1, many, many)], 0, 5)
    assert found.parts == (2 * many - 1) * 10**12 // (2 * many)
    assert found.good == 1


class TestOpenWindows:
    def test_an_empty_slice_counts_once_it_has_ended(self) -> None:
        objective = objective_of(empty="bad")
        found = over(objective, [(0, 1, 1)], 0, 60, complete_to=12 * MINUTE)
        assert found.body() == {"good": 1, "bad": 1, "counted": 2, "ignored": 0}

    def test_lost_when_too_many_slices_have_ended_bad(self) -> None:
        """Of 12 slices nine have to be good."""
        objective = objective_of(empty="good")
        rows = [(5 * index, 0, 1) for index in range(4)]
        ended = over(objective, rows, 0, 60, complete_to=20 * MINUTE)
        running = over(objective, rows, 0, 60, complete_to=20 * MINUTE - 1)
        assert judge(objective, Tally(n=4, slices=ended), OPEN).verdict == "breached"
        assert judge(objective, Tally(n=4, slices=running), OPEN).verdict == "on_track"

    def test_a_slice_of_only_good_ones_is_settled_by_one_bad_at_once(self) -> None:
        objective = objective_of(empty="good", slice_target="1")
        rows = [(5 * index, 1, 2) for index in range(4)]
        found = over(objective, rows, 0, 60, complete_to=MINUTE)
        assert judge(objective, Tally(n=4, slices=found), OPEN).verdict == "breached"

    @pytest.mark.parametrize(("least", "verdict"), [(12, "breached"), (13, "on_track")])
    def test_not_lost_where_the_close_would_find_too_few_slices(self, least: int, verdict: str) -> None:
        objective = objective_of(empty="good", minimum_total=least)
        rows = [(5 * index, 0, 1) for index in range(4)]
        found = over(objective, rows, 0, 60, complete_to=20 * MINUTE)
        assert judge(objective, Tally(n=4, slices=found), OPEN).verdict == verdict

    def test_never_lost_early_while_the_denominator_may_still_grow(self) -> None:
        objective = objective_of(empty="ignored")
        found = over(objective, [(5 * i, 0, 1) for i in range(11)], 0, 60, complete_to=55 * MINUTE)
        assert found.best is None
        assert judge(objective, Tally(n=11, slices=found), OPEN).verdict == "on_track"

    def test_a_mean_of_ratios_is_lost_when_the_rest_cannot_lift_it(self) -> None:
        objective = objective_of(empty="good", slice_target=None, budgeting="ratio-timeslices")
        rows = [(5 * index, 0, 1) for index in range(4)]
        lost = over(objective, rows, 0, 60, complete_to=20 * MINUTE)
        saved = over(objective, rows[:3], 0, 60, complete_to=20 * MINUTE)
        assert lost.best == Fraction(8, 12)
        assert judge(objective, Tally(n=4, slices=lost), OPEN).verdict == "breached"
        assert judge(objective, Tally(n=3, slices=saved), OPEN).verdict == "on_track"


# --- against plain fractions -------------------------------------------------------------------------


def plain(
    objective: Objective,
    rows: list[Row],
    start: int,
    end: int,
    dropped: list[tuple[int, int]],
    complete_to: int | None,
) -> dict[str, Any]:
    rule = objective.slice
    assert rule is not None
    length = rule.length // MINUTE
    upper = objective.comparator in ("<", "<=")
    out = {minute for first, last in dropped for minute in range(first, last)}
    states: list[str] = []
    ratios: list[Fraction] = []
    for first in range(start, end, length):
        inside = range(first, min(first + length, end))
        total = sum(row[2] for row in rows if row[0] in inside)
        if total:
            ratio = Fraction(sum(row[1] for row in rows if row[0] in inside), total)
            kept = rule.target is None or (ratio <= rule.target if upper else ratio >= rule.target)
            states.append("good" if kept else "bad")
            ratios.append(Fraction(ratio * 10**12 // 1, 10**12))
        elif set(inside) <= out:
            continue
        elif complete_to is not None and inside.stop > complete_to:
            states.append("coming")
        else:
            states.append(rule.empty)
            if rule.empty != "ignored":
                ratios.append(Fraction(int((rule.empty == "good") != upper)))
    good, bad = states.count("good"), states.count("bad")
    return {
        "good": good,
        "bad": bad,
        "counted": good + bad,
        "ignored": states.count("ignored"),
        "parts": sum(ratios) * 10**12,
        "of_window": len(states),
    }


rows_of = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 4), st.integers(0, 4)).map(
        lambda row: (row[0], min(row[1], row[2]), row[2])
    ),
    max_size=25,
    unique_by=lambda row: row[0],
)


@given(
    rows=rows_of,
    length=st.integers(1, 9),
    empty=st.sampled_from(("ignored", "good", "bad")),
    comparator=st.sampled_from((">=", "<=")),
    windows=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=1, max_size=5),
    dropped=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=3),
    complete_to=st.none() | st.integers(0, 80),
    factor=st.sampled_from((1, 10**13)),
)
def test_slices_are_those_of_reading_every_minute(
    rows: list[Row],
    length: int,
    empty: str,
    comparator: str,
    windows: list[tuple[int, int]],
    dropped: list[tuple[int, int]],
    complete_to: int | None,
    factor: int,
) -> None:
    objective = objective_of(length, empty, "0.5", comparator=comparator)
    spans = [(first, first + long) for first, long in dropped]
    counts = [(minute, good * factor, total * factor) for minute, good, total in rows]
    cut = sliced(
        objective,
        counts,
        dropped=[(first * MINUTE, last * MINUTE) for first, last in spans],
        complete_to=None if complete_to is None else complete_to * MINUTE,
    )
    for start, long in windows:
        found = cut.over(span(start, start + long))
        expected = plain(objective, counts, start, start + long, spans, complete_to)
        assert {name: getattr(found, name) for name in expected} == expected


@given(
    rows=rows_of,
    later=rows_of,
    length=st.integers(1, 9),
    empty=st.sampled_from(("good", "bad")),
    budgeting=st.sampled_from(("timeslices", "ratio-timeslices")),
    comparator=st.sampled_from((">=", "<=", ">", "<")),
    target=st.sampled_from(("0", "0.25", "0.5", "0.9", "1")),
    slice_target=st.sampled_from(("0", "0.5", "1")),
    tick=st.integers(0, 40),
)
def test_an_open_window_that_is_lost_is_never_won_by_what_comes_later(
    rows: list[Row],
    later: list[Row],
    length: int,
    empty: str,
    budgeting: str,
    comparator: str,
    target: str,
    slice_target: str,
    tick: int,
) -> None:
    objective = objective_of(
        length, empty, slice_target, budgeting=budgeting, comparator=comparator, target=target
    )
    known = [row for row in rows if row[0] <= tick]
    sums: dict[int, tuple[int, int]] = {}
    for minute, good, total in [*known, *(row for row in later if row[0] >= tick)]:
        before = sums.get(minute, (0, 0))
        sums[minute] = (before[0] + good, before[1] + total)
    so_far = over(objective, known, 0, 40, complete_to=tick * MINUTE)
    if judge(objective, Tally(n=1, slices=so_far), OPEN).verdict == "breached":
        at_last = over(objective, [(minute, *pair) for minute, pair in sums.items()], 0, 40)
        assert judge(objective, Tally(n=1, slices=at_last), CLOSED).verdict == "breached"
