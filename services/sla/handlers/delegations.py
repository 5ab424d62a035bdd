"""Giving a delegation, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from services.sla.domain import delegations as rules
from services.sla.domain.delegations import Delegation
from services.sla.domain.negotiation import Agreement
from services.sla.handlers.access import find_agreement
from services.sla.handlers.history import actor, note
from services.sla.store import agreements, names
from services.sla.store import delegations as store
from shared.auth import Principal, Role
from shared.clock import rfc3339
from shared.db import UnitOfWork
from shared.errors import Fault, Forbidden, NotFound, NotYetKnown, Unprocessable


@dataclass(frozen=True, slots=True)
class Give:
    caller: Principal
    code: str
    to: str
    person: str | None
    scope: str
    moves: tuple[str, ...]
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Revoke:
    caller: Principal
    code: str
    id: str


def no_delegation(delegation_id: str) -> NotFound:
    """The one answer for a missing delegation and for other agencies'."""
    return NotFound(f"no delegation {delegation_id!r} is open to you")


def give(command: Give, uow: UnitOfWork) -> dict[str, Any]:
    """A party lets another agency's signatory act for it. What was delegated is not delegated further."""
    agency, agreement = find_agreement(command.caller, command.code, uow)
    if agency not in _parties(agreement):
        raise Forbidden(f"{agency} is no party of this agreement")
    made = Delegation(
        id=uuid4().hex,
        granted_by=agency,
        granted_to=command.to,
        person=command.person,
        scope=command.scope,
        agreement=command.code if command.scope == "agreement" else None,
        service=agreement.service,
        moves=tuple(sorted(command.moves)),
        granted_at=uow.now,
        granted_person=command.caller.subject,
        ends_at=command.ends_at,
    )
    states = dict(names.world(uow.connection, [command.to], agreement.service, []).agencies)
    faults = list(rules.faults_of(made, states, uow.now))
    if faults:
        raise Unprocessable("the delegation cannot be given as it is written", errors=faults)
    if command.to not in states:
        raise NotYetKnown(
            "the delegation names what is not known here (yet)",
            errors=[Fault("/to", f"no agency {command.to!r} is known")],
        )
    rules.check_new(agreement.delegations, made, uow.now)
    store.add(uow.connection, made)
    _note(command.caller, agreement, made, "delegated", uow)
    return answer(made, uow.now)


def revoke(command: Revoke, uow: UnitOfWork) -> dict[str, Any]:
    """Takes a delegation back at once. What was done under it stays done."""
    agency, agreement = find_agreement(command.caller, command.code, uow)
    found = next((each for each in agreement.delegations if each.id == command.id), None)
    if found is None or agency not in {*_parties(agreement), found.granted_to}:
        raise no_delegation(command.id)
    if found.granted_by != agency:
        raise Forbidden(f"{found.granted_by} gave this delegation and revokes it")
    rules.check_revocation(found, uow.now)
    store.revoke(uow.connection, found.id, uow.now)
    _note(command.caller, agreement, found, "delegation_revoked", uow)
    again = agreements.find(uow.connection, command.code)
    assert again is not None
    return answer(next(each for each in again.delegations if each.id == found.id), uow.now)


def answer(found: Delegation, now: datetime) -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state(now).value,
        "granted_by": found.granted_by,
        "granted_to": found.granted_to,
        "person": found.person,
        "scope": found.scope,
        "agreement": found.agreement,
        "service": found.service,
        "moves": list(found.moves),
        "granted_at": rfc3339(found.granted_at),
        "ends_at": rfc3339(found.ends_at),
        "revoked_at": None if found.revoked_at is None else rfc3339(found.revoked_at),
    }


def _parties(agreement: Agreement) -> list[str]:
    """Of any of its revisions."""
    return list(dict.fromkeys(party.agency for each in agreement.revisions for party in each.parties))


def _note(caller: Principal, agreement: Agreement, found: Delegation, move: str, uow: UnitOfWork) -> None:
    beside = [each.agency for each in _common(agreement, found.granted_by)]
    note(
        uow,
        agreement,
        move,
        actor(caller, found.granted_by, Role.SIGNATORY),
        [*beside, found.granted_to],
        about=found.id,
        to=found.granted_to,
        scope=found.scope,
        moves=list(found.moves),
        ends_at=rfc3339(found.ends_at),
    )


def _common(agreement: Agreement, agency: str) -> list[Any]:
    """The parties of the revisions that an agency is a party of: whom its delegations concern."""
    return [party for each in agreement.revisions if each.party(agency) is not None for party in each.parties]
