"""Wire models of indicators."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictInt

from services.sla.schemas.values import LabelValue, Number, StepName
from shared.http import CodeText, Line, Page, Wire, Words


class StepEvent(Wire):
    """Which event of a journey: `*` stands for any step; a `point` event is start and end at once."""

    step: StepName
    occurrence: Literal["first", "last"] | None = None
    edge: Literal["start", "end", "any"] | None = None


class Scale(Wire):
    """The lowest and the highest rating there can be."""

    min: Number
    max: Number


class Indicator(Wire):
    """What is measured. `from`, `to` and `clock` belong to durations, `scale` to ratings (default 1 to 5)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "permit.response-time",
                    "service": "permit",
                    "name": {"en": "Response time"},
                    "kind": "value",
                    "unit": "ms",
                }
            ]
        }
    )

    code: CodeText
    service: CodeText
    name: Words | None = None
    description: Words | None = None
    kind: Literal["ratio", "value", "count", "duration", "rating"]
    unit: Annotated[Line, Field(max_length=32)] | None = None
    labels: dict[str, list[LabelValue]] | None = None
    from_: StepEvent | None = Field(None, alias="from")
    to: StepEvent | None = None
    clock: Literal["elapsed", "working"] | None = None
    scale: Scale | None = None

    def plain(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude_none=True)


class ChangedIndicator(Indicator):
    """The whole indicator anew. `version`, as it was read, does what `If-Match` does."""

    version: StrictInt | None = None

    def plain(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude_none=True, exclude={"version"})


class StoredIndicator(Indicator):
    """An indicator as stored: defaults are spelled out. `version` rises with every change; the ETag."""

    version: int


class Indicators(Page[StoredIndicator]):
    """A part of the indicators, by code."""
