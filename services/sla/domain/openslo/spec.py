"""The shapes of OpenSLO v1: what a document has to look like before anything is read from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    ValidationError,
    model_validator,
)

from services.sla.domain.canonical import escaped
from services.sla.domain.openslo.spans import SHORTHAND
from shared.errors import Fault

VERSION = "openslo/v1"
MOST_DESCRIPTION = 1050


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number, without quotes")
    return Decimal(value)


def _slice_window(value: Any) -> Any:
    """A number is in minutes."""
    return f"{value}m" if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Decimal, BeforeValidator(_number)]
Name = Annotated[StrictStr, Field(min_length=1, max_length=255, pattern=r"^[^\s\x00-\x1f]+$")]
Shorthand = Annotated[StrictStr, Field(pattern=SHORTHAND)]
SliceWindow = Annotated[StrictStr, BeforeValidator(_slice_window), Field(pattern=SHORTHAND)]
Description = Annotated[StrictStr, Field(max_length=MOST_DESCRIPTION)]
Op = Literal["lte", "gte", "lt", "gt"]


class Part(BaseModel):
    """Fields that the specification does not know are no error: they are told as not read."""

    model_config = ConfigDict(extra="ignore")


class Metadata(Part):
    name: Name
    displayName: StrictStr | None = None
    labels: dict[str, StrictStr | list[StrictStr]] | None = None
    annotations: dict[str, StrictStr] | None = None


class MetricSource(Part):
    metricSourceRef: Name | None = None
    type: StrictStr | None = None
    spec: dict[str, Any]


class Metric(Part):
    metricSource: MetricSource


class RatioMetric(Part):
    counter: StrictBool | None = None
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    raw: Metric | None = None
    rawType: Literal["success", "failure"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> RatioMetric:
        if (self.total is None) == (self.raw is None):
            raise ValueError("give either `total`, with `good` or `bad`, or `raw`")
        if self.total is not None and (self.good is None) == (self.bad is None):
            raise ValueError("with `total` goes either `good` or `bad`")
        if self.raw is not None and (self.good is not None or self.bad is not None):
            raise ValueError("`raw` stands alone, without `good` and `bad`")
        if self.raw is not None and self.rawType is None:
            raise ValueError("`raw` needs its `rawType`")
        return self


class SLISpec(Part):
    description: Description | None = None
    thresholdMetric: Metric | None = None
    ratioMetric: RatioMetric | None = None

    @model_validator(mode="after")
    def _one_metric(self) -> SLISpec:
        if (self.thresholdMetric is None) == (self.ratioMetric is None):
            raise ValueError("give either `thresholdMetric` or `ratioMetric`")
        return self


class InlineSLI(Part):
    metadata: Metadata
    spec: SLISpec


class Calendar(Part):
    startTime: Annotated[
        StrictStr, Field(pattern=r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$", examples=["2020-01-21 12:30:00"])
    ]
    timeZone: StrictStr


class TimeWindow(Part):
    duration: Shorthand
    isRolling: StrictBool | None = None
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> TimeWindow:
        if self.isRolling and self.calendar is not None:
            raise ValueError("a rolling window has no `calendar`")
        if not self.isRolling and self.calendar is None:
            raise ValueError("a window is either rolling (`isRolling: true`) or has a `calendar`")
        return self


class Objective(Part):
    displayName: StrictStr | None = None
    op: Op | None = None
    value: Number | None = None
    target: Annotated[Number, Field(ge=0, lt=1)] | None = None
    targetPercent: Annotated[Number, Field(ge=0, lt=100)] | None = None
    timeSliceTarget: Annotated[Number, Field(ge=0, le=1)] | None = None
    timeSliceWindow: SliceWindow | None = None
    indicator: InlineSLI | None = None
    indicatorRef: Name | None = None
    compositeWeight: Annotated[Number, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Objective:
        if (self.target is None) == (self.targetPercent is None):
            raise ValueError("give either `target` or `targetPercent`")
        return self


class ConditionOf(Part):
    kind: Literal["burnrate"] = "burnrate"
    op: Op = "gte"
    threshold: Number
    lookbackWindow: Shorthand
    alertAfter: Shorthand = "0m"


class AlertConditionSpec(Part):
    description: Description | None = None
    severity: StrictStr
    condition: ConditionOf


class AlertNotificationTargetSpec(Part):
    description: Description | None = None
    target: StrictStr


class InlineCondition(Part):
    conditionRef: Name | None = None
    kind: Literal["AlertCondition"] | None = None
    metadata: Metadata | None = None
    spec: AlertConditionSpec | None = None

    @model_validator(mode="after")
    def _one_form(self) -> InlineCondition:
        if (self.conditionRef is None) == (self.spec is None):
            raise ValueError("give either `conditionRef` or the condition itself, with its `spec`")
        return self


class InlineTarget(Part):
    targetRef: Name | None = None
    kind: Literal["AlertNotificationTarget"] | None = None
    metadata: Metadata | None = None
    spec: AlertNotificationTargetSpec | None = None

    @model_validator(mode="after")
    def _one_form(self) -> InlineTarget:
        if (self.targetRef is None) == (self.spec is None):
            raise ValueError("give either `targetRef` or the target itself, with its `spec`")
        return self


class AlertPolicySpec(Part):
    description: Description | None = None
    alertWhenNoData: StrictBool | None = None
    alertWhenResolved: StrictBool | None = None
    alertWhenBreaching: StrictBool | None = None
    conditions: Annotated[list[InlineCondition], Field(min_length=1, max_length=1)]
    notificationTargets: Annotated[list[InlineTarget], Field(min_length=1)]


class InlinePolicy(Part):
    alertPolicyRef: Name | None = None
    kind: Literal["AlertPolicy"] | None = None
    metadata: Metadata | None = None
    spec: AlertPolicySpec | None = None

    @model_validator(mode="after")
    def _one_form(self) -> InlinePolicy:
        if (self.alertPolicyRef is None) == (self.spec is None):
            raise ValueError("give either `alertPolicyRef` or the policy itself, with its `spec`")
        return self


class SLOSpec(Part):
    description: Description | None = None
    service: Name
    indicator: InlineSLI | None = None
    indicatorRef: Name | None = None
    timeWindow: Annotated[list[TimeWindow], Field(min_length=1, max_length=1)] | None = None
    budgetingMethod: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    objectives: Annotated[list[Objective], Field(min_length=1)]
    alertPolicies: list[InlinePolicy] | None = None

    @model_validator(mode="after")
    def _whole(self) -> SLOSpec:
        of_parts = any(each.indicator or each.indicatorRef for each in self.objectives)
        if of_parts:
            if self.indicator or self.indicatorRef:
                raise ValueError("an indicator stands in the SLO or in each objective, not in both")
        elif (self.indicator is None) == (self.indicatorRef is None):
            raise ValueError("give either `indicator` or `indicatorRef`")
        for each in self.objectives:
            if self.budgetingMethod != "Occurrences" and each.timeSliceWindow is None:
                raise ValueError(f"{self.budgetingMethod} needs `timeSliceWindow` in each objective")
            if self.budgetingMethod == "Timeslices" and each.timeSliceTarget is None:
                raise ValueError("Timeslices needs `timeSliceTarget` in each objective")
        if self.indicator and self.indicator.spec.thresholdMetric and len(self.objectives) > 1:
            raise ValueError("with a `thresholdMetric` there is one objective")
        return self


class ServiceSpec(Part):
    description: Description | None = None


class DataSourceSpec(Part):
    description: Description | None = None
    type: StrictStr
    connectionDetails: Any = None


class Document(Part):
    apiVersion: Literal["openslo/v1"]
    metadata: Metadata


class Service(Document):
    spec: ServiceSpec | None = None


class SLI(Document):
    spec: SLISpec


class SLO(Document):
    spec: SLOSpec


class AlertPolicy(Document):
    spec: AlertPolicySpec


class AlertCondition(Document):
    spec: AlertConditionSpec


class AlertNotificationTarget(Document):
    spec: AlertNotificationTargetSpec


class DataSource(Document):
    spec: DataSourceSpec


KINDS: dict[str, type[Document]] = {
    each.__name__: each
    for each in (DataSource, SLO, SLI, AlertPolicy, AlertCondition, AlertNotificationTarget, Service)
}


def faults_of(document: Any, place: str) -> list[Fault]:
    """Why something is no OpenSLO v1 document; ``place``: its pointer."""
    if not isinstance(document, dict):
        return [Fault(place, "expected a mapping with apiVersion, kind, metadata and spec")]
    kind = document.get("kind")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        return [Fault(f"{place}/kind", f"must be one of: {', '.join(KINDS)}")]
    if document.get("apiVersion") != VERSION:
        return [Fault(f"{place}/apiVersion", f"must be {VERSION}; other versions are not read")]
    try:
        model.model_validate(document)
    except ValidationError as error:
        return [
            Fault(
                place + "".join(f"/{escaped(str(step))}" for step in each["loc"]),
                str(each["msg"]).removeprefix("Value error, "),
            )
            for each in error.errors()
        ]
    return []
