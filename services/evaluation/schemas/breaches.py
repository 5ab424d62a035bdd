"""Breaches (API.md, Results and breaches)."""

from __future__ import annotations

from services.evaluation.schemas.attribution import AgencyPart, Attributed
from services.evaluation.schemas.disputes import DisputeOut
from services.evaluation.schemas.results import Cause, Scope, Span
from shared.http import Wire


class BreachOut(Wire):
    """An episode of broken promise; `id` never changes, `revision` rises with all that is told of it."""

    id: str
    state: str
    revision: int
    agreement: str
    agreement_revision: str
    objective: str
    scope: Scope
    responsible: str
    opened_at: str
    closed_at: str | None
    superseded_by: str | None
    window: Span
    result: str
    cause: Cause | None = None
    attribution: list[AgencyPart]
    attributed: Attributed | None = None
    disputes: list[DisputeOut] = []
