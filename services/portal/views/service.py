"""The public page of a service: its promises, whether they are kept, and who does what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.composite import promises_in
from services.portal.views.history import History, Judged, histories, worst
from services.portal.views.objective import ObjectiveWords
from services.portal.views.under_way import window_at
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until

MOST_LINES = 4
"""Promises in the panel: the headline, then those that were not kept."""


@dataclass(frozen=True, slots=True)
class AgreementData:
    """What the API says of one agreement in force: its state, its document, results by objective.

    `results` None for an objective: they cannot be had at the moment.
    """

    state: Mapping[str, Any]
    document: Mapping[str, Any]
    results: Mapping[str, Sequence[Mapping[str, Any]] | None]


@dataclass(frozen=True, slots=True)
class Agreement:
    code: str
    title: Said
    number: int
    since: str
    formal: bool
    hash: str
    parties: tuple[Said, ...]
    href: str
    document_href: str


@dataclass(frozen=True, slots=True)
class Promise:
    code: str
    anchor: str
    name: Said
    target: Phrase
    target_short: str
    how: tuple[Phrase, ...]
    responsible: Said
    responsible_code: str
    agreement: Agreement
    groups: tuple[History, ...]
    """One a scope, worst first; empty: no window has closed."""
    next_result: Phrase | None
    silent: Phrase | None
    """Since when nothing could be determined, where that is longer than a window ago."""
    share: bool
    away: bool
    headline: bool
    results_href: str

    @property
    def verdict(self) -> str:
        return worst(each.verdict for each in self.groups if each.newest)

    @property
    def page(self) -> str:
        """Where its parties read on."""
        return f"/app/agreements/{self.agreement.code}/objectives/{self.code}"


@dataclass(frozen=True, slots=True)
class Step:
    name: Said
    agency: Said
    colour: int
    """Agencies by their first step, from 1; 0 from the sixth on."""


@dataclass(frozen=True, slots=True)
class Panel:
    tone: str
    heading: Phrase
    lines: tuple[tuple[Promise, Judged | None], ...]
    summary: Phrase | None
    final: Phrase | None


@dataclass(frozen=True, slots=True)
class ServicePage:
    code: str
    name: Said
    owner: Said
    owner_code: str
    lead: Phrase | None
    steps: tuple[Step, ...]
    agreements: tuple[Agreement, ...]
    promises: tuple[Promise, ...]
    panel: Panel | None
    data_until: Moment | None
    computed_at: Moment | None


def agreement_of(reader: Reader, data: AgreementData, agencies: Agencies) -> Agreement:
    """Its revisions are numbered as they came into force."""
    code, digest = data.state["code"], data.state["in_force"]
    came = [each for each in data.state["revisions"] if each.get("in_force_from")]
    number = next((place for place, each in enumerate(came, start=1) if each["hash"] == digest), 1)
    revision: Mapping[str, Any] = next(
        (each for each in data.state["revisions"] if each["hash"] == digest), {}
    )
    zone = dates.zone_of(data.document.get("time_zone"))
    since = dates.instant(revision.get("in_force_from") or data.document["effective_from"])
    return Agreement(
        code=code,
        title=reader.said(data.document.get("title"), code),
        number=number,
        since=dates.day(since.astimezone(zone), reader.lang),
        formal=data.document.get("legal_form") == "formal",
        hash=digest,
        parties=tuple(agencies.name(each) for each in data.document["parties"]),
        href=f"/api/sla/v1/agreements/{code}",
        document_href=f"/api/sla/v1/agreements/{code}/revisions/{digest}",
    )


def promises_of(
    reader: Reader,
    data: AgreementData,
    indicators: Mapping[str, Mapping[str, Any]],
    agencies: Agencies,
    now: datetime,
) -> list[Promise]:
    """The objectives of an agreement, headline first, then as the document has them."""
    found = [
        promise_of(reader, data, document, indicators, agencies, now)
        for document in promises_in(data.document)
    ]
    return sorted(found, key=lambda each: not each.headline)


def promise_of(
    reader: Reader,
    data: AgreementData,
    document: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]],
    agencies: Agencies,
    now: datetime,
) -> Promise:
    """One objective of an agreement."""
    agreement = agreement_of(reader, data, agencies)
    zone = dates.zone_of(data.document.get("time_zone"))
    words = ObjectiveWords(reader, document, indicators.get(document["indicator"] or ""), zone)
    results = data.results.get(document["code"])
    groups = histories(words, results or ())
    return Promise(
        code=document["code"],
        anchor=f"{agreement.code}.{document['code']}",
        name=words.name(),
        target=words.target_words(),
        target_short=words.target_short(),
        how=tuple(words.how_counted()),
        responsible=agencies.name(document["responsible"]),
        responsible_code=document["responsible"],
        agreement=agreement,
        groups=tuple(groups),
        next_result=_next_result(words, now, any(each.newest for each in groups)),
        silent=_silent(words, now, results or ()),
        share=words.share,
        away=results is None,
        headline=bool(document.get("headline")),
        results_href=f"/api/evaluation/v1/results?agreement={agreement.code}&objective={document['code']}",
    )


def _next_result(words: ObjectiveWords, now: datetime, closed: bool) -> Phrase | None:
    span = window_at(words.document["window"], words.zone, now)
    if span is None:
        return None
    t, lang = words.reader.t, words.reader.lang
    when = dates.last_moment(span.end, words.zone, lang)
    if not closed:
        return t.first_result_on(date=when)
    name = span.name(lang)
    return t.next_result_on(window=name, date=when)


def _silent(words: ObjectiveWords, now: datetime, results: Sequence[Mapping[str, Any]]) -> Phrase | None:
    """Windows that ended since the last shown one had no data: a window that is missing is said."""
    span = window_at(words.document["window"], words.zone, now)
    ends = [dates.instant(each["window"]["end"]) for each in results if each["window"]["state"] != "open"]
    if span is None or not ends:
        return None
    before = window_at(words.document["window"], words.zone, span.start - timedelta(minutes=1))
    # The window before may still wait for the tick that closes it.
    if before is None or max(ends) >= before.start:
        return None
    since = dates.day(max(ends).astimezone(words.zone), words.reader.lang)
    return words.reader.t.since_then_nothing(date=since)


def steps_of(reader: Reader, service: Mapping[str, Any], agencies: Agencies) -> tuple[Step, ...]:
    order: dict[str, int] = {}
    for each in service["steps"]:
        order.setdefault(each["agency"], len(order) + 1)
    return tuple(
        Step(
            reader.said(each["name"], each["code"]),
            agencies.name(each["agency"]),
            order[each["agency"]] if order[each["agency"]] <= 5 else 0,
        )
        for each in service["steps"]
    )


def service_page(
    reader: Reader,
    service: Mapping[str, Any],
    agencies: Agencies,
    agreements: Sequence[AgreementData],
    indicators: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> ServicePage:
    promises = [
        promise for data in agreements for promise in promises_of(reader, data, indicators, agencies, now)
    ]
    promises.sort(key=lambda each: not each.headline)
    zone = dates.zone_of(agreements[0].document.get("time_zone") if agreements else None)
    steps = steps_of(reader, service, agencies)
    working = len({each["agency"] for each in service["steps"]})
    newest = [group.newest for promise in promises for group in promise.groups if group.newest]
    return ServicePage(
        code=service["code"],
        name=reader.said(service["name"], service["code"]),
        owner=agencies.name(service["owner"]),
        owner_code=service["owner"],
        lead=reader.t.n("steps_lead", working) if working else None,
        steps=steps,
        agreements=tuple(agreement_of(reader, each, agencies) for each in agreements),
        promises=tuple(promises),
        panel=_panel(reader, promises),
        data_until=until(reader, _latest(each.data_until for each in newest), zone),
        computed_at=moment(reader, _latest(each.computed_at for each in newest), zone),
    )


def _latest(times: Iterable[str | None]) -> datetime | None:
    return max((dates.instant(each) for each in times if each), default=None)


def _panel(reader: Reader, promises: Sequence[Promise]) -> Panel | None:
    """The answer to "is it kept?": of the last closed windows, in one sentence."""
    t = reader.t
    answered = [each for each in promises if each.groups and each.groups[0].newest]
    if not promises or any(each.away for each in promises):
        return None
    if not answered:
        return Panel("no_data", t.announced, (), promises[0].next_result, None)
    kept = sum(each.verdict == "met" for each in answered)
    newest = [each.groups[0].newest for each in answered if each.groups[0].newest]
    windows = {each.window for each in newest}
    window = newest[0].window if len(windows) == 1 else t.last_windows.plain
    verdicts = [each.verdict for each in answered]
    if len(answered) == 1:
        name = {"met": "kept_headline_one", "breached": "broken_headline_one"}.get(
            verdicts[0], "unknown_headline_one"
        )
        heading = getattr(t, name)(window=window)
    else:
        heading = t.kept_headline(window=window, kept=kept, total=len(answered))
    first = answered[0]
    changing = {each.final_at for each in newest if each.state != "final"}
    # With several windows each promise says its own.
    final = None
    if not changing:
        final = t.final
    elif len(changing) == 1 and all(each.state != "final" for each in newest):
        final = t.may_change(when=changing.pop())
    told = sorted(answered, key=lambda each: (not each.headline, each.verdict == "met"))
    return Panel(
        tone=worst(verdicts),
        heading=heading,
        lines=tuple((each, each.groups[0].newest) for each in told[:MOST_LINES]),
        summary=first.silent
        or (first.groups[0].summary if len(first.groups) == 1 and len(answered) == 1 else None),
        final=final,
    )
