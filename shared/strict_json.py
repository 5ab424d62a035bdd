"""JSON from outside, read strictly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from shared.errors import Unreadable

MAX_DEPTH = 40
MAX_DIGITS = 40


def parse_json(body: bytes) -> Any:
    """JSON read strictly: UTF-8, no duplicate keys, no NaN, bounded depth; decimals stay exact."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"the body is not UTF-8: invalid byte at position {error.start}; encode it as UTF-8"
        ) from None
    if _depth(text) > MAX_DEPTH:
        raise Unreadable(f"the body is nested deeper than {MAX_DEPTH} levels")
    try:
        return json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_no_constant,
            object_pairs_hook=_no_duplicates,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Unreadable(f"the body is nested deeper than {MAX_DEPTH} levels") from None


def _depth(text: str) -> int:
    """The deepest nesting of brackets outside strings, without recursion."""
    deepest = depth = 0
    inside = False
    skip = False
    for char in text:
        if skip:
            skip = False
        elif inside:
            if char == "\\":
                skip = True
            elif char == '"':
                inside = False
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _decimal(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= MAX_DIGITS else None
    if number is None or abs(number.adjusted()) > MAX_DIGITS:
        raise Unreadable(f"the number {text[:60]} has more digits than any quantity here can have")
    return number


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Unreadable(f"the number {text[:60]} has more digits than any quantity here can have")
    return int(text)


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not a number that JSON allows")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Unreadable(f"the key {key[:60]!r} stands twice in one object; keep one of them")
            seen.add(key)
    return found
