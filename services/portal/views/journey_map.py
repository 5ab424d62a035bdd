"""The steps of a service as the journeys of a window passed them: whose they are, what they took, what is
allotted to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.objective import ObjectiveWords
from services.portal.views.service import AgreementData, Step, steps_of
from services.portal.views.words import Agencies, Reader


@dataclass(frozen=True, slots=True)
class StepTaken:
    """``mean`` None: no journey of the window passed it. ``beyond``: cases over the step's allotment.

    ``tone`` at_risk: cases take more than it on average."""

    step: Step
    mean: str | None
    allotted: str | None
    cases: Phrase | None
    beyond: Phrase | None
    tone: str


@dataclass(frozen=True, slots=True)
class JourneyMap:
    window: str | None
    steps: tuple[StepTaken, ...]
    gap: Phrase | None
    """Mean time in which nobody held a case."""
    together: Phrase | None
    """What the steps are allotted together, beside what was promised."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The result whose journeys the map shows, and what its objective promises."""

    result: str
    window: str
    promised: Phrase | None

    @property
    def href(self) -> str:
        return f"/api/evaluation/v1/attribution?result={self.result}&which=all"


def whole_journey(
    reader: Reader, agreements: Sequence[AgreementData], indicators: Mapping[str, Mapping[str, Any]]
) -> Passed | None:
    """The last closed window of what best stands for the whole journey: a promise on its time that allots
    parts of it to steps, the headline first. None: no window of such a one has closed."""
    found: list[tuple[tuple[bool, bool], int, ObjectiveWords, Mapping[str, Any]]] = []
    for data in agreements:
        zone = dates.zone_of(data.document.get("time_zone"))
        for document in data.document["objectives"]:
            words = ObjectiveWords(reader, document, indicators.get(document["indicator"]), zone)
            closed = [
                each
                for each in data.results.get(document["code"]) or ()
                if each["window"]["state"] != "open" and not each["scope"]
            ]
            if words.on_journeys and closed:
                newest = max(closed, key=lambda each: dates.instant(each["window"]["end"]))
                rank = (not document.get("allotments"), not document.get("headline"))
                found.append((rank, len(found), words, newest))
    if not found:
        return None
    _, _, words, newest = min(found, key=lambda each: each[:2])
    span = dates.Span.of(newest["window"]["start"], newest["window"]["end"], words.zone)
    return Passed(newest["id"], words.window_name(span), words.limit())


def journey_map(
    reader: Reader,
    service: Mapping[str, Any],
    agencies: Agencies,
    passed: Passed | None,
    attribution: Mapping[str, Any] | None,
) -> JourneyMap:
    """``attribution``: of all journeys of what passed; None: there is none, and only the steps are shown."""
    parts = (attribution or {}).get("agencies") or ()
    allotments: Mapping[str, str] = (attribution or {}).get("allotments") or {}
    took: dict[str, tuple[Fraction, int, int]] = {}
    for part in parts:
        for each in part["steps"]:
            seconds, journeys, exceeded = took.get(each["step"], (Fraction(0), 0, 0))
            took[each["step"]] = (
                seconds + Fraction(each["seconds"]),
                journeys + each["journeys"],
                exceeded + each["exceeded"],
            )
    shown = steps_of(reader, service, agencies)
    codes = [each["code"] for each in service["steps"]]
    return JourneyMap(
        passed.window if passed is not None and attribution is not None else None,
        tuple(
            _taken(reader, step, allotments.get(code), took.get(code))
            for code, step in zip(codes, shown, strict=True)
        ),
        _gap(reader, attribution),
        _together(reader, allotments, None if passed is None else passed.promised),
    )


def _taken(
    reader: Reader, step: Step, allotted: str | None, took: tuple[Fraction, int, int] | None
) -> StepTaken:
    t, lang = reader.t, reader.lang
    most = None if allotted is None else units.amount(allotted)
    length = None if most is None else units.length(most, lang)
    if took is None or not took[1]:
        return StepTaken(step, None, length, None, None, "no_data")
    seconds, journeys, exceeded = took
    mean = seconds / journeys
    return StepTaken(
        step,
        units.length(mean, lang),
        length,
        t.n("map_cases", journeys),
        t.n("map_beyond", exceeded) if exceeded else None,
        "at_risk" if most is not None and mean > most else "on_track",
    )


def _gap(reader: Reader, attribution: Mapping[str, Any] | None) -> Phrase | None:
    basis = (attribution or {}).get("attributed")
    if basis is None or not basis["summed"]:
        return None
    parts = (attribution or {})["agencies"]
    gaps = sum((Fraction(each["handover"]["seconds"]) for each in parts), Fraction(0))
    return reader.t.map_gap(
        length=units.length(gaps / basis["summed"], reader.lang), cases=numbers.count(basis["summed"])
    )


def _together(reader: Reader, allotments: Mapping[str, str], promised: str | None) -> Phrase | None:
    """Only lengths of one kind add up."""
    if not allotments or promised is None:
        return None
    try:
        total = sum((units.amount(each) for each in allotments.values()), Fraction(0))
    except ValueError:
        return None
    return reader.t.map_together(length=units.length(total, reader.lang), promised=promised)
