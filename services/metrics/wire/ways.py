"""Two ways to turn columns of numbers and times into integers: fast, and exact with reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import UNSET, UnsetType

from services.metrics.domain import numbers, times
from services.metrics.domain.judging import Faults
from services.metrics.domain.numbers import Int64
from services.metrics.wire.json import raw_text

Pointer = Callable[[int], str]

FIELDS = ("value", "good", "bad", "total")


def shape_of(value: bool, good: bool, bad: bool, total: bool) -> str | None:
    """The field that tells a row's shape; None where fields are missing or too many."""
    given = (value, good, bad, total)
    if given == (True, False, False, False):
        return "value"
    if given == (False, True, False, True):
        return "good"
    return "bad" if given == (False, False, True, True) else None


class Unsure(Exception):
    """The fast way cannot tell: the exact one has to."""


class Fast:
    """Turns columns of numbers into integers, or is unsure."""

    def shape(self, rows: list[Any]) -> str | None:
        """The shape of all rows, if they have the same; None where each has to be looked at.

        A field too many in some row is not looked for: it makes a key too many, which `has_keys` finds.
        """
        for field in ("value", "good", "bad"):
            kinds = set(map(type, map(attrgetter(field), rows)))
            if UnsetType not in kinds:
                return field
            if len(kinds) > 1:
                return None
        return None

    def has(self, value: Any) -> bool:
        return value is not UNSET

    def amounts(self, values: Sequence[Any], _pointer: Pointer) -> Int64:
        kinds = set(map(type, values))
        found: Int64 | None = None
        if kinds <= {float}:
            found = numbers.micros_of_floats(np.array(values, np.float64))
        elif kinds == {str}:
            found = numbers.micros_of_strings(list(values))
        return self._sure(found)

    def counts(self, values: Sequence[Any], _pointer: Pointer) -> Int64:
        return self._sure(numbers.counts_of_ints(list(values)))

    def times(self, values: Sequence[Any], _pointer: Pointer) -> Int64:
        kinds = set(map(type, values))
        if kinds == {str}:
            return self._sure(times.times_of_texts(list(values)))
        if kinds == {int}:
            try:
                found = np.array(values, np.int64)
            except OverflowError:
                raise Unsure from None
            if int(found.min()) >= times.LEAST and int(found.max()) <= times.MOST:
                return found
        raise Unsure

    def _sure(self, found: Int64 | None) -> Int64:
        if found is None:
            raise Unsure
        return found


class Exact:
    """Reads every number from its text and collects what is wrong."""

    def __init__(self) -> None:
        self.faults = Faults()

    def shape(self, rows: list[Any]) -> str | None:
        shapes = {shape_of(*(self.has(getattr(row, field)) for field in FIELDS)) for row in rows}
        return shapes.pop() if len(shapes) == 1 else None

    def has(self, value: Any) -> bool:
        return bool(bytes(value))

    def amounts(self, values: Sequence[Any], pointer: Pointer) -> Int64:
        return self._each(values, pointer, numbers.micro_of_text)

    def counts(self, values: Sequence[Any], pointer: Pointer) -> Int64:
        return self._each(values, pointer, numbers.count_of_text)

    def _each(
        self,
        values: Sequence[Any],
        pointer: Pointer,
        convert: Callable[[str], int | str],
    ) -> Int64:
        found = np.zeros(len(values), np.int64)
        for i, value in enumerate(values):
            text = raw_text(value)
            number = numbers.NOT_A_NUMBER if text is None else convert(text)
            if isinstance(number, str):
                self.faults.add(pointer(i), number)
            else:
                found[i] = number
        return found

    def times(self, values: Sequence[Any], pointer: Pointer) -> Int64:
        found = np.zeros(len(values), np.int64)
        for i, value in enumerate(values):
            if isinstance(value, str):
                at = times.time_of_text(value)
            else:
                at = value if times.LEAST <= value <= times.MOST else "lies outside the years 1 to 9999"
            if isinstance(at, str):
                self.faults.add(pointer(i), at)
            else:
                found[i] = at
        return found


Way = Fast | Exact
