"""Wire models of needs and factors. Shapes only: what follows from them is in `domain`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from services.sla.domain.canonical import shortest
from services.sla.domain.units import duration_micros, read_number
from shared.http import CodeText, Page, Wire, Words, nfc

NeedId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(nfc)
]
NeedSource = Literal[
    "survey", "interview", "hearing", "complaint", "feedback", "suggestion", "observation", "law", "other"
]
Priority = Literal["must", "should", "could", "wont"]
Rating = Annotated[StrictInt, Field(ge=1, le=5)]
Exponent = Annotated[StrictInt, Field(ge=0, le=3)]
FactorKind = Literal["law", "capacity", "volume", "season", "budget"]


def _amount(value: Any) -> str:
    """A number, or a duration; as it is kept."""
    if isinstance(value, str) and value.startswith("P") and len(value) <= 40:
        duration_micros(value)
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError('is neither a number such as "0.95" nor a duration such as `P3D`')
    return shortest(read_number(value))


def _link(value: str) -> str:
    found = urlsplit(value)
    if found.scheme not in ("http", "https") or not found.hostname or any(char.isspace() for char in value):
        raise ValueError("is no link such as `https://example.go.th/report.pdf`")
    if "@" in found.netloc:
        raise ValueError("must not carry a user name or password")
    return value


Amount = Annotated[
    str,
    BeforeValidator(_amount),
    WithJsonSchema({"type": ["string", "number"], "examples": ["P3D", "0.95"]}),
]
Evidence = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_link)]


class NeedBody(Wire):
    """What somebody needs of a service, in their words. Name no person: the other agencies read it.

    `frequency`, `severity`, `legal_weight`: 1 (hardly) to 5 (nearly every case; grave; the law demands it).
    `wanted`: what they would have promised, a number or a duration. `evidence`: links.
    """

    service: CodeText
    statement: Words
    source: NeedSource
    recipient_group: Label | None = None
    channel: Label | None = None
    priority: Priority | None = None
    frequency: Rating | None = None
    severity: Rating | None = None
    legal_weight: Rating | None = None
    wanted: Amount | None = None
    evidence: Annotated[list[Evidence], Field(max_length=20)] = []
    theme: Label | None = None

    def plain(self) -> dict[str, Any]:
        return self.model_dump(exclude={"version"})


class ChangedNeed(NeedBody):
    """The whole need anew. `version`, as it was read, does what `If-Match` does."""

    version: StrictInt | None = None


class ThemeBody(Wire):
    """The theme it belongs to; null: to none."""

    theme: Label | None


class MergeBody(Wire):
    """The needs that say the same; they stand behind this one from now on."""

    needs: Annotated[list[NeedId], Field(min_length=1, max_length=200)]


class LinkBody(Wire):
    """What the need leads to: an `indicator`, or an `objective` of an `agreement`."""

    indicator: CodeText | None = None
    agreement: CodeText | None = None
    objective: CodeText | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        given = (self.indicator is not None, self.agreement is not None, self.objective is not None)
        if given not in ((True, False, False), (False, True, True)):
            raise ValueError("give either `indicator`, or `agreement` and `objective`")
        return self

    def plain(self) -> dict[str, Any]:
        return self.model_dump()


class WeightsBody(Wire):
    """The exponents of the score; 0 leaves a rating out. `version`, as read, does what `If-Match` does."""

    service: CodeText
    frequency: Exponent
    severity: Exponent
    legal_weight: Exponent
    version: StrictInt | None = None


class FactorBody(Wire):
    """What bounds a service: a law with its section, capacity, volume, a season, a budget.

    `value` (a number, with its `unit`, or a duration) and `indicator` say which targets it bounds.
    """

    service: CodeText
    kind: FactorKind
    text: Words
    section: Label | None = None
    value: Amount | None = None
    unit: Label | None = None
    indicator: CodeText | None = None

    def plain(self) -> dict[str, Any]:
        return self.model_dump(exclude={"version"})


class ChangedFactor(FactorBody):
    """The whole factor anew. `version`, as it was read, does what `If-Match` does."""

    version: StrictInt | None = None


# --- answers -----------------------------------------------------------------------------------------


class LinkView(Wire):
    id: str
    indicator: str | None
    agreement: str | None
    objective: str | None
    agency: str
    at: datetime


class NeedView(Wire):
    """A need. `statement` null: its words were erased. `merged`: what stands behind it."""

    id: str
    version: int
    service: str
    agency: str
    statement: Words | None
    source: NeedSource
    recipient_group: str | None
    channel: str | None
    priority: Priority | None
    frequency: int | None
    severity: int | None
    legal_weight: int | None
    wanted: str | None
    evidence: list[str]
    theme: str | None
    merged_into: str | None
    merged: list[str]
    links: list[LinkView]
    import_: Annotated[str | None, Field(alias="import")]
    made_at: datetime
    changed_at: datetime


class Needs(Page[NeedView]):
    """A part of the needs, in the order in which they were gathered."""


class MergeView(Wire):
    """Who merged what into what, and who split it again."""

    need: str
    into: str
    merged_at: datetime
    merged_by: str
    merged_for: str
    split_at: datetime | None
    split_by: str | None
    split_for: str | None


class Merges(Wire):
    items: list[MergeView]


class Likeness(Wire):
    need: str
    percent: int


class Suspect(Wire):
    need: str
    alike: list[Likeness]


class Suspects(Page[Suspect]):
    """Needs that may say the same as others. The cursor goes over the needs: a page may have few items."""


class FactorView(Wire):
    """A factor. `text` null: its words were erased."""

    id: str
    version: int
    service: str
    agency: str
    kind: FactorKind
    text: Words | None
    section: str | None
    value: str | None
    unit: str | None
    indicator: str | None
    made_at: datetime
    changed_at: datetime


class Factors(Page[FactorView]):
    """A part of the factors, in the order in which they were gathered."""


class WeightsView(Wire):
    """Version 0 is what holds until somebody sets others."""

    version: int
    frequency: int
    severity: int
    legal_weight: int
    agency: str | None
    by: str | None
    at: datetime | None


class WeightsHistory(Wire):
    """The weights that hold, and all there were, the newest first."""

    service: str
    weights: WeightsView
    history: list[WeightsView]


class RowFault(Wire):
    """`given`: the first characters of the cell that is wrong; null: there is none."""

    row: int
    column: str | None
    given: str | None
    detail: str


class UnderstoodRow(Wire):
    """A row as it would be stored."""

    row: int
    need: NeedBody


class ImportView(Wire):
    """What a file says. `import` null: nothing was stored."""

    import_: Annotated[str | None, Field(alias="import")]
    hash: str
    encoding: str | None
    rows: int
    good: int
    errors: list[RowFault]
    more_errors: int
    preview: list[UnderstoodRow]
