"""Indicators: what is measured on a service."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.sla.domain.canonical import escaped, stored
from shared.errors import Fault

KINDS = ("ratio", "value", "count", "duration", "rating")
ANY_STEP = "*"
MOST_LABELS = 8
MOST_VALUES = 1000

DEFAULT_SCALE = {"min": "1", "max": "5"}
"""Of a rating that says none."""

_LABEL = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class KnownService:
    """A service as the registry tells it: step code -> responsible agency, in order."""

    code: str
    owner: str
    steps: Mapping[str, str]

    def agencies(self) -> frozenset[str]:
        """The owner and everyone responsible for a step."""
        return frozenset((self.owner, *self.steps.values()))


def completed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """An indicator with its defaults spelled out, as it is stored and told."""
    given = {name: value for name, value in plain.items() if value is not None}
    document: dict[str, Any] = {**given, "labels": given.get("labels", {})}
    if given["kind"] == "rating":
        document["scale"] = given.get("scale", DEFAULT_SCALE)
    if given["kind"] == "duration":
        document["unit"] = given.get("unit", "s")
        document["clock"] = given.get("clock", "elapsed")
        for end, edge in (("from", "start"), ("to", "end")):
            if end in given:
                document[end] = {"occurrence": "first", "edge": edge} | {
                    name: value for name, value in given[end].items() if value is not None
                }
    completed: dict[str, Any] = stored(document)
    return completed


def faults_of(document: Mapping[str, Any], service: KnownService) -> list[Fault]:
    """What is wrong with an indicator of a known service."""
    faults = _label_faults(document["labels"])
    if document["kind"] == "duration":
        faults += _span_faults(document, service)
    else:
        if "unit" not in document:
            faults.append(Fault("/unit", 'say what is counted or measured in, such as "ms" or "request"'))
        faults += [
            Fault(f"/{name}", f"only a duration has {name!r}")
            for name in ("from", "to", "clock")
            if name in document
        ]
    return faults + _scale_faults(document)


def _scale_faults(document: Mapping[str, Any]) -> list[Fault]:
    if "scale" not in document:
        return []
    if document["kind"] != "rating":
        return [Fault("/scale", f"only a rating has a scale, not a {document['kind']}")]
    low, high = (Decimal(document["scale"][name]) for name in ("min", "max"))
    if low < 0:
        return [Fault("/scale/min", "a rating is never negative")]
    return [] if low < high else [Fault("/scale/max", "must be larger than `min`")]


def _span_faults(document: Mapping[str, Any], service: KnownService) -> list[Fault]:
    faults: list[Fault] = []
    for end in ("from", "to"):
        if end not in document:
            faults.append(Fault(f"/{end}", "a duration says by which step it starts and ends"))
            continue
        step = document[end]["step"]
        if step != ANY_STEP and step not in service.steps:
            faults.append(
                Fault(
                    f"/{end}/step",
                    f"{service.code} has no step {step!r}; its steps: {', '.join(service.steps) or 'none'}; "
                    'or "*" for any',
                )
            )
    if not faults and document["from"] == document["to"]:
        faults.append(Fault("/to", "the same event as `from`: the duration would always be zero"))
    return faults


def _label_faults(labels: Mapping[str, Sequence[str]]) -> list[Fault]:
    faults: list[Fault] = []
    if len(labels) > MOST_LABELS:
        faults.append(Fault("/labels", f"at most {MOST_LABELS} labels"))
    for name, values in labels.items():
        if not _LABEL.fullmatch(name):
            faults.append(Fault(f"/labels/{escaped(name)}", "a name is like `province`: a-z, 0-9, `_.-`"))
        if len(set(values)) != len(values):
            faults.append(Fault(f"/labels/{escaped(name)}", "a value stands twice"))
        if not 1 <= len(values) <= MOST_VALUES:
            faults.append(Fault(f"/labels/{escaped(name)}", f"1 to {MOST_VALUES} values"))
    return faults


def change_faults(old: Mapping[str, Any], new: Mapping[str, Any], *, promised: bool) -> list[Fault]:
    """What a change may not touch.

    Once a promise was offered on an indicator, what it measures stays: its meaning is not in the
    agreement's hash, so changing it would change what was signed. Labels and values may still be added.
    """
    fixed = ["code", "service", "kind"]
    if promised:
        fixed += ["unit", "from", "to", "clock"]
        # A rating of before scales were declared stands for the scale that it has without one.
        old = {**old, "scale": old.get("scale", DEFAULT_SCALE)} if old["kind"] == "rating" else old
        fixed.append("scale")
    reason = "an agreement was offered on it; make a new indicator" if promised else "make a new indicator"
    faults = [
        Fault(f"/{name}", f"cannot change any more: {reason}")
        for name in fixed
        if old.get(name) != new.get(name)
    ]
    if promised:
        for name, values in old["labels"].items():
            gone = set(values) - set(new["labels"].get(name, ()))
            if gone:
                lost = ", ".join(sorted(gone))
                faults.append(
                    Fault(f"/labels/{escaped(name)}", f"an agreement was offered on it: {lost} must stay")
                )
    return faults


def responsible_agencies(document: Mapping[str, Any], service: KnownService) -> dict[str, str]:
    """The steps a duration is measured between -> the agency responsible for each."""
    if document["kind"] != "duration":
        return {}
    steps = (document["from"]["step"], document["to"]["step"])
    return {step: service.steps[step] for step in steps if step in service.steps}
