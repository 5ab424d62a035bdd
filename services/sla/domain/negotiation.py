"""The negotiation of an agreement as a machine: what a revision's state is, and which move is allowed.

Nothing here is flipped by a timer: a state is computed from the moves and the instant that is asked about.
At most one revision of an agreement is open (offered, and nobody has ended it). Offering a child ends the
open one, and with it every acceptance given to it; an accepted revision stays in force until the cut-over.
(SEMANTICS.md, "Negotiation"; tests/sla/test_negotiation.py.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from services.sla.domain.delegations import Delegation
from services.sla.domain.terminations import Termination
from services.sla.domain.units import next_whole_minute
from shared.clock import rfc3339
from shared.errors import Conflict, Fault, Unprocessable


class State(StrEnum):
    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_FORCE = "in_force"
    ENDED = "ended"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Party:
    """One required signer of one revision, and what it did."""

    agency: str
    opened_at: datetime | None = None
    accepted_at: datetime | None = None
    signatory: str | None = None
    role: str | None = None
    rejected_at: datetime | None = None
    reason: str | None = None
    clause: str | None = None
    by_agency: str | None = None
    """Who moved for it, under `delegation`."""
    delegation: str | None = None

    @property
    def standing(self) -> str:
        if self.rejected_at is not None:
            return "rejected"
        if self.accepted_at is not None:
            return "accepted"
        return "opened" if self.opened_at is not None else "not_opened"


@dataclass(frozen=True, slots=True)
class Revision:
    """One immutable document and the moves made on it. `in_force_*`: the span, once all have accepted."""

    hash: str
    number: int
    parent: str | None
    parties: tuple[Party, ...]
    made_by: str
    made_at: datetime
    visibility: str
    retroactive: bool
    effective_from: datetime
    effective_until: datetime | None
    offered_at: datetime | None = None
    expires_at: datetime | None = None
    rejected_at: datetime | None = None
    withdrawn_at: datetime | None = None
    superseded_at: datetime | None = None
    in_force_from: datetime | None = None
    in_force_to: datetime | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    legal_form: str = "formal"
    flags: Sequence[Mapping[str, Any]] = ()
    announced_at: datetime | None = None
    delegations: tuple[Delegation, ...] = ()
    """All that were ever given for its agreement."""

    def party(self, agency: str) -> Party | None:
        return next((party for party in self.parties if party.agency == agency), None)

    @property
    def accepted_by_all(self) -> bool:
        return self.in_force_from is not None

    @property
    def concluded_at(self) -> datetime:
        """When the last required party signed."""
        return max(each.accepted_at or datetime.max.replace(tzinfo=UTC) for each in self.parties)

    def state(self, now: datetime) -> State:
        """Its state at an instant. The order of the questions is the rule."""
        if self.in_force_from is not None:
            if self.in_force_to is not None and self.in_force_to <= self.in_force_from:
                return State.SUPERSEDED
            if now < self.in_force_from:
                return State.ACCEPTED
            if self.in_force_to is not None and now >= self.in_force_to:
                return State.ENDED
            return State.IN_FORCE
        if self.rejected_at is not None:
            return State.REJECTED
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if self.superseded_at is not None:
            return State.SUPERSEDED
        if self.offered_at is None:
            return State.DRAFT
        if self.expires_at is not None and now >= self.expires_at:
            return State.EXPIRED
        return State.OFFERED

    def was_in_force(self, now: datetime) -> bool:
        return self.state(now) in (State.IN_FORCE, State.ENDED)

    def open_to(self, agency: str | None, now: datetime) -> bool:
        """Whether an agency (None: the public) may see it."""
        if self.inside(agency, now):
            return True
        told = self.announced_at is not None or self.was_in_force(now)
        return self.visibility == "public" and told

    def inside(self, agency: str | None, now: datetime) -> bool:
        """Whether an agency is a party, or acts for one now."""
        if agency is None:
            return False
        return self.party(agency) is not None or any(
            each.granted_to == agency and each.active(now) and self.party(each.granted_by) is not None
            for each in self.delegations
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """A code, a service, and revisions in the order in which they were made."""

    code: str
    service: str
    revisions: tuple[Revision, ...]
    delegations: tuple[Delegation, ...] = ()
    terminations: tuple[Termination, ...] = ()

    def find(self, digest: str) -> Revision | None:
        return next((each for each in self.revisions if each.hash == digest), None)

    def open_revision(self, now: datetime) -> Revision | None:
        return next((each for each in self.revisions if each.state(now) is State.OFFERED), None)

    def last_accepted(self) -> Revision | None:
        accepted = [each for each in self.revisions if each.accepted_by_all]
        return accepted[-1] if accepted else None

    def in_force(self, now: datetime) -> Revision | None:
        return next((each for each in self.revisions if each.state(now) is State.IN_FORCE), None)

    def state(self, now: datetime) -> State:
        """The furthest that any revision has come; without one, what became of the newest."""
        states = [each.state(now) for each in self.revisions]
        for wanted in (State.IN_FORCE, State.ACCEPTED, State.OFFERED, State.ENDED):
            if wanted in states:
                return wanted
        return states[-1]

    def open_part(self, agency: str | None, now: datetime) -> Agreement | None:
        """What an agency (None: the public) may see of it; None: nothing, as if it did not exist."""
        visible = tuple(each for each in self.revisions if each.open_to(agency, now))
        return replace(self, revisions=visible) if visible else None


@dataclass(frozen=True, slots=True)
class Span:
    start: datetime
    end: datetime | None


def check_parent(agreement: Agreement, parent: str, now: datetime) -> Revision:
    """The revision that a child may follow; Conflict says which one it would have to be."""
    found = agreement.find(parent)
    if found is None:
        raise Conflict(f"{agreement.code} has no revision {parent}; `parent` names the hash it follows")
    tip = agreement.open_revision(now)
    if tip is not None and tip.hash != parent:
        raise Conflict(
            f"stale: {tip.hash} is on the table now; a counter-offer is a child of that", slug="stale-hash"
        )
    accepted = agreement.last_accepted()
    if accepted is not None and found.number < accepted.number:
        raise Conflict(
            f"stale: {accepted.hash} was accepted since; an amendment is a child of that", slug="stale-hash"
        )
    return found


def check_offer(agreement: Agreement, revision: Revision, now: datetime) -> Revision | None:
    """Whether a draft may be offered. Returns the open revision that it ends, if there is one."""
    state = revision.state(now)
    if state is not State.DRAFT:
        raise Conflict(f"only a draft can be offered; this revision is {_told(agreement, revision, now)}")
    if revision.parent is not None:
        check_parent(agreement, revision.parent, now)
    elif newer := agreement.open_revision(now) or agreement.last_accepted():
        raise Conflict(f"stale: {newer.hash} has taken its place", slug="stale-hash")
    if _over(revision, now):
        raise Conflict("its effective_until has passed and it is not retroactive; make a new revision")
    if revision.effective_from < now and not revision.retroactive:
        raise Unprocessable(
            "the revision cannot be offered any more",
            errors=[
                Fault(
                    "/effective_from",
                    f"{rfc3339(revision.effective_from)} has passed: nobody is bound for a time before they "
                    "signed, unless the revision says `retroactive`",
                )
            ],
        )
    check_bound(agreement, revision, revision.effective_from)
    return agreement.open_revision(now)


def check_bound(agreement: Agreement, revision: Revision, start: datetime) -> None:
    """No amendment leaves out who is still bound when it starts: one leaves with notice."""
    bound = agreement.last_accepted()
    if bound is None or (bound.in_force_to is not None and bound.in_force_to <= start):
        return
    left_out = [each.agency for each in bound.parties if revision.party(each.agency) is None]
    if left_out:
        raise Unprocessable(
            "the revision leaves out who is bound",
            errors=[
                Fault(
                    "/parties",
                    f"{', '.join(left_out)} signed {bound.hash}, which is in force until "
                    f"{rfc3339(bound.in_force_to) if bound.in_force_to else 'further notice'}: "
                    "a party leaves with notice (terminations)",
                )
            ],
        )


def check_open(agreement: Agreement, revision: Revision, move: str, now: datetime) -> None:
    """A move on an offer needs an offer: stale, ended and repeated ones change nothing."""
    if revision.state(now) is not State.OFFERED:
        raise Conflict(
            f"only the newest open revision can be {move}; this one is {_told(agreement, revision, now)}",
            slug="stale-hash" if revision.state(now) is State.SUPERSEDED else None,
        )


def check_acceptance(agreement: Agreement, revision: Revision, agency: str, now: datetime) -> None:
    party = revision.party(agency)
    if party is not None and party.accepted_at is not None:
        raise Conflict(
            f"{agency} accepted this revision at {rfc3339(party.accepted_at)} already; nothing was changed",
            slug="already-accepted",
        )
    check_open(agreement, revision, "accepted", now)
    if _over(revision, now):
        raise Conflict("its effective_until has passed and it is not retroactive; make a new revision")


def check_rejection(agreement: Agreement, revision: Revision, agency: str, now: datetime) -> None:
    check_open(agreement, revision, "rejected", now)
    party = revision.party(agency)
    if party is not None and party.accepted_at is not None:
        raise Conflict(
            f"{agency} accepted this revision at {rfc3339(party.accepted_at)}; "
            "what was accepted is not rejected: make a counter-offer"
        )


def check_withdrawal(agreement: Agreement, revision: Revision, now: datetime) -> None:
    if revision.state(now) not in (State.DRAFT, State.OFFERED):
        raise Conflict(
            f"only a draft or an open offer can be withdrawn; this one is {_told(agreement, revision, now)}"
        )


def span(revision: Revision, now: datetime) -> Span:
    """[from, to) of a revision whose last acceptance comes at ``now``.

    Nobody is bound for a time before they signed, unless the revision says so (`retroactive`): where the
    effective instant has passed, it starts at the next whole minute.
    """
    start = revision.effective_from
    if not revision.retroactive:
        start = max(start, next_whole_minute(now))
    return Span(start, revision.effective_until)


def notes(revision: Revision, now: datetime) -> list[str]:
    """What a reader of an answer should know besides."""
    state = revision.state(now)
    late = "the last acceptance came after effective_from and the revision is not retroactive"
    if revision.in_force_from is not None and revision.in_force_from > revision.effective_from:
        return [f"in force from {rfc3339(revision.in_force_from)}: {late}"]
    if state is State.DRAFT and not revision.retroactive and revision.effective_from < now:
        return ["effective_from has passed and the revision is not retroactive: it cannot be offered"]
    if state is State.OFFERED and not revision.retroactive and revision.effective_from < now:
        return [
            "effective_from has passed and the revision is not retroactive: it will be in force from the "
            "next whole minute after its last acceptance"
        ]
    return []


def _over(revision: Revision, now: datetime) -> bool:
    end = revision.effective_until
    return end is not None and not revision.retroactive and next_whole_minute(now) >= end


def _told(agreement: Agreement, revision: Revision, now: datetime) -> str:
    """A revision's state as a sentence has it, with what took its place."""
    state = revision.state(now)
    if state is State.SUPERSEDED:
        newer: Sequence[Revision] = [
            each
            for each in agreement.revisions
            if each.number > revision.number and each.offered_at is not None
        ]
        return f"superseded by {newer[-1].hash}" if newer else "superseded"
    if state is State.EXPIRED and revision.expires_at is not None:
        return f"expired since {rfc3339(revision.expires_at)}"
    if state is State.DRAFT:
        return "a draft that nobody has offered"
    return state.value.replace("_", " ")
