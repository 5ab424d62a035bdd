"""Wire models of announcements and of who acknowledged them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from services.sla.domain.announcements import DAYS, MOST_DAYS
from services.sla.schemas.values import Hash
from shared.http import Page, Text, Wire, Words

AnnouncementState = Literal["upcoming", "in_force", "superseded", "ended"]


class Note(Wire):
    """What the announcer says besides the formal text. Everybody reads it: no names of persons."""

    th: Text | None = None
    en: Text | None = None


class AnnouncementBody(Wire):
    """`acknowledge_within_days`: each party acknowledges by the end of the so many-th day after today."""

    acknowledge_within_days: Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)] = DAYS
    note: Note | None = None

    def texts(self) -> dict[str, str]:
        found = self.note.model_dump() if self.note else {}
        return {lang: text for lang, text in found.items() if text is not None}


class AcknowledgementBody(Wire):
    """The hash of the announcement, as the officer read it."""

    hash: Hash


class AcknowledgementView(Wire):
    """`at` null: not yet. `days_late`: at the acknowledgement, or up to now. `person`: only for parties."""

    agency: str
    hash: str | None
    at: datetime | None
    days_late: int
    person: str | None
    role: str | None


class AnnouncementSummary(Wire):
    """`number` counts along the service. `announced_by` null: by the system, when it came in force.

    `superseded_by`: what takes its place; until that is in force, the state is still `in_force`.
    """

    id: str
    hash: str
    number: int
    service: str
    agreement: str
    revision: str
    state: AnnouncementState
    visibility: Literal["public", "parties"]
    legal_form: Literal["formal", "informal"]
    parties: list[str]
    title: Words
    text: Words
    note: Words | None
    announced_by: str | None
    announced_at: datetime
    effective_from: datetime
    effective_until: datetime | None
    acknowledge_by: datetime
    supersedes: str | None
    superseded_by: str | None
    acknowledged: int
    acknowledgements: list[AcknowledgementView]


class Promise(Wire):
    """One objective as it is announced, headlines first."""

    objective: str
    indicator: str
    responsible: str
    wording: Words | None
    headline: bool
    aggregation: str | None
    good: Any
    comparator: str
    target: Any
    window: Any


class AnnouncementView(AnnouncementSummary):
    """`document`: what `hash` is the SHA-256 of, in its RFC 8785 form."""

    promises: list[Promise]
    document: dict[str, Any]


class Announcements(Page[AnnouncementSummary]):
    """A part of the announcements, newest first."""
