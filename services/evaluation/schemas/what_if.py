"""Wire models of what-ifs and of the jobs that answer the long ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, WithJsonSchema

from services.evaluation.schemas import Scope, Span
from shared.http import CodeText, Wire

LARGEST = Decimal(9_000_000_000)


def _number(value: Any) -> str:
    """An exact decimal as its shortest text; a float never comes this far (strict JSON reads decimals)."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError('is not a number such as "0.95"')
    if isinstance(value, str) and (
        len(value) > 40 or not value.removeprefix("-").replace(".", "", 1).isdigit()
    ):
        raise ValueError('is not a number such as "0.95"')
    number = Decimal(value)
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(f"a number here is at most {LARGEST}")
    return f"{number.normalize():f}"


Number = Annotated[
    str, BeforeValidator(_number), WithJsonSchema({"type": ["string", "number"], "examples": ["0.95"]})
]
Duration = Annotated[str, Field(min_length=2, max_length=40, pattern="^P", examples=["P30D"])]


ANCHOR = r"^(19[7-9]\d|2[01]\d\d)-\d\d-\d\d(T\d\d:\d\d(:00)?)?$"


class WindowIn(Wire):
    """As in an agreement. `calendar`: unit, count, anchor. `rolling`: duration, step."""

    kind: Literal["calendar", "rolling"]
    unit: Literal["hour", "day", "week", "month", "quarter", "half_year", "year"] | None = None
    count: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None
    anchor: Annotated[str, Field(pattern=ANCHOR)] | None = None
    duration: Duration | None = None
    step: Duration | None = None


class SpanIn(Wire):
    """[from, to), whole minutes."""

    from_: AwareDatetime = Field(alias="from")
    to: AwareDatetime


class WorkingDaysIn(Wire):
    """So many working days later: at the same clock time, or at the end of that date."""

    working_days: Annotated[StrictInt, Field(ge=0, le=3660)]
    by: Literal["clock", "date"] = "clock"


class CalendarDaysIn(Wire):
    """To the end of the n-th date behind; `roll`: on to the next working day."""

    calendar_days: Annotated[StrictInt, Field(ge=0, le=3660)]
    roll: StrictBool = False


class GoodIn(Wire):
    """A number for measurements; for journeys a duration, or days in one of their two forms."""

    comparator: Literal["<", "<=", ">", ">="]
    value: WorkingDaysIn | CalendarDaysIn | Duration | Number


class CalendarIn(Wire):
    """A version of the agreement's working calendar, whether it is used or not."""

    version: Annotated[StrictInt, Field(ge=1)]


class WhatIf(Wire):
    """What is supposed; what is left out stays as agreed. Windows that end in [from, to) are shown.

    `targets`: the range over which the share of windows is reckoned that would have been met. `good` and
    `calendar` need every measurement or journey again: the answer is a job (202).
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "agreement": "permit-2026",
                    "objective": "confirm-3-days",
                    "from": "2026-01-01T00:00:00+07:00",
                    "to": "2026-11-01T00:00:00+07:00",
                    "target": "0.9",
                }
            ]
        }
    )

    agreement: CodeText
    objective: CodeText
    scope: Scope | None = Field(None, description="One label group; left out: all of them.")
    from_: AwareDatetime = Field(alias="from")
    to: AwareDatetime
    target: Number | Duration | None = None
    targets: Annotated[list[Number | Duration], Field(max_length=200)] | None = None
    window: WindowIn | None = None
    exclude: Annotated[list[SpanIn], Field(max_length=100)] = []
    good: GoodIn | None = None
    calendar: CalendarIn | None = None


class Verdicts(Wire):
    """How many windows have each verdict."""

    met: int
    breached: int
    not_determined: int


class Numbers(Wire):
    verdict: str
    good: int | None
    total: int
    value: str | None
    exact: str | None


class SupposedWindow(Numbers):
    """A window as it would have been; `as_agreed`: as it is judged from the same numbers."""

    agreement_revision: str
    scope: Scope
    window: Span
    as_agreed: Numbers | None


class CurvePoint(Wire):
    """Of the windows that can be judged: how many would have kept `target`, as a count and as a share."""

    target: str
    met: int
    breached: int
    share: str | None


class WhatIfOut(Wire):
    """`as_agreed` is null where the windows themselves are others."""

    comparator: str
    target: str
    as_agreed: Verdicts | None
    supposed: Verdicts
    windows: list[SupposedWindow]
    curve: list[CurvePoint]


class JobOut(Wire):
    """Long work: `done` of `total` batches (or journeys); `answer` once it is done."""

    id: str
    state: Literal["waiting", "done"]
    done: int
    total: int | None
    made_at: str
    finished_at: str | None
    answer: WhatIfOut | None
