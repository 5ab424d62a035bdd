"""Exclusions and corrections, what they would change, and what waits for an agency's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.composite import promise_in
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.objective_page import address
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until

Found = Mapping[str, Any]
MOST_WINDOWS = 24
PROPOSED, APPROVED = "proposed", "approved"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that my agency has yet to answer."""

    what: Phrase
    href: str
    by: Said
    at: Moment | None
    due: Moment | None
    late: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Side:
    verdict: str
    verdict_words: Phrase
    said: str


@dataclass(frozen=True, slots=True)
class ChangedWindow:
    """A window that would be judged otherwise."""

    objective: Said
    window: str
    scope: str
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exclusion or a correction as its page shows it. ``changes`` None: they cannot be reckoned or had."""

    id: str
    hash: str
    heading: Phrase
    state: Phrase
    waiting: bool
    effect: Phrase
    reason: Said | None
    agreement: str
    agreement_title: Said
    facts: tuple[tuple[Phrase, str], ...]
    concerns: tuple[tuple[str, Said], ...]
    results: tuple[str, ...]
    calendar: str | None
    proposed_by: Said
    proposed_at: Moment | None
    expires: Moment | None
    answers: tuple[Phrase, ...]
    mine: bool
    """My agency has yet to answer."""
    own: bool
    """My agency proposed it, and it is open."""
    revocable: bool
    changes: tuple[ChangedWindow, ...] | None
    more: Phrase | None
    rest: str


def exclusion_words(reader: Reader, found: Found, zone: tzinfo) -> str:
    """What it leaves out, in a few words."""
    t = reader.t
    parts = [getattr(t, f"kind_{found['kind']}").plain]
    if found["from"]:
        parts.append(dates.Span.of(found["from"], found["to"], zone).name(reader.lang))
    return ", ".join(parts)


def correction_words(reader: Reader, found: Found) -> Phrase:
    t = reader.t
    if found["kind"] == "calendar":
        return t.correction_calendar(calendar=found["calendar"], version=found["version"])
    return t.n("correction_batches", len(found["batches"]))


def waiting_for(
    reader: Reader,
    found: tuple[Sequence[Found], Sequence[Found], Sequence[Found], Sequence[Found]],
    agencies: Agencies,
) -> tuple[Waiting, ...]:
    """Of tasks, exclusions, corrections and disputes: nearest deadline first, then what was asked first."""
    tasks, exclusions, corrections, disputes = found
    t, zone = reader.t, dates.zone_of(None)
    # An exclusion says more for itself than the task that it is.
    rows = [_task(reader, each, agencies) for each in tasks if each["kind"] != "exclusion"]
    for each in exclusions:
        what = t.exclusion_asked(what=exclusion_words(reader, each, zone))
        rows.append(_waiting(reader, what, f"/app/exclusions/{each['id']}", each, "expires_at", agencies))
    for each in corrections:
        what = t.correction_asked(what=correction_words(reader, each).plain)
        rows.append(_waiting(reader, what, f"/app/corrections/{each['id']}", each, "", agencies))
    for each in disputes:
        what = t.dispute_asked(what=each["reason"] or t.words_erased.plain)
        as_asked = {**each, "proposed_by": each["agency"], "proposed_at": each["opened_at"]}
        rows.append(_waiting(reader, what, f"/app/breaches/{each['breach']}", as_asked, "due_at", agencies))
    return tuple(row for *_, row in sorted(rows, key=lambda row: row[:2]))


PLACES = {
    "offer": "/app/agreements/{agreement}/negotiation",
    "termination": "/app/agreements/{agreement}/terminate",
    "announcement": "/app/agreements/{agreement}/announcement",
    "acknowledgement": "/announcements/{id}",
}
"""Where a task is done; others at the agreement."""


def _task(reader: Reader, each: Found, agencies: Agencies) -> tuple[str, str, Waiting]:
    t, zone = reader.t, dates.zone_of(None)
    title = reader.said(each["title"], each["agreement"]).text
    words: Phrase = getattr(t, f"task_{each['kind']}", t.task_other)(what=title)
    place = PLACES.get(each["kind"], "/app/agreements/{agreement}")
    due = each["due"]
    shown = Waiting(
        what=words,
        href=place.format(agreement=each["agreement"], id=each["id"]),
        by=agencies.name(each["asked_by"]) if each["asked_by"] else Said(t.asked_by_system.plain),
        at=moment(reader, each["since"], zone),
        due=until(reader, dates.instant(due) if due else None, zone),
        late=t.n("task_late", each["days_late"]) if each["days_late"] else None,
    )
    return due or "9999", each["since"], shown


def _waiting(
    reader: Reader, what: Phrase, href: str, found: Found, deadline: str, agencies: Agencies
) -> tuple[str, str, Waiting]:
    due = found[deadline] if deadline else None
    zone = dates.zone_of(None)
    shown = Waiting(
        what=what,
        href=href,
        by=agencies.name(found["proposed_by"]),
        at=moment(reader, found["proposed_at"], zone),
        due=until(reader, dates.instant(due) if due else None, zone),
    )
    return due or "9999", found["proposed_at"], shown


def _answers(reader: Reader, found: Found, agencies: Agencies, zone: tzinfo) -> tuple[Phrase, ...]:
    t = reader.t
    said: list[Phrase] = []
    for name, words in (
        ("approvals", t.said_approved),
        ("rejections", t.said_rejected),
        ("revocations", t.said_revoked),
    ):
        for each in found.get(name) or ():
            own = name == "approvals" and each["agency"] == found["proposed_by"]
            line = (t.said_proposed if own else words)(agency=agencies.name(each["agency"]).text)
            when = moment(reader, each["at"], zone)
            reason = f" ({each['reason']})" if each.get("reason") else ""
            said.append(Phrase(f"{line.plain}, {when.text if when else ''}{reason}"))
    waiting = found["awaiting"] if found["state"] == PROPOSED else ()
    return (*said, *(t.said_nothing(agency=agencies.name(each).text) for each in waiting))


def _effect(reader: Reader, kind: str, state: str) -> Phrase:
    name = state if state in {PROPOSED, APPROVED} else "over"
    found: Phrase = getattr(reader.t, f"{kind}_{name}")
    return found


def _concerns(
    reader: Reader,
    agreement: str,
    document: Found | None,
    codes: Sequence[str],
    indicators: Mapping[str, Found],
) -> tuple[tuple[str, Said], ...]:
    return tuple((address(agreement, code), _name(reader, document, code, indicators)) for code in codes)


def _name(reader: Reader, document: Found | None, code: str, indicators: Mapping[str, Found]) -> Said:
    one = promise_in(document, code) if document else None
    if one is None:
        return Said(code)
    return ObjectiveWords(reader, one, indicators.get(one["indicator"] or ""), dates.zone_of(None)).name()


def exclusion_page(
    reader: Reader,
    found: Found,
    agency: str,
    document: Found | None,
    indicators: Mapping[str, Found],
    agencies: Agencies,
    supposed: Sequence[tuple[str, Found]] | None,
) -> Proposal:
    """``supposed``: what-ifs by objective; None: none was asked for, or none could be had."""
    t = reader.t
    zone = dates.zone_of((document or {}).get("time_zone"))
    span = dates.Span.of(found["from"], found["to"], zone).name(reader.lang) if found["from"] else None
    facts = [(t.kind, getattr(t, f"kind_{found['kind']}").plain)]
    if span is not None:
        facts.append((t.leaves_out, t.leaves_out_span(span=span).plain))
    if found["journeys"]:
        facts.append((t.leaves_out, t.leaves_out_cases(cases=", ".join(found["journeys"][:20])).plain))
    if found["scope"]:
        facts.append((t.scope, scope_text(found["scope"])))
    changes = supposed_changes(reader, supposed, document, indicators, found["scope"])
    revoked = {each["agency"] for each in found["revocations"]}
    return Proposal(
        id=found["id"],
        hash=found["hash"],
        heading=t.exclusion_asked(what=exclusion_words(reader, found, zone)),
        state=getattr(t, f"state_{found['state']}"),
        waiting=found["state"] == PROPOSED,
        effect=_effect(reader, "exclusion", found["state"]),
        reason=reader.said(found["reason"]),
        agreement=found["agreement"],
        agreement_title=reader.said((document or {}).get("title"), found["agreement"]),
        facts=tuple(facts),
        concerns=_concerns(reader, found["agreement"], document, found["objectives"] or (), indicators),
        results=(),
        calendar=None,
        proposed_by=agencies.name(found["proposed_by"]),
        proposed_at=moment(reader, found["proposed_at"], zone),
        expires=until(reader, dates.instant(found["expires_at"]) if found["expires_at"] else None, zone),
        answers=_answers(reader, found, agencies, zone),
        mine=agency in found["awaiting"],
        own=found["state"] == PROPOSED and found["proposed_by"] == agency,
        revocable=found["state"] == APPROVED and agency not in revoked,
        changes=None if changes is None else tuple(changes[:MOST_WINDOWS]),
        more=more_changes(reader, changes),
        rest=f"/api/sla/v1/exclusions/{found['id']}",
    )


def supposed_changes(
    reader: Reader,
    supposed: Sequence[tuple[str, Found]] | None,
    document: Found | None,
    indicators: Mapping[str, Found],
    scope: Mapping[str, str] | None,
) -> list[ChangedWindow] | None:
    """What would be judged otherwise, of the groups that an exclusion is about. ``supposed`` as above."""
    if supposed is None:
        return None
    return [
        one
        for code, answer in supposed
        for one in _from_what_if(reader, code, answer, document, indicators, scope or {})
    ]


def more_changes(reader: Reader, changes: Sequence[ChangedWindow] | None) -> Phrase | None:
    beyond = len(changes or ()) - MOST_WINDOWS
    return reader.t.n("and_more", beyond) if beyond > 0 else None


def correction_page(
    reader: Reader,
    found: Found,
    agency: str,
    document: Found | None,
    indicators: Mapping[str, Found],
    agencies: Agencies,
    impact: Found | None,
) -> Proposal:
    """``impact``: what a version of a calendar would change; None: not asked for, or away."""
    t = reader.t
    zone = dates.zone_of((document or {}).get("time_zone"))
    changes = impact_changes(reader, impact, document, indicators)
    return Proposal(
        id=found["id"],
        hash=found["hash"],
        heading=t.correction_asked(what=correction_words(reader, found).plain),
        state=getattr(t, f"state_{found['state']}"),
        waiting=found["state"] == PROPOSED,
        effect=_effect(reader, "correction", found["state"]),
        reason=None if found["reason"] is None else Said(found["reason"]),
        agreement=found["agreement"],
        agreement_title=reader.said((document or {}).get("title"), found["agreement"]),
        facts=(),
        concerns=(),
        results=tuple(found["results"]),
        calendar=found["calendar"],
        proposed_by=agencies.name(found["proposed_by"]),
        proposed_at=moment(reader, found["proposed_at"], zone),
        expires=None,
        answers=_answers(reader, found, agencies, zone),
        mine=agency in found["awaiting"],
        own=found["state"] == PROPOSED and found["proposed_by"] == agency,
        revocable=False,
        changes=None if changes is None else tuple(changes[:MOST_WINDOWS]),
        more=more_changes(reader, changes),
        rest=f"/api/evaluation/v1/corrections/{found['id']}",
    )


def impact_changes(
    reader: Reader, impact: Found | None, document: Found | None, indicators: Mapping[str, Found]
) -> list[ChangedWindow] | None:
    """What a version of a calendar would judge otherwise; None: it could not be had."""
    if impact is None:
        return None
    return [_from_impact(reader, each, document, indicators) for each in impact["items"]]


def _words(
    reader: Reader, code: str, document: Found | None, indicators: Mapping[str, Found]
) -> ObjectiveWords | None:
    one = promise_in(document, code) if document else None
    if one is None or document is None:
        return None
    zone = dates.zone_of(document.get("time_zone"))
    return ObjectiveWords(reader, one, indicators.get(one["indicator"] or ""), zone)


def _side(words: ObjectiveWords | None, reader: Reader, found: Found) -> Side:
    said = "–"
    shown = None if words is None else words.numbers(found)
    if shown is not None and shown.number is not None and shown.fraction is not None:
        said = f"{shown.number.plain} ({shown.fraction.plain})"
    return Side(found["verdict"], getattr(reader.t, found["verdict"]), said)


def _window(
    reader: Reader, code: str, each: Found, before: Found, after: Found, words: ObjectiveWords | None
) -> ChangedWindow:
    zone = words.zone if words else dates.zone_of(None)
    span = dates.Span.of(each["window"]["start"], each["window"]["end"], zone)
    return ChangedWindow(
        objective=words.name() if words else Said(code),
        window=words.window_name(span) if words else span.name(reader.lang),
        scope=scope_text(each["scope"]),
        before=_side(words, reader, before),
        after=_side(words, reader, after),
    )


def _from_what_if(
    reader: Reader,
    code: str,
    answer: Found,
    document: Found | None,
    indicators: Mapping[str, Found],
    scope: Mapping[str, str],
) -> list[ChangedWindow]:
    words = _words(reader, code, document, indicators)
    return [
        _window(reader, code, each, each["as_agreed"], each, words)
        for each in answer["windows"]
        if each["as_agreed"] is not None
        and scope.items() <= each["scope"].items()
        and any(each[name] != each["as_agreed"][name] for name in ("verdict", "good", "total", "exact"))
    ]


def _from_impact(
    reader: Reader, each: Found, document: Found | None, indicators: Mapping[str, Found]
) -> ChangedWindow:
    words = _words(reader, each["objective"], document, indicators)
    return _window(reader, each["objective"], each, each["before"], each["after"], words)
