"""What a service-level report says, in one language: an agreement's closed windows of a period.

It is made of what the pages show (`views.history`), so a page and a report never differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.portal.reports.period import Period
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.composite import promises_in
from services.portal.views.history import Cell, Judged, Result, histories
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.recommending import step_names
from services.portal.views.service import Agreement, AgreementData, agreement_of
from services.portal.views.words import Agencies, Reader, Said
from shared.reporting import basis_of


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
    steps: Mapping[str, Said]
    """What the steps of the service are called, by code."""
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
    party_codes: tuple[str, ...]
    calendar: str | None
    data_until: str | None
    dated: datetime
    """When the newest of its results was computed: a report made again has the same date."""
    basis: str
    """SHA-256 of what it was made from: the revisions' hashes, each result with its revision and state."""

    @property
    def name(self) -> str:
        """For a file."""
        return f"{self.agreement.code}_{self.period.code}_{self.reader.lang}"


def in_force_in(period: Period, revisions: Iterable[Mapping[str, Any]]) -> list[str]:
    """The hashes of what was in force in some part of a period, oldest first."""
    spans = [(dates.instant(each["in_force_from"]), each["in_force_to"], each["hash"]) for each in revisions]
    return [
        digest
        for start, end, digest in sorted(spans, key=lambda each: each[0])
        if start < period.end and (end is None or max(dates.instant(end), start) > period.start)
    ]


def promises_over(documents: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What any of some revisions promised, as the last one that did put it."""
    found: dict[str, Mapping[str, Any]] = {}
    for document in reversed(documents):
        for each in promises_in(document):
            found.setdefault(each["code"], each)
    return list(found.values())


def report_of(
    reader: Reader,
    service: Mapping[str, Any],
    standing: Mapping[str, Any],
    revisions: Mapping[str, Mapping[str, Any]],
    results: Mapping[str, Sequence[Result]],
    indicators: Mapping[str, Mapping[str, Any]],
    agencies: Agencies,
    period: Period,
    now: datetime,
) -> Report:
    """``standing``: the agreement as the API has it; ``revisions``: what was in force in the period, by hash,
    oldest first; ``results``: by objective, what ended by the period's end, older ones for the strips."""
    digest, document = [*revisions.items()][-1]
    data = AgreementData({**standing, "in_force": digest}, document, results)
    zone = dates.zone_of(document.get("time_zone"))
    promises = tuple(
        _promise(reader, each, indicators, agencies, zone, results.get(each["code"]) or (), period)
        for each in promises_over([*revisions.values()])
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
        steps=step_names(reader, service),
        agreement=agreement_of(reader, data, agencies),
        period=period,
        zone=zone,
        period_name=period.name(reader),
        open=going_on or unsettled,
        state=state,
        heading=heading,
        promises=promises,
        parties=tuple(agencies.name(each) for each in document["parties"]),
        party_codes=tuple(document["parties"]),
        calendar=_calendars(rows),
        data_until=None if until is None else dates.last_moment(dates.instant(until), zone, reader.lang),
        dated=computed.astimezone(UTC).replace(microsecond=0),
        basis=_basis(standing["code"], [*revisions], period, results, going_on),
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
        rows=tuple(Row(scope_text(each["scope"]), Judged(words, each), each) for each in inside),
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


def _basis(
    agreement: str,
    digests: Sequence[str],
    period: Period,
    results: Mapping[str, Sequence[Result]],
    going_on: bool,
) -> str:
    used = {
        (each["id"], each["revision"], each["window"]["state"])
        for found in results.values()
        for each in found
        if each["window"]["state"] != "open"
    }
    return basis_of(agreement, digests, period.code, used, under_way=going_on)
