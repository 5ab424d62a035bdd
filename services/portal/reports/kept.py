"""Reports that were made on schedule, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from services.portal.reports.figures import Report
from services.portal.reports.period import read_period
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.objective import scope_text
from services.portal.views.words import Moment, Reader, Said, moment

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptOn:
    id: str
    at: Moment | None
    basis: str


@dataclass(frozen=True, slots=True)
class Changed:
    promise: Said
    scope: str
    window: str
    what: Phrase
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Since:
    """``changed``: window by window; empty: the report that is made now is the same."""

    at: Moment | None
    heading: Phrase
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class KeptRow:
    id: str
    agreement: Said
    code: str
    period: Phrase
    at: Moment | None
    state: Phrase


def kept_on(reader: Reader, found: Found, zone: tzinfo) -> KeptOn:
    return KeptOn(found["id"], moment(reader, found["kept_at"], zone), found["basis"])


def kept_row(reader: Reader, found: Found, titles: Mapping[str, Said]) -> KeptRow:
    zone = dates.zone_of(None)
    period = read_period(found["period"], zone)
    return KeptRow(
        id=found["id"],
        agreement=titles.get(found["agreement"], Said(found["agreement"])),
        code=found["agreement"],
        period=Phrase(found["period"]) if period is None else period.name(reader),
        at=moment(reader, found["kept_at"], zone),
        state=reader.t.final if found["state"] == "final" else reader.t.report_may_change,
    )


def changed_since(reader: Reader, found: Found, report: Report) -> Since:
    t = reader.t
    names = {each.code: each.name for each in report.promises}

    def window(span: Mapping[str, str]) -> str:
        return dates.Span.of(span["start"], span["end"], report.zone).name(reader.lang)

    changed = tuple(
        Changed(
            promise=names.get(each["objective"], Said(each["objective"])),
            scope=scope_text(each["scope"]),
            window=dates.Span.of(each["window"]["start"], each["window"]["end"], report.zone).name(
                reader.lang
            ),
            what=getattr(t, f"changed_{each['what']}"),
            then=each["then"],
            now=each["now"],
        )
        for each in found["changed"]
    )
    same = found["basis"] == found["basis_now"]
    heading = t.kept_same if same else t.n("kept_changed", len(changed)) if changed else t.kept_otherwise
    return Since(moment(reader, found["kept_at"], report.zone), heading, changed)
