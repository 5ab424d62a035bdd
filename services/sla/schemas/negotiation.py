"""Wire models of comments, delegations, terminations and the history."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.sla.schemas.values import Hash, Instant
from shared.http import CodeText, Page, Text, Wire, Words

ObjectId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Person = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_.:@-]+$")]
Act = Literal["accept", "reject", "terminate"]


class CommentBody(Wire):
    """What a party has to say of a clause. `clause`: as in differences; "" is the whole agreement."""

    revision: Hash
    clause: Annotated[str, Field(max_length=300, pattern=r"^(/[^\x00-\x1f]*)?$")] = ""
    text: Text
    answers: ObjectId | None = None


class CommentView(Wire):
    """`text` null: it was erased; that it was written stays. `text_hash`: salted."""

    id: str
    agreement: str
    revision: str
    clause: str
    words: Words
    answers: str | None
    text: str | None
    text_hash: str
    agency: str
    at: datetime
    state: Literal["open", "resolved"]
    resolved_at: datetime | None
    resolved_by: str | None


class Comments(Page[CommentView]):
    """A part of the comments, oldest first: all parties see the same."""


class DelegationBody(Wire):
    """Lets the signatories of `to`, or this one `person` of it, act for the caller's agency until `ends_at`.

    `scope` `service`: in all agreements about this agreement's service.
    """

    to: CodeText
    person: Person | None = None
    scope: Literal["agreement", "service"] = "agreement"
    moves: Annotated[list[Act], Field(min_length=1, max_length=3)]
    ends_at: Instant


class DelegationView(Wire):
    id: str
    state: Literal["active", "ended", "revoked"]
    granted_by: str
    granted_to: str
    person: str | None
    scope: Literal["agreement", "service"]
    agreement: str | None
    service: str
    moves: list[str]
    granted_at: datetime
    ends_at: datetime
    revoked_at: datetime | None


class Delegations(Wire):
    """All that cover the agreement, oldest first."""

    items: list[DelegationView]


class TerminationBody(Wire):
    """Ends the agreement, or, with three parties or more, the caller's part in it (`leaving`).

    `hash`: the revision that is ended, as the signatory read it. Without `effective_at` the first instant at
    which the notice is kept. `for`: the agency that delegated it to us.
    """

    hash: Hash
    kind: Literal["termination", "leaving"] = "termination"
    effective_at: Instant | None = None
    reason: Text | None = None
    for_: Annotated[CodeText | None, Field(alias="for")] = None


class SignOffBody(Wire):
    """The id of the termination, as the signatory read it."""

    hash: Hash
    for_: Annotated[CodeText | None, Field(alias="for")] = None


class SignOffView(Wire):
    agency: str
    signed_at: datetime | None
    by_agency: str | None
    delegation: str | None


class TerminationView(Wire):
    """`id` is the hash of `document`. `given_at`: when the last one whose word is asked for gave it."""

    id: str
    state: Literal["proposed", "given", "effective", "expired", "withdrawn"]
    agreement: str
    revision: str
    kind: Literal["termination", "leaving"]
    proposed_by: str
    proposed_at: datetime
    notice: str | None
    effective_at: datetime
    given_at: datetime | None
    withdrawn_at: datetime | None
    reason: str | None
    signers: list[SignOffView]
    document: dict[str, Any]


class Terminations(Wire):
    """All that there were, oldest first."""

    items: list[TerminationView]


class MoveView(Wire):
    """`agency` null: an instant came, or another move brought it. `about`: a comment, a termination, ..."""

    number: int
    move: str
    revision: str | None
    agency: str | None
    by_agency: str | None
    delegation: str | None
    person: str | None
    role: str | None
    at: datetime
    about: str | None
    details: dict[str, Any]


class History(Page[MoveView]):
    """A part of the moves, oldest first, for ever."""
