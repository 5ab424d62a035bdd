"""Wire models of agreements: the document, and the moves on a revision."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from services.sla.schemas.values import Comparator, Duration, Hash, Instant, LabelValue, Limit, Number, Target
from shared.http import CodeText, Line, Text, Wire, Words


class Good(Wire):
    """Which values, or which journeys' times, are good."""

    comparator: Comparator
    value: Limit


class Window(Wire):
    """`calendar`: unit, count, anchor. `rolling`: duration, step."""

    kind: Literal["calendar", "rolling"]
    unit: Literal["hour", "day", "week", "month", "quarter", "half_year", "year"] | None = None
    count: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None
    anchor: Annotated[str, Field(max_length=20)] | None = None
    duration: Duration | None = None
    step: Duration | None = None


class BurnPair(Wire):
    """A burn alert: the error budget burns at `factor` or faster over both lookbacks."""

    long: Duration
    short: Duration
    factor: Number


class Slice(Wire):
    """Equal parts of a window, from its start on; a shorter last one counts as one.

    `target`: the share from which on a slice is good (for `<=`: up to which); exactly is enough. `empty`:
    what a slice without data counts as, `ignored` without it.
    """

    length: Duration
    target: Number | None = None
    empty: Literal["ignored", "good", "bad"] | None = None


class GroupTarget(Wire):
    """The target of one label group, named by all labels of the scope."""

    scope: Annotated[dict[str, LabelValue], Field(min_length=1, max_length=8)]
    target: Target


class Statutory(Wire):
    """What a law demands: `value` as in `good.value`, or, a share, as in `target`; and where it stands.

    A looser promise is flagged and needs a `reason`; it is not refused.
    """

    value: Limit
    section: Line
    reason: Words | None = None


class Objective(Wire):
    """One promise.

    `target` of a share is a number between 0 and 1; of a mean, sum, minimum or maximum of journeys' times it
    may be a duration (`PT8H`), else it is a number in the indicator's unit (seconds). `unknown_group`: what
    groups without a target of their own are judged by; `listed`: by nothing, they are only shown.
    """

    code: CodeText
    indicator: CodeText
    responsible: CodeText
    aggregation: Literal["share", "mean", "sum", "minimum", "maximum", "count"] | None = None
    good: Good | None = None
    comparator: Comparator
    target: Target
    window: Window
    count_at: Literal["completion", "start", "deadline"] | None = None
    overdue: Literal["counted", "listed"] | None = None
    budgeting: Literal["occurrences", "timeslices", "ratio-timeslices"] | None = None
    scope: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=8)] | None = None
    minimum_total: Annotated[StrictInt, Field(ge=1, le=9_000_000_000)] | None = None
    coverage_floor: Number | None = None
    grace: Duration | None = None
    slice: Slice | None = None
    targets: Annotated[list[GroupTarget], Field(max_length=1000)] | None = None
    unknown_group: Literal["default_target", "listed"] | None = None
    scope_at: Literal["start", "end"] | None = None
    pauses: Annotated[list[CodeText], Field(max_length=50)] | None = None
    warning: Target | None = None
    alerts: list[BurnPair] | None = None
    allotments: Annotated[dict[CodeText, Limit], Field(max_length=200)] | None = None
    statutory: Statutory | None = None
    public_wording: Words | None = None
    headline: StrictBool | None = None
    clause: Line | None = None
    contact: Line | None = None


class Plan(Wire):
    """How an indicator is measured: one source, and how often it reports.

    `silence_after`: how long it may be silent before the parties are told; the frequency without it.
    """

    indicator: CodeText
    source: CodeText
    method: Words | None = None
    frequency: Duration
    silence_after: Duration | None = None
    expected_volume: Annotated[StrictInt, Field(ge=0, le=9_000_000_000)] | None = None
    post: Line | None = None


class Member(Wire):
    """An objective, or another composite; `weight` where the composite is weighted."""

    objective: CodeText
    weight: Number | None = None


