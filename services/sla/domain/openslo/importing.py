"""OpenSLO v1 into objectives of ours. What is not read is told, with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from services.sla.domain.canonical import shortest
from services.sla.domain.openslo import spans, spec
from services.sla.domain.openslo.naming import (
    CODE,
    INDICATOR,
    PREFIX,
    RESPONSIBLE,
    WORDING_EN,
    code_from,
    is_thai,
)
from services.sla.domain.openslo.nodes import Node
from services.sla.domain.openslo.said import Said, of_openslo
from services.sla.domain.openslo.text import MOST_DIGITS
from services.sla.domain.proposed import Taken, laid_over, number_faults
from shared.errors import Fault

OPS = {"lte": "<=", "gte": ">=", "lt": "<", "gt": ">"}
BUDGETING = {"Occurrences": "occurrences", "Timeslices": "timeslices", "RatioTimeslices": "ratio-timeslices"}
NATIVE = "Sanya"
"""The type of a metric source whose `spec` is in our own words."""
OF_JOURNEYS = ("count_at", "overdue", "pauses")
QUIET = ("apiVersion", "kind")
SEVERITY = "alert"
"""Of our alerts, which have none."""


@dataclass(frozen=True, slots=True)
class Into:
    """What a file is read into: the service's indicators, and what is agreed or supposed already."""

    service: str
    indicators: Mapping[str, Mapping[str, Any]]
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """code -> objective in stored form"""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    """What the file calls an indicator -> its code."""
    time_zone: str | None = None


def take(documents: Sequence[Any], into: Into) -> Taken:
    """The promises of a file. ``documents``: as `text.read` gives them."""
    read: dict[str, bool] = {}
    nodes = list(_objects(documents, read))
    faults = [fault for node in nodes for fault in spec.faults_of(node.value, node.pointer)]
    if faults:
        return Taken(faults=faults)
    slos = [node for node in nodes if node.value["kind"] == "SLO"]
    faults = number_faults(sum(len(node.value["spec"]["objectives"]) for node in slos), "/0")
    if not slos:
        faults = [Fault("/0", "the file has no SLO: there is nothing to take in")]
    if faults:
        return Taken(faults=faults)
    taking = _Taking(nodes, into)
    for node in slos:
        taking.slo(node)
    taking.tell_unread()
    return taking.taken


def _objects(documents: Sequence[Any], read: dict[str, bool]) -> Iterator[Node]:
    """A document is one object, or a list of them; an empty one is none."""
    for index, document in enumerate(documents):
        node = Node(document, f"/{index}", read)
        if isinstance(document, list):
            yield from node.each()
        elif document is not None:
            yield node


