"""Reports that were made on schedule."""

from __future__ import annotations

from typing import Literal

from services.evaluation.schemas.results import ResultOut, Scope, Span
from shared.http import Wire


class KeptReport(Wire):
    """`basis`: SHA-256 of what it was made from. `state` closed: some of its results could still change then.

    The report itself: `/reports/{id}` of the pages, as a page, `.pdf` and `.xlsx`.
    """

    id: str
    agreement: str
    period: str
    basis: str
    state: Literal["closed", "final"]
    kept_at: str


class ChangedWindow(Wire):
    """A window that the report would show otherwise now: `then` and `now` are results."""

    objective: str
    scope: Scope
    window: Span
    then: str | None
    now: str | None
    what: Literal["revised", "final", "added", "gone"]


class KeptReportWhole(KeptReport):
    """`results`: as they were then. `basis_now`: of the report that would be made now; the same if nothing
    has changed. `changed`: where they differ."""

    agreement_revisions: list[str]
    results: list[ResultOut]
    basis_now: str | None
    changed: list[ChangedWindow]
