"""Consequences as they are shown."""

from __future__ import annotations

from services.evaluation.schemas.results import Scope, Span
from shared.http import Wire


class BracketOut(Wire):
    comparator: str
    value: str
    cost: str


class RecurrenceOut(Wire):
    """`running`: how many windows in a row were broken; it costs once `windows` are `reached`."""

    windows: int
    running: int
    reached: bool


class ConsequenceOut(Wire):
    """What a broken window costs. `due`: by bracket and recurrence; `cost`: what exclusion and cap leave."""

    consequence: str
    agreement_revision: str
    objective: str
    scope: Scope
    window: Span
    result: str
    value: str
    exact: str
    bracket: BracketOut
    recurrence: RecurrenceOut | None
    due: str
    excluded_by: str | None
    cap: str | None
    period: Span | None
    cost: str
    unit: str


class Total(Wire):
    unit: str
    cost: str


class Consequences(Wire):
    """Computed and shown, never applied. `totals` are of all windows asked for, not of this page."""

    agreement: str
    note: dict[str, str]
    totals: list[Total]
    items: list[ConsequenceOut]
    next: str | None
