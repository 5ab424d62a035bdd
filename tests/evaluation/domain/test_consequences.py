"""Consequences, against a plain reckoning and by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.consequences import Clause, Cost, Judged, read_clauses, reckon
from services.evaluation.domain.windows import Window
from tests.evaluation.engine import at

DAY = 24 * 60 * 60_000_000
START = at("2026-01-01T00:00")


def clause(**changes: Any) -> Clause:
    given = {
        "code": "refund",
        "objective": "up",
        "brackets": [
            {"comparator": "<", "value": "0.99", "cost": "3"},
            {"comparator": "<=", "value": "0.9", "cost": "7.5"},
        ],
        "unit": "percent",
        **changes,
    }
    [found] = read_clauses({"time_zone": "Asia/Bangkok", "consequences": [given]})
    return found


def day(
    n: int, value: str | None, of: Clause, *, length: int = 1, scope: str = "{}", revision: str = "a"
) -> Judged:
    exact = None if value is None else Fraction(value)
    verdict = "not_determined" if exact is None else "breached" if exact < Fraction("0.99") else "met"
    window = Window(START + n * DAY, START + (n + length) * DAY)
    return Judged(of, scope, window, revision, verdict, exact, f"{of.code}-{n}-{scope}-{revision}")


def costs(found: list[Cost]) -> list[tuple[int, str]]:
    return [((one.judged.window.start - START) // DAY, str(one.cost)) for one in found]


@pytest.mark.parametrize(
    ("value", "cost"),
    [
        ("0.99", None),
        ("0.9899999999", "3"),
        ("0.9000000001", "3"),
        ("0.9", "15/2"),
        ("0", "15/2"),
        ("1", None),
    ],
)
def test_the_deepest_bracket_that_holds_counts_exactly(value: str, cost: str | None) -> None:
    found = reckon([day(0, value, clause())])
    assert [str(one.cost) for one in found] == ([] if cost is None else [cost])


def test_brackets_of_an_upper_limit() -> None:
    slow = clause(
        brackets=[
            {"comparator": ">", "value": "300", "cost": "1"},
            {"comparator": ">=", "value": "400", "cost": "2"},
        ]
    )
    for value, cost in ((300, None), (301, 1), (400, 2), (1000, 2)):
        bracket = slow.bracket(Fraction(value))
        assert (None if bracket is None else bracket.cost) == cost


TWICE = {"windows": 2, "not_determined": "breaks"}


@pytest.mark.parametrize(
    ("values", "rule", "expected"),
    [
        (["0.8", "0.8", "0.8"], TWICE, ["0", "15/2", "15/2"]),
        (["0.8", "1", "0.8", "0.8"], TWICE, ["0", "0", "15/2"]),
        (["0.8", None, "0.8", "0.8"], TWICE, ["0", "0", "15/2"]),
        (["0.8", None, "0.8"], {**TWICE, "not_determined": "skipped"}, ["0", "15/2"]),
        ([None, "0.8", "0.95"], TWICE, ["0", "3"]),
        (["0.8", "0.8", "0.8"], {"windows": 3}, ["0", "0", "15/2"]),
        (["0.8"], None, ["15/2"]),
    ],
)
def test_a_recurrence_costs_from_the_nth_broken_window_running(
    values: list[str | None], rule: dict[str, Any] | None, expected: list[str]
) -> None:
    of = clause(recurrence=rule) if rule else clause()
    found = reckon([day(n, value, of) for n, value in enumerate(values)])
    assert [str(one.cost) for one in found] == expected


def test_a_window_without_a_result_breaks_the_run_and_halves_are_one_window() -> None:
    of = clause(recurrence={"windows": 2, "not_determined": "skipped"})
    assert costs(reckon([day(0, "0.8", of), day(2, "0.8", of)])) == [(0, "0"), (2, "0")]
    halves = [day(0, "1", of), day(0, "0.8", of, revision="b"), day(1, "0.8", of, revision="b")]
    assert costs(reckon(halves)) == [(0, "0"), (1, "15/2")]


def test_a_cap_holds_for_the_period_in_which_a_window_ends() -> None:
    cap = {"cost": "10", "period": {"unit": "month", "count": 1, "anchor": "2026-01-01"}}
    of = clause(cap=cap)
    # 31 January ends with the month; 1 February begins a new one.
    found = reckon([day(n, "0.8", of) for n in (28, 29, 30, 31)])
    assert costs(found) == [(28, "15/2"), (29, "5/2"), (30, "0"), (31, "15/2")]
    assert [one.due for one in found] == [Fraction("7.5")] * 4
    across = reckon([day(29, "0.8", of, length=2), day(29, "0.8", of, length=3)])
    assert [one.period.start for one in across if one.period] == [START, START + 31 * DAY]
    # One cap for all groups.
    groups = [day(0, "0.8", of, scope=json.dumps({"province": code})) for code in ("10", "50")]
    assert [str(one.cost) for one in reckon(groups)] == ["15/2", "5/2"]


def test_both_count_one_incident_unless_they_exclude_each_other() -> None:
    one = clause(code="one", brackets=[{"comparator": "<", "value": "0.99", "cost": "3"}])
    other = clause(code="other", brackets=[{"comparator": "<", "value": "0.99", "cost": "5"}])
    both = [day(0, "0.8", one), day(0, "0.8", other)]
    assert [str(found.cost) for found in reckon(both)] == ["3", "5"]
    excluding = clause(
        code="other", brackets=[{"comparator": "<", "value": "0.99", "cost": "5"}], exclusive_with=["one"]
    )
    for rows in ([both[0], day(0, "0.8", excluding)], [day(0, "0.8", excluding), both[0]]):
        found = reckon(rows)
        assert [(cost.judged.clause.code, str(cost.cost), cost.excluded_by) for cost in found] == [
            ("one", "0", "other"),
            ("other", "5", None),
        ]
    # Other times, and other groups, are other incidents; overlapping windows are not.
    assert [str(found.cost) for found in reckon([both[0], day(1, "0.8", excluding)])] == ["3", "5"]
    assert [found.cost for found in reckon([both[0], day(-3, "0.8", excluding, length=4)])] == [5, 0]
    groups = [
        day(0, "0.8", one, scope='{"province": "10"}'),
        day(0, "0.8", excluding, scope='{"province": "50"}'),
    ]
    assert [str(found.cost) for found in reckon(groups)] == ["3", "5"]
    # What costs nothing yet excludes nothing.
    later = clause(code="other", exclusive_with=["one"], recurrence={"windows": 2})
    assert [found.cost for found in reckon([both[0], day(0, "0.8", later)])] == [3, 0]


def test_what_is_excluded_uses_up_no_cap() -> None:
    cap = {"cost": "4", "period": {"unit": "month", "count": 1, "anchor": "2026-01-01"}}
    one = clause(code="one", brackets=[{"comparator": "<", "value": "0.99", "cost": "3"}], cap=cap)
    other = clause(code="other", exclusive_with=["one"])
    found = reckon([day(0, "0.8", one), day(0, "0.8", other), day(1, "0.8", one)])
    assert [(cost.judged.clause.code, str(cost.cost)) for cost in found] == [
        ("one", "0"),
        ("other", "15/2"),
        ("one", "3"),
    ]


def plainly(values: list[Fraction | None], running: int, skips: bool, cap: Fraction) -> list[Fraction]:
    """Day by day, one month long."""
    left, run, told = cap, 0, []
    for value in values:
        if value is None:
            run = run if skips else 0
            continue
        if value >= Fraction("0.99"):
            run = 0
            continue
        run += 1
        due = Fraction("7.5") if value <= Fraction("0.9") else Fraction(3)
        cost = min(left, due) if run >= running else Fraction(0)
        left -= cost
        told.append(cost)
    return told


@given(
    values=st.lists(st.sampled_from([None, "1", "0.99", "0.95", "0.9", "0.5"]), max_size=28),
    running=st.integers(2, 4),
    skips=st.booleans(),
    cap=st.integers(1, 40),
    data=st.data(),
)
def test_as_reckoned_day_by_day_in_any_order(
    values: list[str | None], running: int, skips: bool, cap: int, data: st.DataObject
) -> None:
    of = clause(
        recurrence={"windows": running, "not_determined": "skipped" if skips else "breaks"},
        cap={"cost": str(cap), "period": {"unit": "month", "count": 1, "anchor": "2026-01-01"}},
    )
    rows = [day(n, value, of) for n, value in enumerate(values)]
    found = reckon(data.draw(st.permutations(rows)))
    exact = [None if value is None else Fraction(value) for value in values]
    assert [one.cost for one in found] == plainly(exact, running, skips, Fraction(cap))
