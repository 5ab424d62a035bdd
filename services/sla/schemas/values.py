"""Numbers, times and names as they travel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from services.sla.domain.units import read_instant, read_number


def _instant(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("is not a time with an offset such as `2026-11-01T00:00:00+07:00` (RFC 3339)")
    return read_instant(value)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError('is not a number such as "0.95"')
    return read_number(value)


def _limit(value: Any) -> Any:
    """A limit: a number, a duration, or days in one of their two forms."""
    if isinstance(value, str) and value.startswith("P") and len(value) <= 40:
        return value
    if isinstance(value, Mapping):
        names = set(value)
        if names in ({"working_days"}, {"working_days", "by"}, {"calendar_days"}, {"calendar_days", "roll"}):
            return dict(value)
        raise ValueError(
            'days are written {"working_days": 3, "by": "clock"} or {"calendar_days": 3, "roll": true}'
        )
    return _number(value)


def _target(value: Any) -> Any:
    """A number, or a duration that times are compared with."""
    return value if isinstance(value, str) and value.startswith("P") and len(value) <= 40 else _number(value)


NUMBER = {"type": ["string", "number"], "examples": ["0.95"]}
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema(NUMBER)]
Limit = Annotated[
    Any,
    BeforeValidator(_limit),
    WithJsonSchema({"type": ["string", "number", "object"], "examples": ["P3D", "800"]}),
]
Target = Annotated[Any, BeforeValidator(_target), WithJsonSchema(NUMBER | {"examples": ["0.95", "PT8H"]})]
Duration = Annotated[str, Field(min_length=2, max_length=40, examples=["P3D"])]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
StepName = Annotated[str, Field(pattern=r"^(\*|[a-z0-9][a-z0-9._-]{0,63})$")]
LabelValue = Annotated[str, Field(min_length=1, max_length=64)]
Comparator = Literal["<", "<=", ">", ">="]
