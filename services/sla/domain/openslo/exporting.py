"""An agreement of ours as OpenSLO v1. What would not come back from it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from services.sla.domain.canonical import stored
from services.sla.domain.objectives import completed
from services.sla.domain.openslo import spans
from services.sla.domain.openslo.importing import (
    BUDGETING,
    NATIVE,
    OF_JOURNEYS,
    OPS,
    SEVERITY,
    Into,
    rest_of,
    take,
)
from services.sla.domain.openslo.naming import (
    AGREEMENT,
    CODE,
    INDICATOR,
    RESPONSIBLE,
    REVISION,
    WORDING_EN,
    Names,
)
from services.sla.domain.openslo.said import Said, of_ours
from services.sla.domain.openslo.spec import MOST_DESCRIPTION, VERSION
from services.sla.domain.proposed import meaning
from services.sla.domain.units import duration_micros
from shared.clock import SECOND

METHODS = {ours: theirs for theirs, ours in BUDGETING.items()}
OPERATORS = {ours: theirs for theirs, ours in OPS.items()}
FRAME = (
    "parties",
    "legal_form",
    "visibility",
    "retroactive",
    "review_at",
    "calendar",
    "effective_from",
    "effective_until",
    "plans",
    "composites",
    "consequences",
    "terms",
)
"""What OpenSLO has no place for at all, wherever it is said."""


@dataclass(slots=True)
class Exported:
    """Documents in the order in which they refer to each other, and what they could not say."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


def export(document: Mapping[str, Any], digest: str, indicators: Mapping[str, Mapping[str, Any]]) -> Exported:
    """A document in stored form, with the indicators that it names."""
    writing = _Writing(document, digest, indicators)
    exported = Exported(writing.documents())
    exported.said = list(_unsaid(document, indicators, exported.documents))
    return exported


class _Writing:
    def __init__(
        self, document: Mapping[str, Any], digest: str, indicators: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.document = document
        self.digest = digest
        self.indicators = indicators
        self.names = Names()
        self.service = self.names.label("Service", document["service"])
        self.sources: dict[str, dict[str, Any]] = {}
        self.slis: list[tuple[dict[str, Any], dict[str, Any]]] = []
        """Each with what it measures."""
        self.alerting: list[dict[str, Any]] = []
        self.slos: list[dict[str, Any]] = []

    def documents(self) -> list[dict[str, Any]]:
        for objective in self.document["objectives"]:
            if can_be_said(objective, self.indicators):
                self.slos.append(self._slo(objective))
        about = {AGREEMENT: self.document["code"], REVISION: self.digest}
        title = " / ".join(
            text for text in (self.document["title"].get(name) for name in ("th", "en")) if text
        )
        service = self._object("Service", self.service, {"description": title[:MOST_DESCRIPTION]})
        service["metadata"]["annotations"] = {CODE: self.document["service"], **about}
        return [service, *self.sources.values(), *(sli for sli, _ in self.slis), *self.alerting, *self.slos]

    def _object(self, kind: str, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name}, "spec": dict(body)}

    def _slo(self, objective: Mapping[str, Any]) -> dict[str, Any]:
        name = self.names.label("SLO", objective["code"])
        body: dict[str, Any] = {}
        notes = {CODE: objective["code"], RESPONSIBLE: objective["responsible"]}
        wording = objective.get("public_wording") or {}
        text = wording.get("th") or wording.get("en")
        if text and len(text) <= MOST_DESCRIPTION:
            body["description"] = text
            if "th" in wording and "en" in wording:
                notes[WORDING_EN] = wording["en"]
        body |= {
            "service": self.service,
            "indicatorRef": self._sli(objective),
            "timeWindow": [self._window(objective["window"])],
            "budgetingMethod": METHODS[objective["budgeting"]],
            "objectives": [self._target(objective)],
        }
        policies = [
            {"alertPolicyRef": self._policy(name, number, pair)}
            for number, pair in enumerate(objective.get("alerts") or (), 1)
        ]
        if policies:
            body["alertPolicies"] = policies
        slo = self._object("SLO", name, body)
        slo["metadata"]["annotations"] = notes
        return slo

    def _target(self, objective: Mapping[str, Any]) -> dict[str, Any]:
        upper = _is_upper(objective)
        found: dict[str, Any] = {}
        if _has_threshold(objective, self.indicators):
            good = objective["good"]
            found |= {"op": OPERATORS[good["comparator"]], "value": _limit(good["value"])}
        found["target"] = _turned(objective["target"], upper)
        slice_ = objective.get("slice")
        if slice_ is not None:
            if "target" in slice_:
                found["timeSliceTarget"] = _turned(slice_["target"], upper)
            found["timeSliceWindow"] = spans.shorthand_of(slice_["length"])
        return found

    def _window(self, window: Mapping[str, Any]) -> dict[str, Any]:
        if window["kind"] == "rolling":
            return {"duration": spans.shorthand_of(window["duration"]), "isRolling": True}
        duration, start = spans.calendar_of(window)
        zone = self.document["time_zone"]
        return {
            "duration": duration,
            "isRolling": False,
            "calendar": {"startTime": start, "timeZone": zone},
        }

    # --- what is measured ---

    def _sli(self, objective: Mapping[str, Any]) -> str:
        indicator = self.indicators[objective["indicator"]]
        query: dict[str, Any] = {"indicator": indicator["code"], "unit": indicator.get("unit")}
        query |= {name: objective[name] for name in OF_JOURNEYS if name in objective}
        if _has_threshold(objective, self.indicators):
            body: dict[str, Any] = {"thresholdMetric": self._metric(query)}
        else:
            numerator = dict(query)
            if "good" in objective:
                numerator["good"] = objective["good"]
            side = "bad" if _is_upper(objective) else "good"
            total = {"indicator": indicator["code"], "unit": indicator.get("unit"), "counts": "total"}
            body = {
                "ratioMetric": {
                    "counter": False,
                    side: self._metric({**numerator, "counts": side}),
                    "total": self._metric(total),
                }
            }
        for sli, measured in self.slis:
            if measured == body:
                return str(sli["metadata"]["name"])
        name = self.names.label("SLI", indicator["code"])
        sli = self._object("SLI", name, body)
        words = indicator.get("name") or {}
        text = words.get("th") or words.get("en")
        if text:
            sli["metadata"]["displayName"] = text[:63]
        sli["metadata"]["annotations"] = {INDICATOR: indicator["code"]}
        self.slis.append((sli, body))
        return name

    def _metric(self, query: Mapping[str, Any]) -> dict[str, Any]:
        source: dict[str, Any] = {}
        planned = [
            each["source"]
            for each in self.document.get("plans") or ()
            if each["indicator"] == query["indicator"]
        ]
        if len(planned) == 1:
            source["metricSourceRef"] = self._source(planned[0])
        source |= {
            "type": NATIVE,
            "spec": {name: value for name, value in query.items() if value is not None},
        }
        return {"metricSource": source}

    def _source(self, code: str) -> str:
        if code not in self.sources:
            name = self.names.label("DataSource", code)
            made = self._object("DataSource", name, {"type": NATIVE, "connectionDetails": {"source": code}})
            self.sources[code] = made
        return str(self.sources[code]["metadata"]["name"])

    # --- alerts ---

    def _policy(self, slo: str, number: int, pair: Mapping[str, Any]) -> str:
        if not any(each["kind"] == "AlertNotificationTarget" for each in self.alerting):
            target = {"target": NATIVE, "description": "Feed, webhooks and mail of the agreement's parties"}
            self.alerting.append(self._object("AlertNotificationTarget", "sanya", target))
        name = self.names.label("AlertPolicy", f"{slo[:50]}-burn-{number}")
        condition = {
            "kind": "burnrate",
            "op": "gte",
            "threshold": Decimal(pair["factor"]),
            "lookbackWindow": spans.shorthand_of(pair["long"]),
            "alertAfter": "0m",
        }
        policy = {
            "alertWhenBreaching": True,
            "alertWhenResolved": True,
            "alertWhenNoData": False,
            "conditions": [{"conditionRef": name}],
            "notificationTargets": [{"targetRef": "sanya"}],
        }
        self.alerting += [
            self._object("AlertCondition", name, {"severity": SEVERITY, "condition": condition}),
            self._object("AlertPolicy", name, policy),
        ]
        return name


