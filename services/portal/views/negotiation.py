"""The negotiation of an agreement as its parties see it: what lies on the table, what changed, who waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views import standing
from services.portal.views.clauses import (
    Card,
    Wording,
    changed_cards,
    promise_cards,
    terms_card,
)
from services.portal.views.moves import Move, moves_of
from services.portal.views.people import NOBODY, People
from services.portal.views.standing import RevisionRow, Standing, Status
from services.portal.views.target_help import Help
from services.portal.views.words import Moment, Reader, Said, moment

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Raw:
    """What the services told. None: away."""

    state: Found
    revision: Found
    document: Found
    before: Found | None
    """The revision that this one is compared with."""
    differences: Sequence[Found] | None
    comments: Sequence[Found] | None
    history: Sequence[Found] | None
    delegations: Sequence[Found] | None
    terminations: Sequence[Found] | None
    people: People = NOBODY
    """Who the persons of the history are, as far as the reader may know."""

    @property
    def zone(self) -> tzinfo:
        return dates.zone_of(self.document.get("time_zone"))


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    who: Said
    mine: bool
    at: Moment | None
    text: str | None
    clause: str
    clause_words: Said
    resolved: bool
    resolved_by: Said | None
    proposal: Phrase | None


@dataclass(frozen=True, slots=True)
class Flag:
    objective: str
    words: Phrase


@dataclass(frozen=True)
class NegotiationPage:
    code: str
    title: Said
    service: str
    hash: str
    name: Phrase
    state: str
    status: Status
    parties: tuple[Standing, ...]
    changed: tuple[Card, ...]
    counted: Phrase | None
    """Changed n of m."""
    same: tuple[Card, ...]
    compared_with: Phrase | None
    compare: str | None
    comments: tuple[Comment, ...] | None
    help: Mapping[str, Help]
    history: tuple[Move, ...] | None
    flags: tuple[Flag, ...]
    notes: tuple[Phrase, ...]
    can: Mapping[str, bool]
    """`sign`, `reject`, `counter`, `withdraw`, `offer`, `comment`: what the state allows my agency."""
    for_others: tuple[str, ...]
    """Parties for which my agency may sign."""


def comments_of(raw: Raw, wording: Wording, agency: str) -> tuple[Comment, ...] | None:
    """Those on the revision that is shown, then those on others that are still open. None: away."""
    if raw.comments is None:
        return None
    reader, digest = wording.reader, raw.revision["hash"]
    here = [each for each in raw.comments if each["revision"] == digest]
    open_elsewhere = [each for each in raw.comments if each["revision"] != digest and each["state"] == "open"]
    known = {each["hash"] for each in raw.state["revisions"]}
    return tuple(
        Comment(
            each["id"],
            wording.agencies.name(each["agency"]),
            each["agency"] == agency,
            moment(reader, each["at"], raw.zone),
            each["text"],
            each["clause"],
            reader.said(each["words"]),
            each["state"] == "resolved",
            wording.agencies.name(each["resolved_by"]) if each["resolved_by"] else None,
            reader.t.proposal_n(n=standing.number_of(raw.state, each["revision"]))
            if each["revision"] != digest and each["revision"] in known
            else None,
        )
        for each in (*here, *open_elsewhere)
    )


def with_comments(cards: Sequence[Card], comments: Sequence[Comment] | None) -> tuple[Card, ...]:
    """Each comment at the card of its clause."""
    found = []
    for card in cards:
        below = card.clause + "/"
        own = [
            each
            for each in comments or ()
            if (each.clause == card.clause or each.clause.startswith(below))
            and (card.clause or not each.clause.startswith("/objectives/"))
        ]
        found.append(replace(card, comments=tuple(own)))
    return tuple(found)


def cards_of(raw: Raw, wording: Wording) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """(what changed, what stays). A first proposal has nothing before it: all of it is new."""
    if raw.before is None or raw.differences is None:
        return (*promise_cards(wording, raw.document), terms_card(wording, raw.document)), ()
    changed = changed_cards(wording, raw.before, raw.document, raw.differences)
    codes = [each.code for each in changed if each.code]
    same = promise_cards(wording, raw.document, codes)
    if not any(each.clause == "" for each in changed):
        same = (*same, terms_card(wording, raw.document))
    return changed, same


def flags_of(raw: Raw, wording: Wording) -> tuple[Flag, ...]:
    t = wording.reader.t
    objectives = {each["code"]: each for each in raw.document["objectives"]}
    found = []
    for each in raw.revision["flags"]:
        code = each["clause"].split("/")[2] if each["clause"].startswith("/objectives/") else ""
        one = objectives.get(code)
        name = wording.words(one, raw.document).name().text if one else code
        words = t.flag_looser if each["flag"] == "looser_than_the_law" else t.flag_unlike
        reason = (
            wording.reader.said(each["reason"]).text
            if isinstance(each["reason"], Mapping)
            else each["reason"]
        )
        found.append(Flag(code, words(name=name, section=each["section"], reason=reason or "–")))
    return tuple(found)


def can_of(raw: Raw, agency: str) -> dict[str, bool]:
    state, party = raw.revision["state"], agency in raw.revision["standing"]
    signed = raw.revision["standing"].get(agency) == "accepted"
    own = raw.revision["made_by"] == agency
    return {
        "sign": state == "offered" and party and not signed,
        "reject": state == "offered" and party and not signed,
        "counter": party and state != "draft",
        "edit": own and state == "draft",
        "offer": own and state == "draft",
        "withdraw": own and state in ("draft", "offered"),
        "comment": party,
    }


def may_sign_for(raw: Raw, agency: str, move: str = "accept") -> tuple[str, ...]:
    """Other parties that let my agency make a move for them, and have not signed."""
    waits = {code for code, how in raw.revision["standing"].items() if how not in ("accepted", "rejected")}
    given = {
        each["granted_by"]
        for each in raw.delegations or ()
        if each["state"] == "active" and each["granted_to"] == agency and move in each["moves"]
    }
    return tuple(sorted(waits & given - {agency}))


def notes_of(raw: Raw, reader: Reader, now: datetime) -> tuple[Phrase, ...]:
    """What a reader should know of when it takes effect."""
    starts = dates.instant(raw.revision["effective_from"])
    late = starts < now and raw.revision["state"] in ("offered", "draft")
    if late and not raw.document.get("retroactive"):
        return (reader.t.late_start if raw.revision["state"] == "offered" else reader.t.too_late_to_offer,)
    return (reader.t.binds_the_past,) if late else ()


def negotiation_page(
    raw: Raw, wording: Wording, agency: str, help: Mapping[str, Help], now: datetime
) -> NegotiationPage:
    reader = wording.reader
    t = reader.t
    comments = comments_of(raw, wording, agency)
    changed, same = cards_of(raw, wording)
    code, digest = raw.state["code"], raw.revision["hash"]
    total = len(raw.document["objectives"])
    counted = None
    if raw.before is not None:
        promises = sum(each.code is not None for each in changed)
        counted = t.changed_of(n=promises, of=total) if promises else t.changed_terms_only
    parent = raw.before and raw.revision["parent"]
    return NegotiationPage(
        code=code,
        title=reader.said(raw.document.get("title"), code),
        service=raw.document["service"],
        hash=digest,
        name=standing.revision_name(reader, raw.state, digest),
        state=raw.revision["state"],
        status=standing.status_of(reader, raw.state, raw.revision, agency, wording.agencies, raw.zone, now),
        parties=standing.parties_of(reader, raw.revision, agency, wording.agencies, raw.zone),
        changed=with_comments(changed, comments),
        counted=counted,
        same=with_comments(same, comments),
        compared_with=standing.revision_name(reader, raw.state, parent) if parent else None,
        compare=f"/app/agreements/{code}/compare?from={parent}&to={digest}" if parent else None,
        comments=comments,
        help=help,
        history=None
        if raw.history is None
        else moves_of(reader, raw.state, raw.history, wording.agencies, raw.zone, raw.people),
        flags=flags_of(raw, wording),
        notes=notes_of(raw, reader, now),
        can=can_of(raw, agency),
        for_others=may_sign_for(raw, agency) if raw.revision["state"] == "offered" else (),
    )


@dataclass(frozen=True)
class AgreementPage:
    """An agreement as a whole: what is in force, what lies on the table, all there was, the ways on."""

    code: str
    title: Said
    service: Said
    service_code: str
    state: Phrase
    status: Status
    parties: tuple[Said, ...]
    rows: tuple[RevisionRow, ...]
    promises: tuple[Card, ...]
    terms: Card
    in_force: bool
    ended: bool


def agreement_page(raw: Raw, wording: Wording, agency: str, now: datetime) -> AgreementPage:
    """``raw.document``: what is in force, else what the negotiation is about."""
    reader = wording.reader
    table = standing.shown_revision(raw.state)
    about = raw.revision if raw.revision["hash"] == raw.state["in_force"] else table
    return AgreementPage(
        code=raw.state["code"],
        title=reader.said(raw.document.get("title"), raw.state["code"]),
        service=reader.said((wording.service or {}).get("name"), raw.document["service"]),
        service_code=raw.document["service"],
        state=standing.state_named(reader, raw.state["state"]),
        status=standing.status_of(
            reader,
            raw.state,
            table if table["state"] in ("offered", "draft") else about,
            agency,
            wording.agencies,
            raw.zone,
            now,
        ),
        parties=tuple(wording.agencies.name(each) for each in raw.document["parties"]),
        rows=standing.rows_of(reader, raw.state, wording.agencies, raw.zone),
        promises=promise_cards(wording, raw.document),
        terms=terms_card(wording, raw.document),
        in_force=raw.state["in_force"] is not None,
        ended=raw.state["state"] == "ended",
    )
