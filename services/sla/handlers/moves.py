"""The moves of a negotiation. Each reads the whole agreement and writes in one SERIALIZABLE transaction.

Two parties that accept at once each see only their own acceptance under a weaker isolation, and nobody
activates the agreement (tests/sla/test_concurrency.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla.domain import negotiation as rules
from services.sla.domain.delegations import ACCEPT, REJECT
from services.sla.domain.negotiation import Agreement, Revision
from services.sla.domain.signing import OwnSignature
from services.sla.handlers.access import find_revision, find_signed
from services.sla.handlers.announcements import ANNOUNCEMENT
from services.sla.handlers.drafts import check, document_of, told
from services.sla.handlers.history import OFFER_EXPIRY, actor, note_on
from services.sla.handlers.signing import sign_acceptance
from services.sla.handlers.spans import respan
from services.sla.store import agreements as store
from shared import words
from shared.auth import Principal, Role
from shared.clock import rfc3339
from shared.db import UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, Unprocessable


@dataclass(frozen=True, slots=True)
class Move:
    caller: Principal
    code: str
    hash: str


@dataclass(frozen=True, slots=True)
class Offer(Move):
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Accept(Move):
    named: str
    """The hash that the signatory names; the address alone is no signature."""
    acting_for: str | None = None
    own: OwnSignature | None = None
    """By a key of the agency's own."""


@dataclass(frozen=True, slots=True)
class Reject(Move):
    reason: str
    clause: str | None
    acting_for: str | None = None


def offer_revision(command: Offer, uow: UnitOfWork) -> dict[str, Any]:
    """Puts a draft on the table. What lay there is superseded: its acceptances are history."""
    agency, agreement, revision = find_revision(command.caller, command.code, command.hash, uow)
    _own(agency, revision, "offers")
    if command.expires_at is not None and command.expires_at <= uow.now:
        raise Unprocessable(
            "the offer would have expired already",
            errors=[Fault("/expires_at", f"must be later than now, {rfc3339(uow.now)}")],
        )
    ended = rules.check_offer(agreement, revision, uow.now)
    check(document_of(revision.hash, uow), agency, uow)
    who = actor(command.caller, agency, Role.NEGOTIATOR)
    if ended is not None:
        store.change_revision(uow.connection, ended.hash, superseded_at=uow.now)
        note_on(uow, agreement, ended, "superseded", None, by=revision.hash)
    store.change_revision(uow.connection, revision.hash, offered_at=uow.now, expires_at=command.expires_at)
    if command.expires_at is not None:
        uow.schedule(OFFER_EXPIRY, revision.hash, command.expires_at)
    until = None if command.expires_at is None else rfc3339(command.expires_at)
    note_on(uow, agreement, revision, "offered", who, expires_at=until)
    return told(command.code, agency, uow)


def open_revision(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Notes that a party has opened an offer."""
    agency, agreement, revision = find_revision(command.caller, command.code, command.hash, uow)
    if revision.state(uow.now) is rules.State.DRAFT:
        raise Conflict("this revision is a draft that nobody has offered")
    party = revision.party(agency)
    if party is not None and party.opened_at is None:
        store.change_party(uow.connection, revision.hash, agency, opened_at=uow.now)
        who = actor(command.caller, agency, Role.SIGNATORY, Role.NEGOTIATOR)
        note_on(uow, agreement, revision, "opened", who)
    return told(command.code, agency, uow)


def accept_revision(command: Accept, uow: UnitOfWork) -> dict[str, Any]:
    """Signs for the caller's own agency, or for one that delegated it. The last signature puts in force."""
    who, agreement, revision = find_signed(
        command.caller, command.code, command.hash, command.acting_for, ACCEPT, uow
    )
    agency = who.agency
    if command.named != revision.hash:
        raise Conflict(
            f"the acceptance names {command.named}, the address {revision.hash}; "
            "sign the hash of the revision that you have read",
            slug="stale-hash",
        )
    rules.check_acceptance(agreement, revision, agency, uow.now)
    party = revision.party(agency)
    store.change_party(
        uow.connection,
        revision.hash,
        agency,
        accepted_at=uow.now,
        opened_at=(party.opened_at if party else None) or uow.now,
        signatory=command.caller.subject,
        role=who.role,
        by_agency=who.by_agency,
        delegation=who.delegation,
    )
    sign_acceptance(
        command.caller,
        agreement.code,
        revision.hash,
        agency,
        uow,
        role=who.role,
        offer_expires_at=revision.expires_at,
        delegation=who.delegation,
        own=command.own,
    )
    note_on(uow, agreement, revision, "accepted", who)
    missing = [each for each in revision.parties if each.agency != agency and each.accepted_at is None]
    if not missing:
        _activate(agreement, revision, uow)
    return told(command.code, who.by_agency or agency, uow)


def reject_revision(command: Reject, uow: UnitOfWork) -> dict[str, Any]:
    """Ends an offer for good, with the reason."""
    who, agreement, revision = find_signed(
        command.caller, command.code, command.hash, command.acting_for, REJECT, uow
    )
    agency = who.agency
    rules.check_rejection(agreement, revision, agency, uow.now)
    store.change_party(
        uow.connection,
        revision.hash,
        agency,
        rejected_at=uow.now,
        reason=words.keep(uow, agency, command.reason).id,
        clause=command.clause,
        by_agency=who.by_agency,
        delegation=who.delegation,
    )
    store.change_revision(uow.connection, revision.hash, rejected_at=uow.now)
    note_on(uow, agreement, revision, "rejected", who)
    return told(command.code, who.by_agency or agency, uow)


def withdraw_revision(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Takes back an own draft, or an own offer that not all have accepted."""
    agency, agreement, revision = find_revision(command.caller, command.code, command.hash, uow)
    _own(agency, revision, "withdraws")
    rules.check_withdrawal(agreement, revision, uow.now)
    store.change_revision(uow.connection, revision.hash, withdrawn_at=uow.now)
    note_on(uow, agreement, revision, "withdrawn", actor(command.caller, agency, Role.NEGOTIATOR))
    return told(command.code, agency, uow)


def _own(agency: str, revision: Revision, verb: str) -> None:
    if revision.made_by != agency:
        raise Forbidden(f"{revision.made_by} wrote this revision and {verb} it; {agency} may answer it")


def _activate(agreement: Agreement, revision: Revision, uow: UnitOfWork) -> None:
    """Fixes the span of a revision that all have accepted, ends those it takes over from, tells both."""
    span = rules.span(revision, uow.now)
    rules.check_bound(agreement, revision, span.start)
    store.change_revision(uow.connection, revision.hash, in_force_from=span.start)
    concluded = respan(agreement.code, uow, fresh=revision.hash).find(revision.hash)
    assert concluded is not None
    # What has begun already is announced as soon as the timers are looked at.
    uow.schedule(ANNOUNCEMENT, revision.hash, span.start)
    end = None if concluded.in_force_to is None else rfc3339(concluded.in_force_to)
    note_on(
        uow,
        agreement,
        revision,
        "concluded",
        None,
        in_force_from=rfc3339(span.start),
        in_force_to=end,
    )
