"""Reviews: recording one, erasing its words, and keeping what the evaluator told for the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from services.sla.domain import reviews as rules
from services.sla.domain.negotiation import Agreement, Revision
from services.sla.domain.reviews import Review
from services.sla.domain.units import read_instant
from services.sla.handlers.access import find_agreement
from services.sla.handlers.history import actor, note_on
from services.sla.handlers.watches import look_at
from services.sla.store import agreements
from services.sla.store import reviews as store
from shared import words
from shared.auth import Principal, Role
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable
from shared.events.envelope import Record as Told
from shared.events.evaluation import DisputeTold, ResultFinal
from shared.events.sla import ReviewRecorded


@dataclass(frozen=True, slots=True)
class Record:
    caller: Principal
    code: str
    held_at: datetime
    attended: tuple[str, ...]
    decision: str
    next_review_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erase:
    caller: Principal
    code: str
    id: str


def no_review(review_id: str) -> NotFound:
    """The one answer for a missing review and for other agencies'."""
    return NotFound(f"no review {review_id!r} is open to you")


def reviewed_by(agreement: Agreement, agency: str | None, now: datetime) -> Revision | None:
    """The revision whose parties review an agreement now: the one in force, else the last accepted."""
    revision = agreement.in_force(now) or agreement.last_accepted()
    return revision if revision is not None and agency and revision.party(agency) is not None else None


def record(command: Record, uow: UnitOfWork) -> dict[str, Any]:
    """Notes that the parties met, who of them, and what they decided."""
    agency, agreement = find_agreement(command.caller, command.code, uow)
    begun = [
        each.in_force_from
        for each in agreement.revisions
        if each.in_force_from is not None and each.was_in_force(uow.now)
    ]
    if not begun:
        raise Conflict(f"{command.code} has never been in force: there is nothing to review")
    revision = reviewed_by(agreement, agency, uow.now)
    if revision is None:
        raise Forbidden(f"{agency} is no party of this agreement")
    faults = list(
        rules.faults_of(
            revision, min(begun), command.held_at, command.attended, command.next_review_at, uow.now
        )
    )
    if faults:
        raise Unprocessable("the review cannot be recorded as it is written", errors=faults)
    decision = words.keep(uow, agency, command.decision)
    who = actor(command.caller, agency, Role.NEGOTIATOR, Role.SIGNATORY)
    made = Review(
        id=uuid4().hex,
        agreement=command.code,
        revision=revision.hash,
        recorded_by=agency,
        person=who.person,
        recorded_at=uow.now,
        held_at=command.held_at,
        attended=command.attended,
        decision=decision.id,
        decision_hash=decision.hash,
        next_review_at=command.next_review_at,
    )
    store.add(uow.connection, made)
    look_at(command.code, uow)
    note_on(uow, agreement, revision, "reviewed", who, about=made.id)
    uow.emit(
        ReviewRecorded(
            version=1,
            id=made.id,
            agreement=made.agreement,
            service=agreement.service,
            revision=made.revision,
            title=agreements.title(uow.connection, revision.hash),
            parties=[each.agency for each in revision.parties],
            recorded_by=agency,
            held_at=to_micros(made.held_at),
            attended=list(made.attended),
            next_review_at=None if made.next_review_at is None else to_micros(made.next_review_at),
            decision=made.decision,
            decision_hash=made.decision_hash,
        ).event()
    )
    return rules.answer(made, decision.text)


def erase(command: Erase, uow: UnitOfWork) -> dict[str, Any]:
    """Erases what was decided, for the agency that wrote it down. That it was stays."""
    agency, agreement = find_agreement(command.caller, command.code, uow)
    if reviewed_by(agreement, agency, uow.now) is None:
        raise no_review(command.id)
    found = next(
        (each for each in store.of_agreement(uow.connection, command.code) if each.id == command.id), None
    )
    if found is None:
        raise no_review(command.id)
    if found.recorded_by != agency:
        raise Forbidden(f"{found.recorded_by} wrote this down and may erase it")
    words.erase(uow.connection, found.decision)
    return rules.answer(found, None)


def keep_result(record: Told, uow: UnitOfWork) -> None:
    """A final result, for the packs of reviews: the newest revision of it."""
    fact = ResultFinal.model_validate_json(record.data)
    body = fact.result
    store.keep_result(
        uow.connection,
        body["id"].rpartition("-")[0],
        fact.version,
        {
            "agreement": fact.agreement,
            "revision": body["agreement_revision"],
            "objective": body["objective"],
            "scope": body["scope"],
            "window_start": read_instant(body["window"]["start"]),
            "window_end": read_instant(body["window"]["end"]),
            "verdict": body["verdict"],
            "exact": body["exact"],
            "comparator": body["comparator"],
            "target": body["target"],
        },
    )


def keep_dispute(record: Told, uow: UnitOfWork) -> None:
    """A dispute as it was told: without words."""
    fact = DisputeTold.model_validate_json(record.data)
    body = {name: value for name, value in fact.dispute.items() if name != "reason"}
    body["answers"] = [{"agency": each["agency"], "answer": each["answer"]} for each in body["answers"]]
    store.keep_dispute(
        uow.connection,
        body["id"],
        fact.version,
        {
            "agreement": fact.agreement,
            "opened_at": read_instant(body["opened_at"]),
            "body": body,
            "parties": fact.parties,
        },
    )
