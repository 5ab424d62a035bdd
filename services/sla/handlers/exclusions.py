"""The moves on exclusions: each reads the whole and writes in one SERIALIZABLE transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.sla.domain import exclusions as rules
from services.sla.domain.canonical import canonical, digest, stored
from services.sla.domain.exclusions import Exclusion, Voice
from services.sla.domain.negotiation import Agreement
from services.sla.domain.units import read_instant
from services.sla.handlers.access import agency_of, no_agreement
from services.sla.store import agreements, names
from services.sla.store import exclusions as store
from shared import words
from shared.auth import Principal
from shared.clock import rfc3339, to_micros
from shared.db import UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable
from shared.events.sla import ExclusionTold


@dataclass(frozen=True, slots=True)
class Propose:
    caller: Principal
    code: str
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    caller: Principal
    id: str


@dataclass(frozen=True, slots=True)
class Approve(Move):
    named: str
    """The hash that the signatory names; the address alone is no signature."""


@dataclass(frozen=True, slots=True)
class Reject(Move):
    reason: str


def no_exclusion(exclusion_id: str) -> NotFound:
    """The one answer for a missing exclusion and for other agencies'."""
    return NotFound(f"no exclusion {exclusion_id!r} is open to you")


def propose(command: Propose, uow: UnitOfWork) -> dict[str, Any]:
    """Puts a proposal before the other parties; proposing it is the proposer's own approval."""
    agency = agency_of(command.caller)
    agreement = agreements.find(uow.connection, command.code)
    seen = agreement.open_part(agency, uow.now) if agreement else None
    if agreement is None or seen is None:
        raise no_agreement(command.code)
    plain = command.plain
    if agreement.last_accepted() is None:
        raise Conflict(f"{command.code} has never been in force: there is nothing to exclude anything from")
    parties = rules.parties_of(agreement, plain["from"], plain["to"])
    if agency not in parties:
        raise Forbidden(f"{agency} is no party of this agreement")
    documents = _documents(agreement, uow)
    wanted = {each["indicator"] for document in documents for each in document["objectives"]}
    known = names.world(uow.connection, [], agreement.service, wanted).indicators
    faults = rules.check(plain, agreement, documents, known, uow.now)
    form = {
        "agreement": command.code,
        "parties": parties,
        "proposed_by": agency,
        "proposed_at": rfc3339(uow.now),
        **{name: value for name, value in plain.items() if name != "reason"},
        "objectives": None if plain["objectives"] is None else sorted(plain["objectives"]),
        "journeys": sorted(plain["journeys"]),
        "reason": {name: text for name, text in plain["reason"].items() if text is not None},
    }
    document = stored(form, "", faults)
    if faults:
        raise Unprocessable("the exclusion cannot be proposed as it is written", errors=faults)
    made = Exclusion(
        id=digest(document),
        agreement=command.code,
        document=document,
        proposed_by=agency,
        proposed_at=uow.now,
        expires_at=plain["expires_at"],
        approved_at=None,
        rejected_at=None,
        withdrawn_at=None,
        revoked_at=None,
        version=0,
        voices=tuple(
            Voice(party, uow.now, command.caller.subject) if party == agency else Voice(party)
            for party in parties
        ),
    )
    if store.find(uow.connection, made.id) is not None:
        raise Conflict(f"this very proposal exists: {made.id}")
    store.add(uow.connection, made, canonical(document).decode())
    return _tell(made.id, uow)


def approve(command: Approve, uow: UnitOfWork) -> dict[str, Any]:
    """Agrees for the caller's own agency. The last approval makes it count."""
    agency, found = _find(command, uow)
    if command.named != found.id:
        raise Conflict(
            f"the approval names {command.named}, the address {found.id}; "
            "sign the hash of the exclusion that you have read",
            slug="stale-hash",
        )
    rules.check_answer(found, agency, "approved", uow.now)
    store.change_voice(
        uow.connection, found.id, agency, approved_at=uow.now, signatory=command.caller.subject
    )
    if any(each.approved_at is None and each.agency != agency for each in found.voices):
        return rules.answer(_again(found.id, uow), uow.now)
    store.change(uow.connection, found.id, approved_at=uow.now)
    return _tell(found.id, uow)


def reject(command: Reject, uow: UnitOfWork) -> dict[str, Any]:
    """Ends a proposal for good, with the reason; what was proposed may be proposed anew."""
    agency, found = _find(command, uow)
    rules.check_answer(found, agency, "rejected", uow.now)
    reason = words.keep(uow, agency, command.reason)
    store.change_voice(uow.connection, found.id, agency, rejected_at=uow.now, reason=reason.id)
    store.change(uow.connection, found.id, rejected_at=uow.now)
    return _tell(found.id, uow)


def withdraw(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Takes back an own proposal that not all have approved."""
    agency, found = _find(command, uow)
    if found.proposed_by != agency:
        raise Forbidden(
            f"{found.proposed_by} proposed this exclusion and withdraws it; {agency} may answer it"
        )
    rules.check_withdrawal(found, uow.now)
    store.change(uow.connection, found.id, withdrawn_at=uow.now)
    return _tell(found.id, uow)


def revoke(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Agrees to take back what was approved. When every party has, it counts again as if never excluded."""
    agency, found = _find(command, uow)
    rules.check_revocation(found, agency, uow.now)
    store.change_voice(uow.connection, found.id, agency, revoked_at=uow.now)
    if any(each.revoked_at is None and each.agency != agency for each in found.voices):
        return rules.answer(_again(found.id, uow), uow.now)
    store.change(uow.connection, found.id, revoked_at=uow.now)
    return _tell(found.id, uow)


def _find(command: Move, uow: UnitOfWork) -> tuple[str, Exclusion]:
    agency = agency_of(command.caller)
    found = store.find(uow.connection, command.id)
    if found is None or found.voice(agency) is None:
        raise no_exclusion(command.id)
    return agency, found


def _again(exclusion_id: str, uow: UnitOfWork) -> Exclusion:
    found = store.find(uow.connection, exclusion_id)
    assert found is not None
    return found


def _documents(agreement: Agreement, uow: UnitOfWork) -> list[dict[str, Any]]:
    """The documents of all revisions that were, are or will be in force."""
    return [
        json.loads(agreements.document(uow.connection, each.hash))
        for each in agreement.revisions
        if each.accepted_by_all
    ]


def _tell(exclusion_id: str, uow: UnitOfWork) -> dict[str, Any]:
    """Tells how it stands now, and answers the same."""
    found = _again(exclusion_id, uow)
    found = replace(found, version=found.version + 1)
    store.change(uow.connection, found.id, version=found.version)
    agreement = agreements.find(uow.connection, found.agreement)
    assert agreement is not None
    document = found.document
    uow.emit(
        ExclusionTold(
            version=found.version,
            id=found.id,
            state=found.state(uow.now).value,
            agreement=found.agreement,
            service=agreement.service,
            parties=document["parties"],
            kind=document["kind"],
            objectives=document["objectives"],
            scope=document["scope"],
            from_at=_micros(document["from"]),
            to_at=_micros(document["to"]),
            journeys=document["journeys"],
            reason=document["reason"],
            proposed_by=found.proposed_by,
            proposed_at=to_micros(found.proposed_at),
            approvals=[
                {"agency": each.agency, "at": rfc3339(each.approved_at)}
                for each in found.voices
                if each.approved_at is not None
            ],
        ).event()
    )
    return rules.answer(found, uow.now)


def _micros(text: str | None) -> int | None:
    return None if text is None else to_micros(read_instant(text))
