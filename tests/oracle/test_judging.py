"""Verdicts from panes are those of reading every row; an open window speaks only when it is certain."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.domain.amounts import shown, to_micro
from services.evaluation.domain.merging import Merged
from services.evaluation.domain.objective import Objective, read_objectives
from services.evaluation.domain.panes import Columns
from services.evaluation.domain.verdict import CLOSED, OPEN, Tally, judge
from tests.oracle.plain_judging import Promise, Row, closed_verdict, consumed, keeps, value_of

COMPARATORS = ("<", "<=", ">", ">=")
MINUTE = 60_000_000
KINDS = {
    "ratio": ("share",),
    "value": ("share", "mean", "sum", "minimum", "maximum", "count"),
    "count": ("share", "mean", "sum", "minimum", "maximum", "count"),
}
# Few different numbers, so that equality with a target happens; and the largest ones.
SMALL = ("0", "0.5", "1", "2", "2.5", "0.000001")
SIGNED = (*SMALL, "-1", "-0.5", "9000000000", "-9000000000", "8999999999.999999")


def objective_of(promise: Promise) -> Objective:
    found: dict[str, Any] = {
        "code": "o",
        "indicator": "i",
        "responsible": "a",
        "aggregation": promise.aggregation,
        "comparator": promise.comparator,
        "target": promise.target,
        "minimum_total": promise.minimum_total,
        "window": {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"},
    }
    if promise.good is not None:
        found["good"] = {"comparator": promise.good[0], "value": promise.good[1]}
    document = {"time_zone": "Asia/Bangkok", "objectives": [found]}
    (objective,) = read_objectives(document, {"i": {"code": "i", "kind": promise.kind}})
    return objective


def tally_of(objective: Objective, rows: list[Row], *, backwards: bool = False) -> Tally:
    """The rows through panes, the way that data takes in the product."""
    if not rows:
        return Tally()
    rows = rows[::-1] if backwards else rows
    at = np.array([row.at for row in rows], dtype=np.int64)
    if objective.kind == "ratio":
        good = np.array([row.good for row in rows], dtype=np.int64)
        total = np.array([row.total for row in rows], dtype=np.int64)
        columns = Columns(at, None, good, total, {})
    else:
        values = [to_micro(Decimal(row.value)) for row in rows if row.value is not None]
        columns = Columns(at, np.array(values, dtype=np.int64), None, None, {})
    cells = Merged([columns]).cells((), objective.good, apart=True)
    least, most = cells.minimum, cells.maximum
    return Tally(
        n=int(cells.n.sum()),
        good=int(cells.good.sum()),
        total=int(cells.total.sum()),
        sum=(int(cells.high.sum()) << 32) + int(cells.low.sum()),
        minimum=0 if least is None else int(least.min()),
        maximum=0 if most is None else int(most.max()),
    )


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    kind = draw(st.sampled_from(sorted(KINDS)))
    aggregation = draw(st.sampled_from(KINDS[kind]))
    share = aggregation == "share"
    targets = ("0", "0.5", "0.8", "0.666666", "0.95", "1") if share else ("0", "1", "2", "2.5", "5", "-1")
    good = None
    if share and kind != "ratio":
        good = (draw(st.sampled_from(COMPARATORS)), draw(st.sampled_from(SMALL)))
    return Promise(
        kind,
        aggregation,
        draw(st.sampled_from(COMPARATORS)),
        draw(st.sampled_from(targets)),
        good,
        draw(st.integers(1, 3)),
    )


def rows_for(promise: Promise, most: int = 8) -> st.SearchStrategy[list[Row]]:
    at = st.integers(0, 4 * MINUTE)
    if promise.kind == "ratio":
        counts = st.integers(0, 5).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
        row = st.builds(lambda when, pair: Row(when, None, *pair), at, counts)
    else:
        texts = SMALL if promise.kind == "count" else SIGNED
        row = st.builds(Row, at, st.sampled_from(texts))
    return st.lists(row, max_size=most)


@settings(max_examples=150, deadline=None)
@given(promises(), st.data())
def test_a_closed_window_is_judged_as_by_hand(promise: Promise, data: st.DataObject) -> None:
    rows = data.draw(rows_for(promise))
    objective = objective_of(promise)
    found = judge(objective, tally_of(objective, rows), CLOSED)
    good, total, value = value_of(promise, rows)
    assert found.verdict == closed_verdict(promise, rows)
    assert (found.total, found.exact) == (total, value)
    if promise.aggregation == "share":
        assert found.good == good
    budget = found.numbers(objective)["budget"]
    used = consumed(promise, rows)
    assert (budget is None) == (used is None)
    if budget is not None and used is not None:
        assert budget == {"consumed": shown(used), "remaining": shown(1 - used), "burn": shown(used)}


@settings(max_examples=120, deadline=None)
@given(promises(), st.data())
def test_the_order_of_measurements_does_not_matter(promise: Promise, data: st.DataObject) -> None:
    rows = data.draw(rows_for(promise))
    objective = objective_of(promise)
    assert tally_of(objective, rows) == tally_of(objective, rows, backwards=True)


@settings(max_examples=120, deadline=None)
@given(promises(), st.data())
def test_an_open_window_is_breached_only_when_nothing_could_restore_it(
    promise: Promise, data: st.DataObject
) -> None:
    rows = data.draw(rows_for(promise))
    more = data.draw(rows_for(promise))
    objective = objective_of(promise)
    found = judge(objective, tally_of(objective, rows), OPEN)
    assert found.verdict in {"breached", "on_track", "no_data"}
    assert (found.verdict == "no_data") == (value_of(promise, rows)[1] == 0)
    if found.verdict == "breached":
        assert closed_verdict(promise, rows) == "breached"
        assert closed_verdict(promise, rows + more) == "breached"


@settings(max_examples=150, deadline=None)
@given(promises(), st.data())
def test_an_open_window_that_is_not_breached_could_still_be_kept(
    promise: Promise, data: st.DataObject
) -> None:
    """There are measurements that would make it met, found by trying some strong ones."""
    rows = data.draw(rows_for(promise, most=5))
    objective = objective_of(promise)
    found = judge(objective, tally_of(objective, rows), OPEN)
    if found.verdict != "on_track" or closed_verdict(promise, rows) == "not_determined":
        return
    if unreachable(promise):
        return
    assert any(closed_verdict(promise, rows + more) == "met" for more in strong(promise))


def unreachable(promise: Promise) -> bool:
    """Promises that nothing keeps, such as less than 0 %, or a mean below zero of what is never negative.

    They are bad promises, and `judge` need not see that before the close.
    """
    target = Fraction(promise.target)
    if promise.aggregation == "share":
        nothing_is_good = promise.kind == "count" and promise.good in ((">=", "0"), ("<", "0"))
        return nothing_is_good or not 0 < target < 1
    return promise.kind == "count" and target <= 0


def strong(promise: Promise) -> Iterator[list[Row]]:
    """Enough of one kind of measurement to move a share, mean or sum of five others anywhere."""
    if promise.kind == "ratio":
        yield from ([], [Row(0, None, 0, 1000)], [Row(0, None, 1000, 1000)])
        return
    for text in ("9000000000", "-9000000000", promise.target, *SMALL):
        if _possible(promise, text):
            yield from ([Row(0, text)] * times for times in (0, 1, 6, 120))


def _possible(promise: Promise, text: str) -> bool:
    return promise.kind != "count" or not text.startswith("-")


@given(st.fractions(), st.integers(0, 9))
def test_what_is_shown_is_the_nearest_decimal_half_even(value: Fraction, digits: int) -> None:
    text = shown(value, digits)
    assert "e" not in text.lower()
    assert text != "-0"
    off = abs(Fraction(text) - value) * 10**digits
    assert off <= Fraction(1, 2)
    if off == Fraction(1, 2):
        assert int(Fraction(text) * 10**digits) % 2 == 0


def test_a_promise_of_all_is_broken_by_one_and_a_promise_of_none_too() -> None:
    for comparator, target, good in ((">=", "1", 9), ("<=", "0", 1), (">", "1", 10), ("<", "0", 0)):
        objective = objective_of(Promise("ratio", "share", comparator, target))
        assert objective.judged_on_arrival
        assert judge(objective, Tally(n=1, good=good, total=10), OPEN).verdict == "breached"
    objective = objective_of(Promise("ratio", "share", ">=", "0.999999"))
    assert not objective.judged_on_arrival
    assert judge(objective, Tally(n=1, good=0, total=10), OPEN).verdict == "on_track"


def test_equality_follows_the_comparator() -> None:
    for comparator, expected in (("<", False), ("<=", True), (">", False), (">=", True)):
        assert keeps(Fraction(1), comparator, Fraction(1)) is expected
        promise = Promise("ratio", "share", comparator, "0.8")
        objective = objective_of(promise)
        found = judge(objective, Tally(n=1, good=8, total=10), CLOSED)
        assert found.verdict == ("met" if expected else "breached")
