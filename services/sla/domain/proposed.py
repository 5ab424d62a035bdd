"""Objectives that a file proposes, laid over what is agreed or drafted already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.sla.domain import limits
from services.sla.domain.objectives import completed_window
from services.sla.domain.openslo import spans
from services.sla.domain.openslo.said import Said
from shared.errors import Fault

MOST_PROMISES = 200


def number_faults(number: int, place: str) -> list[Fault]:
    """Looked at before promises are read: what could not be stored costs no work."""
    if number <= MOST_PROMISES:
        return []
    return [Fault(place, f"{number} promises; an agreement has at most {MOST_PROMISES}")]


@dataclass(slots=True)
class Taken:
    """What was understood of a file. ``places``: where in it each objective stands."""

    objectives: list[dict[str, Any]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    """Pointers into the file."""
    time_zone: str | None = None
    unnamed: dict[str, None] = field(default_factory=dict)
    """What the file calls indicators of which nobody has said what they are."""

    def add(self, code: str, objective: dict[str, Any], place: str) -> None:
        if code in self.places:
            self.faults.append(Fault(place, f"{code} stands twice in the file"))
            return
        self.places[code] = place
        self.objectives.append(objective)


def laid_over(
    before: Mapping[str, Any] | None, defaults: Mapping[str, Any], made: Mapping[str, Any], kind: str
) -> dict[str, Any]:
    """An objective as a file has it; what the file leaves open stays, or comes from the defaults.

    What the file says in other words than before stays as it was written: a change is a change of meaning.
    None in ``made`` takes a field away. ``kind``: of its indicator.
    """
    found = dict(before) if before is not None else _fitting(defaults, kind)
    for name, value in made.items():
        if value is None:
            found.pop(name, None)
        elif name not in found or meaning(name, found[name]) != meaning(name, value):
            found[name] = value
    return found


def _fitting(defaults: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The defaults that an indicator of this kind can have: one file may promise cases and shares alike."""
    wrong = {"good"} if kind == "ratio" else set()
    if kind != "duration":
        wrong |= {"count_at", "overdue"}
    return {name: value for name, value in defaults.items() if name not in wrong}


def meaning(name: str, value: Any) -> Any:
    """What a clause of an objective means, however it is written."""
    if name == "window" and isinstance(value, Mapping):
        return spans.meaning_of_window(completed_window(value))
    if name in ("good", "slice", "statutory") and isinstance(value, Mapping):
        return {key: spans.meaning_of_amount(_limit(each)) for key, each in value.items()} | (
            {"empty": value.get("empty", "ignored")} if name == "slice" else {}
        )
    if name == "alerts" and isinstance(value, list):
        return [{key: spans.meaning_of_amount(each) for key, each in pair.items()} for pair in value]
    return spans.meaning_of_amount(value)


def _limit(value: Any) -> Any:
    return limits.completed(value) if isinstance(value, Mapping) else value
