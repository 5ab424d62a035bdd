"""Wire models of exclusions. Shapes only: what one may say is in `domain`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.sla.schemas.values import Hash, Instant, LabelValue
from shared.http import CodeText, Page, Text, Wire, Words

JourneyId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
ExclusionKind = Literal["maintenance", "force_majeure", "agreed_pause", "other"]
ExclusionState = Literal["proposed", "approved", "rejected", "withdrawn", "expired", "revoked"]


class ExclusionBody(Wire):
    """What shall not count: what happens in [from, to), or these journeys, or both.

    `objectives` left out: all of them. `scope`: only the groups with these labels. The span lies in the time
    in which the agreement is in force and may be in the past. Without `expires_at` a proposal stays open. The
    `reason` is part of what the parties sign and stands in events and results: a cause, never a person.
    """

    kind: ExclusionKind
    objectives: Annotated[list[CodeText], Field(min_length=1, max_length=200)] | None = None
    scope: Annotated[dict[CodeText, LabelValue], Field(max_length=20)] | None = None
    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Instant | None = None
    journeys: Annotated[list[JourneyId], Field(max_length=1000)] | None = None
    reason: Words
    expires_at: Instant | None = None

    def plain(self) -> dict[str, Any]:
        found = self.model_dump(by_alias=True)
        return {**found, "journeys": found["journeys"] or []}


class ApprovalBody(Wire):
    """The hash of the proposal, as the signatory read it."""

    hash: Hash


class ReasonBody(Wire):
    reason: Text


class Approval(Wire):
    agency: str
    at: datetime
    signatory: str | None


class Refusal(Wire):
    agency: str
    at: datetime
    reason: str | None


class Revocation(Wire):
    agency: str
    at: datetime


class ExclusionView(Wire):
    """An exclusion and where it stands. `awaiting`: who has yet to answer."""

    id: str
    hash: str
    agreement: str
    state: ExclusionState
    kind: ExclusionKind
    objectives: list[str] | None
    scope: dict[str, str] | None
    from_: Annotated[datetime | None, Field(alias="from")]
    to: datetime | None
    journeys: list[str]
    reason: Words
    parties: list[str]
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime | None
    approved_at: datetime | None
    revoked_at: datetime | None
    approvals: list[Approval]
    rejections: list[Refusal]
    revocations: list[Revocation]
    awaiting: list[str]


class Exclusions(Page[ExclusionView]):
    """A part of the exclusions, newest first."""
