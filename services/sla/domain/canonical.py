"""The stored form of a document, and the hash that names it.

Two documents that say the same have one stored form: text in NFC, decimals as shortest strings (0.80 = 0.8),
instants in UTC, durations as written. Its id is the SHA-256 of its RFC 8785 form.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal
from typing import Any

import rfc8785

from shared.clock import rfc3339
from shared.errors import Fault

SAFE_INTEGER = 2**53 - 1
"""RFC 8785 numbers are IEEE doubles: beyond this an integer would change its value."""


WIDE = Context(prec=100)
"""Of more digits than a number can have where it is read: nothing is rounded on its way."""


def shortest(number: Decimal | int) -> str:
    """A decimal as its shortest string without an exponent: 0.80 -> 0.8, 1E+2 -> 100, -0 -> 0."""
    value = Decimal(number)
    if value == 0:
        return "0"
    return format(value.normalize(WIDE), "f")


def text_fault(text: str) -> str | None:
    """Why a text cannot be kept, or None."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in text):
        return "must not contain control characters"
    return None


def stored(value: Any, pointer: str = "", faults: list[Fault] | None = None) -> Any:
    """A plain value in stored form. What cannot be kept is noted in ``faults``, with its pointer."""
    noted: list[Fault] = [] if faults is None else faults
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        wrong = text_fault(value)
        if wrong:
            noted.append(Fault(pointer, wrong))
        return unicodedata.normalize("NFC", value)
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            noted.append(Fault(pointer, f"a whole number here is at most {SAFE_INTEGER}; write it as a text"))
        return value
    if isinstance(value, Decimal):
        return shortest(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Mapping):
        return _stored_object(value, pointer, noted)
    if isinstance(value, list | tuple):
        return [stored(item, f"{pointer}/{index}", noted) for index, item in enumerate(value)]
    raise TypeError(f"{type(value).__name__} has no stored form")


def _stored_object(value: Mapping[str, Any], pointer: str, noted: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in value.items():
        place = f"{pointer}/{escaped(key)}"
        wrong = text_fault(key)
        if wrong:
            noted.append(Fault(place, f"the key {wrong}"))
        name = unicodedata.normalize("NFC", key)
        if name in found:
            noted.append(Fault(place, "this key stands twice, written in two ways; keep one of them"))
        found[name] = stored(item, place, noted)
    return found


def escaped(key: str) -> str:
    """One step of an RFC 6901 pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def canonical(document: Any) -> bytes:
    """The RFC 8785 form of a document in stored form."""
    return rfc8785.dumps(document)


def digest(document: Any) -> str:
    """The id of a revision: the SHA-256 of its canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()
