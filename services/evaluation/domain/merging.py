"""Many batches of one indicator to what they add to panes, in arrays and exactly.

A scope and a minute are one number, by which rows are counted and summed without being sorted. Sums go
through floats only while every partial sum is an integer below 2^53, where a float is exact; else in two
limbs. (An int64 sum overflowed silently on a few million durations: tried.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.evaluation.domain.panes import LIMB, LOW, Columns, Ints, compare
from shared.clock import MINUTE

EXACT = 1 << 53
MOST_ROWS = 1 << 20
"""Rows of a merge: few enough for sums of limbs, and for the memory of a worker."""

DENSE = 1 << 16
"""Keys up to this many, or up to four for each row, are counted as they are; more are numbered first."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What rows add: one entry for each scope and minute (and part, where parts are kept apart), in order."""

    scopes: list[tuple[str | None, ...]]
    first: Ints
    """Where each scope's entries begin; one more than scopes."""
    minute: Ints
    n: Ints
    good: Ints
    total: Ints
    high: Ints
    low: Ints
    part: Ints | None = None
    minimum: Ints | None = None
    maximum: Ints | None = None


class Merged:
    """The rows of some batches (parts), put behind each other; all values, or all counts."""

    def __init__(self, parts: Sequence[Columns], span: tuple[int, int | None] = (0, None)) -> None:
        """``span``: [from, to) of the event times that are looked at; to None: open."""
        self._at = np.concatenate([part.at for part in parts])
        self._parts = parts
        self._lengths = [len(part) for part in parts]
        start, end = span
        self._chosen: Ints | None = None
        if len(self._at) and (self._at.min() < start or (end is not None and self._at.max() >= end)):
            inside = self._at >= start
            if end is not None:
                inside &= self._at < end
            self._chosen = np.flatnonzero(inside)
            self._at = self._at[self._chosen]
        self._codes: dict[tuple[str, ...], _Codes] = {}

    def __len__(self) -> int:
        return len(self._at)

    def cells(self, names: Sequence[str], predicate: tuple[str, int] | None, *, apart: bool = False) -> Cells:
        """With ``predicate`` (comparator, limit) on values, good counts the rows for which it holds and
        total all rows; counts are summed as they are; values without predicate leave both at 0.

        ``apart``: an entry for each part, with the least and the greatest value.
        """
        codes = self._scope_codes(tuple(names))
        keys, size, parts = codes.keys, codes.size, len(self._parts)
        if apart:
            keys = keys * parts + self._part_of_rows()
            size *= parts
        keys, size, original = _numbered(keys, size)
        n = np.bincount(keys, minlength=size)
        present = np.flatnonzero(n)
        n = n[present]
        named = present if original is None else original[present]
        part = None
        if apart:
            named, part = np.divmod(named, parts)
        scope, offset = np.divmod(named, codes.width)
        edges = np.flatnonzero(np.diff(scope, prepend=-1))
        good = total = high = low = np.zeros(len(present), dtype=np.int64)
        minimum = maximum = None
        first_part = self._parts[0]
        if first_part.value is not None:
            value = self._column("value")
            high, low = _limbs(keys, value, size, present)
            if predicate is not None:
                good = np.bincount(keys[compare(value, *predicate)], minlength=size)[present]
                total = n
            if apart:
                minimum, maximum = _bounds(keys, value)
        elif first_part.good is not None:
            good = _whole(*_limbs(keys, self._column("good"), size, present))
            total = _whole(*_limbs(keys, self._column("total"), size, present))
        return Cells(
            scopes=codes.names_of(scope[edges]),
            first=np.append(edges, len(present)),
            minute=offset + codes.base,
            n=n,
            good=good,
            total=total,
            high=high,
            low=low,
            part=part,
            minimum=minimum,
            maximum=maximum,
        )

    def _part_of_rows(self) -> Ints:
        return self._pick(np.repeat(np.arange(len(self._parts), dtype=np.int64), self._lengths))

    def _column(self, name: str) -> Ints:
        return self._pick(np.concatenate([getattr(part, name) for part in self._parts]))

    def _pick(self, rows: Ints) -> Ints:
        return rows if self._chosen is None else rows[self._chosen]

    def _scope_codes(self, names: tuple[str, ...]) -> _Codes:
        if names not in self._codes:
            self._codes[names] = _Codes(self, names)
        return self._codes[names]

    def label(self, name: str) -> tuple[Ints, list[str | None]]:
        """A code of each row's value of a label over all parts, and the values; 0 stands for none."""
        known: dict[str, int] = {}
        columns = []
        for part in self._parts:
            found = part.labels.get(name)
            if found is None:
                columns.append(np.zeros(len(part), dtype=np.int64))
                continue
            values, codes = found
            # A row without the label has -1: the last of the table.
            table = np.array([known.setdefault(value, len(known) + 1) for value in values] + [0])
            columns.append(table[codes])
        return self._pick(np.concatenate(columns)), [None, *known]

    def minutes(self) -> tuple[Ints, int, int]:
        """The minute of each row from the first on, the first, and how many they span."""
        base = int(self._at.min()) // MINUTE
        offset = (self._at - base * MINUTE) // MINUTE
        return offset, base, int(offset.max()) + 1


