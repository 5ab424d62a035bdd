"""How a result came about, as it is shown."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from services.evaluation.schemas.burning import Burn
from services.evaluation.schemas.consequences import ConsequenceOut
from services.evaluation.schemas.results import MemberOut, ResultOut, Scope, Span
from shared.http import Wire


class Step(Wire):
    """A step of the sum, so that a person can do it again by hand."""

    number: int
    text: dict[str, str]
    count: int | None = None


class BatchIn(Wire):
    """A batch whose event times touch the window. Its owner reads its rows at `rows_at`.

    `why_not`: voided, waits_for_seal, other_revision or not_yet_applied; without it each row counts that is
    as `counts` of the explanation says, but for those that came after the window was final.
    """

    id: str
    source: str
    agency: str
    rows: int
    first_at: str
    last_at: str
    received_at: str
    position: str
    counts: bool
    why_not: str | None
    after_final: int
    rows_at: str


class RowsOf(Wire):
    """A batch, and where its owner reads its rows."""

    id: str
    agency: str
    rows_at: str


class PauseIn(Wire):
    """A span in which a journey waited; `end` null: it still does. `agreed`: it stops the clock."""

    start: str
    end: str | None
    owner: str | None
    reason: str
    agreed: bool


class JourneyIn(Wire):
    """A journey that counts in the window, or ran in it and counts nowhere (yet): then `why_not` says why.

    `seconds`: from start to end, as the recipient saw it; `spent`: what of it the objective's clock counts
    (working time, without pauses), by the version `calendar` of the working calendar.

    `started` is null where the declared start is missing: such a one is `uncounted`, shown where it ended.
    """

    journey: str
    state: str
    good: bool
    started: str | None
    ended: str | None
    seconds: str | None
    spent: str | None
    calendar: int | None
    deadline: str | None
    flags: list[str]
    counts: bool
    counts_at: str | None
    why_not: str | None
    batches: list[RowsOf]
    pauses: list[PauseIn] = []


class Agreeing(Wire):
    agency: str
    at: str


class ExclusionIn(Wire):
    """What all parties agreed to leave out: the rows (or journeys that count) in [from, to), and journeys
    by name, which are shown to the parties."""

    id: str
    kind: str
    reason: dict[str, str]
    objectives: list[str] | None
    scope: dict[str, str] | None
    from_: Annotated[str | None, Field(alias="from")]
    to: str | None
    journeys: list[str]
    proposed_by: str
    proposed_at: str
    approvals: list[Agreeing]


class CorrectionIn(Wire):
    """Batches that all parties agreed to count although they came after the window was final."""

    id: str
    kind: str
    batches: list[str]
    reason: str | None
    proposed_by: str
    proposed_at: str
    approvals: list[dict[str, str | None]]


class AfterFinal(Wire):
    """Rows that came after the window was final: kept, not counted. 0: a report of nothing, not heard."""

    batch: str
    rows: int


class RevisionSpan(Wire):
    """The revision that judges, and when it is in force."""

    hash: str
    parent: str | None
    time_zone: str | None
    effective_from: str
    effective_to: str | None
    accepted_at: str | None


class WhatCounts(Wire):
    """Which rows count: of the indicator, in [from, to) without what is excluded, with these labels (null:
    without it).

    Of journeys: by where `count_at` says they count.
    """

    indicator: str
    from_: str = Field(alias="from")
    to: str
    without: list[Span] = []
    labels: Scope
    count_at: str | None
    overdue: str | None


class MemberResult(MemberOut):
    """A member of a composite, with its newest result."""

    result: str | None


class Explanation(Wire):
    """How a result came about. `batches` and `journeys` are paged together by `next`.

    `flags`: how many of all its journeys are `repeated`, `out_of_order`, or `missing_start`.
    """

    result: ResultOut
    formula: str
    steps: list[Step]
    objective: dict[str, Any]
    indicator: dict[str, Any]
    revision: RevisionSpan
    counts: WhatCounts | None
    members: list[MemberResult] = []
    consequences: list[ConsequenceOut] = []
    burn: Burn | None
    calendar: dict[str, Any] | None
    calendar_versions: list[int]
    plan: Any
    exclusions: list[ExclusionIn]
    corrections: list[CorrectionIn]
    backfill: str | None
    cause: dict[str, Any] | None
    batches: list[BatchIn]
    journeys: list[JourneyIn]
    flags: dict[str, int] = {}
    after_final: list[AfterFinal]
    earlier: list[str]
    next: str | None
