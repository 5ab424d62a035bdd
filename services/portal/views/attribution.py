"""Whose time a breach was, and what the parties say to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from services.portal.charts.bars import held
from services.portal.charts.shapes import Drawing
from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.words import Agencies, Moment, Reader, moment, until

COLOURS = 5
"""Agencies with a colour of their own; the others are ink."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A row of the chart and its table: an agency, a hand-over gap, or nobody."""

    name: str
    drawing: Drawing
    time: str
    share: str
    allotted: str | None
    exceeded_by: str | None
    exceeded: int | None


@dataclass(frozen=True, slots=True)
class HeldCase:
    journey: str
    took: str
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhoseTime:
    holders: tuple[Holder, ...]
    summed: Phrase | None
    cases: tuple[HeldCase, ...]


@dataclass(frozen=True, slots=True)
class DisputeShown:
    id: str
    awaiting: tuple[str, ...]
    """Codes of the agencies that may answer now."""
    heading: Phrase
    state: Phrase
    reason: str | None
    opened: Moment | None
    due: Phrase | None
    answers: tuple[tuple[Phrase, str | None], ...]
    remedy_due: bool


def whose_time(
    reader: Reader, breach: Mapping[str, Any], evidence: Mapping[str, Any] | None, agencies: Agencies
) -> WhoseTime | None:
    """None: the breach is not about journeys. ``evidence``: its journeys; None: away."""
    basis = breach.get("attributed")
    if basis is None:
        return None
    parts = breach["attribution"]
    gaps = [
        (each["agency"], to["agency"], Fraction(to["seconds"]))
        for each in parts
        for to in each["handover"]["to"]
    ]
    rows = [_own(each) for each in parts]
    scale = max(
        [time for time, _, _ in rows]
        + [allotted for _, _, allotted in rows if allotted is not None]
        + [time for _, _, time in gaps],
        default=Fraction(0),
    )
    total = Fraction(basis["seconds"])
    colours = {code: place for place, code in enumerate(sorted(each["agency"] or "" for each in parts))}
    holders = [
        _holder(reader, each, row, scale, total, agencies, colours)
        for each, row in zip(parts, rows, strict=True)
    ]
    holders += [
        Holder(
            name=f"{reader.t.handover.plain}: {_from_to(reader, had, taker, agencies)}",
            drawing=held(float(time), 0, None, float(scale), "fill-gap"),
            time=units.length(time, reader.lang),
            share=_share(time, total),
            allotted=None,
            exceeded_by=None,
            exceeded=None,
        )
        for had, taker, time in gaps
        if time
    ]
    return WhoseTime(
        holders=tuple(holders),
        summed=reader.t.summed_up(n=numbers.count(basis["summed"]), all=numbers.count(basis["journeys"]))
        if parts
        else None,
        cases=tuple(_case(reader, each, agencies) for each in (evidence or {}).get("items", ())),
    )


def _own(each: Mapping[str, Any]) -> tuple[Fraction, Fraction, Fraction | None]:
    """What an agency held without hand-over gaps, what of it was too much, and what was allotted."""
    time = Fraction(each["seconds"]) - Fraction(each["handover"]["seconds"])
    allotted = each["allotted"]
    return time, Fraction(each["exceeded_by"] or 0), None if allotted is None else Fraction(allotted)


def _holder(
    reader: Reader,
    each: Mapping[str, Any],
    row: tuple[Fraction, Fraction, Fraction | None],
    scale: Fraction,
    total: Fraction,
    agencies: Agencies,
    colours: Mapping[str, int],
) -> Holder:
    time, beyond, allotted = row
    place = colours[each["agency"] or ""]
    look = f"fill-agency-{place + 1}" if place < COLOURS and each["agency"] else "fill-ink"
    return Holder(
        name=_name(reader, each["agency"], agencies),
        drawing=held(
            float(time), float(beyond), None if allotted is None else float(allotted), float(scale), look
        ),
        time=units.length(time, reader.lang),
        share=_share(time, total),
        allotted=None if allotted is None else units.length(allotted, reader.lang),
        exceeded_by=None if each["exceeded_by"] is None else units.length(beyond, reader.lang),
        exceeded=None if each["exceeded_by"] is None else each["exceeded"],
    )


def _share(time: Fraction, total: Fraction) -> str:
    return numbers.percent(time / total, None) if total else "–"


def _name(reader: Reader, agency: str | None, agencies: Agencies) -> str:
    return reader.t.nobody_known.plain if agency is None else str(agencies.name(agency))


def _from_to(reader: Reader, had: str | None, taker: str | None, agencies: Agencies) -> str:
    to = reader.t.not_taken_over.plain if taker is None else str(agencies.name(taker))
    return reader.t.handed_over(had=_name(reader, had, agencies), taker=to).plain


def _case(reader: Reader, each: Mapping[str, Any], agencies: Agencies) -> HeldCase:
    spans = []
    for span in each["spans"]:
        if span["kind"] == "handover":
            had = span["held"][0]["agency"]
            who = f"{reader.t.handover.plain} ({_from_to(reader, had, span['awaited'], agencies)})"
        else:
            who = ", ".join(dict.fromkeys(_name(reader, one["agency"], agencies) for one in span["held"]))
        spans.append(f"{who}: {units.length(Fraction(span['seconds']), reader.lang)}")
    return HeldCase(each["journey"], units.length(Fraction(each["seconds"]), reader.lang), tuple(spans))


def disputes(
    reader: Reader, found: Sequence[Mapping[str, Any]], agencies: Agencies, zone: tzinfo
) -> tuple[DisputeShown, ...]:
    return tuple(_dispute(reader, each, agencies, zone) for each in found)


def _dispute(reader: Reader, each: Mapping[str, Any], agencies: Agencies, zone: tzinfo) -> DisputeShown:
    t = reader.t
    due = until(reader, dates.instant(each["due_at"]), zone)
    answers: list[tuple[Phrase, str | None]] = [
        (getattr(t, f"said_{said['answer']}")(agency=str(agencies.name(said["agency"]))), said["reason"])
        for said in each["answers"]
    ]
    answers += [(t.not_answered(agency=str(agencies.name(agency))), None) for agency in each["awaiting"]]
    return DisputeShown(
        id=each["id"],
        awaiting=tuple(each["awaiting"]) if each["state"] == "open" else (),
        heading=t.disputed_by(
            agency=str(agencies.name(each["agency"])), about=_about(reader, each["about"], agencies)
        ),
        state=getattr(t, f"dispute_{each['state']}"),
        reason=each["reason"],
        opened=moment(reader, each["opened_at"], zone),
        due=t.dispute_due(when=due.text) if due and each["state"] == "open" else None,
        answers=tuple(answers),
        remedy_due=each["remedy_due"],
    )


def _about(reader: Reader, about: Mapping[str, Any], agencies: Agencies) -> str:
    match about["kind"]:
        case "journeys":
            return reader.t.n("about_cases", len(about["journeys"])).plain
        case "share":
            return reader.t.about_time_of(agency=_name(reader, about["agency"], agencies)).plain
    return reader.t.about_all.plain
