"""RFC 3339 times as microseconds since 1970 UTC, many at once.

Times of one batch look alike, so they are read as a matrix of characters; whatever does not fit is read one
by one. Digits beyond the microsecond are cut off. A leap second (`:60`) is refused: no clock here has it.
"""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from services.metrics.domain.numbers import Int64
from shared.clock import to_micros

FEW = 16
"""Below this many, reading one by one is faster."""

_HOUR = r"(?:[01]\d|2[0-3])"
_RFC3339 = re.compile(
    rf"\d{{4}}-\d\d-\d\d[Tt]{_HOUR}:\d\d:\d\d(?P<fraction>\.\d{{1,30}})?(?:[Zz]|[+-]{_HOUR}:[0-5]\d)",
    re.ASCII,
)
NO_TIME = 'must be an RFC 3339 time with an offset, like "2026-11-01T08:30:00+07:00"'
NO_OFFSET = 'has no offset; say which with "Z" or like "+07:00"'
_WITHOUT_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?", re.ASCII)

LEAST = -62_135_596_800_000_000
MOST = 253_402_300_799_999_999
"""The years 1 to 9999, as microseconds."""


def time_of_text(text: str) -> int | str:
    """Microseconds of one time, or what is wrong with it."""
    match = _RFC3339.fullmatch(text) if len(text) <= 64 else None
    if match is None:
        return NO_OFFSET if len(text) <= 64 and _WITHOUT_OFFSET.fullmatch(text) else NO_TIME
    plain = text.upper()
    fraction = match["fraction"]
    if fraction:
        plain = plain.replace(fraction, fraction[:7].ljust(7, "0"))
    try:
        at = to_micros(datetime.fromisoformat(plain))
    except ValueError:
        return NO_TIME
    return at if LEAST <= at <= MOST else NO_TIME


def times_of_texts(texts: list[str]) -> Int64 | None:
    """Microseconds of many times; None where one of them is wrong."""
    if not texts:
        return np.zeros(0, np.int64)
    width = len(texts[0])
    joined = "".join(texts)
    if len(texts) >= FEW and width <= 40 and len(joined) == width * len(texts) and joined.isascii():
        matrix = np.frombuffer(joined.encode(), np.uint8).reshape(len(texts), width)
        found = times_of_matrix(np.ascontiguousarray(matrix.T))
        if found is not None:
            return found
    known: dict[str, int] = {}
    for text in texts:
        if text not in known:
            at = time_of_text(text)
            if isinstance(at, str):
                return None
            known[text] = at
    return np.array([known[text] for text in texts], np.int64)


_YEARS = np.arange(10_000)
_LEAP = ((_YEARS % 4 == 0) & ((_YEARS % 100 != 0) | (_YEARS % 400 == 0))).astype(np.int64)
_PASSED = _YEARS - 1
_NEW_YEAR = _PASSED * 365 + _PASSED // 4 - _PASSED // 100 + _PASSED // 400 - 719_162
_LENGTHS = np.array([[0, 31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] for leap in (0, 1)], np.int64)
_BEFORE = np.cumsum(_LENGTHS, axis=1) - _LENGTHS
_MARKS = (4, 7, 13, 16)
_PAIRS = np.array([0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18])


def times_of_matrix(column: NDArray[np.uint8]) -> Int64 | None:
    """``column[i]`` holds the i-th character of every time; None unless all have one and the same form."""
    width = len(column)
    if width < 20:
        return None
    utc = int(column[-1, 0]) in b"Zz"
    end = width - (1 if utc else 6)
    if end < 19 or not _marks_fit(column, utc, end):
        return None
    places = _PAIRS if utc else np.append(_PAIRS, (width - 5, width - 4, width - 2, width - 1))
    digits = column[places] - np.uint8(48)
    if int(digits.max()) > 9:
        return None
    pairs = (digits[0::2] * np.uint8(10) + digits[1::2]).astype(np.int64)
    most = pairs.max(axis=1)
    if most[2] > 12 or most[4] > 23 or most[5] > 59 or most[6] > 59:
        return None
    year, month, day = pairs[0] * 100 + pairs[1], pairs[2], pairs[3]
    leap = _LEAP[year]
    if int(year.min()) < 1 or int(month.min()) < 1 or int(day.min()) < 1:
        return None
    if bool((day > _LENGTHS[leap, month]).any()):
        return None
    minutes = (_NEW_YEAR[year] + _BEFORE[leap, month] + (day - 1)) * 1440 + pairs[4] * 60 + pairs[5]
    if not utc:
        if most[7] > 23 or most[8] > 59:
            return None
        offset = pairs[7] * 60 + pairs[8]
        minutes -= np.where(column[-6] == 45, -offset, offset)
    micros: Int64 = (minutes * 60 + pairs[6]) * 1_000_000
    if end != 19:
        fraction = column[20:end] - np.uint8(48)
        if int(fraction.max()) > 9:
            return None
        for place, digit in enumerate(fraction[:6]):
            micros += digit.astype(np.int64) * 10 ** (5 - place)
    if int(micros.min()) < LEAST or int(micros.max()) > MOST:
        return None
    return micros


def _marks_fit(column: NDArray[np.uint8], utc: bool, end: int) -> bool:
    """Whether everything that is no digit is what it has to be."""
    if not all(_only(column[i], b":" if i > 10 else b"-") for i in _MARKS) or not _only(column[10], b"Tt"):
        return False
    if end != 19 and (end < 21 or not _only(column[19], b".")):
        return False
    if utc:
        return _only(column[-1], b"Zz")
    return _only(column[-6], b"+-") and _only(column[-3], b":")


def _only(characters: NDArray[np.uint8], allowed: bytes) -> bool:
    """Whether all are the same allowed character, or at least allowed."""
    first = int(characters[0])
    if first in allowed and bool((characters == first).all()):
        return True
    return bool(np.isin(characters, np.frombuffer(allowed, np.uint8)).all())
