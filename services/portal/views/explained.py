"""What an explanation says beside the sum: what else the result rests on, and what does not count and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.causes import Changed, changed
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.objective_page import Member, PlanRow, member_rows, plan_row
from services.portal.views.words import Agencies, Said, moment


@dataclass(frozen=True, slots=True)
class Left:
    """A case or batch that does not count."""

    name: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class Agreed:
    """An exclusion or correction that this result follows."""

    href: str
    what: Phrase
    reason: Said | None
    span: str | None
    proposed_by: Said
    approvals: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class BurnRow:
    span: str
    counts: str
    burn: str | None
    factor: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Cost:
    clause: str
    window: str
    bracket: str
    due: Phrase
    cost: Phrase


@dataclass(frozen=True, slots=True)
class Explained:
    formula: str
    which: Phrase | None
    without: tuple[Phrase, ...]
    change: Changed | None
    slices: Phrase | None
    burn: tuple[BurnRow, ...]
    plans: tuple[PlanRow, ...]
    calendar: str | None
    versions: tuple[Phrase, ...]
    exclusions: tuple[Agreed, ...]
    corrections: tuple[Agreed, ...]
    members: tuple[Member, ...]
    left_out: tuple[Left, ...]
    costs: tuple[Cost, ...]
    next: str | None


def explained(
    words: ObjectiveWords,
    explanation: Mapping[str, Any],
    document: Mapping[str, Any] | None,
    agencies: Agencies,
) -> Explained:
    """``document``: the agreement as it judged; None: away."""
    result = explanation["result"]
    window = words.window_name(dates.Span.of(result["window"]["start"], result["window"]["end"], words.zone))
    calendar = explanation.get("calendar")
    weighted = explanation["objective"].get("kind") == "weighted"
    return Explained(
        formula=explanation["formula"],
        which=_which(words, explanation.get("counts")),
        without=_without(words, explanation.get("counts")),
        change=changed(words, result, agencies, window, scope_text(result["scope"])),
        slices=_slices(words, result.get("slices")),
        burn=_burn(words, explanation.get("burn")),
        plans=_plans(words, explanation, document),
        calendar=None if calendar is None else calendar["code"],
        versions=tuple(
            words.reader.t.calendar_version(n=each)
            for each in explanation.get("calendar_versions") or ([calendar["version"]] if calendar else ())
        ),
        exclusions=tuple(_exclusion(words, each, agencies) for each in explanation.get("exclusions") or ()),
        corrections=tuple(
            _correction(words, each, agencies) for each in explanation.get("corrections") or ()
        ),
        members=member_rows(
            words.reader,
            result["agreement"],
            explanation.get("members") or (),
            document,
            {},
            weighted=weighted,
        ),
        left_out=(
            *_cases_left(words, explanation["journeys"]),
            *_batches_left(words, explanation["batches"]),
        ),
        costs=tuple(_cost(words, each, window) for each in explanation.get("consequences") or ()),
        next=explanation["next"],
    )


def _span(words: ObjectiveWords, start: str, end: str) -> str:
    return dates.Span.of(start, end, words.zone).name(words.reader.lang)


def _which(words: ObjectiveWords, counts: Mapping[str, Any] | None) -> Phrase | None:
    if counts is None:
        return None
    named = words.reader.said((words.indicator or {}).get("name"), counts["indicator"])
    return words.reader.t.counts_indicator(
        indicator=named.text, span=_span(words, counts["from"], counts["to"])
    )


def _without(words: ObjectiveWords, counts: Mapping[str, Any] | None) -> tuple[Phrase, ...]:
    found = (counts or {}).get("without") or ()
    return tuple(
        words.reader.t.counts_without(span=_span(words, each["start"], each["end"])) for each in found
    )


def _slices(words: ObjectiveWords, slices: Mapping[str, Any] | None) -> Phrase | None:
    if slices is None:
        return None
    t = words.reader.t
    shown = {name: numbers.count(value) for name, value in slices.items() if value is not None}
    return t.slices_sum(**shown) if "good" in shown else t.slices_averaged(**shown)


def _burn(words: ObjectiveWords, burn: Mapping[str, Any] | None) -> tuple[BurnRow, ...]:
    """A row for each lookback of each pair: both must reach the factor."""
    rows = []
    for pair in (burn or {}).get("pairs") or ():
        for name in ("long", "short"):
            back = pair[name]
            rate = back["burn_exact"]
            rows.append(
                BurnRow(
                    span=units.duration(pair["pair"][name], words.reader.lang),
                    counts=f"{numbers.count(back['bad'])}\u00a0/\u00a0{numbers.count(back['total'])}",
                    burn=None if rate is None else numbers.plain(Fraction(rate), _factor(pair)),
                    factor=numbers.short(Fraction(pair["pair"]["factor"])),
                    reached=pair["reached"],
                )
            )
    return tuple(rows)


def _factor(pair: Mapping[str, Any]) -> Fraction:
    return Fraction(pair["pair"]["factor_exact"])


def _plans(
    words: ObjectiveWords, explanation: Mapping[str, Any], document: Mapping[str, Any] | None
) -> tuple[PlanRow, ...]:
    """The plans by which coverage was judged, with what was due and what came."""
    counts = explanation.get("counts")
    if counts is None:
        return ()
    indicator = counts["indicator"]
    known = {
        each["source"]: each for each in (document or {}).get("plans") or () if each["indicator"] == indicator
    }
    return tuple(
        plan_row(
            words.reader,
            known.get(part["source"], {"indicator": indicator, **part}),
            {indicator: words.indicator or {}},
            part,
        )
        for part in explanation.get("plan") or ()
    )


def _approvals(
    words: ObjectiveWords, found: Sequence[Mapping[str, Any]], agencies: Agencies
) -> tuple[Phrase, ...]:
    said = []
    for each in found:
        when = moment(words.reader, each["at"], words.zone)
        said.append(
            words.reader.t.approval_on(
                agency=agencies.name(each["agency"]).text, when="" if when is None else when.text
            )
        )
    return tuple(said)


def _exclusion(words: ObjectiveWords, each: Mapping[str, Any], agencies: Agencies) -> Agreed:
    return Agreed(
        href=f"/app/exclusions/{each['id']}",
        what=getattr(words.reader.t, f"kind_{each['kind']}"),
        reason=words.reader.said(each["reason"]),
        span=_span(words, each["from"], each["to"]) if each["from"] else None,
        proposed_by=agencies.name(each["proposed_by"]),
        approvals=_approvals(words, each["approvals"], agencies),
    )


def _correction(words: ObjectiveWords, each: Mapping[str, Any], agencies: Agencies) -> Agreed:
    t = words.reader.t
    return Agreed(
        href=f"/app/corrections/{each['id']}",
        what=t.n("correction_batches", len(each["batches"])) if each["batches"] else t.cause_calendar,
        reason=None if each["reason"] is None else Said(each["reason"]),
        span=None,
        proposed_by=agencies.name(each["proposed_by"]),
        approvals=_approvals(words, each["approvals"], agencies),
    )


_WHY_NOT = {
    "excluded": "not_excluded",
    "pending": "not_pending",
    "overdue-listed": "not_overdue_listed",
    "uncounted": "not_uncounted",
    "voided": "not_voided",
    "waits_for_seal": "not_waits_for_seal",
    "other_revision": "not_other_revision",
    "not_yet_applied": "not_not_yet_applied",
}


def _why_not(words: ObjectiveWords, why: str) -> Phrase:
    t = words.reader.t
    name = _WHY_NOT.get(why)
    found: Phrase = getattr(t, name) if name else t.not_for_another_reason(state=why)
    return found


def _cases_left(words: ObjectiveWords, journeys: Sequence[Mapping[str, Any]]) -> list[Left]:
    return [
        Left(each["journey"], _why_not(words, each["why_not"]))
        for each in journeys
        if not each["counts"] and each["why_not"]
    ]


def _batches_left(words: ObjectiveWords, batches: Sequence[Mapping[str, Any]]) -> list[Left]:
    return [
        Left(f"{each['source']} {each['id']}", _why_not(words, each["why_not"]))
        for each in batches
        if not each["counts"] and each["why_not"]
    ]


def _cost(words: ObjectiveWords, each: Mapping[str, Any], window: str) -> Cost:
    unit = getattr(words.reader.t, f"unit_{each['unit'].lower()}")
    bracket = each["bracket"]
    value = words.short(bracket["value"]).split("\u00a0", 1)[-1]
    sign = {">=": "≥", "<=": "≤"}.get(bracket["comparator"], bracket["comparator"])
    return Cost(
        clause=each["consequence"],
        window=window,
        bracket=f"{sign}\u00a0{value}",
        due=unit(number=numbers.short(Fraction(each["due"]))),
        cost=unit(number=numbers.short(Fraction(each["cost"]))),
    )
