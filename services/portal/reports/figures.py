"""What a service-level report says, in one language: an agreement's closed windows of a period.

It is made of what the pages show (`views.history`), so a page and a report never differ.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

from services.portal.reports.period import Period
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.composite import promises_in
from services.portal.views.history import Cell, Judged, Result, histories, judged
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.service import Agreement, AgreementData, agreement_of
from services.portal.views.words import Agencies, Reader, Said

KIND = "sanya.report.v1"


@dataclass(frozen=True, slots=True)
class Row:
    """A window of the period, with its numbers as numbers (`raw`) for who goes on calculating."""

    scope: str
    shown: Judged
    raw: Result


@dataclass(frozen=True, slots=True)
class Strip:
    """The last twelve closed windows of a scope, up to the period's end."""

    scope: str
    cells: tuple[Cell, ...]
    summary: Phrase | None


@dataclass(frozen=True, slots=True)
class Promise:
    code: str
    name: Said
    target: Phrase
    target_short: str
    responsible: Said
    how: tuple[Phrase, ...]
    share: bool
    unit: str
    rows: tuple[Row, ...]
    """Windows that ended in the period, oldest first, a group after the other."""
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Report:
    reader: Reader
    service: Said
    agreement: Agreement
    period: Period
    zone: Any
    period_name: Phrase
    open: bool
    """The period has not ended, or windows of it can still change."""
    state: Phrase
    heading: Phrase
    promises: tuple[Promise, ...]
    parties: tuple[Said, ...]
    calendar: str | None
    data_until: str | None
    dated: datetime
    """When the newest of its results was computed: a report made again has the same date."""
    basis: str
    """SHA-256 of what the report was made from: the revision's hash, and each result with its revision."""

    @property
    def name(self) -> str:
        """For a file."""
        return f"{self.agreement.code}_{self.period.code}_{self.reader.lang}"


def report_of(
    reader: Reader,
    service: Mapping[str, Any],
    data: AgreementData,
    indicators: Mapping[str, Mapping[str, Any]],
    agencies: Agencies,
    period: Period,
    now: datetime,
) -> Report:
    """``data.results``: closed windows that ended by the period's end; older ones for the strips."""
    zone = dates.zone_of(data.document.get("time_zone"))
    promises = tuple(
        _promise(reader, each, indicators, agencies, zone, data.results.get(each["code"]) or (), period)
        for each in promises_in(data.document)
    )
    rows = [row for promise in promises for row in promise.rows]
    t = reader.t
    verdicts = Counter(row.shown.verdict for row in rows)
    unsettled = any(row.shown.state != "final" for row in rows)
    going_on = now < period.end
    state = t.report_going_on if going_on else t.report_may_change if unsettled else t.final
    heading = t.report_nothing
    if rows:
        heading = t.n(
            "report_sentence",
            len(rows),
            met=verdicts["met"],
            breached=verdicts["breached"],
            unknown=verdicts["not_determined"],
        )
    computed = max((dates.instant(row.raw["computed_at"]) for row in rows), default=period.start)
    until = max((row.raw["data_until"] for row in rows if row.raw.get("data_until")), default=None)
    return Report(
        reader=reader,
        service=reader.said(service["name"], service["code"]),
        agreement=agreement_of(reader, data, agencies),
        period=period,
        zone=zone,
        period_name=period.name(reader),
        open=going_on or unsettled,
        state=state,
        heading=heading,
        promises=promises,
        parties=tuple(agencies.name(each) for each in data.document["parties"]),
        calendar=_calendars(rows),
        data_until=None if until is None else dates.last_moment(dates.instant(until), zone, reader.lang),
        dated=computed.astimezone(UTC).replace(microsecond=0),
        basis=_basis(data, period, rows),
    )


def _promise(
    reader: Reader,
    document: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]],
    agencies: Agencies,
    zone: Any,
    results: Sequence[Result],
    period: Period,
) -> Promise:
    words = ObjectiveWords(reader, document, indicators.get(document["indicator"] or ""), zone)
    closed = [each for each in results if each["window"]["state"] != "open"]
    inside = [each for each in closed if period.start < dates.instant(each["window"]["end"]) <= period.end]
    inside.sort(key=lambda each: (scope_text(each["scope"]), dates.instant(each["window"]["end"])))
    return Promise(
        code=document["code"],
        name=words.name(),
        target=words.target_words(),
        target_short=words.target_short(),
        responsible=agencies.name(document["responsible"]) if document["responsible"] else Said("–"),
        how=tuple(words.how_counted()),
        share=words.share,
        unit=words.counted_unit(2) if words.share else words.measured_unit(2),
        rows=tuple(Row(scope_text(each["scope"]), judged(words, each), each) for each in inside),
        strips=tuple(
            Strip(each.scope, each.cells, each.summary) for each in histories(words, closed) if each.cells
        ),
    )


def _calendars(rows: Iterable[Row]) -> str | None:
    """thai-office 2: the versions that working time was counted by."""
    found = {
        f"{each['code']} {each['version']}"
        for row in rows
        if (each := row.raw["basis"].get("calendar")) is not None
    }
    return ", ".join(sorted(found)) or None


def _basis(data: AgreementData, period: Period, rows: Iterable[Row]) -> str:
    content = {
        "type": KIND,
        "agreement": data.state["code"],
        "agreement_revision": data.state["in_force"],
        "period": period.code,
        "results": sorted([row.raw["id"], row.raw["revision"]] for row in rows),
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()
