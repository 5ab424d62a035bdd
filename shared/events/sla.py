"""What the agreements' service tells. Control topics: one partition, kept for ever."""

from __future__ import annotations

from typing import Any, ClassVar

from shared.events.envelope import Fact
from shared.events.topics import (
    ACCEPTANCES,
    AGREEMENTS,
    ANNOUNCEMENTS,
    EXCLUSIONS,
    INDICATORS,
    MOVES,
    NEEDS,
    WATCHES,
    WITNESS_KEYS,
)

EXCLUSION_PROPOSED = "sanya.sla.exclusion.proposed.v1"
EXCLUSION_APPROVED = "sanya.sla.exclusion.approved.v1"
EXCLUSION_REJECTED = "sanya.sla.exclusion.rejected.v1"
EXCLUSION_WITHDRAWN = "sanya.sla.exclusion.withdrawn.v1"
EXCLUSION_REVOKED = "sanya.sla.exclusion.revoked.v1"
EXCLUSION_TYPES = (
    EXCLUSION_PROPOSED,
    EXCLUSION_APPROVED,
    EXCLUSION_REJECTED,
    EXCLUSION_WITHDRAWN,
    EXCLUSION_REVOKED,
)

ACKNOWLEDGEMENT_DUE = "sanya.sla.acknowledgement.due.v1"
ACKNOWLEDGEMENT_OVERDUE = "sanya.sla.acknowledgement.overdue.v1"
ACKNOWLEDGEMENT_TYPES = (ACKNOWLEDGEMENT_DUE, ACKNOWLEDGEMENT_OVERDUE)
WATCH_RAISED = "sanya.sla.watch.raised.v1"
WATCH_CLEARED = "sanya.sla.watch.cleared.v1"
WATCH_TYPES = (WATCH_RAISED, WATCH_CLEARED)


class IndicatorChanged(Fact):
    """An indicator was made or changed; `document` has the shape of API.md, Agreements. Key: its code."""

    topic: ClassVar[str] = INDICATORS
    type: ClassVar[str] = "sanya.sla.indicator.changed.v1"

    code: str
    service: str
    kind: str
    document: dict[str, Any]

    def subject_of(self) -> str:
        return self.code


class AgreementInForce(Fact):
    """A revision that every party accepted, with the span [effective_from, effective_to) it is in force.

    Told when the last acceptance comes (the span may lie in the future, or, for a `retroactive` one, in the
    past), and again with a higher version when the span gets an end: by an amendment's cut-over or a
    termination. `document` is the whole stored form that `hash` is made of. Times are µs UTC.
    """

    topic: ClassVar[str] = AGREEMENTS
    type: ClassVar[str] = "sanya.sla.agreement.in-force.v1"

    agreement: str
    hash: str
    parent: str | None
    service: str
    parties: list[str]
    visibility: str
    effective_from: int
    effective_to: int | None
    document: dict[str, Any]

    def subject_of(self) -> str:
        return f"{self.agreement}/{self.hash}"

    def key_of(self) -> str:
        return self.agreement


class ExclusionTold(Fact):
    """An exclusion as it stands: agreed time or journeys that do not count. The event type says the state.

    Only an `approved` one changes what counts, until all parties revoked it. `id` is the hash of what was
    proposed. A span is [from_at, to_at), whole minutes in µs UTC, None without one; `objectives` None: all
    of the agreement; `scope`: only groups with these labels. `approvals`: who agreed and when.
    """

    topic: ClassVar[str] = EXCLUSIONS
    type: ClassVar[str] = EXCLUSION_APPROVED

    id: str
    state: str
    agreement: str
    service: str
    parties: list[str]
    kind: str
    objectives: list[str] | None
    scope: dict[str, str] | None
    from_at: int | None
    to_at: int | None
    journeys: list[str]
    reason: dict[str, str]
    proposed_by: str
    proposed_at: int
    approvals: list[dict[str, Any]]

    def subject_of(self) -> str:
        return self.id

    def key_of(self) -> str:
        return self.agreement

    def type_of(self) -> str:
        return f"sanya.sla.exclusion.{self.state}.v1"


