"""JSON of the hot road: as strict as `shared.strict_json.parse_json`, at the speed of msgspec.

msgspec keeps the last of two equal keys. Whether there were any is found by counting: a body has as many
colons outside strings as it has keys, and what msgspec gives has one key for each field.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from shared.errors import Fault, Unprocessable, Unreadable
from shared.strict_json import parse_json

T = TypeVar("T")
Bytes = NDArray[np.uint8]

_PLACE = re.compile(r" - at `(?:key in )?\$(?P<path>.*)`$")
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")


def check_utf8(body: bytes) -> None:
    if body.isascii():
        return
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"the body is not UTF-8: invalid byte at position {error.start}; encode it as UTF-8"
        ) from None


def refuse(body: bytes, error: Exception) -> NoReturn:
    """Says what is wrong with a body that msgspec did not take."""
    parse_json(body)
    if isinstance(error, msgspec.ValidationError):
        text = str(error)
        place = _PLACE.search(text)
        pointer = _pointer(place["path"]) if place else ""
        detail = (text[: place.start()] if place else text).replace("`", "")
        raise Unprocessable(
            "the body is readable but its content is wrong", errors=[Fault(pointer, detail)]
        ) from None
    raise Unreadable(f"not JSON that can be read here: {error}") from None


def _pointer(path: str) -> str:
    steps = (match["name"] or match["index"] for match in _STEP.finditer(path))
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def has_keys(characters: Bytes, keys: int) -> bool:
    """Whether a body has just so many keys; more than were read means that one stands twice."""
    colon = characters[1:] == 58
    before = characters[:-1]
    if np.count_nonzero(colon & (before == 34)) == keys and not bool((colon & (before <= 32)).any()):
        # Every colon between key and value follows a quote here, and there are no more than keys.
        return True
    return _structural_colons(characters) == keys


def refuse_double_key(body: bytes) -> NoReturn:
    """Says which key stands twice."""
    parse_json(body)
    raise Unreadable("a key stands twice in one object; keep one of them")


def _structural_colons(characters: Bytes) -> int:
    """Colons outside strings."""
    quotes = np.flatnonzero(characters == 34)
    slashes = characters == 92
    if bool(slashes.any()):
        quotes = quotes[~_escaped(slashes, quotes)]
    colons = np.flatnonzero(characters == 58)
    return int(np.count_nonzero(np.searchsorted(quotes, colons) % 2 == 0))


def _escaped(slashes: NDArray[np.bool_], places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which places follow an odd number of backslashes."""
    index = np.arange(len(slashes))
    last_other = np.maximum.accumulate(np.where(slashes, -1, index))
    previous = places - 1
    run: NDArray[np.intp] = np.where(previous >= 0, previous - last_other[previous], 0)
    return (run & 1).astype(np.bool_)


def decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """``decoder``'s reading of a body, or what is wrong with it."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        refuse(body, error)


def raw_text(value: Any) -> str | None:
    """The text of a JSON number, or the content of a JSON string; None for anything else."""
    text = bytes(value)
    if text[:1] == b'"':
        return msgspec.json.decode(text, type=str)
    if text[:1].isdigit() or text[:1] == b"-":
        return text.decode()
    return None
