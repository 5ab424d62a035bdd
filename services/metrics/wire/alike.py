"""Rows that look alike, read as columns of characters.

A client writes the rows of a batch by one and the same program, so that they differ in nothing but the
texts of times and labels and the digits of numbers. Then the first row says what all are: it is read like
any other body, and what stands between the varying places of the others is compared with it, eight
characters at once. Numbers are read from their digits as integers, so nothing is lost. Whatever does not fit
(an escape, a row of another form, a number with an exponent) is left to the ways that read row by row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.metrics.domain.columns import NONE, Label
from services.metrics.domain.numbers import MICRO, MOST_MICRO, Int64
from services.metrics.domain.times import times_of_matrix

FEWEST = 16
"""Below so many rows, reading one by one is as fast."""

LONGEST = 16
"""Characters of a number or a label that are read here."""

LONGEST_TIME = 40
AMOUNT = "value"
COUNTS = frozenset({"good", "bad", "total"})

_START = re.compile(rb'"measurements": ?\[')
_SEPARATOR = re.compile(rb"\}(, ?\{)$")
_NUMBER = re.compile(rb"(: ?)-?[0-9][0-9.]*(?=[ ,}])")
_PAD = b" " * LONGEST
_MASKS = np.array([(1 << 8 * width) - 1 for width in range(9)], np.uint64)
_POWERS = np.array([10**power for power in range(7)], np.int64)
_LIMITS = MOST_MICRO // _POWERS

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Alike:
    """``first``: the body with its first row alone. ``numbers``: amounts in 10^-6 units, and counts."""

    first: bytes
    rows: int
    at: Int64
    numbers: dict[str, Int64]
    labels: dict[str, Label]


class _Other(Exception):
    """Some row has another form."""


def alike(body: bytes, characters: NDArray[np.uint8]) -> Alike | None:
    """The rows of a body, if they all look like the first; None otherwise."""
    start = _START.search(body)
    end = body.rfind(b"}]") + 1
    if start is None or end <= start.end() or b"\\" in body or not body.isascii():
        return None
    if int(characters.min()) < 32:
        return None
    try:
        return _Rows(body, start.end(), end).read()
    except _Other:
        return None


@dataclass(slots=True)
class _Found:
    at: Int64 | None = None
    numbers: dict[str, Int64] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)


class _Rows:
    """The text of the rows, and where each quote of each row stands: no text holds one, without escapes."""

    def __init__(self, body: bytes, start: int, end: int) -> None:
        text = body[start:end]
        quotes = np.flatnonzero(np.frombuffer(text, np.uint8) == 34)
        if len(quotes) < 4 or int(quotes[0]) != 1:
            raise _Other
        self.count = text.count(text[: int(quotes[1]) + 1])
        self.width, rest = divmod(len(quotes), self.count)
        if self.count < FEWEST or rest or self.width % 2:
            raise _Other
        between = _SEPARATOR.search(text[int(quotes[self.width - 1]) + 1 : int(quotes[self.width])])
        if between is None:
            raise _Other
        separator = between[1]
        self.first = body[:start] + text[: int(quotes[self.width]) - len(separator)] + body[end:]
        # The last row is followed by what follows the others, so that all are treated alike.
        self.text = _PAD + text + separator + b'"' + _PAD
        places = np.append(quotes, len(text) + len(separator)) + len(_PAD)
        self.quotes: Int64 = np.ascontiguousarray(places[:-1].reshape(self.count, self.width).T)
        self.behind: Int64 = places[self.width :: self.width]
        size = len(self.text) - 7
        # Overlapping: the eight characters from each place on, as one number.
        self.words: Words = np.ndarray(shape=(size,), dtype="<u8", buffer=self.text, strides=(1,))

    def read(self) -> Alike:
        found = _Found()
        fixed = self.quotes[0]
        key, in_labels = "", False
        for slot in range(0, self.width, 2):
            opens, closes = self.quotes[slot], self.quotes[slot + 1]
            following = self.quotes[slot + 2] if slot + 2 < self.width else self.behind
            gap = self.text[int(closes[0]) + 1 : int(following[0])]
            if gap.startswith(b":"):
                key = self.text[int(opens[0]) + 1 : int(closes[0])].decode()
                in_labels = in_labels or (key == "labels" and b"{" in gap)
                number = _NUMBER.match(gap)
                if number is not None:
                    first = closes + 1 + len(number[1])
                    last = following - (len(gap) - number.end())
                    self._same(fixed, first)
                    found.numbers[key] = self._numbers(first, last, key)
                    fixed = last
                continue
            if in_labels:
                self._same(fixed, opens + 1)
                found.labels[key] = self._label(opens + 1, closes)
                fixed = closes
                in_labels = b"}" not in gap
            elif key == "at":
                self._same(fixed, opens + 1)
                found.at = self._times(opens + 1, closes)
                fixed = closes
            elif key != "indicator":
                raise _Other
        self._same(fixed, self.behind + 1)
        if found.at is None:
            raise _Other
        return Alike(self.first, self.count, found.at, found.numbers, found.labels)

    def _same(self, starts: Int64, ends: Int64) -> None:
        """Between these places every row has the very characters of the first."""
        length = int(ends[0] - starts[0])
        if bool((ends - starts != length).any()):
            raise _Other
        for offset in range(0, length, 8):
            mask = _MASKS[min(8, length - offset)]
            found = self.words[starts + offset] & mask
            if bool((found != found[0]).any()):
                raise _Other

    def _times(self, starts: Int64, ends: Int64) -> Int64:
        width = int(ends[0] - starts[0])
        if not 0 < width <= LONGEST_TIME or bool((ends - starts != width).any()):
            raise _Other
        words = np.stack([self.words[starts + offset] for offset in range(0, width, 8)])
        characters = words.view(np.uint8).reshape(len(words), self.count, 8).transpose(0, 2, 1)
        at = times_of_matrix(np.ascontiguousarray(characters).reshape(-1, self.count)[:width])
        if at is None:
            raise _Other
        return at

    def _numbers(self, starts: Int64, ends: Int64, key: str) -> Int64:
        """Digits, at most one point among them, and perhaps a minus: anything else is of another form."""
        if key != AMOUNT and key not in COUNTS:
            raise _Other
        negative = (self.words[starts] & _MASKS[1]) == 45
        starts = starts + negative
        length = ends - starts
        if int(length.min()) < 1 or int(length.max()) > LONGEST:
            raise _Other
        words = np.stack([self.words[ends - 16], self.words[ends - 8]])
        characters = words.view(np.uint8).reshape(2, self.count, 8).transpose(0, 2, 1).reshape(16, self.count)
        inside = np.arange(16)[:, None] >= 16 - length
        digits = characters - np.uint8(48)
        is_digit = (digits < 10) & inside
        point = (characters == 46) & inside
        points = point.sum(axis=0)
        if bool((is_digit.sum(axis=0) + points != length).any()) or int(points.max()) > 1:
            raise _Other
        decimals = np.where(points == 1, 15 - np.argmax(point, axis=0), 0)
        whole = length - decimals - points
        leading = (self.words[starts] & _MASKS[1]) == 48
        if bool(((points == 1) & (decimals == 0)).any()) or int(decimals.max()) > 6:
            raise _Other
        if int(whole.min()) < 1 or bool((leading & (whole > 1)).any()):
            raise _Other
        amount = np.zeros(self.count, np.int64)
        for row in range(16 - int(length.max()), 16):
            amount = np.where(is_digit[row], amount * 10 + digits[row], amount)
        if key in COUNTS:
            if int(points.max()) or bool(negative.any()) or int(amount.max()) > MOST_MICRO // MICRO:
                raise _Other
            return amount
        if bool((amount > _LIMITS[6 - decimals]).any()):
            raise _Other
        amount *= _POWERS[6 - decimals]
        return np.where(negative, -amount, amount)

    def _label(self, starts: Int64, ends: Int64) -> Label:
        length = ends - starts
        longest = int(length.max())
        if longest > LONGEST:
            raise _Other
        codes, at = _numbered(self.words[starts] & _MASKS[np.minimum(length, 8)])
        if longest > 8:
            tails, _ = _numbered(self.words[starts + 8] & _MASKS[np.maximum(length - 8, 0)])
            codes, at = _numbered(codes * (int(tails.max()) + 1) + tails)
        # In the order in which they first appear.
        order = np.argsort(at)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        at = at[order]
        values = [
            self.text[start:end].decode()
            for start, end in zip(starts[at].tolist(), ends[at].tolist(), strict=True)
        ]
        codes = rank[codes]
        if "" in values:
            empty = values.index("")
            values.remove("")
            codes = np.where(codes == empty, NONE, codes - (codes > empty))
        return Label(values, codes.astype(np.int16))


def _numbered(words: NDArray[np.uint64] | Int64) -> tuple[Int64, Int64]:
    """A number for each different word, and where each first stands."""
    _, first, numbers = np.unique(words, return_index=True, return_inverse=True)
    return numbers, first