class AcceptanceSigned(Fact):
    """An agency accepted a revision; what the deployment's key signed of it, for whoever keeps evidence.

    `statement` is the RFC 8785 form, to the byte (docs/verify/README.md); of the person there is an id and
    the salted hash of the name. Subject: `revision`/`agency`; key: the agreement. `at` in µs UTC.
    """

    topic: ClassVar[str] = ACCEPTANCES
    type: ClassVar[str] = "sanya.sla.acceptance.signed.v1"

    agreement: str
    revision: str
    agency: str
    at: int
    statement: str
    signature: str

    def subject_of(self) -> str:
        return f"{self.revision}/{self.agency}"

    def key_of(self) -> str:
        return self.agreement


class WitnessKeyChanged(Fact):
    """A public key with which the deployment witnesses acceptances came into use, or got its end (µs UTC).

    Subject and key: its kid. What it signed between `valid_from` and `valid_until` stays good.
    """

    topic: ClassVar[str] = WITNESS_KEYS
    type: ClassVar[str] = "sanya.sla.key.changed.v1"

    kid: str
    jwk: dict[str, Any]
    valid_from: int
    valid_until: int | None

    def subject_of(self) -> str:
        return self.kid


class NeedChanged(Fact):
    """A need was gathered, changed, merged, split, linked, or its words were erased. Never what it says.

    `statement` is the id of its words, `statement_hash` their salted hash. Subject: its id; key: its service.
    """

    topic: ClassVar[str] = NEEDS
    type: ClassVar[str] = "sanya.sla.need.changed.v1"

    id: str
    service: str
    agency: str
    statement: str
    statement_hash: str
    source: str
    priority: str | None
    frequency: int | None
    severity: int | None
    legal_weight: int | None
    wanted: str | None
    merged_into: str | None
    indicators: list[str]
    objectives: list[str]

    def subject_of(self) -> str:
        return self.id

    def key_of(self) -> str:
        return self.service


class NeedsImported(Fact):
    """Needs were taken in from a file, as a whole. `hash`: its SHA-256. Subject: its id; key: its service."""

    topic: ClassVar[str] = NEEDS
    type: ClassVar[str] = "sanya.sla.needs.imported.v1"

    id: str
    service: str
    agency: str
    hash: str
    rows: int

    def subject_of(self) -> str:
        return self.id

    def key_of(self) -> str:
        return self.service


class NeedWeightsChanged(Fact):
    """The weights by which a service's needs are ranked, and the agency that set them. Key: the service."""

    topic: ClassVar[str] = NEEDS
    type: ClassVar[str] = "sanya.sla.need-weights.changed.v1"

    service: str
    agency: str
    frequency: int
    severity: int
    legal_weight: int

    def subject_of(self) -> str:
        return f"{self.service}/weights"

    def key_of(self) -> str:
        return self.service


class FactorChanged(Fact):
    """A factor that bounds a service was made or changed. Never what it says. Key: its service."""

    topic: ClassVar[str] = NEEDS
    type: ClassVar[str] = "sanya.sla.factor.changed.v1"

    id: str
    service: str
    agency: str
    kind: str
    statement: str
    statement_hash: str
    value: str | None
    indicator: str | None

    def subject_of(self) -> str:
        return self.id

    def key_of(self) -> str:
        return self.service


class MoveMade(Fact):
    """A move of a negotiation, as its history keeps it for ever. `number` rises by one in each agreement.

    `move` says which; `revision`: the hash it is about; `agency`: whose it is (null: an instant came), made
    by `by_agency` under `delegation` where another acted for it; `about`: the comment, delegation or
    termination. `parties` may hear of it. Not told: who the person was, and what was written. `at` in µs UTC.
    """

    topic: ClassVar[str] = MOVES
    type: ClassVar[str] = "sanya.sla.move.made.v1"

    agreement: str
    number: int
    service: str
    move: str
    revision: str | None
    agency: str | None
    by_agency: str | None
    delegation: str | None
    role: str | None
    about: str | None
    details: dict[str, Any]
    parties: list[str]
    at: int

    def subject_of(self) -> str:
        return self.agreement


