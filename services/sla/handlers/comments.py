"""Comments on clauses. All parties of a revision see one at the same moment; its words can be erased."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from services.sla.domain.clauses import names_a_clause, words_of
from services.sla.domain.negotiation import Agreement, State
from services.sla.handlers.access import find_agreement, find_revision, no_agreement
from services.sla.handlers.history import actor, note_on
from services.sla.store import agreements
from services.sla.store import comments as store
from services.sla.store.comments import Comment
from shared import words
from shared.auth import Principal, Role
from shared.clock import rfc3339
from shared.db import UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, Unprocessable

OPEN = (State.DRAFT, State.OFFERED, State.ACCEPTED, State.IN_FORCE)
ROLES = (Role.NEGOTIATOR, Role.SIGNATORY)


@dataclass(frozen=True, slots=True)
class Write:
    caller: Principal
    code: str
    revision: str
    clause: str
    text: str
    answers: str | None


@dataclass(frozen=True, slots=True)
class Move:
    caller: Principal
    code: str
    id: str


def no_comment(comment_id: str) -> NotFound:
    """The one answer for a missing comment and for other agencies'."""
    return NotFound(f"no comment {comment_id!r} is open to you")


def write(command: Write, uow: UnitOfWork) -> dict[str, Any]:
    """Keeps a comment on a clause of a revision that is still talked about."""
    find_agreement(command.caller, command.code, uow)
    agency, agreement, revision = find_revision(command.caller, command.code, command.revision, uow)
    state = revision.state(uow.now)
    if state not in OPEN:
        raise Conflict(
            f"this revision is {state.value}: what is said of it has no reader; comment on the newest one",
            slug="stale-hash" if state is State.SUPERSEDED else None,
        )
    if not _clause_of(command.clause, revision.hash, revision.parent, uow):
        raise Unprocessable(
            "the comment is about nothing", errors=[Fault("/clause", "names no clause of this revision")]
        )
    if command.answers is not None:
        answered = store.find(uow.connection, command.code, command.answers)
        if answered is None or answered.revision != revision.hash:
            raise Unprocessable(
                "the comment answers nothing", errors=[Fault("/answers", "no comment on this revision")]
            )
    text = words.keep(uow, agency, command.text)
    made = Comment(
        id=uuid4().hex,
        agreement=command.code,
        revision=revision.hash,
        clause=command.clause,
        answers=command.answers,
        text=text.id,
        text_hash=text.hash,
        agency=agency,
        person=command.caller.subject,
        made_at=uow.now,
    )
    store.add(uow.connection, made)
    who = actor(command.caller, agency, *ROLES)
    note_on(uow, agreement, revision, "commented", who, about=made.id, text_hash=text.hash)
    return answer(made, command.text)


def resolve(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Says that what a comment asks for is done. Any party may, and any party may open it again."""
    agency, agreement, found = _find(command, uow)
    if found.resolved_at is not None:
        raise Conflict(f"{found.resolved_by} resolved it at {rfc3339(found.resolved_at)} already")
    store.change(uow.connection, found.id, resolved_at=uow.now, resolved_by=agency)
    return _noted(command, agency, agreement, found, "comment_resolved", uow)


def reopen(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    agency, agreement, found = _find(command, uow)
    if found.resolved_at is None:
        raise Conflict("this comment is open; nothing was changed")
    store.change(uow.connection, found.id, resolved_at=None, resolved_by=None)
    return _noted(command, agency, agreement, found, "comment_reopened", uow)


def erase(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Erases what was written, for its own agency. That it was written stays."""
    agency, agreement, found = _find(command, uow)
    if found.agency != agency:
        raise Forbidden(f"{found.agency} wrote this comment and erases it")
    if found.text not in words.read(uow.connection, [found.text]):
        raise Conflict("what was written is erased already")
    words.erase(uow.connection, found.text)
    return _noted(command, agency, agreement, found, "comment_erased", uow)


def answer(found: Comment, text: str | None) -> dict[str, Any]:
    return {
        "id": found.id,
        "agreement": found.agreement,
        "revision": found.revision,
        "clause": found.clause,
        "words": words_of(found.clause),
        "answers": found.answers,
        "text": text,
        "text_hash": found.text_hash,
        "agency": found.agency,
        "at": rfc3339(found.made_at),
        "state": "open" if found.resolved_at is None else "resolved",
        "resolved_at": None if found.resolved_at is None else rfc3339(found.resolved_at),
        "resolved_by": found.resolved_by,
    }


def _clause_of(clause: str, digest: str, parent: str | None, uow: UnitOfWork) -> bool:
    """What was taken out of the parent can be talked about as well."""
    return any(
        names_a_clause(clause, json.loads(agreements.document(uow.connection, each)))
        for each in (digest, parent)
        if each is not None
    )


def _find(command: Move, uow: UnitOfWork) -> tuple[str, Agreement, Comment]:
    agency, agreement = find_agreement(command.caller, command.code, uow)
    found = store.find(uow.connection, command.code, command.id)
    revision = agreement.find(found.revision) if found else None
    if found is None or revision is None or revision.party(agency) is None:
        raise no_comment(command.id)
    return agency, agreement, found


def _noted(
    command: Move, agency: str, agreement: Agreement, found: Comment, move: str, uow: UnitOfWork
) -> dict[str, Any]:
    revision = agreement.find(found.revision)
    if revision is None:
        raise no_agreement(agreement.code)
    note_on(uow, agreement, revision, move, actor(command.caller, agency, *ROLES), about=found.id)
    again = store.find(uow.connection, command.code, found.id)
    assert again is not None
    return answer(again, words.read(uow.connection, [again.text]).get(again.text))
