"""Sources as pages show them: who reports as planned, who is silent and whom to call, what came last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from services.portal.text import dates, units
from services.portal.text.dates import Span
from services.portal.text.phrase import Phrase
from services.portal.views.history import covered
from services.portal.views.objective import ObjectiveWords
from services.portal.views.service import AgreementData
from services.portal.views.words import Agencies, Moment, Reader, Said, moment

Found = Mapping[str, Any]
Indicators = Mapping[str, Found]
WINDOW_STATES = {"open": "window_open", "closed": "window_closed", "final": "final"}
FIRST = {"silent": 0, "waiting": 1, "reporting": 2}


@dataclass(frozen=True, slots=True)
class Planned:
    """A source that an agreement in force plans for one indicator.

    `coverage`: of the newest window judged by it. `responsible`: for the objective on the indicator, where
    the source is another agency's, whose name its plan does not tell.
    """

    source: str
    own: bool
    agreement: str
    title: Said
    indicator: Said
    state: str
    state_words: Phrase
    silent_since: Moment | None
    heard: Moment | None
    every: Phrase
    coverage: str | None
    post: str | None
    responsible: Said | None
    contact: Found | None


@dataclass(frozen=True, slots=True)
class Covered:
    agreement: str
    code: str
    objective: Said
    window: str
    state: Phrase
    share: str
    result: str


@dataclass(frozen=True, slots=True)
class Received:
    id: str
    at: Moment | None
    service: Said
    times: tuple[Moment, ...]
    rows: int
    aside: int | None
    why: tuple[Phrase, ...]
    waits: bool
    voided: bool


@dataclass(frozen=True)
class Sources:
    """Whatever the agreements in force plan, as the reader's agency sees it."""

    reader: Reader
    agency: str
    own: frozenset[str]
    agreements: Mapping[str, AgreementData]
    indicators: Indicators
    agencies: Agencies

    def planned(self, statuses: Iterable[Found]) -> tuple[Planned, ...]:
        """Silent ones first."""
        rows = [self._planned(each) for each in statuses]
        return tuple(sorted(rows, key=lambda row: (FIRST[row.state], row.source, row.agreement)))

    def heading(self, rows: Sequence[Planned]) -> Phrase:
        """Whether every planned source sends."""
        t = self.reader.t
        silent, waiting = (sum(row.state == state for row in rows) for state in ("silent", "waiting"))
        if not rows:
            return t.sources_none_planned
        if silent:
            return t.n("sources_silent", silent, of=f"{len(rows):,}")
        if waiting:
            return t.n("sources_heard_and_waiting", len(rows) - waiting, waiting=f"{waiting:,}")
        return t.n("sources_on_time", len(rows))

    def _planned(self, found: Found) -> Planned:
        t, agreement = self.reader.t, self.agreements.get(found["agreement"])
        zone = self._zone(agreement)
        own = found["source"] in self.own
        promises = [] if agreement is None else _promises_on(agreement, found["indicator"])
        # An agency's own source is its own affair; of another's, the one who answers for the promise asks.
        asked = self.agency if own else next((each["responsible"] for each in promises), None)
        return Planned(
            source=found["source"],
            own=own,
            agreement=found["agreement"],
            title=self.reader.said(
                None if agreement is None else agreement.document.get("title"), found["agreement"]
            ),
            indicator=self._indicator(found["indicator"]),
            state=found["state"],
            state_words=getattr(t, f"source_{found['state']}"),
            silent_since=moment(self.reader, found["silent_since"], zone),
            heard=moment(self.reader, found["heard_at"], zone),
            every=t.source_every(length=units.duration(found["frequency"], self.reader.lang)),
            coverage=None if agreement is None else _newest_coverage(agreement, promises),
            post=found["post"],
            responsible=None if asked is None else self.agencies.name(asked),
            contact=None if asked is None else self.agencies.contact(asked),
        )

    def by_window(self, statuses: Iterable[Found]) -> tuple[Covered, ...]:
        """The coverage of each window of the objectives that a source's plans serve, newest first."""
        t = self.reader.t
        pairs = sorted({(each["agreement"], each["indicator"]) for each in statuses})
        rows: list[tuple[str, Covered]] = []
        for code, indicator in pairs:
            agreement = self.agreements.get(code)
            if agreement is None:
                continue
            zone = self._zone(agreement)
            for promise in _promises_on(agreement, indicator):
                words = ObjectiveWords(self.reader, promise, self.indicators.get(indicator), zone)
                for result in agreement.results.get(promise["code"]) or ():
                    share = covered(result["coverage"])
                    if share is None or result["scope"]:
                        continue
                    window = result["window"]
                    span = Span.of(window["start"], window["end"], zone)
                    row = Covered(
                        code,
                        promise["code"],
                        words.name(),
                        words.window_name(span),
                        getattr(t, WINDOW_STATES[window["state"]]),
                        share,
                        result["id"],
                    )
                    rows.append((window["end"], row))
        rows.sort(key=lambda each: (each[0], each[1].code), reverse=True)
        return tuple(row for _, row in rows)

    def _zone(self, agreement: AgreementData | None) -> tzinfo:
        return dates.zone_of(None if agreement is None else agreement.document.get("time_zone"))

    def _indicator(self, code: str) -> Said:
        return self.reader.said(self.indicators.get(code, {}).get("name"), code)


def _promises_on(agreement: AgreementData, indicator: str) -> list[Found]:
    return [each for each in agreement.document["objectives"] if each.get("indicator") == indicator]


def _newest_coverage(agreement: AgreementData, promises: Iterable[Found]) -> str | None:
    """The least of the objectives that rest on it: nothing looks better covered than it is."""
    shares: list[str] = []
    for promise in promises:
        whole = [each for each in agreement.results.get(promise["code"]) or () if not each["scope"]]
        newest = max(whole, key=lambda each: str(each["window"]["end"]), default=None)
        if newest is not None and newest["coverage"] is not None:
            shares.append(newest["coverage"])
    return covered(min(shares, key=Fraction, default=None))


def received(
    reader: Reader, batch: Found, detail: Found | None, services: Mapping[str, Found], zone: tzinfo
) -> Received:
    """A batch with what of it is set aside now; `aside` None: that could not be had."""
    t = reader.t
    aside = None if detail is None else detail["set_aside"]
    span = [moment(reader, batch[name], zone) for name in ("first_at", "last_at")]
    times = tuple(dict.fromkeys(each for each in span if each is not None))
    return Received(
        id=batch["id"],
        at=moment(reader, batch["received_at"], zone),
        service=reader.said(services.get(batch["service"], {}).get("name"), batch["service"]),
        times=times,
        rows=batch["rows"],
        aside=None if aside is None else sum(each["rows"] for each in aside),
        why=tuple(
            getattr(t, f"source_aside_{each['reason']}")(n=f"{each['rows']:,}") for each in aside or ()
        ),
        waits=any(each["waiting"] for each in aside or ()),
        voided=batch["state"] == "voided",
    )
