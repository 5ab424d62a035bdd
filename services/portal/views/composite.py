"""Composites beside objectives: a promise over other promises, put so that pages can treat them alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]

MONTHLY = {"kind": "calendar", "unit": "month"}
"""Where the agreement cannot be had: only how a window is called hangs on it."""


def is_composite(document: Document) -> bool:
    return "members" in document


def promises_in(document: Document) -> list[Document]:
    """The objectives of an agreement, then its composites, with what a composite has from its members."""
    composites = document.get("composites") or ()
    return [*document["objectives"], *(as_objective(each, document) for each in composites)]


def promise_in(document: Document, code: str) -> Document | None:
    return next((each for each in promises_in(document) if each["code"] == code), None)


def as_objective(composite: Document, document: Document | None) -> Document:
    """A composite with the window and the aggregation of what it is made of."""
    first = _first_leaf(composite, document or {})
    every = composite["kind"] == "all"
    return {
        "window": first.get("window", MONTHLY),
        "aggregation": "share" if every else first.get("aggregation", "share"),
        "indicator": first.get("indicator"),
        "scope": first.get("scope"),
        "comparator": ">=",
        "target": "1",
        "responsible": "",
        **composite,
    }


def _first_leaf(composite: Document, document: Document) -> Document:
    objectives = {each["code"]: each for each in document.get("objectives") or ()}
    composites = {each["code"]: each for each in document.get("composites") or ()}
    waiting, seen = [composite], {composite["code"]}
    while waiting:
        for member in waiting.pop()["members"]:
            code = member["objective"]
            if code in objectives:
                found: Document = objectives[code]
                return found
            if code in composites and code not in seen:
                seen.add(code)
                waiting.append(composites[code])
    return {}
