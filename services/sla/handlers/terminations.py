"""Ending an agreement, or leaving it, with the notice and the sign-off that it demands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla.domain import terminations as rules
from services.sla.domain.canonical import canonical, digest
from services.sla.domain.delegations import TERMINATE
from services.sla.domain.negotiation import Agreement, Revision, State
from services.sla.domain.terminations import SignOff, Termination
from services.sla.handlers.access import find_agreement, find_signed
from services.sla.handlers.history import Actor, note
from services.sla.handlers.spans import respan
from services.sla.store import agreements
from services.sla.store import terminations as store
from shared import words
from shared.auth import Principal
from shared.clock import rfc3339
from shared.db import UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable


@dataclass(frozen=True, slots=True)
class Propose:
    caller: Principal
    code: str
    hash: str
    kind: str
    effective_at: datetime | None
    reason: str | None
    acting_for: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    caller: Principal
    code: str
    id: str
    acting_for: str | None = None


@dataclass(frozen=True, slots=True)
class Sign(Move):
    named: str = ""
    """The hash that the signatory names; the address alone is no signature."""


def no_termination(termination_id: str) -> NotFound:
    """The one answer for a missing termination and for other agencies'."""
    return NotFound(f"no termination {termination_id!r} is open to you")


def propose(command: Propose, uow: UnitOfWork) -> dict[str, Any]:
    """Gives notice. It has effect by itself where the agreement demands no more than that."""
    find_agreement(command.caller, command.code, uow)
    who, agreement, revision = find_signed(
        command.caller, command.code, command.hash, command.acting_for, TERMINATE, uow
    )
    _check_bound(revision, uow)
    rules.check_new(agreement.terminations, command.kind, who.agency, uow.now)
    notice, all_sign = rules.demanded(_terms(revision, uow))
    effective_at = command.effective_at or rules.earliest(notice, uow.now)
    faults = list(rules.faults_of(command.kind, effective_at, notice, len(revision.parties), uow.now))
    if faults:
        raise Unprocessable("the termination cannot be given as it is written", errors=faults)
    signers = [each.agency for each in revision.parties] if all_sign else [who.agency]
    document = {
        "agreement": command.code,
        "revision": revision.hash,
        "kind": command.kind,
        "proposed_by": who.agency,
        "proposed_at": rfc3339(uow.now),
        "effective_at": rfc3339(effective_at),
        "notice": _terms(revision, uow).get("notice") if notice else None,
        "signers": signers,
    }
    made = Termination(
        id=digest(document),
        agreement=command.code,
        revision=revision.hash,
        kind=command.kind,
        document=document,
        proposed_by=who.agency,
        proposed_at=uow.now,
        effective_at=effective_at,
        reason=None if command.reason is None else words.keep(uow, who.agency, command.reason).id,
        given_at=None,
        withdrawn_at=None,
        signers=tuple(SignOff(each) for each in signers),
    )
    if any(each.id == made.id for each in agreement.terminations):
        raise Conflict(f"this very termination exists: {made.id}")
    store.add(uow.connection, made, canonical(document).decode())
    _note(
        uow, agreement, made, "termination_proposed", who, kind=made.kind, effective_at=rfc3339(effective_at)
    )
    return _signed(made, who, agreement, uow)


def sign_off(command: Sign, uow: UnitOfWork) -> dict[str, Any]:
    """Signs for the caller's own agency, or for one that delegated it. The last word asked for gives it."""
    found, who, agreement = _find_signed(command, uow)
    if command.named != found.id:
        raise Conflict(
            f"the signature names {command.named}, the address {found.id}; "
            "sign the hash of the termination that you have read",
            slug="stale-hash",
        )
    if found.signer(who.agency) is None:
        raise Forbidden(f"the word of {who.agency} is not asked for")
    rules.check_sign_off(found, who.agency, uow.now)
    return _signed(found, who, agreement, uow)