class _Codes:
    """A number for the scope and minute of each row: `scope * width + (minute - base)`."""

    def __init__(self, rows: Merged, names: tuple[str, ...]) -> None:
        offset, self.base, self.width = rows.minutes()
        codes, size = np.zeros(len(rows), dtype=np.int64), 1
        self._columns: list[tuple[Ints, list[str | None]]] = []
        for name in names:
            column, values = rows.label(name)
            self._columns.append((column, values))
            codes, size, _ = _numbered(codes * len(values) + column, size * len(values))
        self.keys: Ints = codes * self.width + offset
        self.size = size * self.width
        self._example = np.zeros(size, dtype=np.int64)
        if names:
            self._example[codes] = np.arange(len(rows))

    def names_of(self, scopes: Ints) -> list[tuple[str | None, ...]]:
        """The label values that numbers stand for, read from a row of each."""
        rows = self._example[scopes]
        columns = [[values[code] for code in column[rows].tolist()] for column, values in self._columns]
        return list(zip(*columns, strict=True)) if columns else [()] * len(scopes)


def _numbered(keys: Ints, size: int) -> tuple[Ints, int, Ints | None]:
    """Keys that are few enough to count by: as they are, or numbered in their order, with the originals."""
    if size <= max(DENSE, 4 * len(keys)):
        return keys, size, None
    original, numbers = np.unique(keys, return_inverse=True)
    return numbers, len(original), original


def _limbs(keys: Ints, values: Ints, size: int, present: Ints) -> tuple[Ints, Ints]:
    """The sum of the values of each key that is present, as high * 2^32 + low with 0 <= low < 2^32."""
    most = max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0
    if most * len(values) < EXACT:
        found = _summed(keys, values, size, present)
        return found >> LIMB, found & LOW
    high = _summed(keys, values >> LIMB, size, present)
    low = _summed(keys, values & LOW, size, present)
    return high + (low >> LIMB), low & LOW


def _summed(keys: Ints, values: Ints, size: int, present: Ints) -> Ints:
    weights: npt.NDArray[np.float64] = values.astype(np.float64)
    return np.bincount(keys, weights=weights, minlength=size)[present].astype(np.int64)


def _whole(high: Ints, low: Ints) -> Ints:
    return (high << LIMB) + low


def _bounds(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Least and greatest value of each key, in order of the keys."""
    order = np.argsort(keys, kind="stable")
    ordered, values = keys[order], values[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)


def rolled_up(
    series: Ints, minute: Ints, numbers: Sequence[Ints], width: int
) -> tuple[Ints, Ints, list[Ints]]:
    """Panes of ``width`` minutes from panes of one minute: which series, from which minute, and the sums."""
    start = minute // width * width
    order = np.lexsort((start, series))
    ordered, starts = series[order], start[order]
    edges = np.flatnonzero((np.diff(ordered, prepend=-1) != 0) | (np.diff(starts, prepend=-1) != 0))
    summed = [np.add.reduceat(column[order], edges) for column in numbers]
    return ordered[edges], starts[edges], summed
