"""Reading a body of measurements, in rows or in columns.

Two ways, with the same outcome wherever the first gives one (tests/metrics/test_forms.py): `Fast` takes the
floats and integers that msgspec makes; `Exact` reads every number from its own text and says what is wrong
with it. The first hands over to the second whenever it is not sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET

from services.metrics.domain import numbers
from services.metrics.domain.columns import Group, Label, Reading, encode_label
from services.metrics.domain.judging import Faults
from services.metrics.domain.numbers import Int64
from services.metrics.wire.alike import alike
from services.metrics.wire.bodies import Body, ExactBody
from services.metrics.wire.covers import read_covers
from services.metrics.wire.json import check_utf8, decoded, has_keys, refuse_double_key
from services.metrics.wire.ways import FIELDS, Exact, Fast, Pointer, Unsure, Way, shape_of
from shared.errors import Fault, Problem, Unprocessable

MOST_ROWS = 10_000
LONGEST_CODE = 64
LONGEST_VALUE = 200
MOST_LABELS = 20
KEYS_OF_COVERS = 4

NO_SHAPE = "needs either `value`, or `total` with one of `good` and `bad`"

_fast = msgspec.json.Decoder(Body)
_exact = msgspec.json.Decoder(ExactBody)


def read(body: bytes) -> Reading:
    """The rows of a body. Raises `Unreadable` or `Unprocessable` with pointers to what is wrong."""
    check_utf8(body)
    characters = np.frombuffer(body, np.uint8)
    found = _alike(body, characters)
    if found is not None:
        return found
    if not numbers.may_lose_digits(body, characters):
        try:
            return _reading(_fast.decode(body), body, characters, Fast())
        except (Unsure, msgspec.MsgspecError, RecursionError):
            pass
    exact = Exact()
    reading = _reading(decoded(_exact, body), body, characters, exact)
    exact.faults.refuse("some numbers or times are wrong")
    return reading


def _alike(body: bytes, characters: Any) -> Reading | None:
    """Rows that look alike, read at once; None where anything has to be looked at row by row."""
    found = alike(body, characters)
    if found is None or found.rows > MOST_ROWS:
        return None
    first = np.frombuffer(found.first, np.uint8)
    if numbers.may_lose_digits(found.first, first):
        return None
    try:
        one = _reading(_fast.decode(found.first), found.first, first, Fast())
    except (Unsure, msgspec.MsgspecError, RecursionError, Problem):
        return None
    # One group of one row, and of each amount that it has as many as there are rows.
    (group,) = one.groups
    total, good, bad = (found.numbers.get(name) for name in ("total", "good", "bad"))
    if bad is not None and total is not None:
        good = total - bad
        if int(good.min()) < 0:
            return None
    if {"value": group.value is None, "total": group.total is None} != {
        "value": found.numbers.get("value") is None,
        "total": total is None,
    } or group.labels.keys() != found.labels.keys():
        return None
    for name, label in found.labels.items():
        _check_label_values(label, _pointer(f"labels/{name}"))
    index = np.arange(found.rows)
    rows = Group(group.indicator, found.at, index, found.labels, found.numbers.get("value"), good, total)
    return replace(one, groups=[rows])


def _reading(body: Any, text: bytes, characters: Any, way: Way) -> Reading:
    if (body.measurements is UNSET) == (body.columns is UNSET):
        raise Unprocessable(
            "send either `measurements` (rows) or `columns`",
            errors=[Fault("/measurements", "one of `measurements` and `columns` is needed, not both")],
        )
    by_columns = body.columns is not UNSET
    covers = None if body.covers is UNSET else read_covers(body.covers)
    groups: list[Group] = []
    keys = 0
    if by_columns:
        groups, keys = _columns(body.columns, way)
    elif body.measurements or covers is None:
        groups, keys = _rows(body.measurements, way)
    if covers is not None:
        keys += KEYS_OF_COVERS
    if not has_keys(characters, keys + 3 + (body.backfill is not UNSET)):
        if isinstance(way, Fast):
            raise Unsure
        refuse_double_key(text)
    return Reading(
        body.source,
        body.service,
        None if body.backfill is UNSET else body.backfill,
        "columns" if by_columns else "measurements",
        groups,
        covers,
    )


# --- rows --------------------------------------------------------------------------------------------


def _rows(rows: list[Any], way: Way) -> tuple[list[Group], int]:
    """The rows as groups, and how many keys their objects have."""
    _check_size(len(rows), "/measurements")
    at = way.times(list(map(attrgetter("at"), rows)), _pointer("at"))
    labels, keys = _labels_of_rows(list(map(attrgetter("labels"), rows)))
    keys += 3 * len(rows)
    groups: list[Group] = []
    for (indicator, shape), places in _buckets(rows, way).items():
        whole = len(places) == len(rows)
        chosen = rows if whole else [rows[i] for i in places]
        index = np.arange(len(rows)) if whole else np.array(places)
        value = good = total = None
        if shape == "value":
            value = way.amounts(list(map(attrgetter("value"), chosen)), _pointer("value", places))
        else:
            keys += len(chosen)
            total = way.counts(list(map(attrgetter("total"), chosen)), _pointer("total", places))
            part = way.counts(list(map(attrgetter(shape), chosen)), _pointer(shape, places))
            good = _good(part, total, shape, way, _pointer("bad", places))
        groups.append(
            Group(
                indicator,
                at if whole else at[index],
                index,
                labels if whole else _labels_at(labels, index),
                value,
                good,
                total,
            )
        )
    return _merged(groups), keys


def _labels_at(labels: dict[str, Label], index: Int64) -> dict[str, Label]:
    return {name: Label(label.values, label.codes[index]) for name, label in labels.items()}


def _pointer(field: str, places: Sequence[int] | None = None) -> Pointer:
    return lambda i: f"/measurements/{i if places is None else places[i]}/{field}"


def _buckets(rows: list[Any], way: Way) -> dict[tuple[str, str], Sequence[int]]:
    """Which rows have one indicator and one shape: `value`, `good` (and total) or `bad` (and total)."""
    indicators = list(map(attrgetter("indicator"), rows))
    shape = way.shape(rows)
    if shape is not None and indicators.count(indicators[0]) == len(rows):
        _check_indicator(indicators[0], "/measurements/0/indicator")
        return {(indicators[0], shape): range(len(rows))}
    faults = Faults()
    buckets: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(rows):
        own = shape or shape_of(*(way.has(getattr(row, field)) for field in FIELDS))
        if own is None:
            faults.add(f"/measurements/{i}", NO_SHAPE)
            continue
        places = buckets.get((row.indicator, own))
        if places is None:
            _check_indicator(row.indicator, f"/measurements/{i}/indicator")
            buckets[row.indicator, own] = [i]
        else:
            places.append(i)
    faults.refuse("some rows have no amount, or two")
    return dict(buckets)


def _merged(groups: list[Group]) -> list[Group]:
    """One group for the counts of an indicator, whether a row said `good` or `bad`."""
    found: dict[tuple[str, bool], Group] = {}
    for group in groups:
        key = (group.indicator, group.value is None)
        other = found.get(key)
        if other is None:
            found[key] = group
            continue
        assert other.good is not None
        assert group.good is not None
        assert other.total is not None
        assert group.total is not None
        index = np.concatenate((other.index, group.index))
        order = np.argsort(index, kind="stable")
        found[key] = Group(
            group.indicator,
            np.concatenate((other.at, group.at))[order],
            index[order],
            {
                name: Label(label.values, np.concatenate((label.codes, group.labels[name].codes))[order])
                for name, label in other.labels.items()
            },
            None,
            np.concatenate((other.good, group.good))[order],
            np.concatenate((other.total, group.total))[order],
        )
    return list(found.values())


def _labels_of_rows(labels: list[Any]) -> tuple[dict[str, Label], int]:
    """The labels of all rows, and how many keys they are (each `labels` itself is one)."""
    given = len(labels) - labels.count(UNSET)
    if not given:
        return {}, 0
    if given < len(labels):
        labels = [{} if found is UNSET else found for found in labels]
    inner = sum(map(len, labels))
    first: dict[str, str] = labels[0]
    columns: dict[str, list[str | None]]
    try:
        columns = {name: list(map(itemgetter(name), labels)) for name in first}
        alike = inner == len(first) * len(labels)
    except KeyError:
        alike = False
    if not alike:
        names = dict.fromkeys(name for found in labels for name in found)
        _check_label_names(names, "/measurements")
        columns = {name: [found.get(name) for found in labels] for name in names}
    _check_label_names(columns, "/measurements")
    coded = {name: encode_label(values) for name, values in columns.items()}
    for name, label in coded.items():
        _check_label_values(label, _pointer(f"labels/{name}"))
    return coded, given + inner


# --- columns -----------------------------------------------------------------------------------------


def _columns(columns: Any, way: Way) -> tuple[list[Group], int]:
    """The columns as one group, and how many keys the object has."""
    rows = len(columns.at)
    _check_size(rows, "/columns/at")
    _check_indicator(columns.indicator, "/columns/indicator")

    def pointer(field: str) -> Pointer:
        return lambda i: f"/columns/{field}/{i}"

    given = {field: getattr(columns, field) is not UNSET for field in FIELDS}
    shape = shape_of(*given.values())
    if shape is None:
        raise Unprocessable("the columns have no amounts, or two", errors=[Fault("/columns", NO_SHAPE)])
    for field in (name for name, there in given.items() if there):
        _check_length(len(getattr(columns, field)), rows, f"/columns/{field}")
    keys = 2 + sum(given.values())
    value = good = total = None
    if shape == "value":
        value = way.amounts(columns.value, pointer("value"))
    else:
        total = way.counts(columns.total, pointer("total"))
        part = way.counts(getattr(columns, shape), pointer(shape))
        good = _good(part, total, shape, way, pointer("bad"))
    labels: dict[str, Label] = {}
    if columns.labels is not UNSET:
        keys += 1 + len(columns.labels)
        _check_label_names(columns.labels, "/columns/labels")
        for name, values in columns.labels.items():
            labels[name] = _label_of_column(values, rows, name)
            _check_label_values(labels[name], pointer(f"labels/{name}"))
    at = way.times(columns.at, pointer("at"))
    return [Group(columns.indicator, at, np.arange(rows), labels, value, good, total)], keys


def _label_of_column(values: str | list[str | None], rows: int, name: str) -> Label:
    if isinstance(values, str):
        return Label([values], np.zeros(rows, np.int16)) if values else encode_label([None] * rows)
    _check_length(len(values), rows, f"/columns/labels/{name}")
    return encode_label(values)


# --- both --------------------------------------------------------------------------------------------


def _good(part: Int64, total: Int64, shape: str, way: Way, pointer: Pointer) -> Int64:
    if shape == "good":
        return part
    if bool((part > total).any()):
        if isinstance(way, Fast):
            raise Unsure
        if not way.faults.count:
            for i in np.flatnonzero(part > total):
                way.faults.add(pointer(int(i)), "more bad than total")
    return total - part


def _check_size(rows: int, pointer: str) -> None:
    if not 1 <= rows <= MOST_ROWS:
        raise Unprocessable(
            f"a batch has 1 to {MOST_ROWS} rows; this one has {rows}",
            errors=[Fault(pointer, f"between 1 and {MOST_ROWS} rows")],
        )


def _check_length(length: int, rows: int, pointer: str) -> None:
    if length != rows:
        raise Unprocessable(
            "the columns differ in length",
            errors=[Fault(pointer, f"has {length} elements, but `at` has {rows}")],
        )


def _check_indicator(code: str, pointer: str) -> None:
    if not 1 <= len(code) <= LONGEST_CODE or not code.isprintable():
        raise Unprocessable(
            "an indicator's code is wrong",
            errors=[Fault(pointer, f"must be a code of 1 to {LONGEST_CODE} characters")],
        )


def _check_label_names(names: Any, pointer: str) -> None:
    if len(names) > MOST_LABELS or any(not 1 <= len(n) <= LONGEST_CODE or not n.isprintable() for n in names):
        raise Unprocessable(
            "the labels' names are wrong",
            errors=[Fault(pointer, f"at most {MOST_LABELS} labels; names of 1 to {LONGEST_CODE} characters")],
        )


def _check_label_values(label: Label, pointer: Pointer) -> None:
    if max(map(len, label.values), default=0) <= LONGEST_VALUE and "".join(label.values).isprintable():
        return
    for code, value in enumerate(label.values):
        if len(value) > LONGEST_VALUE or not value.isprintable():
            place = int(np.argmax(label.codes == code))
            raise Unprocessable(
                "a label's value is wrong",
                errors=[Fault(pointer(place), f"must be at most {LONGEST_VALUE} printable characters")],
            )
