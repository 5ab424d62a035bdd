"""Why a result is what it is, and a breach as it stands: for those who may see more than the public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.attribution import DisputeShown, WhoseTime, disputes, whose_time
from services.portal.views.composite import as_objective, is_composite
from services.portal.views.explained import Explained, explained
from services.portal.views.history import Judged
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.objective_page import address
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until


@dataclass(frozen=True, slots=True)
class Case:
    """A journey that counts in the window."""

    journey: str
    started: Moment | None
    ended: Moment | None
    took: str
    good: Phrase
    spent: str | None
    """Working time without agreed pauses, where that is not all of it."""


@dataclass(frozen=True, slots=True)
class Batch:
    id: str
    source: str
    agency: Said
    rows: str
    received: Moment | None


@dataclass(frozen=True, slots=True)
class ResultPage:
    objective: Said
    judged: Judged
    target: Phrase
    service: str
    agreement: str
    steps: tuple[Said, ...]
    how: tuple[Phrase, ...]
    cases: tuple[Case, ...]
    batches: tuple[Batch, ...]
    explained: Explained
    page: str
    """Where its objective stands."""
    after_final: int
    late: bool
    """Something came after it was final, rows or a report of nothing: a correction may count it."""
    earlier: tuple[str, ...]
    responsible: Said
    contact: Mapping[str, Any] | None
    data_until: Moment | None
    computed_at: Moment | None


@dataclass(frozen=True, slots=True)
class BreachPage:
    id: str
    state: Phrase
    open: bool
    revision: int
    objective: Said
    scope: str
    window: str
    target: Phrase | None
    judged: Judged | None
    opened: Moment | None
    closed: Moment | None
    superseded_by: str | None
    responsible: Said
    contact: Mapping[str, Any] | None
    whose_time: WhoseTime | None
    disputes: tuple[DisputeShown, ...]
    disputable: tuple[tuple[str, str], ...]
    """What a party may object to, each with its words; nothing where there is no breach any more."""


def result_page(
    reader: Reader, explanation: Mapping[str, Any], document: Mapping[str, Any] | None, agencies: Agencies
) -> ResultPage:
    """``document``: the revision that judged; None: away, and times are shown in Bangkok's zone."""
    result = explanation["result"]
    zone = dates.zone_of((document or {}).get("time_zone"))
    words = words_of(reader, explanation, document, zone)
    return ResultPage(
        objective=words.name(),
        judged=Judged(words, result),
        target=words.target_words(),
        service=explanation["indicator"].get("service") or (document or {}).get("service", ""),
        agreement=result["agreement"],
        steps=tuple(reader.said(step["text"]) for step in explanation["steps"]),
        how=tuple(words.how_counted()),
        cases=tuple(_case(words, each) for each in explanation["journeys"] if each["counts"]),
        batches=tuple(
            Batch(
                each["id"],
                each["source"],
                agencies.name(each["agency"]),
                numbers.count(each["rows"]),
                moment(reader, each["received_at"], zone),
            )
            for each in explanation["batches"]
            if each["counts"]
        ),
        explained=explained(words, explanation, document, agencies),
        page=address(result["agreement"], result["objective"]),
        after_final=sum(each["rows"] for each in explanation["after_final"]),
        late=bool(explanation["after_final"]),
        earlier=tuple(explanation["earlier"]),
        responsible=agencies.name(result["responsible"]),
        contact=agencies.contact(result["responsible"]),
        data_until=until(
            reader, dates.instant(result["data_until"]) if result.get("data_until") else None, zone
        ),
        computed_at=moment(reader, result.get("computed_at"), zone),
    )


def words_of(
    reader: Reader, explanation: Mapping[str, Any], document: Mapping[str, Any] | None, zone: tzinfo
) -> ObjectiveWords:
    """The promise of an explanation: an objective, or a composite with what its members say of it."""
    promise = explanation["objective"]
    if is_composite(promise):
        promise = as_objective(promise, document)
    return ObjectiveWords(reader, promise, explanation["indicator"], zone)


def _case(words: ObjectiveWords, each: Mapping[str, Any]) -> Case:
    reader, zone = words.reader, words.zone
    t = reader.t
    said = {"pending": t.case_pending, "overdue-counted": t.overdue_one, "overdue-listed": t.overdue_one}
    good = said.get(each["state"]) or (t.within_limit if each["good"] else t.beyond_limit)
    seconds, spent = each["seconds"], each.get("spent")
    return Case(
        journey=each["journey"],
        started=moment(reader, each["started"], zone),
        ended=moment(reader, each["ended"], zone),
        took="–" if seconds is None else units.length(Fraction(seconds), reader.lang),
        good=good,
        spent=None if spent in (None, seconds) else units.length(Fraction(spent), reader.lang),
    )


def breach_states(reader: Reader) -> Mapping[str, Phrase]:
    t = reader.t
    return {
        "open": t.breach_open,
        "closed": t.breach_closed,
        "withdrawn": t.breach_withdrawn,
        "superseded": t.breach_superseded,
    }


def breach_page(
    reader: Reader,
    breach: Mapping[str, Any],
    explanation: Mapping[str, Any] | None,
    document: Mapping[str, Any] | None,
    evidence: Mapping[str, Any] | None,
    agencies: Agencies,
) -> BreachPage:
    """``explanation``: of its result, ``evidence``: its journeys' holders; None: away."""
    zone = dates.zone_of((document or {}).get("time_zone"))
    span = dates.Span.of(breach["window"]["start"], breach["window"]["end"], zone)
    words = None
    if explanation is not None:
        words = words_of(reader, explanation, document, zone)
    return BreachPage(
        id=breach["id"],
        state=breach_states(reader)[breach["state"]],
        open=breach["state"] == "open",
        revision=breach["revision"],
        objective=words.name() if words else Said(breach["objective"]),
        scope=scope_text(breach["scope"]),
        window=words.window_name(span) if words else span.name(reader.lang),
        target=words.target_words() if words else None,
        judged=Judged(words, explanation["result"]) if words and explanation else None,
        opened=moment(reader, breach["opened_at"], zone),
        closed=moment(reader, breach["closed_at"], zone),
        superseded_by=breach["superseded_by"],
        responsible=agencies.name(breach["responsible"]),
        contact=agencies.contact(breach["responsible"]),
        whose_time=whose_time(reader, breach, evidence, agencies),
        disputes=disputes(reader, breach.get("disputes") or (), agencies, zone),
        disputable=_disputable(reader, breach, agencies) if breach["state"] in ("open", "closed") else (),
    )


def _disputable(reader: Reader, breach: Mapping[str, Any], agencies: Agencies) -> tuple[tuple[str, str], ...]:
    t = reader.t
    whole = (("breach", t.about_all.plain),)
    if not breach.get("attributed"):
        return whole
    named = [each["agency"] for each in breach["attribution"] if each["agency"]]
    times = ((f"share:{code}", t.about_time_of(agency=agencies.name(code).text).plain) for code in named)
    return (*whole, *times, ("journeys", t.dispute_cases.plain))