def withdraw(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Takes it back before its effect, by who gave it: what was in force stays so."""
    found, who, agreement = _find_signed(command, uow)
    if found.proposed_by != who.agency:
        raise Forbidden(f"{found.proposed_by} gave this notice and withdraws it")
    rules.check_withdrawal(found, uow.now)
    revision = agreement.last_accepted()
    if found.counts and revision is not None and revision.party(who.agency) is None:
        raise Conflict(f"the others have agreed on {revision.hash} for the time after it")
    store.change(uow.connection, found.id, withdrawn_at=uow.now)
    if found.counts:
        respan(command.code, uow)
    _note(uow, agreement, found, "termination_withdrawn", who)
    return _told(command.code, found.id, uow)


def answer(found: Termination, reason: str | None, now: datetime) -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state(now).value,
        "agreement": found.agreement,
        "revision": found.revision,
        "kind": found.kind,
        "proposed_by": found.proposed_by,
        "proposed_at": rfc3339(found.proposed_at),
        "notice": found.document["notice"],
        "effective_at": rfc3339(found.effective_at),
        "given_at": None if found.given_at is None else rfc3339(found.given_at),
        "withdrawn_at": None if found.withdrawn_at is None else rfc3339(found.withdrawn_at),
        "reason": reason,
        "signers": [
            {
                "agency": each.agency,
                "signed_at": None if each.signed_at is None else rfc3339(each.signed_at),
                "by_agency": each.by_agency,
                "delegation": each.delegation,
            }
            for each in found.signers
        ],
        "document": dict(found.document),
    }


def _signed(found: Termination, who: Actor, agreement: Agreement, uow: UnitOfWork) -> dict[str, Any]:
    store.sign(
        uow.connection,
        found.id,
        who.agency,
        signed_at=uow.now,
        signatory=who.person,
        by_agency=who.by_agency,
        delegation=who.delegation,
    )
    _note(uow, agreement, found, "termination_signed", who)
    if all(each.signed_at is not None for each in found.signers if each.agency != who.agency):
        store.change(uow.connection, found.id, given_at=uow.now)
        respan(agreement.code, uow)
        _note(uow, agreement, found, "termination_given", None, effective_at=rfc3339(found.effective_at))
    return _told(agreement.code, found.id, uow)


def _check_bound(revision: Revision, uow: UnitOfWork) -> None:
    """Only what binds, now or later, is ended."""
    state = revision.state(uow.now)
    if state not in (State.IN_FORCE, State.ACCEPTED):
        raise Conflict(
            f"this revision is {state.value}: only what is in force, or will be, is ended; "
            "an offer is rejected or withdrawn",
            slug="stale-hash" if state in (State.ENDED, State.SUPERSEDED) else None,
        )


def _terms(revision: Revision, uow: UnitOfWork) -> dict[str, Any]:
    terms: dict[str, Any] = json.loads(agreements.document(uow.connection, revision.hash))["terms"]
    return terms


def _find_signed(command: Move, uow: UnitOfWork) -> tuple[Termination, Actor, Agreement]:
    _, agreement = find_agreement(command.caller, command.code, uow)
    found = next((each for each in agreement.terminations if each.id == command.id), None)
    revision = agreement.find(found.revision) if found else None
    if found is None or revision is None or not revision.inside(command.caller.agency, uow.now):
        raise no_termination(command.id)
    who, agreement, _ = find_signed(
        command.caller, command.code, found.revision, command.acting_for, TERMINATE, uow
    )
    return found, who, agreement


def _note(
    uow: UnitOfWork, agreement: Agreement, found: Termination, move: str, who: Actor | None, **more: Any
) -> None:
    note(
        uow,
        agreement,
        move,
        who,
        _concerned(agreement, found),
        revision=found.revision,
        about=found.id,
        **more,
    )


def _concerned(agreement: Agreement, found: Termination) -> Sequence[str]:
    revision = agreement.find(found.revision)
    assert revision is not None
    return [each.agency for each in revision.parties]


def _told(code: str, termination_id: str, uow: UnitOfWork) -> dict[str, Any]:
    agreement = agreements.find(uow.connection, code)
    assert agreement is not None
    found = next(each for each in agreement.terminations if each.id == termination_id)
    reasons = words.read(uow.connection, [found.reason])
    return answer(found, reasons.get(found.reason), uow.now)
