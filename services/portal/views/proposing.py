"""Proposing an exclusion: what was typed, read into the body to send; and lists of proposals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.agreed import correction_words, exclusion_words
from services.portal.views.words import Agencies, Moment, Reader, Said, moment

Found = Mapping[str, Any]
KINDS = ("maintenance", "force_majeure", "agreed_pause", "other")
LINES = (
    "kind",
    "from_day",
    "from_time",
    "to_day",
    "to_time",
    "cases",
    "reason_th",
    "reason_en",
    "until",
)
DAY_ENDS = "24:00"
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
FIELDS = {
    "/from": "from_day",
    "/to": "to_day",
    "/expires_at": "until",
    "/reason": "reason_th",
    "/journeys": "cases",
    "/kind": "kind",
}
"""Where a page shows what the service says of a part of the proposal."""


@dataclass(frozen=True, slots=True)
class Listed:
    id: str
    what: Phrase
    title: Said
    state: Phrase
    by: Said
    at: Moment | None
    mine: bool


def listed(
    reader: Reader,
    kind: str,
    found: Sequence[Found],
    agency: str,
    documents: Mapping[str, Found],
    agencies: Agencies,
) -> tuple[Listed, ...]:
    """Rows of a list of exclusions or of corrections."""
    t = reader.t
    rows = []
    for each in found:
        document = documents.get(each["agreement"], {})
        zone = dates.zone_of(document.get("time_zone"))
        if kind == "exclusions":
            what = t.exclusion_asked(what=exclusion_words(reader, each, zone))
        else:
            what = t.correction_asked(what=correction_words(reader, each).plain)
        rows.append(
            Listed(
                id=each["id"],
                what=what,
                title=reader.said(document.get("title"), each["agreement"]),
                state=getattr(t, f"state_{each['state']}"),
                by=agencies.name(each["proposed_by"]),
                at=moment(reader, each["proposed_at"], zone),
                mine=agency in each["awaiting"],
            )
        )
    return tuple(rows)


def clock(text: str) -> time | str | None:
    """A wall-clock time as it is typed; `24:00` as such. None: it is none."""
    read = _CLOCK.fullmatch(text.strip())
    if read is None:
        return None
    hour, minute = int(read[1]), int(read[2])
    if hour == 24:
        return DAY_ENDS if minute == 0 else None
    return time(hour, minute)


def _at(day: date, when: time | str, zone: tzinfo) -> datetime:
    if isinstance(when, str):
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, when, zone)


@dataclass
class Asked:
    """A proposal as it was typed: the body to send, or what is wrong with it."""

    reader: Reader
    zone: tzinfo
    now: datetime
    typed: Mapping[str, str]
    objectives: Sequence[str]
    labels: Sequence[str]
    faults: list[tuple[str, Phrase]] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        t = self.reader.t
        kind = self._text("kind")
        self.body["kind"] = kind if kind in KINDS else KINDS[0]
        start, end = self._instant("from", time()), self._instant("to", DAY_ENDS)
        cases = list(dict.fromkeys(each.strip() for each in self._text("cases").splitlines() if each.strip()))
        if not self.faults:
            self._span(start, end, cases)
        if self.objectives:
            self.body["objectives"] = list(self.objectives)
        scope = {each: self._text(f"scope-{each}") for each in self.labels if self._text(f"scope-{each}")}
        if scope:
            self.body["scope"] = scope
        reason = {lang: self._text(f"reason_{lang}") for lang in ("th", "en")}
        self.body["reason"] = {lang: said for lang, said in reason.items() if said}
        if not self.body["reason"]:
            self.faults.append(("reason_th", t.reason_missing))
        self._until()

    def _span(self, start: datetime | None, end: datetime | None, cases: list[str]) -> None:
        t = self.reader.t
        if start is None and end is None and not cases:
            self.faults.append(("from_day", t.span_or_cases))
        elif (start is None) != (end is None):
            self.faults.append(("from_day" if start is None else "to_day", t.day_missing))
        elif start is not None and end is not None:
            if end <= start:
                self.faults.append(("to_day", t.end_before_start))
            self.body |= {"from": start.isoformat(), "to": end.isoformat()}
        if cases:
            self.body["journeys"] = cases

    def _text(self, name: str) -> str:
        return self.typed.get(name, "").strip()

    def _day(self, name: str) -> date | None:
        given = self._text(name)
        if not given:
            return None
        found = dates.read_day(given)
        if found is None:
            example = dates.written_day(self.now.astimezone(self.zone).date(), self.reader.lang)
            self.faults.append((name, self.reader.t.not_a_date(example=example, given=given[:40])))
        return found

    def _instant(self, end: str, otherwise: time | str) -> datetime | None:
        day, given = self._day(f"{end}_day"), self._text(f"{end}_time")
        when = clock(given) if given else otherwise
        if when is None:
            self.faults.append((f"{end}_time", self.reader.t.not_a_time(given=given[:40])))
        elif given and day is None and not self._text(f"{end}_day"):
            self.faults.append((f"{end}_day", self.reader.t.day_missing))
        return None if day is None or when is None else _at(day, when, self.zone)

    def _until(self) -> None:
        day = self._day("until")
        if day is None:
            return
        end = _at(day, DAY_ENDS, self.zone)
        if end <= self.now:
            self.faults.append(("until", self.reader.t.day_passed))
        self.body["expires_at"] = end.isoformat()


def field_of(place: str) -> str:
    """The field of the form that a pointer of the service is about."""
    top = "/" + place.split("/")[1] if place.count("/") else ""
    if top == "/scope" and place.count("/") > 1:
        return f"scope-{place.split('/')[2]}"
    return "objectives" if top == "/objectives" else FIELDS.get(top, "from_day")
