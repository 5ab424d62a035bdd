"""Results (API.md, Results and breaches)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

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


class SlicesOut(Wire):
    """Time slices: `good` and `bad` make up `counted`, null where ratios are averaged without a slice target.

    `ignored`: slices without data that count as nothing.
    """

    good: int | None
    bad: int | None
    counted: int
    ignored: int


class CauseName(Wire):
    """`kind`: late_data, void, exclusion, correction, calendar, revision or backfill; `id` of what it was;
    `by`: the agency or source behind it."""

    kind: str
    id: str
    by: str | None


class Said(Wire):
    verdict: str
    exact: str | None


class Cause(CauseName):
    """Why this revision of a result exists. `from`: what the one before said; `others`: further causes."""

    from_: Annotated[Said, Field(alias="from")]
    others: list[CauseName] = []


class MemberOut(Wire):
    """What a member of a composite says of the window; without a verdict it does not count."""

    objective: str
    weight: str
    verdict: str
    value: str | None
    exact: str | None
    counts: bool


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
    slices: SlicesOut | None = None
    unknown_group: bool = False
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
    cause: Cause | None = None
    members: list[MemberOut] | None = None
    basis: dict[str, Any]
    supersedes: str | None = None


_YOUNGER = {
    name: field.get_default(call_default_factory=True)
    for name, field in ResultOut.model_fields.items()
    if not field.is_required()
}


def whole_result(body: dict[str, Any]) -> dict[str, Any]:
    """A stored result as `ResultOut` says it, without checking it again: it was made here. Fields that are
    younger than it have what they mean where they are absent."""
    found = {**_YOUNGER, **body}
    if found["cause"] is not None:
        found["cause"] = {"others": [], **found["cause"]}
    return found


class Span(Wire):
    start: str
    end: str
