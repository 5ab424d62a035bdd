"""What two revisions say differently, clause by clause. Objectives are matched by their codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.sla.domain.canonical import escaped

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """``clause``: a pointer in which an objective stands under its code. None: it is not there."""

    clause: str
    change: Literal["added", "removed", "changed"]
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """All differences but the parent, ordered by clause."""
    return list(_compared(by_code(before), by_code(after), ""))


def by_code(document: Mapping[str, Any]) -> dict[str, Any]:
    """The clauses of a document, with what has a code under it."""
    keyed = {name: value for name, value in document.items() if name != "parent"}
    keyed["objectives"] = {each["code"]: each for each in document["objectives"]}
    for name in ("composites", "consequences"):
        keyed[name] = {each["code"]: each for each in document[name]}
    if "plans" in document:
        keyed["plans"] = {f"{each['indicator']} {each['source']}": each for each in document["plans"]}
    return keyed


def _compared(before: Any, after: Any, place: str) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _compared(
                before.get(name, _MISSING), after.get(name, _MISSING), f"{place}/{escaped(name)}"
            )
        return
    if before is _MISSING:
        yield Difference(place, "added", None, after)
    elif after is _MISSING:
        yield Difference(place, "removed", before, None)
    elif before != after:
        yield Difference(place, "changed", before, after)
