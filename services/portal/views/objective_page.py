"""An objective of an agreement for its parties: windows, what changed them and why, what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.causes import Changed, changed
from services.portal.views.composite import promise_in
from services.portal.views.history import History, Judged, histories
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.service import Agreement, AgreementData, agreement_of
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until

MOST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class Member:
    """A promise in a composite, as its newest result says it."""

    name: Said
    href: str
    verdict: str
    verdict_words: Phrase
    value: str
    weight: str | None
    counts: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    indicator: Said
    source: str
    every: Phrase
    method: Said | None
    volume: Phrase | None
    post: str | None
    slots: str | None = None
    reported: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    history: History
    current: Judged | None
    tone: str


@dataclass(frozen=True, slots=True)
class ObjectivePage:
    name: Said
    target: Phrase
    share: bool
    how: tuple[Phrase, ...]
    agreement: Agreement
    service: Said
    service_code: str
    responsible: Said
    contact: Mapping[str, Any] | None
    groups: tuple[Group, ...]
    changes: tuple[Changed, ...]
    members: tuple[Member, ...]
    part_of: tuple[tuple[str, Said], ...]
    plans: tuple[PlanRow, ...]
    calendar: str | None
    what_if: str | None
    """None: of a composite its members are tried."""
    away: bool
    data_until: Moment | None
    computed_at: Moment | None

    @property
    def first(self) -> Group | None:
        return self.groups[0] if self.groups else None


def address(agreement: str, objective: str) -> str:
    return f"/app/agreements/{agreement}/objectives/{objective}"


def objective_page(
    reader: Reader,
    data: AgreementData,
    code: str,
    indicators: Mapping[str, Mapping[str, Any]],
    service: Mapping[str, Any] | None,
    agencies: Agencies,
) -> ObjectivePage | None:
    """None: the revision in force has no such objective."""
    document = promise_in(data.document, code)
    if document is None:
        return None
    zone = dates.zone_of(data.document.get("time_zone"))
    words = ObjectiveWords(reader, document, indicators.get(document["indicator"] or ""), zone)
    results = data.results.get(code)
    groups = tuple(_group(history) for history in histories(words, results or ()))
    newest = [each.current for each in groups if each.current]
    agreement = agreement_of(reader, data, agencies)
    return ObjectivePage(
        name=words.name(),
        target=words.target_words(),
        share=words.share,
        how=tuple(words.how_counted()),
        agreement=agreement,
        service=reader.said((service or {}).get("name"), data.document["service"]),
        service_code=data.document["service"],
        responsible=agencies.name(document["responsible"]),
        contact=agencies.contact(document["responsible"]),
        groups=groups,
        changes=changes_of(words, results or (), agencies),
        members=_members(reader, data, words, indicators, results or ()),
        part_of=tuple(
            (
                address(agreement.code, each["code"]),
                reader.said(each.get("public_wording") or each.get("title"), each["code"]),
            )
            for each in data.document.get("composites") or ()
            if any(member["objective"] == code for member in each["members"])
        ),
        plans=tuple(
            plan_row(reader, each, indicators)
            for each in data.document.get("plans") or ()
            if each["indicator"] == document["indicator"] and not words.composite
        ),
        calendar=data.document.get("calendar") if words.on_working_time else None,
        what_if=None if words.composite else f"{address(agreement.code, code)}/what-if",
        away=results is None,
        data_until=until(reader, _latest(each.data_until for each in newest), zone),
        computed_at=moment(reader, _latest(each.computed_at for each in newest), zone),
    )


def _latest(times: Any) -> datetime | None:
    return max((dates.instant(each) for each in times if each), default=None)


def _group(history: History) -> Group:
    current = history.open or history.newest
    return Group(history, current, current.verdict if current else "no_data")


def changes_of(
    words: ObjectiveWords, results: Sequence[Mapping[str, Any]], agencies: Agencies
) -> tuple[Changed, ...]:
    """The windows that were judged again, newest first, each with what brought it about."""
    found = []
    for each in results:
        span = dates.Span.of(each["window"]["start"], each["window"]["end"], words.zone)
        one = changed(words, each, agencies, words.window_name(span), scope_text(each["scope"]))
        if one is not None:
            found.append(one)
    return tuple(found[:MOST_CHANGES])


def member_rows(
    reader: Reader,
    agreement: str,
    found: Sequence[Mapping[str, Any]],
    document: Mapping[str, Any] | None,
    indicators: Mapping[str, Mapping[str, Any]],
    *,
    weighted: bool,
) -> tuple[Member, ...]:
    """``found``: members of a composite's result. ``document``: of the agreement; None: away."""
    rows = []
    for each in found:
        code = each["objective"]
        one = promise_in(document, code) if document else None
        name, value = Said(code), "–"
        exact = numbers.fraction(each["exact"])
        if one is not None:
            words = ObjectiveWords(reader, one, indicators.get(one["indicator"] or ""), dates.zone_of(None))
            name = words.name()
            if exact is not None:
                shown = words.numbers({**each, "good": None, "total": 0, "target": one["target"]}).number
                value = str(shown.plain) if shown is not None else "–"
        elif exact is not None:
            value = numbers.plain(exact, None)
        rows.append(
            Member(
                name=name,
                href=address(agreement, code),
                verdict=each["verdict"],
                verdict_words=getattr(reader.t, each["verdict"]),
                value=value,
                weight=numbers.short(Fraction(each["weight"])) if weighted else None,
                counts=each["counts"] or each["verdict"] in {"on_track", "at_risk"},
            )
        )
    return tuple(rows)


def _members(
    reader: Reader,
    data: AgreementData,
    words: ObjectiveWords,
    indicators: Mapping[str, Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
) -> tuple[Member, ...]:
    if not words.composite:
        return ()
    opened = [each for each in results if each["window"]["state"] == "open"]
    newest = next(iter([*opened, *results]), None)
    if newest is None or not newest.get("members"):
        return ()
    return member_rows(
        reader,
        data.state["code"],
        newest["members"],
        data.document,
        indicators,
        weighted=words.document["kind"] == "weighted",
    )


def plan_row(
    reader: Reader,
    plan: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]],
    part: Mapping[str, Any] | None = None,
) -> PlanRow:
    """``part``: what came of it in a window, from the basis of a result."""
    volume = plan.get("expected_volume")
    return PlanRow(
        indicator=reader.said((indicators.get(plan["indicator"]) or {}).get("name"), plan["indicator"]),
        source=plan["source"],
        every=reader.t.plan_every(length=units.duration(plan["frequency"], reader.lang)),
        method=reader.said(plan["method"]) if plan.get("method") else None,
        volume=None if volume is None else reader.t.n("plan_volume", volume),
        post=plan.get("post"),
        slots=None if part is None else numbers.count(part["slots"]),
        reported=None if part is None else numbers.count(part["reported"]),
    )
