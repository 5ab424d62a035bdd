"""Drafts: a new agreement, or a child of one of its revisions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.sla.domain import agreements as rules
from services.sla.domain.answers import answer
from services.sla.domain.canonical import canonical, digest
from services.sla.domain.negotiation import Agreement, Party, Revision, check_parent
from services.sla.domain.plans import sources_of
from services.sla.domain.statutory import flags
from services.sla.domain.units import read_instant
from services.sla.handlers.access import agency_of, no_agreement
from services.sla.handlers.history import actor, note_on
from services.sla.store import agreements as store
from services.sla.store import names
from shared.auth import Principal, Role
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotYetKnown, Unprocessable


@dataclass(frozen=True, slots=True)
class Draft:
    caller: Principal
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Revise:
    caller: Principal
    code: str
    document: Mapping[str, Any]


def draft_agreement(command: Draft, uow: UnitOfWork) -> dict[str, Any]:
    agency = agency_of(command.caller)
    document = _stored(command.document)
    if document["parent"] is not None:
        raise _wrong("/parent", "a new agreement follows nothing; send a child to …/revisions")
    check(document, agency, uow)
    if store.find(uow.connection, document["code"]) is not None:
        raise Conflict(f"the code {document['code']} is taken; choose another, or revise that agreement")
    store.add_agreement(uow.connection, document["code"], document["service"], uow.now)
    _add(document, command, agency, 1, uow)
    return told(document["code"], agency, uow)


def revise_agreement(command: Revise, uow: UnitOfWork) -> dict[str, Any]:
    """A counter-offer or an amendment, as a draft: it moves nothing until it is offered."""
    agency = agency_of(command.caller)
    agreement = store.find(uow.connection, command.code)
    seen = agreement.open_part(agency, uow.now) if agreement else None
    if agreement is None or seen is None:
        raise no_agreement(command.code)
    document = _stored(command.document)
    if document["code"] != command.code:
        raise _wrong("/code", f"the address says {command.code}")
    if document["service"] != agreement.service:
        raise _wrong("/service", f"{command.code} is about {agreement.service}, and stays so")
    if document["parent"] is None:
        raise _wrong("/parent", "name the hash of the revision that this one follows")
    parent = check_parent(seen, document["parent"], uow.now)
    if parent.party(agency) is None:
        raise Forbidden(f"{agency} is no party of the revision that this one would follow")
    check_parent(agreement, document["parent"], uow.now)
    check(document, agency, uow)
    made = digest(document)
    if agreement.find(made) is not None:
        raise Conflict(f"this very revision exists: {made}")
    _add(document, command, agency, agreement.revisions[-1].number + 1, uow)
    return told(command.code, agency, uow)


def findings(document: Mapping[str, Any], agency: str, connection: Connection) -> rules.Findings:
    """What is wrong with a document, as far as it can be told here."""
    world = names.world(
        connection,
        document["parties"],
        document["service"],
        rules.indicators_of(document),
        sources_of(document),
        calendar_code=document["calendar"],
    )
    found = rules.check(document, world)
    if agency not in document["parties"]:
        found.faults.append(Fault("/parties", f"your agency, {agency}, must be one of them"))
    return found


def check(document: Mapping[str, Any], agency: str, uow: UnitOfWork) -> None:
    """Refuses a document that nobody could be held to, with every reason and where it lies."""
    found = findings(document, agency, uow.connection)
    if found.faults:
        raise Unprocessable("the agreement cannot be offered as it is written", errors=found.faults)
    if found.unknown:
        raise NotYetKnown("the agreement names what is not known here (yet)", errors=found.unknown)


def told(code: str, agency: str, uow: UnitOfWork) -> dict[str, Any]:
    """The answer after a move."""
    agreement: Agreement | None = store.find(uow.connection, code)
    seen = agreement.open_part(agency, uow.now) if agreement else None
    if seen is None:
        raise no_agreement(code)
    return answer(seen, agency, uow.now)


def _stored(plain: Mapping[str, Any]) -> dict[str, Any]:
    document, faults = rules.stored_form(plain)
    if faults:
        raise Unprocessable("the agreement holds what cannot be stored", errors=faults)
    return document


def _add(
    document: Mapping[str, Any], command: Draft | Revise, agency: str, number: int, uow: UnitOfWork
) -> None:
    until = document["effective_until"]
    made = Revision(
        hash=digest(document),
        number=number,
        parent=document["parent"],
        # Who wrote it has read it.
        parties=tuple(
            Party(party, opened_at=uow.now if party == agency else None) for party in document["parties"]
        ),
        made_by=agency,
        made_at=uow.now,
        visibility=document["visibility"],
        retroactive=document["retroactive"],
        effective_from=read_instant(document["effective_from"]),
        effective_until=None if until is None else read_instant(until),
        legal_form=document["legal_form"],
        flags=flags(document),
    )
    store.add_revision(
        uow.connection,
        document["code"],
        made,
        canonical(document).decode(),
        rules.contacts(command.document),
        rules.indicators_of(document),
    )
    agreement = store.find(uow.connection, document["code"])
    assert agreement is not None
    who = actor(command.caller, agency, Role.NEGOTIATOR)
    note_on(uow, agreement, made, "drafted", who, parent=made.parent)


def document_of(digest_: str, uow: UnitOfWork) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(store.document(uow.connection, digest_))
    return document


def _wrong(pointer: str, detail: str) -> Unprocessable:
    return Unprocessable("the revision does not fit the agreement", errors=[Fault(pointer, detail)])
