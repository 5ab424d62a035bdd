"""The signed-in page: an agency's objectives, worst first, and its open breaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.composite import promise_in, promises_in
from services.portal.views.evidence import breach_states
from services.portal.views.history import OPEN, WORST, History, Judged, worst
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.service import AgreementData, Promise, promise_of
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until

ROWS = 50
"""Objectives on one page."""


@dataclass(frozen=True, slots=True)
class Row:
    """An objective in one scope. `current`: the window under way, else the last closed one."""

    promise: Promise
    service: Said
    service_code: str
    scope: str
    current: Judged | None
    newest: Judged | None
    history: History | None
    mine: bool
    contact: Mapping[str, Any] | None

    @property
    def verdict(self) -> str:
        return self.current.verdict if self.current else "no_data"


@dataclass(frozen=True, slots=True)
class BreachRow:
    id: str
    state: Phrase
    objective: Said
    service: Said
    scope: str
    window: str
    opened: Moment | None
    responsible: Said
    contact: Mapping[str, Any] | None
    mine: bool
    result: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where an objective stands in one scope: as the API says it, before anything of it is put into words."""

    agreement: str
    objective: str
    responsible: str
    scope: str
    current: Mapping[str, Any] | None

    @property
    def verdict(self) -> str:
        return str(self.current["verdict"]) if self.current else "no_data"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows that a page shows, of all there are; pages are counted from 1."""

    page: int
    first: int
    last: int
    of: int

    @property
    def before(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.last < self.of else None


@dataclass(frozen=True, slots=True)
class Overview:
    tone: str
    heading: Phrase
    tally: Phrase
    rows: tuple[Row, ...]
    part: Part
    breaches: tuple[BreachRow, ...] | None
    data_until: Moment | None
    computed_at: Moment | None

    @property
    def first(self) -> Row | None:
        """What has to be looked at first; None where all is well."""
        row = self.rows[0] if self.rows and self.part.page == 1 else None
        return row if row and row.current and row.verdict in {"breached", "at_risk"} else None


def ranking(
    agreements: Sequence[AgreementData], agency: str, breaches: Sequence[Mapping[str, Any]] | None
) -> list[Ranked]:
    """Every objective in each of its scopes, worst first; of two alike, what is broken, then one's own."""
    opened = _opened(breaches)
    found = [
        Ranked(data.state["code"], document["code"], document["responsible"], scope, current)
        for data in agreements
        for document in promises_in(data.document)
        for scope, current in currents(data.results.get(document["code"]) or ())
    ]

    def urgency(each: Ranked) -> tuple[int, bool, bool, str, str, str]:
        broken = (each.agreement, each.objective) in opened
        mine = each.responsible == agency
        return WORST.index(each.verdict), not broken, not mine, each.objective, each.agreement, each.scope

    return sorted(found, key=urgency)


