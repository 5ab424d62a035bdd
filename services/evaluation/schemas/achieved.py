"""Wire models of what was achieved before anything was promised."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictInt

from services.evaluation.schemas import Scope, Span
from services.evaluation.schemas.what_if import Duration, GoodIn, Number, WindowIn
from shared.http import CodeText, Wire, Words

LABELS = 8


class SliceIn(Wire):
    length: Duration
    target: Number | None = None
    empty: Literal["ignored", "good", "bad"] = "ignored"


class GroupIn(Wire):
    scope: Annotated[dict[str, str], Field(min_length=1, max_length=LABELS)]
    target: Number | Duration


class ProposedObjective(Wire):
    """An objective as a draft has it. Of its fields those are read that judge; others are passed over."""

    model_config = ConfigDict(extra="ignore")

    code: CodeText
    indicator: CodeText
    aggregation: Literal["share", "mean", "sum", "minimum", "maximum", "count"] = "share"
    good: GoodIn | None = None
    comparator: Literal["<", "<=", ">", ">="]
    target: Number | Duration
    window: WindowIn
    count_at: Literal["completion", "start", "deadline"] = "completion"
    overdue: Literal["counted", "listed"] = "counted"
    pauses: Annotated[list[str], Field(max_length=50)] = []
    budgeting: Literal["occurrences", "timeslices", "ratio-timeslices"] = "occurrences"
    slice: SliceIn | None = None
    scope: Annotated[list[str], Field(max_length=LABELS)] = []
    targets: Annotated[list[GroupIn], Field(max_length=1000)] = []
    unknown_group: Literal["default_target", "listed"] = "default_target"
    minimum_total: Annotated[StrictInt, Field(ge=1, le=9_000_000_000)] = 1


class AchievedIn(Wire):
    """A promise that somebody thinks of, and how many whole months to look back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service": "permit",
                    "objective": {
                        "code": "up",
                        "indicator": "permit.availability",
                        "comparator": ">=",
                        "target": "0.95",
                        "window": {"kind": "calendar", "unit": "month"},
                    },
                }
            ]
        }
    )

    service: CodeText
    objective: ProposedObjective
    months: Annotated[StrictInt, Field(ge=1, le=60)] = 12
    time_zone: Annotated[str, Field(max_length=64)] = "Asia/Bangkok"


class AchievedWindow(Wire):
    window: Span
    verdict: Literal["met", "breached", "not_determined"]
    value: str | None
    exact: str | None
    total: int


class Distribution(Wire):
    """By the nearest rank: each is the value of a window."""

    least: str
    lower_quartile: str
    median: str
    upper_quartile: str
    greatest: str


class StartingTarget(Wire):
    """A target that would have been kept in all, at least three quarters, or at least half of the windows."""

    part: Literal["all", "three_quarters", "half"]
    target: str
    met: int
    of: int
    text: Words


class AchievedGroup(Wire):
    """One label group ({}: all together). `of`: the windows with a verdict."""

    scope: Scope
    target: str
    met: int
    of: int
    not_determined: int
    text: Words
    distribution: Distribution | None
    proposals: list[StartingTarget]
    windows: list[AchievedWindow]


class MeasuredBy(Wire):
    """Whose numbers they are: this objective was measured in the same way."""

    agreement: str
    objective: str
    revisions: list[str]


class AchievedOut(Wire):
    """What was achieved in [from, to), as of the newest tick. `why_not` where nothing can be said."""

    service: str
    indicator: str
    objective: str
    from_: datetime = Field(alias="from")
    to: datetime
    unit: Literal["hour", "day", "week", "month", "quarter", "half_year", "year", "month_end", "window"]
    measured_by: MeasuredBy | None
    why_not: Words | None
    method: Words
    groups: list[AchievedGroup]
