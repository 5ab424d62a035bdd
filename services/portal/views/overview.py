"""The signed-in page: an agency's objectives, worst first, and its open breaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.composite import promise_in
from services.portal.views.evidence import breach_states
from services.portal.views.history import WORST, History, Judged, worst
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.service import AgreementData, Promise, promises_of
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until


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
class Overview:
    tone: str
    heading: Phrase
    tally: Phrase
    rows: tuple[Row, ...]
    breaches: tuple[BreachRow, ...] | None
    data_until: Moment | None
    computed_at: Moment | None

    @property
    def first(self) -> Row | None:
        """What has to be looked at first; None where all is well."""
        row = self.rows[0] if self.rows else None
        return row if row and row.current and row.verdict in {"breached", "at_risk"} else None


def overview(
    reader: Reader,
    agency: str,
    agencies: Agencies,
    services: Mapping[str, Mapping[str, Any]],
    agreements: Sequence[AgreementData],
    indicators: Mapping[str, Mapping[str, Any]],
    breaches: Sequence[Mapping[str, Any]] | None,
    now: datetime,
) -> Overview:
    """``breaches`` None: they cannot be had at the moment."""
    rows: list[Row] = []
    for data in agreements:
        for promise in promises_of(reader, data, indicators, agencies, now):
            rows += _rows(reader, agency, agencies, services, data, promise)
    opened = {(each["agreement"], each["objective"]) for each in breaches or () if each["state"] == "open"}

    def urgency(row: Row) -> tuple[int, bool, bool, str]:
        broken = (row.promise.agreement.code, row.promise.code) in opened
        return (WORST.index(row.verdict), not broken, not row.mine, row.promise.code)

    rows.sort(key=urgency)
    zone = dates.zone_of(agreements[0].document.get("time_zone") if agreements else None)
    judged = [row.current for row in rows if row.current]
    return Overview(
        tone=_tone(rows, opened),
        heading=_heading(reader, rows, breaches),
        tally=_tally(reader, rows),
        rows=tuple(rows),
        breaches=None
        if breaches is None
        else tuple(
            _breach(reader, agency, agencies, services, agreements, indicators, each) for each in breaches
        ),
        data_until=until(reader, _newest(each.data_until for each in judged), zone),
        computed_at=moment(reader, _newest(each.computed_at for each in judged), zone),
    )


def _newest(times: Any) -> datetime | None:
    return max((dates.instant(each) for each in times if each), default=None)


def _rows(
    reader: Reader,
    agency: str,
    agencies: Agencies,
    services: Mapping[str, Mapping[str, Any]],
    data: AgreementData,
    promise: Promise,
) -> list[Row]:
    code = data.document["service"]
    service = reader.said((services.get(code) or {}).get("name"), code)
    found = []
    for history in promise.groups or (None,):
        current = None if history is None else history.open or history.newest
        found.append(
            Row(
                promise=promise,
                service=service,
                service_code=code,
                scope="" if history is None else history.scope,
                current=current,
                newest=None if history is None else history.newest,
                history=history,
                mine=promise.responsible_code == agency,
                contact=agencies.contact(promise.responsible_code),
            )
        )
    return found


def _tone(rows: Sequence[Row], opened: set[tuple[str, str]]) -> str:
    if opened:
        return "breached"
    return worst(row.verdict for row in rows)


def _heading(reader: Reader, rows: Sequence[Row], breaches: Sequence[Mapping[str, Any]] | None) -> Phrase:
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


def _tally(reader: Reader, rows: Sequence[Row]) -> Phrase:
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
