"""All looks at a window together: which of them are findings, once every look is reckoned with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from services.evaluation.domain.findings.facets import Facet, Part, Value, parts, shuffled, without_neighbours
from services.evaluation.domain.findings.finding import (
    LEAST_SHARE,
    QUEUE,
    STEP,
    UNASSIGNED,
    Finding,
    Sure,
    WhatIf,
)
from services.evaluation.domain.findings.flow import Queue, waits
from services.evaluation.domain.findings.steps import Held, Overrun, overruns, worth_naming
from services.evaluation.domain.significance import ALPHA, holm

Look = tuple[str, int, Value]
"""(what is looked at, which facet, which value): names a look among all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a window. ``journeys``: for objectives on a limit of time; ``strict``: one that is
    reached exactly is broken; ``least``: groups smaller than this are shown in nothing."""

    facets: Sequence[Facet] = ()
    journeys: Sequence[Held] = ()
    allotments: dict[str, int] = field(default_factory=dict)
    queues: Sequence[Queue] = ()
    strict: bool = False
    least: int = 10


def findings(seen: Seen) -> list[Finding]:
    """What is sure enough and matters enough, what explains most first."""
    parted = [parts(facet, seen.least) for facet in seen.facets]
    steps = overruns(seen.journeys, seen.allotments, seen.least, strict=seen.strict)
    raw: dict[Look, Fraction] = {}
    for place, values in enumerate(parted):
        raw.update({("facet", place, value): part.p for value, part in values.items()})
    raw.update({(one.kind, -1, one.name): one.p for one in steps})
    raw.update({(QUEUE, -1, one.step): one.p for one in seen.queues})
    adjusted = holm(raw)
    # Only what Fisher's test leaves is shuffled: the larger p of both counts.
    for place in {place for (what, place, _), p in adjusted.items() if what == "facet" and p < ALPHA}:
        for value, p in shuffled(seen.facets[place]).items():
            look: Look = ("facet", place, value)
            if look in raw:
                raw[look] = max(raw[look], p)
    adjusted = holm(raw)

    def sure(look: Look, method: str) -> Sure:
        return Sure(method, raw[look], adjusted[look], len(raw))

    found: list[Finding] = []
    for place, (facet, values) in enumerate(zip(seen.facets, parted, strict=True)):
        claimed = [
            (value, part)
            for value, part in values.items()
            if part.worse and part.explains >= LEAST_SHARE and adjusted["facet", place, value] < ALPHA
        ]
        claimed.sort(key=lambda one: (-one[1].explains, str(one[0])))
        for value, part in without_neighbours(claimed, seen.least):
            found.append(_facet(facet, value, part, sure(("facet", place, value), "fisher+permutation")))
    total = len(seen.journeys)
    good = sum(one.good for one in seen.journeys)
    for step in steps:
        look = (step.kind, -1, step.name)
        if worth_naming(step, seen.least) and adjusted[look] < ALPHA:
            found.append(_overrun(step, good, total, sure(look, "binomial")))
    for queue in seen.queues:
        look = (QUEUE, -1, queue.step)
        if queue.closing - queue.opening >= seen.least and adjusted[look] < ALPHA:
            found.append(_queue(queue, sure(look, "binomial")))
    found += _waits(seen, good, total)
    found.sort(key=lambda one: (one.explains is None, -(one.explains or 0), one.kind, str(one.subject)))
    return found


def _facet(facet: Facet, value: Value, part: Part, sure: Sure) -> Finding:
    return Finding(
        kind=facet.kind,
        subject={**facet.subject, facet.key: value},
        numbers={
            "bad": part.bad,
            "total": part.total,
            "rest_bad": part.rest_bad,
            "rest_total": part.rest_total,
            "excess": part.excess,
        },
        explains=part.explains,
        sure=sure,
        what_if=WhatIf(part.rest_total - part.rest_bad, part.rest_total),
    )


def _overrun(step: Overrun, good: int, total: int, sure: Sure) -> Finding:
    numbers: dict[str, int | Fraction] = {
        "most": step.most,
        "asked": step.asked,
        "late": step.late,
        "over": step.over,
        "all_over": step.all_over,
        "saved": step.saved,
        "chance": step.chance,
        "allotted": int(step.allotted),
    }
    if step.measure is not None:
        numbers["measure"] = step.measure
    return Finding(
        kind=step.kind,
        subject={"step" if step.kind == STEP else "agency": step.name},
        numbers=numbers,
        explains=step.explains,
        sure=sure,
        what_if=WhatIf(good + step.saved, total),
        agency=step.agency,
        journeys=step.journeys,
    )


def _queue(queue: Queue, sure: Sure) -> Finding:
    return Finding(
        kind=QUEUE,
        subject={"step": queue.step},
        numbers={
            "opening": queue.opening,
            "came": queue.came,
            "went": queue.went,
            "closing": queue.closing,
        },
        sure=sure,
        agency=queue.agency,
    )


def _waits(seen: Seen, good: int, total: int) -> list[Finding]:
    return [
        Finding(
            kind=one.kind,
            subject={} if one.kind == UNASSIGNED else {"from": one.giver, "to": one.taker},
            numbers={
                "waited": one.waited,
                "time": one.time,
                "journeys": one.journeys,
                "saved": one.saved,
            },
            explains=one.explains,
            what_if=WhatIf(good + one.saved, total),
            agency=one.giver,
            journeys=one.worst,
        )
        for one in waits(seen.journeys, seen.least, strict=seen.strict)
    ]
