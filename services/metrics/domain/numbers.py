"""Amounts as integers of 10^-6, exactly as the text says, from JSON at the speed of floats.

A double carries every decimal of at most 15 significant digits: two such decimals never share a double.
So a float that was read from a text of at most 15 digits is turned back without loss; what was longer is
read from the text itself (`micro_of_text`). tests/metrics/test_numbers.py compares both with `Decimal`.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from numpy.typing import NDArray

MICRO = 1_000_000
MOST = 9_000_000_000
MOST_MICRO = MOST * MICRO
LONGEST_TEXT = 400
FAST_TEXT = 16
"""A text of at most 15 digits and a point."""

Int64 = NDArray[np.int64]

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

NOT_A_NUMBER = 'must be a number, or a decimal in a string like "312.5"'
TOO_LARGE = "must lie between -9000000000 and 9000000000"
TOO_FINE = "must have at most 6 decimals"
NOT_A_COUNT = "must be a whole number from 0 to 9000000000"


_DIGITS = bytes(48 if chr(code) in "0123456789." else 32 for code in range(256))
_MANY = b"0" * 16


def may_lose_digits(text: bytes, body: NDArray[np.uint8]) -> bool:
    """Whether ``body`` holds a number of more digits than a double surely carries.

    16 digits and points in a row are 15 digits and a point, or an integer that is no amount but may be a
    time; unless more follows, or an exponent that makes an amount of it.
    """
    if _MANY not in text.translate(_DIGITS):
        return False
    part = ((body - np.uint8(48)) < 10) | (body == 46)
    run = part
    for step in (1, 2, 4, 8):
        run = run[:-step] & run[step:]
    goes_on = part | (body == 101) | (body == 69)
    return bool((run[:-1] & goes_on[16:]).any())


def micros_of_floats(values: NDArray[np.float64]) -> Int64 | None:
    """Amounts of floats that came from at most 15 digits; None where one is out of range or too fine."""
    size = np.abs(values)
    if not bool((size <= MOST).all()):
        return None
    micros = np.rint(values * MICRO)
    large = size > 1e9
    if large.any():
        # Beyond 10^9 a text of 15 digits has at most 5 decimals, and only so far is the product exact.
        micros[large] = np.rint(values[large] * 1e5) * 10
    if not bool((micros / MICRO == values).all()):
        return None
    return micros.astype(np.int64)


def micros_of_strings(values: list[str]) -> Int64 | None:
    """The same for decimals that came as strings; None where the slow road has to look."""
    if not values:
        return np.zeros(0, np.int64)
    if max(map(len, values)) > FAST_TEXT or "".join(values).strip("0123456789.-"):
        return None
    try:
        return micros_of_floats(np.array([float(text) for text in values]))
    except ValueError:
        return None


def micro_of_text(text: str) -> int | str:
    """The amount that a number's text says, or what is wrong with it."""
    if len(text) > LONGEST_TEXT:
        return TOO_LARGE if "." not in text else TOO_FINE
    if not _NUMBER.fullmatch(text):
        return NOT_A_NUMBER
    try:
        number = Decimal(text)
    except InvalidOperation:
        return TOO_FINE if "e-" in text.lower() else TOO_LARGE
    if not number:
        return 0
    if number.adjusted() > 10 or abs(number) > MOST:
        return TOO_LARGE
    if number.adjusted() < -6:
        return TOO_FINE
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    micro = int("".join(map(str, digits)))
    for _ in range(exponent + 6):
        micro *= 10
    for _ in range(-exponent - 6):
        micro, rest = divmod(micro, 10)
        if rest:
            return TOO_FINE
    return -micro if sign else micro


def count_of_text(text: str) -> int | str:
    """A plain count that a number's text says, or what is wrong with it."""
    micro = micro_of_text(text)
    if isinstance(micro, str):
        return micro if micro is NOT_A_NUMBER else NOT_A_COUNT
    count, rest = divmod(micro, MICRO)
    return NOT_A_COUNT if rest or count < 0 else count


def counts_of_ints(values: list[Any]) -> Int64 | None:
    """Plain counts; None where one is negative or out of range."""
    try:
        counts = np.array(values, np.int64)
    except OverflowError:
        return None
    if counts.size and (int(counts.min()) < 0 or int(counts.max()) > MOST):
        return None
    return counts


def text_of_micro(micro: int) -> str:
    """The shortest decimal text of an amount."""
    whole, part = divmod(abs(micro), MICRO)
    text = f"{whole}.{part:06d}".rstrip("0").rstrip(".")
    return f"-{text}" if micro < 0 else text
