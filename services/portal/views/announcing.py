"""Announcements as everybody reads them, and which party has acknowledged one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.objective import ObjectiveWords
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    name: Said
    mine: bool
    at: Moment | None
    words: Phrase
    late: Phrase | None


@dataclass(frozen=True, slots=True)
class Promised:
    what: Said
    target: Phrase
    who: Said


@dataclass(frozen=True, slots=True)
class Listed:
    id: str
    heading: Phrase
    title: Said
    state: Phrase
    dated: Phrase
    service: str


@dataclass(frozen=True)
class AnnouncementPage:
    id: str
    heading: Phrase
    title: Said
    text: Said
    note: Said | None
    state: Phrase
    dated: Phrase
    ends: Phrase | None
    by: Phrase
    promises: tuple[Promised, ...]
    counted: Phrase
    due: Phrase
    acknowledged: tuple[Acknowledged, ...]
    done: int
    of: int
    waits_for_me: bool
    newer: str | None
    older: str | None
    agreement: str
    service: str
    revision: str
    form: Phrase
    public: bool


def _dated(reader: Reader, found: Found, zone: tzinfo) -> Phrase:
    day = dates.day(dates.instant(found["announced_at"]).astimezone(zone).date(), reader.lang)
    start = moment(reader, found["effective_from"], zone)
    return reader.t.announced_dated(date=day, start=start.text if start else "")


def listed(reader: Reader, found: Found) -> Listed:
    zone = dates.zone_of(None)
    return Listed(
        found["id"],
        reader.t.announcement_no(n=found["number"]),
        reader.said(found["title"], found["agreement"]),
        getattr(reader.t, f"announcement_{found['state']}"),
        _dated(reader, found, zone),
        found["service"],
    )


def announcement_page(
    reader: Reader, found: Found, agency: str | None, agencies: Agencies, indicators: Mapping[str, Found]
) -> AnnouncementPage:
    t = reader.t
    zone = dates.zone_of(found["document"].get("time_zone"))
    end = until(reader, dates.instant(found["effective_until"]) if found["effective_until"] else None, zone)
    due = until(reader, dates.instant(found["acknowledge_by"]), zone)
    waits = [each["agency"] for each in found["acknowledgements"] if each["at"] is None]
    return AnnouncementPage(
        id=found["id"],
        heading=t.announcement_no(n=found["number"]),
        title=reader.said(found["title"], found["agreement"]),
        text=reader.said(found["text"]),
        note=reader.said(found["note"]) if found["note"] else None,
        state=getattr(t, f"announcement_{found['state']}"),
        dated=_dated(reader, found, zone),
        ends=t.announced_until(end=end.text) if end else None,
        by=t.announced_by(who=agencies.name(found["announced_by"]).text)
        if found["announced_by"]
        else t.announced_by_system,
        promises=tuple(_promised(reader, each, agencies, indicators, zone) for each in found["promises"]),
        counted=t.acknowledged_of(n=found["acknowledged"], of=len(found["acknowledgements"])),
        due=t.acknowledge_by(when=due.text if due else ""),
        acknowledged=tuple(
            _acknowledged(reader, each, agency, agencies, zone) for each in found["acknowledgements"]
        ),
        done=found["acknowledged"],
        of=len(found["acknowledgements"]),
        waits_for_me=agency in waits,
        newer=found["superseded_by"],
        older=found["supersedes"],
        agreement=found["agreement"],
        service=found["service"],
        revision=found["revision"],
        form=t.formal if found["legal_form"] == "formal" else t.informal,
        public=found["visibility"] == "public",
    )


def _promised(
    reader: Reader, each: Found, agencies: Agencies, indicators: Mapping[str, Found], zone: tzinfo
) -> Promised:
    document = {
        **each,
        "code": each["objective"],
        "public_wording": each["wording"],
        "aggregation": each["aggregation"] or "share",
    }
    words = ObjectiveWords(reader, document, indicators.get(each["indicator"]), zone)
    return Promised(words.name(), words.target_words(), agencies.name(each["responsible"]))


def _acknowledged(
    reader: Reader, each: Found, agency: str | None, agencies: Agencies, zone: tzinfo
) -> Acknowledged:
    t, late = reader.t, each["days_late"]
    if each["at"] is None:
        words = t.n("not_acknowledged_late", late) if late else t.not_acknowledged
    else:
        words = t.acknowledged_at
    return Acknowledged(
        agencies.name(each["agency"]),
        each["agency"] == agency,
        moment(reader, each["at"], zone),
        words,
        t.n("acknowledged_late", late) if each["at"] and late else None,
    )
