"""From columns of measurements to panes: one minute of one scope, in arrays and exactly.

Sums go in two limbs of 32 bits: a sum of int64 values overflowed silently on a few million durations. A
limb of 10,000 rows stays below 2^46, and `Tally` puts the limbs together as Python integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MINUTE = 60_000_000
LIMB = 32
LOW = (1 << LIMB) - 1


class PaneDelta(NamedTuple):
    """What some measurements add to one pane. ``scope``: label values in the order of the scope's names."""

    scope: tuple[str | None, ...]
    minute: int
    n: int
    good: int
    total: int
    sum_hi: int
    sum_lo: int
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of one indicator: either ``value`` (10^-6 units), or ``good`` and ``total``."""

    at: Ints
    value: Ints | None
    good: Ints | None
    total: Ints | None
    labels: Mapping[str, tuple[Sequence[str], Ints]]
    """label -> (values, code of each row; -1 where the row has no such label)"""

    def __len__(self) -> int:
        return len(self.at)


def compare(values: Ints, comparator: str, limit: int) -> Bools:
    """Elementwise ``value comparator limit``; equality follows the comparator exactly."""
    match comparator:
        case "<":
            return values < limit
        case "<=":
            return values <= limit
        case ">":
            return values > limit
        case ">=":
            return values >= limit
    raise ValueError(f"unknown comparator {comparator!r}")


def scope_codes(
    columns: Columns, names: Sequence[str], rows: Ints
) -> tuple[Ints, list[tuple[str | None, ...]]]:
    """A code of the scope of each chosen row, and the label values that each code stands for."""
    codes = np.zeros(len(rows), dtype=np.int64)
    values: list[tuple[str | None, ...]] = [()]
    for name in names:
        known, column = columns.labels.get(name, ((), np.full(len(columns), -1, dtype=np.int64)))
        width = len(known) + 1
        codes = codes * width + (column[rows] + 1)
        values = [(*head, tail) for head in values for tail in (None, *known)]
    return codes, values


def deltas(
    columns: Columns,
    *,
    scope: Sequence[str],
    predicate: tuple[str, int] | None,
    spans: Sequence[tuple[int, int | None]],
) -> list[PaneDelta]:
    """What the rows whose event time lies in one of ``spans`` ([from, to), to None: open) add to panes.

    With ``predicate`` (comparator, limit) on values, good counts the rows for which it holds and total all
    rows; for counts, good and total are summed as they are; values without predicate leave both at 0.
    """
    chosen = np.zeros(len(columns), dtype=np.bool_)
    for start, end in spans:
        inside = columns.at >= start
        if end is not None:
            inside &= columns.at < end
        chosen |= inside
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return []
    minutes = columns.at[rows] // MINUTE
    codes, values = scope_codes(columns, scope, rows)
    first = int(minutes.min())
    span = int(minutes.max()) - first + 1
    keys = codes * span + (minutes - first)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    rows = rows[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    n = np.diff(np.append(starts, len(keys)))
    zeros = np.zeros(len(starts), dtype=np.int64)
    good = total = high = low = minimum = maximum = zeros
    if columns.value is not None:
        value = columns.value[rows]
        high = np.add.reduceat(value >> LIMB, starts)
        low = np.add.reduceat(value & LOW, starts)
        minimum = np.minimum.reduceat(value, starts)
        maximum = np.maximum.reduceat(value, starts)
        if predicate is not None:
            good = np.add.reduceat(compare(value, *predicate).astype(np.int64), starts)
            total = n
    elif columns.good is not None and columns.total is not None:
        good = np.add.reduceat(columns.good[rows], starts)
        total = np.add.reduceat(columns.total[rows], starts)
    scopes, offsets = np.divmod(keys[starts], span)
    return [
        PaneDelta(values[code], first + offset, *numbers)
        for code, offset, *numbers in zip(
            *(column.tolist() for column in (scopes, offsets, n, good, total, high, low, minimum, maximum)),
            strict=True,
        )
    ]
