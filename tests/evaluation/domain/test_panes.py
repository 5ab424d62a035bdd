"""Sums over many overlapping windows of panes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.rolling import Slide
from services.evaluation.domain.verdict import Tally
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE

LARGEST = 9 * 10**15


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
