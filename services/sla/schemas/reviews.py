"""Wire models of the life cycle: what is watched, reviews, and the pack of a review."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.sla.schemas.announcements import AnnouncementState, Promise
from services.sla.schemas.answers import DifferenceView
from services.sla.schemas.exclusions import ExclusionView
from services.sla.schemas.values import Instant
from shared.http import CodeText, Page, Text, Wire, Words

WatchKind = Literal["ending", "unreviewed", "unplanned", "party_left"]


class WatchView(Wire):
    """What an agreement in force asks of its parties, or did.

    `due`: of `ending` its end, of `unreviewed` when a review was. `about`: the indicators without a plan, the
    agencies that left.
    """

    id: str
    kind: WatchKind
    state: Literal["open", "cleared"]
    agreement: str
    service: str
    revision: str
    title: Words
    parties: list[str]
    raised_at: datetime
    cleared_at: datetime | None
    due: datetime | None
    about: list[str]


class Watches(Page[WatchView]):
    """A part of what is watched, newest first."""


class ReviewBody(Wire):
    """`attended`: the parties that were there. Without `next_review_at` the next one is due a year later."""

    held_at: Instant
    attended: Annotated[list[CodeText], Field(min_length=1, max_length=100)]
    decision: Text
    next_review_at: Instant | None = None


class ReviewView(Wire):
    """`decision` null: its words were erased; that it was taken stays. `decision_hash`: salted."""

    id: str
    agreement: str
    revision: str
    recorded_by: str
    person: str
    recorded_at: datetime
    held_at: datetime
    attended: list[str]
    decision: str | None
    decision_hash: str
    next_review_at: datetime | None


class Reviews(Wire):
    """All that were held, the latest first. `next_due`: when the agreement is to be reviewed again."""

    next_due: datetime | None
    items: list[ReviewView]


class PromisedView(Wire):
    """A revision that was in force in the span, and what it promises."""

    revision: str
    in_force_from: datetime
    in_force_to: datetime | None
    promises: list[Promise]


class KeptResult(Wire):
    """One final window. `result`: its id at `/api/evaluation/v1/results`."""

    result: str
    revision: str
    scope: dict[str, Any]
    window: dict[str, datetime]
    verdict: str
    exact: str | None
    comparator: str
    target: str


class KeptView(Wire):
    """How a promise was kept: its final windows, the last of them, and up to 100 of the broken ones."""

    objective: str
    windows: int
    met: int
    breached: int
    not_determined: int
    last: KeptResult | None
    broken: list[KeptResult]


class ChangedView(Wire):
    """A revision that took over in the span, and what it says otherwise than the one before it."""

    revision: str
    against: str
    in_force_from: datetime
    differences: list[DifferenceView]


class AnnouncedView(Wire):
    id: str
    number: int
    revision: str
    state: AnnouncementState
    announced_at: datetime
    missing: list[str]


class ReviewPack(Wire):
    """What a review looks at: what was promised, kept, changed, left out and disputed in [from, to).

    `kept` holds windows that ended in the span and are final. `disputes`: as last told, without words.
    """

    agreement: str
    service: str
    title: Words
    parties: list[str]
    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    generated_at: datetime
    promised: list[PromisedView]
    kept: list[KeptView]
    changed: list[ChangedView]
    exclusions: list[ExclusionView]
    disputes: list[dict[str, Any]]
    announcements: list[AnnouncedView]
    watches: list[WatchView]
    last_review: ReviewView | None
