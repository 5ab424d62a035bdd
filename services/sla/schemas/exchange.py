"""Wire models of what is exchanged: OpenSLO documents, tables of promises, TMF623 rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictInt, model_validator

from services.sla.schemas.agreements import Document, Good, Slice, Window
from services.sla.schemas.answers import DifferenceView
from services.sla.schemas.values import Comparator, Duration, Hash, Target
from shared.http import CodeText, Wire, Words

MOST_TEXT = 512 << 10
MOST_NAMES = 500


class NotExpressed(Wire):
    """A clause (`/objectives/up/grace`), or a place in the file, that the other side cannot say."""

    path: str
    reason: Words


class ClauseLoss(NotExpressed):
    """With what the clause is called."""

    words: Words


class OpenSlo(Wire):
    """A revision as OpenSLO v1: `yaml` is the file, `documents` the same as JSON (numbers as texts)."""

    agreement: str
    hash: str
    yaml: str
    documents: list[dict[str, Any]]
    not_expressed: list[ClauseLoss]


class TableView(Wire):
    """The promises of a revision in the columns that the import reads."""

    agreement: str
    hash: str
    columns: list[str]
    rows: list[list[str]]
    not_expressed: list[ClauseLoss]


class TmfView(Wire):
    """A revision as a service level agreement of TMF623: `document` is what the file holds."""

    agreement: str
    hash: str
    document: dict[str, Any]
    not_expressed: list[ClauseLoss]


class Frame(Document):
    """A new agreement without its objectives, which come from the file."""

    objectives: None = None  # type: ignore[assignment]


class Defaults(Wire):
    """What holds for every promise of the file that says nothing else."""

    responsible: CodeText | None = None
    aggregation: Literal["share", "mean", "sum", "minimum", "maximum", "count"] | None = None
    good: Good | None = None
    comparator: Comparator | None = None
    target: Target | None = None
    window: Window | None = None
    count_at: Literal["completion", "start", "deadline"] | None = None
    overdue: Literal["counted", "listed"] | None = None
    budgeting: Literal["occurrences", "timeslices", "ratio-timeslices"] | None = None
    slice: Slice | None = None
    grace: Duration | None = None
    minimum_total: Annotated[StrictInt, Field(ge=1, le=9_000_000_000)] | None = None


class ImportBody(Wire):
    """A file, and what it is taken into: a revision of `agreement`, or a new one whose `frame` is given.

    `content` is the text, `content_base64` the bytes (a table in TIS-620, a workbook). `parent`: the revision
    that it would follow; else the newest. `indicators`: what the file calls an indicator -> its code.
    `mapping`: column (of TMF rules: field) -> field, or null for one that is left out. `others`: what becomes
    of promises that the file does not name.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "format": "csv",
                    "agreement": "permit-2026",
                    "content": "code,indicator,target\nup,permit.availability,99.5%\n",
                    "defaults": {"responsible": "city", "window": {"kind": "calendar", "unit": "month"}},
                }
            ]
        }
    )

    format: Literal["openslo", "csv", "xlsx", "tmf"]
    content: Annotated[str, Field(min_length=1, max_length=MOST_TEXT)] | None = None
    content_base64: Annotated[str, Field(min_length=1, max_length=MOST_TEXT * 4 // 3 + 4)] | None = None
    encoding: Literal["utf-8", "utf-8-sig", "tis-620", "cp874"] | None = None
    agreement: CodeText | None = None
    parent: Hash | None = None
    frame: Frame | None = None
    defaults: Defaults | None = None
    indicators: Annotated[dict[str, CodeText], Field(max_length=MOST_NAMES)] = {}
    mapping: Annotated[dict[str, str | None], Field(max_length=100)] | None = None
    others: Literal["kept", "removed"] = "kept"

    @model_validator(mode="after")
    def _whole(self) -> ImportBody:
        if (self.content is None) == (self.content_base64 is None):
            raise ValueError('give either "content" or "content_base64"')
        if (self.agreement is None) == (self.frame is None):
            raise ValueError('name either the "agreement" it goes into, or the "frame" of a new one')
        if self.parent is not None and self.agreement is None:
            raise ValueError('"parent" is a revision of an "agreement"')
        if self.format == "xlsx" and self.content is not None:
            raise ValueError('a workbook is no text: send it as "content_base64"')
        if self.mapping is not None and self.format == "openslo":
            raise ValueError('only tables and TMF rules have a "mapping"')
        return self


class StoreBody(ImportBody):
    """The same again, with the `hash` that its preview answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "format": "csv",
                    "agreement": "permit-2026",
                    "content": "code,indicator,target\nup,permit.availability,99.5%\n",
                    "hash": "0" * 64,
                }
            ]
        }
    )

    hash: Hash


class FileFault(Wire):
    """What is wrong: `path` in the file, or in the agreement that would come of it; `line` if it has one."""

    path: str
    line: int | None
    detail: str


class FileLoss(NotExpressed):
    line: int | None


class TakenObjective(Wire):
    """A promise that the file names, and where."""

    code: str
    path: str
    line: int | None


class ImportPreview(Wire):
    """What storing would do. `hash`: of the revision it would make, null where it cannot be stored.

    `columns`: of a table, or the fields of TMF rules; `mapping`: as it was used. `unnamed`: what the file
    calls indicators of which `indicators` does not say what they are. `differences`: against the revision it
    would follow, or all of a new agreement.
    """

    hash: str | None
    agreement: str
    parent: str | None
    encoding: str | None
    columns: list[str] | None
    mapping: dict[str, str | None] | None
    unnamed: list[str]
    objectives: list[TakenObjective]
    errors: list[FileFault]
    more_errors: int
    not_expressed: list[FileLoss]
    differences: list[DifferenceView]
    document: dict[str, Any] | None