class AnnouncementPublished(Fact):
    """A revision was announced to everybody (`visibility` `parties`: to them); each party acknowledges it.

    `id`: the hash of what was announced; `number` counts along the service, apart for each visibility.
    `title`: the agreement's. `announced_by` None: nobody did before it came in force, so the system did.
    `supersedes`: the announcement of the same agreement that it takes the place of. Times are µs UTC.
    """

    topic: ClassVar[str] = ANNOUNCEMENTS
    type: ClassVar[str] = "sanya.sla.announcement.published.v1"

    id: str
    number: int
    agreement: str
    service: str
    revision: str
    title: dict[str, str]
    parties: list[str]
    visibility: str
    announced_by: str | None
    announced_at: int
    effective_from: int
    acknowledge_by: int
    supersedes: str | None

    def subject_of(self) -> str:
        return self.id

    def key_of(self) -> str:
        return self.agreement


class AnnouncementAcknowledged(Fact):
    """An officer of `agency` acknowledged an announcement (never who). `missing`: who has not yet."""

    topic: ClassVar[str] = ANNOUNCEMENTS
    type: ClassVar[str] = "sanya.sla.announcement.acknowledged.v1"

    id: str
    number: int
    agreement: str
    service: str
    title: dict[str, str]
    parties: list[str]
    agency: str
    acknowledged_at: int
    acknowledge_by: int
    missing: list[str]

    def subject_of(self) -> str:
        return self.id

    def key_of(self) -> str:
        return self.agreement


class AcknowledgementAwaited(Fact):
    """An announcement waits for the acknowledgement of `agency`; the event type says due or overdue.

    `id`: the announcement's. `days`: left until `acknowledge_by`, or late since (each one begun counts).
    `reminder` counts from 1. Meant for `agency`; all `parties` may know of it. Subject: `id`/`agency`.
    """

    topic: ClassVar[str] = ANNOUNCEMENTS
    type: ClassVar[str] = ACKNOWLEDGEMENT_DUE

    id: str
    number: int
    agreement: str
    service: str
    title: dict[str, str]
    parties: list[str]
    agency: str
    acknowledge_by: int
    days: int
    overdue: bool
    reminder: int

    def subject_of(self) -> str:
        return f"{self.id}/{self.agency}"

    def key_of(self) -> str:
        return self.agreement

    def type_of(self) -> str:
        return ACKNOWLEDGEMENT_OVERDUE if self.overdue else ACKNOWLEDGEMENT_DUE


class WatchTold(Fact):
    """Something about an agreement in force needs its parties, or no longer does; the event type says which.

    `kind`: `ending` (`due`: its end), `unreviewed` (`due`: when a review was), `unplanned` (`about`: the
    indicators without a measurement plan), `party_left` (`about`: the agencies). Subject: `agreement`/`kind`.
    """

    topic: ClassVar[str] = WATCHES
    type: ClassVar[str] = WATCH_RAISED

    id: str
    kind: str
    agreement: str
    service: str
    revision: str
    title: dict[str, str]
    parties: list[str]
    raised_at: int
    cleared_at: int | None
    due: int | None
    about: list[str]

    def subject_of(self) -> str:
        return f"{self.agreement}/{self.kind}"

    def key_of(self) -> str:
        return self.agreement

    def type_of(self) -> str:
        return WATCH_RAISED if self.cleared_at is None else WATCH_CLEARED


class ReviewRecorded(Fact):
    """The parties met to review an agreement. `decision`: the id of what was decided, with its salted hash.

    `attended`: agencies, not persons. `next_review_at` None: a year later.
    """

    topic: ClassVar[str] = WATCHES
    type: ClassVar[str] = "sanya.sla.review.recorded.v1"

    id: str
    agreement: str
    service: str
    revision: str
    title: dict[str, str]
    parties: list[str]
    recorded_by: str
    held_at: int
    attended: list[str]
    next_review_at: int | None
    decision: str
    decision_hash: str

    def subject_of(self) -> str:
        return self.id

    def key_of(self) -> str:
        return self.agreement
