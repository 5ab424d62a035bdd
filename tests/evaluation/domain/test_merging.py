"""Many batches to what they add to panes: the same as adding up row by row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.domain.merging import Cells, Merged, rolled_up
from services.evaluation.domain.panes import Columns, compare
from shared.clock import MINUTE

LARGEST = 9 * 10**15


def values(*rows: tuple[int, int]) -> Columns:
    at, value = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return Columns(at, value, None, None, {})


def only(cells: Cells) -> tuple[int, int, int, int]:
    """n, good, total and sum of a single pane."""
    assert len(cells.minute) == 1
    n, good, total, high, low = (
        int(column[0]) for column in (cells.n, cells.good, cells.total, cells.high, cells.low)
    )
    return n, good, total, (high << 32) + low


@pytest.mark.parametrize(("comparator", "good"), [("<", 1), ("<=", 2), (">", 1), (">=", 2)])
def test_a_value_at_the_limit_follows_the_comparator(comparator: str, good: int) -> None:
    merged = Merged([values((0, 4), (0, 5)), values((0, 6))])
    assert only(merged.cells((), (comparator, 5))) == (3, good, 3, 15)


def test_a_span_has_its_start_and_not_its_end() -> None:
    rows = values((9, 1), (10, 10), (19, 100), (20, 1000), (30, 10_000))
    assert only(Merged([rows], (10, 20)).cells((), None)) == (2, 0, 0, 110)
    assert only(Merged([rows], (20, None)).cells((), None)) == (2, 0, 0, 11_000)
    assert len(Merged([rows], (31, None))) == 0


def test_a_minute_has_its_start_and_not_its_end() -> None:
    cells = Merged([values((MINUTE - 1, 1), (MINUTE, 2), (2 * MINUTE - 1, 4))]).cells((), None)
    assert (cells.minute.tolist(), cells.n.tolist(), cells.low.tolist()) == ([0, 1], [1, 2], [1, 6])


@pytest.mark.parametrize("value", [LARGEST, -LARGEST])
def test_sums_do_not_overflow(value: int) -> None:
    cells = Merged([values(*[(0, value)] * 10_000)]).cells((), None, apart=True)
    assert only(cells)[3] == value * 10_000
    assert cells.minimum is not None
    assert cells.maximum is not None
    assert (cells.minimum.tolist(), cells.maximum.tolist()) == ([value], [value])


@dataclass(frozen=True)
class Row:
    at: int
    value: int
    labels: tuple[tuple[str, str], ...]


rows = st.builds(
    Row,
    st.integers(0, 5 * MINUTE),
    st.one_of(st.integers(-LARGEST, LARGEST), st.integers(-5, 5)),
    st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", "z"])).map(
        lambda found: tuple(sorted(found.items()))
    ),
)


def packed(some: list[Row]) -> Columns:
    labels = {}
    for name in sorted({name for row in some for name, _ in row.labels}):
        known = sorted({dict(row.labels)[name] for row in some if name in dict(row.labels)})
        codes = [known.index(dict(row.labels)[name]) if name in dict(row.labels) else -1 for row in some]
        labels[name] = (known, np.array(codes, dtype=np.int64))
    at, value = (
        np.array(column, dtype=np.int64) for column in zip(*((r.at, r.value) for r in some), strict=True)
    )
    return Columns(at, value, None, None, labels)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(rows, min_size=1, max_size=8), min_size=1, max_size=4),
    st.sampled_from([(), ("a",), ("a", "b"), ("nowhere",)]),
    st.booleans(),
)
def test_it_is_adding_up_row_by_row(parts: list[list[Row]], names: tuple[str, ...], apart: bool) -> None:
    wanted: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0, LARGEST, -LARGEST])
    for number, part in enumerate(parts):
        for row in part:
            scope = tuple(dict(row.labels).get(name) for name in names)
            mine = wanted[scope, row.at // MINUTE, number if apart else None]
            mine[0] += 1
            mine[1] += row.value <= 3
            mine[2] += row.value
            mine[3], mine[4] = min(mine[3], row.value), max(mine[4], row.value)
    cells = Merged([packed(part) for part in parts]).cells(names, ("<=", 3), apart=apart)
    found = {}
    for index, scope in enumerate(cells.scopes):
        for entry in range(cells.first[index], cells.first[index + 1]):
            came = None if cells.part is None else int(cells.part[entry])
            total = (int(cells.high[entry]) << 32) + int(cells.low[entry])
            bounds = [3, 4] if cells.minimum is None or cells.maximum is None else []
            if cells.minimum is not None and cells.maximum is not None:
                bounds = [int(cells.minimum[entry]), int(cells.maximum[entry])]
            assert 0 <= cells.low[entry] < 1 << 32
            assert cells.total[entry] == cells.n[entry]
            found[scope, int(cells.minute[entry]), came] = [
                int(cells.n[entry]),
                int(cells.good[entry]),
                total,
                *bounds,
            ]
    assert found == {key: mine if apart else [*mine[:3], 3, 4] for key, mine in wanted.items()}


def test_labels_with_more_combinations_than_can_be_counted_are_numbered() -> None:
    some = [Row(n * MINUTE, 1, (("a", f"x{n}"), ("b", f"y{n % 7}"))) for n in range(2000)]
    cells = Merged([packed(some)]).cells(("a", "b"), None)
    assert sorted(zip(cells.scopes, cells.minute.tolist(), strict=True)) == sorted(
        ((f"x{n}", f"y{n % 7}"), n) for n in range(2000)
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300), st.integers(-9, 9)), min_size=1))
def test_wider_panes_are_the_sums_of_theirs(some: list[tuple[int, int, int]]) -> None:
    series, minute, number = (np.array(column, dtype=np.int64) for column in zip(*some, strict=True))
    found = rolled_up(series, minute, [number], 60)
    wanted: dict[tuple[int, int], int] = defaultdict(int)
    for one, when, value in some:
        wanted[one, when // 60 * 60] += value
    assert (
        dict(zip(zip(found[0].tolist(), found[1].tolist(), strict=True), found[2][0].tolist(), strict=True))
        == wanted
    )


def test_an_unknown_comparator_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown comparator"):
        compare(np.zeros(1, dtype=np.int64), "==", 0)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("most", [1 << 52, (1 << 52) - 1])
def test_sums_are_exact_where_those_of_floats_begin_to_round(most: int, sign: int) -> None:
    """Two of 2^52 and a one are 2^53 + 1, which no double holds; below 2^53 every sum is one."""
    merged = Merged([values((0, sign * most), (0, sign * most), (0, sign))])
    assert only(merged.cells((), None))[3] == sign * (2 * most + 1)
