"""Panes: a minute of a scope, and sums over many overlapping windows of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.panes import Columns, deltas
from services.evaluation.domain.rolling import Slide
from services.evaluation.domain.verdict import Tally
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE

LARGEST = 9 * 10**15


def values(*rows: tuple[int, int]) -> Columns:
    at, value = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return Columns(at, value, None, None, {})


class TestDeltas:
    @pytest.mark.parametrize(("comparator", "good"), [("<", 1), ("<=", 2), (">", 1), (">=", 2)])
    def test_a_value_at_the_limit_follows_the_comparator(self, comparator: str, good: int) -> None:
        columns = values((0, 4), (0, 5), (0, 6))
        (pane,) = deltas(columns, scope=(), predicate=(comparator, 5), spans=[(0, None)])
        assert (pane.good, pane.total, pane.n) == (good, 3, 3)

    def test_a_span_has_its_start_and_not_its_end(self) -> None:
        columns = values((9, 1), (10, 10), (19, 100), (20, 1000), (30, 10_000))
        (pane,) = deltas(columns, scope=(), predicate=None, spans=[(10, 20)])
        assert (pane.n, pane.sum_lo) == (2, 110)
        (pane,) = deltas(columns, scope=(), predicate=None, spans=[(0, 10), (20, None)])
        assert pane.sum_lo == 11_001
        assert deltas(columns, scope=(), predicate=None, spans=[(31, None)]) == []
        assert deltas(columns, scope=(), predicate=None, spans=[]) == []

    def test_a_minute_has_its_start_and_not_its_end(self) -> None:
        columns = values((MINUTE - 1, 1), (MINUTE, 2), (2 * MINUTE - 1, 4))
        found = deltas(columns, scope=(), predicate=None, spans=[(0, None)])
        assert [(pane.minute, pane.n, pane.sum_lo) for pane in found] == [(0, 1, 1), (1, 2, 6)]

    def test_sums_do_not_overflow(self) -> None:
        for value in (LARGEST, -LARGEST):
            columns = values(*[(0, value)] * 10_000)
            (pane,) = deltas(columns, scope=(), predicate=None, spans=[(0, None)])
            assert (pane.sum_hi << 32) + pane.sum_lo == value * 10_000
            assert (pane.minimum, pane.maximum) == (value, value)

    def test_each_scope_has_its_own_panes_and_a_missing_label_is_one_too(self) -> None:
        columns = Columns(
            np.zeros(4, dtype=np.int64),
            None,
            np.array([1, 2, 3, 4], dtype=np.int64),
            np.array([5, 6, 7, 8], dtype=np.int64),
            {"province": (["10", "50"], np.array([0, 1, -1, 1], dtype=np.int64))},
        )
        found = deltas(columns, scope=("province",), predicate=None, spans=[(0, None)])
        assert {pane.scope: (pane.good, pane.total) for pane in found} == {
            (None,): (3, 7),
            ("10",): (1, 5),
            ("50",): (6, 14),
        }
        assert {
            pane.scope for pane in deltas(columns, scope=("city",), predicate=None, spans=[(0, None)])
        } == {(None,)}


panes = st.dictionaries(
    st.integers(0, 40), st.tuples(st.integers(0, 5), st.integers(-LARGEST, LARGEST)), max_size=12
)


@given(panes, st.integers(0, 40), st.integers(0, 20))
def test_a_sliding_window_is_the_sum_of_the_panes_in_it(
    found: dict[int, tuple[int, int]], start: int, length: int
) -> None:
    rows = [(minute, n, n, n + 1, value) for minute, (n, value) in sorted(found.items())]
    extremes = [(minute, value, value + n) for minute, (n, value) in sorted(found.items())]
    inside = [(n, value) for minute, (n, value) in found.items() if start <= minute < start + length]
    expected = Tally(
        n=sum(n for n, _ in inside),
        good=sum(n for n, _ in inside),
        total=sum(n + 1 for n, _ in inside),
        sum=sum(value for _, value in inside),
        minimum=min((value for _, value in inside), default=None),
        maximum=max((value + n for n, value in inside), default=None),
    )
    window = Window(start * MINUTE, (start + length) * MINUTE)
    assert Slide(rows, extremes).tally(window) == expected
