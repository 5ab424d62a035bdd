"""Improvement actions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from services.evaluation.domain.improvements import MOST_WINDOWS
from services.evaluation.schemas.results import Scope
from shared.http import CodeText, Line, Text, Wire

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


def _day(text: str) -> str:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date, as 2026-11-19") from None
    if not FIRST <= found <= LAST:
        raise ValueError(f"must lie between {FIRST} and {LAST}")
    return text


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
Windows = Annotated[int, Field(ge=1, le=MOST_WINDOWS, strict=True)]


class SourceIn(Wire):
    """What gave rise to it."""

    kind: Literal["breach", "recommendation"]
    id: Annotated[str, Field(min_length=1, max_length=64)]


class ImprovementIn(Wire):
    """What the caller's agency undertakes. `owner`: a post, not a person. Days are the agreement's.

    `windows`: how many closed windows before its start will be compared with as many after its end.
    """

    agreement: CodeText
    objective: CodeText
    scope: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=300)] | None] = {}
    action: Text
    owner: Line
    windows: Windows
    due_on: Day
    started_on: Day | None = None
    from_: Annotated[SourceIn | None, Field(alias="from")] = None


class ImprovementChange(Wire):
    """What is to be other; what is absent stays. `dropped` with `reason`: it will not be done."""

    action: Text | None = None
    owner: Line | None = None
    windows: Windows | None = None
    due_on: Day | None = None
    started_on: Day | None = None
    done_on: Day | None = None
    lesson: Text | None = None
    dropped: Annotated[Literal[True] | None, Field()] = None
    reason: Text | None = None


class PeriodWindow(Wire):
    """A window with the results (one a revision) that judged it."""

    start: str
    end: str
    state: str
    verdict: str
    good: int | None
    total: int
    value: str
    exact: str
    results: list[str]


class Period(Wire):
    """Some windows together: of counts their sums, else the mean of their values."""

    good: int | None
    total: int
    value: str | None
    exact: str | None
    windows: list[PeriodWindow]


class TestOut(Wire):
    """`fisher`: exact, two-sided; `permutation`: of the windows' values, all of them tried or sampled.

    `least_p`: the smallest p that so many windows or cases can give.
    """

    method: Literal["fisher", "permutation", "permutation-sampled"]
    p: str
    least_p: str
    alpha: str


class EffectOut(Wire):
    """Whether it helped, from the newest results. `outcome` null: it cannot be said, `why`:
    `too_few_before` (fewer than `windows` closed ones) or `redefined` (they did not count the same thing).
    """

    outcome: Literal["helped", "worsened", "no_effect", "too_early"] | None
    why: Literal["too_few_before", "redefined"] | None
    final: bool
    expected_at: str | None
    test: TestOut | None
    before: Period
    after: Period


class ImprovementOut(Wire):
    """`days_left`: to the due day, below 0 behind it; null once it is done or dropped.

    Texts are null once erased; `owner`, `reason` and `from` are for the parties.
    """

    id: str
    version: int
    agreement: str
    objective: str
    scope: Scope
    agency: str
    state: Literal["planned", "in_progress", "done", "dropped"]
    action: str | None
    owner: str | None
    lesson: str | None
    reason: str | None
    from_: Annotated[SourceIn | None, Field(alias="from")]
    windows: int
    due_on: str
    started_on: str | None
    done_on: str | None
    days_left: int | None
    overdue: bool
    effect: EffectOut | None
    opened_at: str
    changed_at: str


class ImprovementWhole(ImprovementOut):
    """`finding`: that of the recommendation it comes from, as it stood when that was taken up."""

    finding: dict[str, Any] | None
