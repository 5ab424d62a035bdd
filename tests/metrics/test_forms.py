"""However rows are sent, the same columns come of them; and the fast reading is the exact one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.domain.columns import packed, rows_of, unpacked
from services.metrics.wire import json as strict
from services.metrics.wire import measurements
from services.metrics.wire.bodies import ExactBody
from services.metrics.wire.ways import Exact
from shared.errors import Problem, Unreadable

START = datetime(2026, 11, 1, tzinfo=UTC)
AMOUNTS = st.decimals(-9_000_000_000, 9_000_000_000, places=6, allow_nan=False)
LABELS = st.dictionaries(
    st.sampled_from(["province", "desk", "สำนัก"]),
    st.sampled_from(["10", "50", "กทม", 'a":b', ""]),
    max_size=3,
)


@st.composite
def same_rows(draw: st.DrawFn, indicators: int = 1) -> list[dict[str, Any]]:
    """Rows of one shape."""
    counts = draw(st.sampled_from(["value", "good", "bad"]))
    rows = []
    for second in draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=12)):
        row: dict[str, Any] = {
            "indicator": f"i{draw(st.integers(1, indicators))}",
            "at": (START + timedelta(seconds=second)).isoformat(),
        }
        if counts == "value":
            amount = draw(AMOUNTS)
            row["value"] = str(amount) if draw(st.booleans()) else float(str(amount.quantize(1)))
        else:
            row["total"] = draw(st.integers(0, 9_000_000_000))
            row[counts] = draw(st.integers(0, row["total"]))
        if labels := draw(st.one_of(st.none(), LABELS)):
            row["labels"] = labels
        rows.append(row)
    return rows


def body(**content: Any) -> bytes:
    return json.dumps({"source": "s", "service": "v", **content}, ensure_ascii=False).encode()


def exactly(data: bytes) -> Any:
    """The reading of the exact way alone."""
    way = Exact()
    found = measurements._reading(
        msgspec.json.decode(data, type=ExactBody), data, np.frombuffer(data, np.uint8), way
    )
    way.faults.refuse("wrong")
    return found


@given(same_rows())
def test_rows_and_columns_that_say_the_same_are_packed_the_same(rows: list[dict[str, Any]]) -> None:
    names = {name for row in rows for name in row.get("labels", {})}
    columns: dict[str, Any] = {
        field: [row[field] for row in rows]
        for field in ("at", "value", "good", "bad", "total")
        if field in rows[0]
    }
    columns["labels"] = {name: [row.get("labels", {}).get(name) for row in rows] for name in names}
    by_rows = measurements.read(body(measurements=rows))
    by_columns = measurements.read(body(columns={"indicator": "i1", **columns}))
    assert [packed(group) for group in by_rows.groups] == [packed(group) for group in by_columns.groups]


@given(same_rows(indicators=3), same_rows(indicators=3))
def test_the_fast_way_reads_what_the_exact_one_reads(
    some: list[dict[str, Any]], others: list[dict[str, Any]]
) -> None:
    data = body(measurements=some + others)
    fast, exact = measurements.read(data), exactly(data)
    assert [packed(group) for group in fast.groups] == [packed(group) for group in exact.groups]


@given(same_rows(indicators=3), same_rows(indicators=3))
def test_what_was_sent_can_be_read_back(some: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    rows = some + others
    reading = measurements.read(body(measurements=rows))
    groups = [packed(group) for group in reading.groups]
    found = list(rows_of(groups, 0, 1000))
    assert len(found) == len(rows) == reading.rows
    order = [int(place) for group in reading.groups for place in group.index]
    for place, row in zip(order, found, strict=True):
        sent = rows[place]
        assert row["at"] == sent["at"].replace("+00:00", "Z")
        assert row.get("labels", {}) == {n: v for n, v in sent.get("labels", {}).items() if v}
        if "bad" in sent:
            assert row["good"] == sent["total"] - sent["bad"]
    half = len(rows) // 2
    assert list(rows_of(groups, 0, half)) + list(rows_of(groups, half, 1000)) == found
    for group, column in zip(reading.groups, groups, strict=True):
        assert packed(unpacked(column)) == column
        assert unpacked(column).rows == group.rows


def has_double(text: str) -> bool:
    found = False

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        found = found or len(dict(pairs)) != len(pairs)
        return dict(pairs)

    json.loads(text, object_pairs_hook=look)
    return found


SPACE = st.sampled_from(["", "", " ", "\n", "\t "])
STRINGS = st.sampled_from(["province", "desk", '"', ":", '":', "\\", '\\":', ": ", "a:b", "é:"])


@given(st.lists(st.tuples(STRINGS, STRINGS), max_size=4), SPACE, SPACE)
def test_a_key_that_stands_twice_is_found_whatever_the_strings_hold(
    pairs: list[tuple[str, str]], before: str, after: str
) -> None:
    labels = ",".join(f"{json.dumps(k)}{before}:{after}{json.dumps(v)}" for k, v in pairs)
    text = (
        f'{{"source":"s","service":"v","measurements":[{{"indicator":"i","at":"2026-11-01T00:00:00Z",'
        f'"value":1,"labels":{{{labels}}}}}]}}'
    )
    if not has_double(text):
        assert measurements.read(text.encode()).rows == 1
        return
    with pytest.raises(Unreadable, match="stands twice"):
        measurements.read(text.encode())


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_with_a_problem(data: bytes) -> None:
    with pytest.raises(Problem):
        measurements.read(data)
    with pytest.raises(Problem):
        measurements.read(b'{"source":"s","service":"v","measurements":[' + data + b"]}")


def test_pointers_of_msgspec_become_json_pointers() -> None:
    assert strict._pointer(".measurements[17].at") == "/measurements/17/at"
    assert strict._pointer(".columns.labels[...]") == "/columns/labels/..."
