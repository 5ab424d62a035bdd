"""Wire models of what is answered about agreements."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from shared.http import Page, Wire, Words

RevisionState = Literal[
    "draft",
    "offered",
    "accepted",
    "in_force",
    "ended",
    "rejected",
    "expired",
    "withdrawn",
    "superseded",
]


class Acceptance(Wire):
    """Who signed is shown to the parties. `by_agency` signed for `agency`, under `delegation`."""

    agency: str
    hash: str
    at: datetime
    signatory: str | None
    role: str | None
    by_agency: str | None
    delegation: str | None


class Rejection(Wire):
    agency: str
    at: datetime
    by_agency: str | None
    reason: str | None
    clause: str | None


class Flag(Wire):
    """What to see before signing: a promise that is looser than the law, or not to be compared with it."""

    clause: str
    flag: Literal["looser_than_the_law", "not_comparable_with_the_law"]
    promised: Any
    statutory: Any
    section: str
    reason: Any


class RevisionView(Wire):
    """A revision and where it stands. `in_force_from` and `in_force_to` are set by the last acceptance."""

    hash: str
    parent: str | None
    state: RevisionState
    standing: dict[str, Literal["not_opened", "opened", "accepted", "rejected"]]
    visibility: Literal["public", "parties"]
    legal_form: Literal["formal", "informal"]
    flags: list[Flag]
    made_by: str
    made_at: datetime
    offered_at: datetime | None
    expires_at: datetime | None
    effective_from: datetime
    effective_until: datetime | None
    in_force_from: datetime | None
    in_force_to: datetime | None
    acceptances: list[Acceptance]
    rejections: list[Rejection]
    contacts: dict[str, str]
    notes: list[str]


class AgreementView(Wire):
    """An agreement as the caller may see it: revisions in the order in which they were made."""

    code: str
    service: str
    state: RevisionState
    in_force: str | None
    revisions: list[RevisionView]


class ListedAgreement(AgreementView):
    """`document`: of the revision in force, where `include=document` asks for it."""

    document: dict[str, Any] | None = None


class Agreements(Page[ListedAgreement]):
    """A part of the agreements, by code."""


class DifferenceView(Wire):
    """One clause; an objective stands under its code: `/objectives/confirm-3-days/target`.

    `words`: what the clause is, for people.
    """

    clause: str
    words: Words
    change: Literal["added", "removed", "changed"]
    before: Any
    after: Any


class Differences(Wire):
    """What `hash` says otherwise than `against`."""

    hash: str
    against: str
    differences: list[DifferenceView]