class Composite(Wire):
    """A promise over others: all of them hold, their weighted mean, or the worst of them."""

    code: CodeText
    title: Words | None = None
    kind: Literal["all", "weighted", "worst"]
    members: Annotated[list[Member], Field(min_length=1, max_length=50)]
    comparator: Comparator | None = None
    target: Number | None = None
    responsible: CodeText | None = None
    public_wording: Words | None = None


class Bracket(Wire):
    """What a result costs that lies beyond a bound."""

    comparator: Comparator
    value: Number
    cost: Number


class Period(Wire):
    """A billing period: `unit` x `count` from `anchor`. A window belongs to the one in which it ends."""

    unit: Literal["month", "quarter", "half_year", "year"]
    count: Annotated[StrictInt, Field(ge=1, le=120)] | None = None
    anchor: Annotated[str, Field(max_length=20)] | None = None


class Cap(Wire):
    cost: Number
    period: Period


class Recurrence(Wire):
    """Costs only from the n-th broken window running; `not_determined` ones break the run, or are skipped."""

    windows: Annotated[StrictInt, Field(ge=2, le=100)]
    not_determined: Literal["breaks", "skipped"] | None = None


class Consequence(Wire):
    """What a broken promise costs. Computed and shown, never applied."""

    code: CodeText
    objective: CodeText
    brackets: Annotated[list[Bracket], Field(min_length=1, max_length=50)]
    unit: Literal["percent", "points", "THB"]
    cap: Cap | None = None
    recurrence: Recurrence | None = None
    exclusive_with: Annotated[list[CodeText], Field(max_length=100)] | None = None
    clause: Line | None = None


class Document(Wire):
    """An agreement as its parties sign it. `parent` only in a child: the hash of the revision it follows."""

    code: CodeText
    parent: Hash | None = None
    title: Words
    service: CodeText
    parties: Annotated[list[CodeText], Field(min_length=1, max_length=50)]
    legal_form: Literal["formal", "informal"] | None = None
    visibility: Literal["public", "parties"] | None = None
    retroactive: StrictBool | None = None
    review_at: Instant | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    calendar: CodeText | None = None
    effective_from: Instant
    effective_until: Instant | None = None
    objectives: Annotated[list[Objective], Field(min_length=1, max_length=200)]
    plans: Annotated[list[Plan], Field(max_length=200)] | None = None
    composites: Annotated[list[Composite], Field(max_length=50)] | None = None
    consequences: Annotated[list[Consequence], Field(max_length=100)] | None = None
    terms: dict[str, Any] | None = None

    def plain(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


class ChildDocument(Document):
    """A counter-offer or an amendment: the whole document. `code` may be left to the address."""

    code: CodeText | None = None  # type: ignore[assignment]
    parent: Hash


class OfferBody(Wire):
    """Without `expires_at` an offer stands until it is answered, withdrawn or followed by another."""

    expires_at: Instant | None = None


class AcceptanceBody(Wire):
    """The hash of the revision that is signed, as the signatory read it. `for`: who delegated it to us.

    `signature`: by the agency's own key `kid`, over the RFC 8785 form of
    `{"agency": …, "agreement": …, "hash": …, "kid": …, "type": "sanya.acceptance.own-key.v1"}`.
    """

    hash: Hash
    for_: Annotated[CodeText | None, Field(alias="for")] = None
    signature: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{86}$")] | None = None
    kid: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")] | None = None

    @model_validator(mode="after")
    def _signature_and_key(self) -> AcceptanceBody:
        if (self.signature is None) != (self.kid is None):
            raise ValueError('"signature" and "kid" go together: send both, or neither')
        return self


class RejectionBody(Wire):
    """Why, and because of which clause. `for`: the agency that delegated it to us."""

    reason: Text
    clause: Line | None = None
    for_: Annotated[CodeText | None, Field(alias="for")] = None
