"""Corrections: what shall count after all."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator

from shared.http import CodeText, Text, Wire

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=1000)]
CorrectionState = Literal["proposed", "approved", "rejected", "withdrawn"]


class CorrectionIn(Wire):
    """Either `results` and `batches`: rows of these batches that final results set aside shall count there.
    Or `agreement`, `calendar` and `version`: a version published for the past shall judge the agreement."""

    results: Ids | None = None
    batches: Ids | None = None
    agreement: CodeText | None = None
    calendar: CodeText | None = None
    version: Annotated[StrictInt, Field(ge=1, le=2**31 - 1)] | None = None
    reason: Text

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        late = (self.results, self.batches)
        adopted = (self.agreement, self.calendar, self.version)
        if None not in late and not any(adopted):
            for named in late:
                if named is not None and len(set(named)) != len(named):
                    raise ValueError("a result or a batch stands twice")
        elif None in adopted or any(late):
            raise ValueError(
                "name `results` and `batches`, or `agreement`, `calendar` and `version` of a calendar"
            )
        return self

    @property
    def kind(self) -> str:
        return "batches" if self.calendar is None else "calendar"

    def content(self) -> dict[str, Any]:
        return self.model_dump(exclude={"reason"}, exclude_none=True)


class HashIn(Wire):
    """The hash of the proposal, as the signatory read it."""

    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReasonIn(Wire):
    reason: Text


class ApprovalOut(Wire):
    agency: str
    at: str
    signatory: str | None


class RefusalOut(Wire):
    agency: str
    at: str
    reason: str | None


class CorrectionOut(Wire):
    """A correction and where it stands. `awaiting`: who has yet to answer; `reason` null: it was erased."""

    id: str
    hash: str
    agreement: str
    kind: Literal["batches", "calendar"]
    state: CorrectionState
    results: list[str]
    batches: list[str]
    calendar: str | None
    version: int | None
    reason: str | None
    parties: list[str]
    proposed_by: str
    proposed_at: str
    approved_at: str | None
    approvals: list[ApprovalOut]
    rejections: list[RefusalOut]
    awaiting: list[str]