def currents(results: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Of each scope the window under way, else the last closed one; one of nothing where there are none."""
    found: dict[str, Mapping[str, Any]] = {}

    def newness(each: Mapping[str, Any]) -> tuple[bool, datetime, int]:
        window = each["window"]
        return window["state"] == OPEN, dates.instant(window["end"]), each["revision"]

    for each in results:
        scope = scope_text(each["scope"])
        if scope not in found or newness(each) > newness(found[scope]):
            found[scope] = each
    return list(found.items()) or [("", None)]


def part_of(ranked: Sequence[Ranked], page: int) -> tuple[Part, Sequence[Ranked]]:
    """A page's rows; the last page instead of one behind it."""
    page = max(1, min(page, -(-len(ranked) // ROWS)))
    start = (page - 1) * ROWS
    chosen = ranked[start : start + ROWS]
    return Part(page, start + 1 if chosen else 0, start + len(chosen), len(ranked)), chosen


def overview(
    reader: Reader,
    agency: str,
    agencies: Agencies,
    services: Mapping[str, Mapping[str, Any]],
    agreements: Sequence[AgreementData],
    indicators: Mapping[str, Mapping[str, Any]],
    breaches: Sequence[Mapping[str, Any]] | None,
    now: datetime,
    ranked: Sequence[Ranked] | None = None,
    page: int = 1,
) -> Overview:
    """``breaches`` None: they cannot be had at the moment. ``ranked``: where ``agreements`` has results only
    of the page's own rows."""
    everything = ranking(agreements, agency, breaches) if ranked is None else ranked
    part, chosen = part_of(everything, page)
    by_code = {data.state["code"]: data for data in agreements}
    promises: dict[tuple[str, str], Promise] = {}
    rows = []
    for each in chosen:
        data = by_code[each.agreement]
        key = (each.agreement, each.objective)
        if key not in promises:
            document = promise_in(data.document, each.objective)
            assert document is not None
            promises[key] = promise_of(reader, data, document, indicators, agencies, now)
        rows.append(_row(reader, agency, agencies, services, data, promises[key], each.scope))
    zone = dates.zone_of(agreements[0].document.get("time_zone") if agreements else None)
    judged = [each.current for each in everything if each.current]
    return Overview(
        tone=_tone(everything, _opened(breaches)),
        heading=_heading(reader, everything, breaches),
        tally=_tally(reader, everything),
        rows=tuple(rows),
        part=part,
        breaches=None
        if breaches is None
        else tuple(
            _breach(reader, agency, agencies, services, agreements, indicators, each) for each in breaches
        ),
        data_until=until(reader, _newest(each.get("data_until") for each in judged), zone),
        computed_at=moment(reader, _newest(each.get("computed_at") for each in judged), zone),
    )


def _opened(breaches: Sequence[Mapping[str, Any]] | None) -> set[tuple[str, str]]:
    return {(each["agreement"], each["objective"]) for each in breaches or () if each["state"] == "open"}


def _newest(times: Any) -> datetime | None:
    return max((dates.instant(each) for each in times if each), default=None)


def _row(
    reader: Reader,
    agency: str,
    agencies: Agencies,
    services: Mapping[str, Mapping[str, Any]],
    data: AgreementData,
    promise: Promise,
    scope: str,
) -> Row:
    code = data.document["service"]
    history = next((each for each in promise.groups if each.scope == scope), None)
    return Row(
        promise=promise,
        service=reader.said((services.get(code) or {}).get("name"), code),
        service_code=code,
        scope=scope,
        current=None if history is None else history.open or history.newest,
        newest=None if history is None else history.newest,
        history=history,
        mine=promise.responsible_code == agency,
        contact=agencies.contact(promise.responsible_code),
    )


def _tone(rows: Sequence[Ranked], opened: set[tuple[str, str]]) -> str:
    if opened:
        return "breached"
    return worst(row.verdict for row in rows)


def _heading(reader: Reader, rows: Sequence[Ranked], breaches: Sequence[Mapping[str, Any]] | None) -> Phrase:
    t = reader.t
    opened = sum(each["state"] == "open" for each in breaches or ())
    if opened:
        return t.n("app_open_breaches", opened)
    troubled = sum(row.verdict in {"breached", "at_risk"} for row in rows)
    if troubled:
        broken = any(row.verdict == "breached" for row in rows)
        return t.n("app_breached" if broken else "app_at_risk", troubled)
    if not any(row.current for row in rows):
        return t.app_no_data
    return t.app_all_well


def _tally(reader: Reader, rows: Sequence[Ranked]) -> Phrase:
    """How the windows under way (else the last closed ones) stand."""
    well = sum(row.verdict in {"met", "on_track"} for row in rows)
    ill = sum(row.verdict in {"breached", "at_risk"} for row in rows)
    return reader.t.n("app_tally", len(rows), well=well, ill=ill, unknown=len(rows) - well - ill)


def _breach(
    reader: Reader,
    agency: str,
    agencies: Agencies,
    services: Mapping[str, Mapping[str, Any]],
    agreements: Sequence[AgreementData],
    indicators: Mapping[str, Mapping[str, Any]],
    breach: Mapping[str, Any],
) -> BreachRow:
    data = next((each for each in agreements if each.state["code"] == breach["agreement"]), None)
    document = promise_in(data.document, breach["objective"]) if data else None
    zone = dates.zone_of(data.document.get("time_zone") if data else None)
    span = dates.Span.of(breach["window"]["start"], breach["window"]["end"], zone)
    name, window, scope = Said(breach["objective"]), span.name(reader.lang), ""
    if document is not None:
        words = ObjectiveWords(reader, document, indicators.get(document["indicator"] or ""), zone)
        name, window, scope = words.name(), words.window_name(span), scope_text(breach["scope"])
    service = data.document["service"] if data else ""
    return BreachRow(
        id=breach["id"],
        state=breach_states(reader)[breach["state"]],
        objective=name,
        service=reader.said((services.get(service) or {}).get("name"), service),
        scope=scope,
        window=window,
        opened=moment(reader, breach["opened_at"], zone),
        responsible=agencies.name(breach["responsible"]),
        contact=agencies.contact(breach["responsible"]),
        mine=breach["responsible"] == agency,
        result=breach["result"],
    )
