"""The one normal form of a batch's rows, however they were sent: columns, grouped by indicator.

Two bodies that say the same have the same packed columns (tests/metrics/test_forms.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.metrics.domain.numbers import Int64, text_of_micro
from shared.clock import rfc3339
from shared.events.metrics import ColumnGroup, Cover, LabelColumn

Int16 = NDArray[np.int16]
NONE = -1


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a group's rows: `values[codes[i]]`; -1: the row has none."""

    values: list[str]
    codes: Int16


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one indicator, in the order they were sent: either `value`, or `good` and `total`.

    ``index`` are their places in the body, for pointers.
    """

    indicator: str
    at: Int64
    index: Int64
    labels: dict[str, Label]
    value: Int64 | None = None
    good: Int64 | None = None
    total: Int64 | None = None

    @property
    def rows(self) -> int:
        return len(self.at)

    def take(self, chosen: NDArray[np.bool_] | Int64) -> Group:
        return Group(
            self.indicator,
            self.at[chosen],
            self.index[chosen],
            {name: Label(label.values, label.codes[chosen]) for name, label in self.labels.items()},
            None if self.value is None else self.value[chosen],
            None if self.good is None else self.good[chosen],
            None if self.total is None else self.total[chosen],
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A readable body of measurements. ``form``: `measurements` (rows) or `columns`.

    ``covers``: what it is complete for; such a body may have no rows.
    """

    source: str
    service: str
    backfill: str | None
    form: str
    groups: list[Group]
    covers: Cover | None = None

    @property
    def rows(self) -> int:
        return sum(group.rows for group in self.groups)

    def pointer(self, place: int, field: str) -> str:
        if self.form == "columns":
            return f"/columns/{field}/{place}"
        return f"/measurements/{place}/{field}"


def encode_label(values: Sequence[str | None]) -> Label:
    """Codes a label's values in the order in which they first appear; an empty text is no value."""
    codes: defaultdict[str | None, int] = defaultdict()
    codes.default_factory = codes.__len__
    found = np.fromiter(map(codes.__getitem__, values), np.int16, len(values))
    if None not in codes and "" not in codes:
        return Label([value for value in codes if value], found)
    known = [value for value in codes if value]
    renumbered = np.array([known.index(value) if value else NONE for value in codes], np.int16)
    return Label(known, renumbered[found])


def packed(group: Group) -> ColumnGroup:
    """The group as it travels. Labels that no row has are left out; a constant one has no codes."""
    return ColumnGroup(
        indicator=group.indicator,
        at=group.at.astype("<i8", copy=False).tobytes(),
        value=b"" if group.value is None else group.value.astype("<i8", copy=False).tobytes(),
        good=b"" if group.good is None else group.good.astype("<i8", copy=False).tobytes(),
        total=b"" if group.total is None else group.total.astype("<i8", copy=False).tobytes(),
        labels={
            name: column
            for name in sorted(group.labels)
            if (column := _label_column(group.labels[name])) is not None
        },
    )


def _label_column(label: Label) -> LabelColumn | None:
    counts = np.bincount(label.codes.astype(np.int64) + 1, minlength=len(label.values) + 1)
    used = np.flatnonzero(counts[1:])
    if not used.size:
        return None
    if used.size == 1 and not counts[0]:
        return LabelColumn([label.values[int(used[0])]], b"")
    if used.size == len(label.values):
        return LabelColumn(label.values, label.codes.astype("<i2", copy=False).tobytes())
    new = np.full(len(label.values) + 1, NONE, np.int16)
    new[used] = np.arange(used.size, dtype=np.int16)
    # The last element of `new` is what the code -1 finds.
    return LabelColumn([label.values[int(i)] for i in used], new[label.codes].astype("<i2").tobytes())


def unpacked(column: ColumnGroup) -> Group:
    """The group of a packed record."""

    def ints(data: bytes) -> Int64 | None:
        return np.frombuffer(data, "<i8") if data else None

    at = np.frombuffer(column.at, "<i8")
    return Group(
        column.indicator,
        at,
        np.arange(len(at)),
        {
            name: Label(
                label.values,
                np.frombuffer(label.codes, "<i2") if label.codes else np.zeros(len(at), np.int16),
            )
            for name, label in column.labels.items()
        },
        ints(column.value),
        ints(column.good),
        ints(column.total),
    )


def rows_of(groups: Sequence[ColumnGroup], start: int, limit: int) -> Iterator[dict[str, Any]]:
    """The rows [start, start + limit) of a packed batch, as people read them."""
    for column in groups:
        rows = len(column.at) // 8
        if start >= rows:
            start -= rows
            continue
        group = unpacked(column)
        for i in range(start, min(rows, start + limit)):
            yield _row(group, i)
        limit -= max(0, min(rows - start, limit))
        start = 0
        if limit <= 0:
            return


def _row(group: Group, i: int) -> dict[str, Any]:
    row: dict[str, Any] = {"indicator": group.indicator, "at": rfc3339(int(group.at[i]))}
    if group.value is not None:
        row["value"] = text_of_micro(int(group.value[i]))
    if group.good is not None and group.total is not None:
        row |= {"good": int(group.good[i]), "total": int(group.total[i])}
    labels = {
        name: label.values[label.codes[i]] for name, label in group.labels.items() if label.codes[i] >= 0
    }
    return row | ({"labels": labels} if labels else {})
