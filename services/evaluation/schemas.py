"""Wire models of results, explanations and breaches (API.md, Results and breaches)."""

from __future__ import annotations

from typing import Any

from shared.http import Wire

Scope = dict[str, str | None]


class WindowOut(Wire):
    start: str
    end: str
    state: str


class Overdue(Wire):
    """Journeys past their limit and still open at the window's end: counted as bad, or only listed."""

    counted: int
    listed: int


class Budget(Wire):
    """Parts of the error budget, as decimals; `remaining` is signed, `consumed` may pass 1."""

    consumed: str
    remaining: str
    burn: str


class Forecast(Wire):
    """Where an open window is heading, with what it was reckoned from (shares by occurrences).

    projected_total = total x window / elapsed; projected_bad = bad + bad_in_lookback x (window - elapsed) /
    lookback; fractions are exact.
    """

    method: str
    value: str
    exact: str
    verdict: str
    window_minutes: int
    elapsed_minutes: int
    lookback_minutes: int
    total: int
    bad: int
    bad_in_lookback: int
    projected_total: str
    projected_bad: str


class ResultOut(Wire):
    """A judgement. `value` is rounded for display, `exact` is what was judged.

    `risks` says why an open window is at risk: `forecast`, `warning` (the objective's own line).
    """

    id: str
    revision: int
    agreement: str
    agreement_revision: str
    objective: str
    responsible: str
    scope: Scope
    window: WindowOut
    verdict: str
    good: int | None
    total: int
    value: str | None
    exact: str | None
    few: bool = False
    risks: list[str] = []
    comparator: str
    target: str
    overdue: Overdue
    budget: Budget | None
    excluded: int
    coverage: str | None
    forecast: Forecast | None
    data_until: str | None
    computed_at: str | None
    closes_at: str
    final_at: str
    basis: dict[str, Any]
    supersedes: str | None = None


class Span(Wire):
    start: str
    end: str


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
    attribution: list[dict[str, Any]]


class Step(Wire):
    """A step of the sum, so that a person can do it again by hand."""

    number: int
    text: dict[str, str]
    count: int | None = None


class BatchIn(Wire):
    """A batch whose event times touch the window; its rows: `GET /api/metrics/v1/batches/{id}`."""

    id: str
    source: str
    agency: str
    rows: int
    first_at: str
    last_at: str
    received_at: str
    position: str


class JourneyIn(Wire):
    """A journey that counts in the window."""

    journey: str
    state: str
    good: bool
    started: str
    ended: str | None
    seconds: str | None
    deadline: str | None
    flags: list[str]


class AfterFinal(Wire):
    """Rows that came after the window was final: kept, not counted."""

    batch: str
    rows: int


class Explanation(Wire):
    """How a result came about. `batches` and `journeys` are paged together by `next`."""

    result: ResultOut
    formula: str
    steps: list[Step]
    objective: dict[str, Any]
    indicator: dict[str, Any]
    batches: list[BatchIn]
    journeys: list[JourneyIn]
    after_final: list[AfterFinal]
    earlier: list[str]
    next: str | None