class _Taking:
    def __init__(self, nodes: Sequence[Node], into: Into) -> None:
        self.into = into
        self.nodes = nodes
        self.taken = Taken(time_zone=into.time_zone)
        self.by_name: dict[tuple[str, str], Node] = {}
        for node in nodes:
            key = (node.value["kind"], node.value["metadata"]["name"])
            if key in self.by_name:
                place = f"{node.pointer}/metadata/name"
                self.taken.faults.append(Fault(place, f"{key[0]} {key[1]} stands twice in the file"))
            self.by_name[key] = node

    def fault(self, node: Node, detail: str) -> None:
        self.taken.faults.append(Fault(node.pointer, detail))

    def find(self, kind: str, reference: Node) -> Node | None:
        name = reference.text()
        found = self.by_name.get((kind, str(name)))
        if found is None:
            self.fault(reference, f"no {kind} {name!r} stands in the file")
        else:
            found.at("metadata", "name").read()
        return found

    # --- an SLO ---

    def slo(self, node: Node) -> None:
        name = str(node.at("metadata", "name").read())
        body = node.at("spec")
        if any(each.at("indicator") or each.at("indicatorRef") for each in body.at("objectives").each()):
            self._tell_whole(node, "composite")
            return
        indicator = body.at("indicator")
        sli = indicator if indicator else self.find("SLI", body.at("indicatorRef"))
        if sli is None:
            return
        if sli.at("spec", "ratioMetric", "raw"):
            self._tell_whole(node, "raw")
            return
        if sli is indicator:
            sli.at("metadata", "name").read()
        annotated = node.at("metadata", "annotations", CODE).text()
        base = (
            annotated
            if annotated and re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", annotated)
            else code_from(name)
        )
        objectives = body.at("objectives").each()
        if sli.at("spec", "thresholdMetric") and len(objectives) > 1:
            self.fault(objectives[1], "with a `thresholdMetric` there is one objective")
            return
        self._service(body)
        pairs = self._pairs(body)
        for number, objective in enumerate(objectives, 1):
            code = base if len(objectives) == 1 else f"{base[:60]}-{number}"
            made = self._promise(code, node, sli, objective, pairs)
            if made is not None:
                self.taken.add(code, self._whole(code, made), objective.pointer)

    def _whole(self, code: str, made: Mapping[str, Any]) -> dict[str, Any]:
        kind = self.into.indicators[made["indicator"]]["kind"]
        return laid_over(self.into.before.get(code), self.into.defaults, made, kind)

    def _service(self, body: Node) -> None:
        """Its own service needs no word; of another one is told."""
        named = str(body.at("service").value)
        known = self.by_name.get(("Service", named))
        code = named
        if known is not None:
            known.at("metadata", "name").read()
            annotated = known.at("metadata", "annotations", CODE)
            code = annotated.text() or named if annotated else named
            # Its words are the agreement's title, which the agreement has itself.
            known.at("spec", "description").read()
        if code == self.into.service:
            body.at("service").read()

    def _promise(
        self, code: str, slo: Node, sli: Node, objective: Node, pairs: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any] | None:
        body, metric = slo.at("spec"), sli.at("spec")
        ratio = metric.at("ratioMetric")
        numerator = (ratio.at("good") or ratio.at("bad")) if ratio else metric.at("thresholdMetric")
        query = self._query(numerator, ratio)
        indicator = self._indicator(code, sli, query)
        if indicator is None:
            return None
        made: dict[str, Any] = {
            "code": code,
            "indicator": indicator["code"],
            "comparator": ">=",
            "aggregation": "share",
        }
        made |= {name: query[name] for name in OF_JOURNEYS if name in query}
        target = self._target(objective)
        if query and ratio.at("bad"):
            made["comparator"], target = "<=", rest_of(target)
        elif ratio:
            # Who measures may report good or bad counts: the share is of what is good.
            ratio.at("bad").read()
        made["target"] = shortest(target)
        good = self._good(code, indicator, ratio, query, objective)
        if good is None and indicator["kind"] != "ratio":
            return None
        made["good"] = good
        window = self._window(code, body.at("timeWindow"))
        if window is not None:
            made["window"] = window
        self._slices(made, body, objective)
        if pairs or self.into.before.get(code, {}).get("alerts"):
            made["alerts"] = list(pairs)
        self._words(made, slo)
        return made

    def _query(self, numerator: Node, ratio: Node) -> dict[str, Any]:
        """What a metric source of ours says; {} of another one, which is nobody's here to run."""
        source = numerator.at("metricSource")
        if source.at("type").value != NATIVE:
            return {}
        found: dict[str, Any] = source.at("spec").value
        for metric in (numerator, ratio.at("total")):
            for name in ("type", "spec", "metricSourceRef"):
                metric.at("metricSource", name).read()
        if ratio:
            ratio.at("counter").read()
        return found

    def _indicator(self, code: str, sli: Node, query: Mapping[str, Any]) -> Mapping[str, Any] | None:
        name = str(sli.at("metadata", "name").value)
        annotated = sli.at("metadata", "annotations", INDICATOR)
        before = self.into.before.get(code, {}).get("indicator")
        asked = (
            self.into.named.get(name) or query.get("indicator") or (annotated.text() if annotated else None)
        )
        for wanted in (asked, name, before):
            found = self.into.indicators.get(wanted) if isinstance(wanted, str) else None
            if found is not None:
                return found
            if wanted is not None and wanted == asked:
                break
        known = ", ".join(sorted(self.into.indicators)) or "none"
        self.taken.unnamed[asked or str(name)] = None
        self.fault(
            sli.at("metadata", "name"),
            f"say in `indicators` which of {self.into.service} {asked or name!r} stands for; known: {known}",
        )
        return None

    def _target(self, objective: Node) -> Decimal:
        percent = objective.at("targetPercent")
        with localcontext(prec=2 * MOST_DIGITS):
            return Decimal(percent.read()) / 100 if percent else Decimal(objective.at("target").read())

    def _good(
        self, code: str, indicator: Mapping[str, Any], ratio: Node, query: Mapping[str, Any], objective: Node
    ) -> dict[str, Any] | None:
        """Which values, or journeys' times, are good; None: the counts say it, or a fault was noted."""
        if indicator["kind"] == "ratio":
            if not ratio:
                self.fault(
                    objective,
                    f"a threshold needs an indicator that measures values; {indicator['code']} is a ratio",
                )
            return None
        if ratio:
            good = query.get("good") or self.into.before.get(code, {}).get("good")
            if not isinstance(good, dict):
                self.fault(
                    objective,
                    f"a ratio does not say which values of {indicator['code']} are good",
                )
                return None
            return good
        op, value = objective.at("op"), objective.at("value")
        if not op or not value:
            self.fault(objective, "with a `thresholdMetric` an objective has `op` and `value`")
            return None
        limit = Decimal(value.read())
        if indicator["kind"] != "duration":
            return {"comparator": OPS[op.read()], "value": shortest(limit)}
        if limit != limit.to_integral_value() or limit <= 0:
            self.fault(value, "a time is in whole seconds, more than none")
            return None
        working = indicator.get("clock") == "working"
        return {"comparator": OPS[op.read()], "value": spans.seconds_text(int(limit), working=working)}

    def _window(self, code: str, windows: Node) -> dict[str, Any] | None:
        if not windows:
            return None
        window = windows.each()[0]
        duration = str(window.at("duration").read())
        rolling = window.at("isRolling").read()
        if rolling:
            length = spans.duration_of(duration)
            if length is None:
                self.fault(window.at("duration"), "a month, quarter or year has no fixed length: write days")
                return None
            return {"kind": "rolling", "duration": length}
        calendar = window.at("calendar")
        zone = calendar.at("timeZone")
        if self.taken.time_zone in (None, zone.value):
            self.taken.time_zone = zone.text()
        found = spans.calendar_window(duration, str(calendar.at("startTime").read()))
        if found is None:
            self.fault(window.at("duration"), "a calendar window is of hours, days, weeks, months or years")
        return found

    def _slices(self, made: dict[str, Any], body: Node, objective: Node) -> None:
        made["budgeting"] = BUDGETING[body.at("budgetingMethod").read()]
        made["slice"] = None
        if made["budgeting"] == "occurrences":
            return
        window, target = objective.at("timeSliceWindow"), objective.at("timeSliceTarget")
        shorthand = window.read()
        length = spans.duration_of(shorthand if isinstance(shorthand, str) else f"{shorthand}m")
        if length is None:
            self.fault(window, "a slice has a fixed length: minutes, hours, days or weeks")
            return
        made["slice"] = {"length": length}
        if target and made["budgeting"] == "timeslices":
            share = Decimal(target.read())
            made["slice"]["target"] = shortest(rest_of(share) if made["comparator"] == "<=" else share)

    # --- alerts ---

    def _pairs(self, body: Node) -> list[dict[str, Any]]:
        """The burn alerts of an SLO, which are those of each of its objectives."""
        pairs: list[dict[str, Any]] = []
        for node in body.at("alertPolicies").each():
            reference = node.at("alertPolicyRef")
            policy = self.find("AlertPolicy", reference) if reference else node
            if policy is None:
                continue
            self._name(policy)
            pair = self._pair(policy.at("spec"))
            if pair is not None and pair not in pairs:
                pairs.append(pair)
        return pairs

    def _pair(self, policy: Node) -> dict[str, Any] | None:
        for name, ours in (
            ("alertWhenBreaching", True),
            ("alertWhenResolved", True),
            ("alertWhenNoData", False),
        ):
            if policy.at(name).value is ours:
                policy.at(name).read()
        entry = policy.at("conditions").each()[0]
        reference = entry.at("conditionRef")
        condition = self.find("AlertCondition", reference) if reference else entry
        for target in policy.at("notificationTargets").each():
            named = target.at("targetRef")
            found = self.find("AlertNotificationTarget", named) if named else target
            if found is not None and found.at("spec", "target").value == NATIVE:
                self._name(found)
                found.at("spec").read()
        if condition is None:
            return None
        self._name(condition)
        if condition.at("spec", "severity").value == SEVERITY:
            condition.at("spec", "severity").read()
        burning = condition.at("spec", "condition")
        if burning.at("op").value not in (None, "gte"):
            return None
        for name in ("kind", "op"):
            burning.at(name).read()
        if str(burning.at("alertAfter").value or "0m").rstrip("mhdwMQY").strip("0") == "":
            burning.at("alertAfter").read()
        length = spans.duration_of(str(burning.at("lookbackWindow").read()))
        if length is None:
            self.fault(burning.at("lookbackWindow"), "a lookback has a fixed length: minutes, hours or days")
            return None
        return {"long": length, "short": length, "factor": shortest(Decimal(burning.at("threshold").read()))}

    def _name(self, node: Node) -> None:
        node.at("metadata", "name").read()
        node.at("kind").read()

    # --- words ---

    def _words(self, made: dict[str, Any], slo: Node) -> None:
        annotations = slo.at("metadata", "annotations")
        responsible, english = annotations.at(RESPONSIBLE), annotations.at(WORDING_EN)
        if responsible:
            made["responsible"] = responsible.text()
        description = slo.at("spec", "description")
        text = description.value if description else slo.at("metadata", "displayName").value
        if not isinstance(text, str) or not text.strip():
            return
        (description if description else slo.at("metadata", "displayName")).read()
        if english:
            made["public_wording"] = {"th": text, "en": english.text()}
        else:
            made["public_wording"] = {"th" if is_thai(text) else "en": text}

    # --- what nobody read ---

    def _own(self, node: Node) -> None:
        """Notes of our own, and the name of an indicator that has its own name here, are no loss."""
        annotations = node.at("metadata", "annotations")
        if not isinstance(annotations.value, dict) or not node.at("metadata", "name").is_read:
            return
        for name in annotations.value:
            if name.startswith(PREFIX):
                annotations.at(name).read()
        if annotations.at(INDICATOR):
            node.at("metadata", "displayName").read()

    def _tell_whole(self, node: Node, why: str) -> None:
        node.read()
        self.taken.said.append(of_openslo(node.pointer, why))

    def tell_unread(self) -> None:
        for node in self.nodes:
            for name in QUIET:
                node.at(name).read()
            self._own(node)
            if not node.at("metadata", "name").is_read and node.value["kind"] != "SLO":
                if not node.is_read:
                    why = "DataSource" if node.value["kind"] == "DataSource" else "unused"
                    self._tell_whole(node, why)
                continue
            for pointer in node.unread():
                self.taken.said.append(_told(pointer))


def rest_of(share: Decimal) -> Decimal:
    """What is left of a whole, to the last digit that a file can have."""
    with localcontext(prec=2 * MOST_DIGITS):
        return 1 - share


def _told(pointer: str) -> Said:
    """Why something of a file stands nowhere, by the name of what it is part of."""
    steps = [each for each in pointer.split("/") if not each.isdigit()]
    for name in ("metricSource", "annotations", "labels", "notificationTargets", "connectionDetails"):
        if name in steps:
            return of_openslo(pointer, name)
    return of_openslo(pointer, steps[-1])