def can_be_said(objective: Mapping[str, Any], indicators: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether OpenSLO can promise it: a share below 100 %, of what is known, over spans that it can write."""
    if objective["aggregation"] != "share" or objective["indicator"] not in indicators:
        return False
    window, slice_ = objective["window"], objective.get("slice")
    lengths = [window.get("duration") if window["kind"] == "rolling" else None]
    lengths += [slice_["length"]] if slice_ else []
    lengths += [pair["long"] for pair in objective.get("alerts") or ()]
    if any(spans.shorthand_of(each) is None for each in lengths if each is not None):
        return False
    return _turned(objective["target"], _is_upper(objective)) < 1


def _is_upper(objective: Mapping[str, Any]) -> bool:
    return objective["comparator"] in ("<", "<=")


def _turned(share: str, upper: bool) -> Decimal:
    """A share of what is good; of what may be bad the rest."""
    return rest_of(Decimal(share)) if upper else Decimal(share)


def _has_threshold(objective: Mapping[str, Any], indicators: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a number says which values are good. Days are none; of a bad share it would be turned."""
    good = objective.get("good")
    if good is None or _is_upper(objective) or not isinstance(good["value"], str):
        return False
    kind: str = indicators[objective["indicator"]]["kind"]
    return kind != "ratio"


def _limit(value: str) -> Decimal:
    """A number; a time in seconds."""
    return Decimal(duration_micros(value)) / SECOND if value.startswith("P") else Decimal(value)


# --- what would not come back --------------------------------------------------------------------------


def _unsaid(
    document: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]],
    documents: list[dict[str, Any]],
) -> Iterator[Said]:
    """Read back as a stranger would read it, each clause that is missing or means something else."""
    for name in FRAME:
        if document.get(name) not in (None, [], {}, False):
            yield of_ours(f"/{name}", name)
    into = Into(service=document["service"], indicators=indicators)
    returned = take(documents, into)
    if returned.time_zone != document["time_zone"]:
        yield of_ours("/time_zone", "time_zone")
    back = {each["code"]: stored(completed(each)) for each in returned.objectives}
    for objective in document["objectives"]:
        place = f"/objectives/{objective['code']}"
        found = back.get(objective["code"])
        if found is None:
            yield of_ours(place, _why_not(objective))
            continue
        for name in sorted({*objective, *found}):
            if meaning(name, objective.get(name)) != meaning(name, found.get(name)):
                yield of_ours(f"{place}/{name}", name)


def _why_not(objective: Mapping[str, Any]) -> str:
    """The clause because of which an objective is left out."""
    if objective["aggregation"] != "share":
        return "aggregation"
    return "target" if _turned(objective["target"], _is_upper(objective)) >= 1 else "window"
