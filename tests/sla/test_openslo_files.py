"""OpenSLO v1 from other tools: what has no place here is told, and nothing bad is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.openslo import exporting, importing, text
from services.sla.domain.openslo.importing import Into
from services.sla.domain.proposed import Taken
from shared.errors import Problem
from tests.sla.documents import AGREEMENT, P95
from tests.sla.test_openslo import HASH, INDICATORS, one, stored

FOREIGN = """
# What another tool might write.
apiVersion: openslo/v1
kind: SLO
metadata:
  name: web-availability
  displayName: Web availability
  labels: {team: [identity, web]}
spec:
  description: Pages answer
  service: web
  indicator:
    metadata: {name: web-requests}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource: {type: Prometheus, spec: {query: 'sum(http_requests{code!~"5.."})'}}
        total:
          metricSource: {type: Prometheus, spec: {query: sum(http_requests)}}
  timeWindow:
    - duration: 4w
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - displayName: Good
      targetPercent: 99.95
    - target: 0.95
  alertPolicies:
    - alertPolicyRef: fast-burn
---
- apiVersion: openslo/v1
  kind: AlertPolicy
  metadata: {name: fast-burn}
  spec:
    alertWhenBreaching: true
    alertWhenResolved: false
    conditions:
      - kind: AlertCondition
        metadata: {name: burn}
        spec:
          severity: page
          condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}
    notificationTargets:
      - targetRef: on-call
- apiVersion: openslo/v1
  kind: AlertNotificationTarget
  metadata: {name: on-call}
  spec: {target: email}
- apiVersion: openslo/v1
  kind: SLI
  metadata: {name: nobody-asks}
  spec:
    thresholdMetric:
      metricSource: {type: Any, spec: {query: x}}
"""


def test_another_tools_file_is_read_and_what_has_no_place_is_told_with_its_line() -> None:
    found = text.read(FOREIGN.encode())
    into = Into(
        "permit",
        INDICATORS,
        named={"web-requests": "permit.availability"},
        defaults={"responsible": "city"},
    )
    taken = importing.take(found.documents, into)
    assert taken.faults == []
    first, second = taken.objectives
    assert first == {
        "code": "web-availability-1",
        "indicator": "permit.availability",
        "responsible": "city",
        "aggregation": "share",
        "comparator": ">=",
        "target": "0.9995",
        "window": {"kind": "rolling", "duration": "P28D"},
        "budgeting": "occurrences",
        "alerts": [{"long": "PT1H", "short": "PT1H", "factor": "14.4"}],
        "public_wording": {"en": "Pages answer"},
    }
    assert (second["code"], second["target"]) == ("web-availability-2", "0.95")
    told = {(each.path, found.line(each.path)) for each in taken.said}
    assert told == {
        ("/0/metadata/displayName", 7),
        ("/0/metadata/labels", 8),
        ("/0/spec/service", 11),
        ("/0/spec/indicator/spec/ratioMetric/counter", 16),
        ("/0/spec/indicator/spec/ratioMetric/good", 18),
        ("/0/spec/indicator/spec/ratioMetric/total", 20),
        ("/0/spec/objectives/0/displayName", 26),
        ("/1/0/spec/alertWhenResolved", 37),
        ("/1/0/spec/conditions/0/spec/severity", 42),
        ("/1/0/spec/conditions/0/spec/condition/alertAfter", 43),
        ("/1/1/spec", 49),
        ("/1/2", 50),
    }


def test_what_stands_in_a_file_in_other_words_changes_nothing() -> None:
    """Over a revision, what the file leaves open stays, and so does how the same was written."""
    before = stored(one(P95, window={"kind": "rolling", "duration": "PT720H"}, minimum_total=30, grace="P9D"))
    documents = exporting.export(before, HASH, INDICATORS).documents
    [objective] = before["objectives"]
    taken = importing.take(documents, Into("permit", INDICATORS, before={"p95": objective}))
    assert taken.objectives == [objective]
    [slo] = [each for each in documents if each["kind"] == "SLO"]
    slo["spec"]["objectives"][0]["target"] = Decimal("0.96")
    taken = importing.take(documents, Into("permit", INDICATORS, before={"p95": objective}))
    assert taken.objectives == [{**objective, "target": "0.96"}]


def test_alerts_are_read_once_for_all_objectives_and_too_many_objectives_not_at_all() -> None:
    """What a file costs grows with its length, not with its objectives times its alerts."""
    into = Into("permit", INDICATORS, named={"web-requests": "permit.availability"})

    def taken(number: int) -> Taken:
        targets = "".join("    - target: 0.95\n" for _ in range(number))
        lost = FOREIGN.replace("    - target: 0.95\n", targets).replace("Ref: fast-burn", "Ref: none")
        return importing.take(text.read(lost.encode()).documents, into)

    found = taken(199)
    assert len(found.objectives) == 200
    assert [fault.pointer for fault in found.faults] == ["/0/spec/alertPolicies/0/alertPolicyRef"]
    found = taken(200)
    assert found.objectives == []
    assert [fault.detail for fault in found.faults] == ["201 promises; an agreement has at most 200"]


SLO_HEAD = "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec:\n  service: permit\n"
SLI = (
    "apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: permit.availability}\nspec:\n  ratioMetric:\n"
    "    good: {metricSource: {type: x, spec: {}}}\n    total: {metricSource: {type: x, spec: {}}}\n---\n"
)
WHOLE = (
    SLI + SLO_HEAD + "  indicatorRef: permit.availability\n  budgetingMethod: Occurrences\n"
    "  timeWindow: [{duration: 1M, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Asia/Bangkok}}]\n"
    "  objectives: [{target: 0.9}]\n"
)


def test_the_smallest_file() -> None:
    taken = importing.take(text.read(WHOLE.encode()).documents, Into("permit", INDICATORS))
    assert taken.faults == []
    assert taken.objectives[0]["window"]["anchor"] == "2026-01-01"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("openslo/v1\nkind: SLO", "openslo/v1alpha\nkind: SLO", "/1/apiVersion"),
        ("kind: SLO", "kind: Slo", "/1/kind"),
        ("{name: a}", "{nam: a}", "/1/metadata/name"),
        ("target: 0.9", "target: '0.9'", "/1/spec/objectives/0/target"),
        ("target: 0.9", "target: 1.0", "/1/spec/objectives/0/target"),
        ("target: 0.9", "target: .nan", "/1/spec/objectives/0/target"),
        ("target: 0.9", "targetPercent: 100", "/1/spec/objectives/0/targetPercent"),
        ("target: 0.9", "target: 0.9, targetPercent: 90", "/1/spec/objectives/0"),
        ("target: 0.9", "displayName: x", "/1/spec/objectives/0"),
        ("[{target: 0.9}]", "[]", "/1/spec/objectives"),
        ("Occurrences", "Timeslices", "/1/spec"),
        ("Occurrences", "occurrences", "/1/spec/budgetingMethod"),
        ("1M,", "1 M,", "/1/spec/timeWindow/0/duration"),
        ("1M,", "5m,", "/1/spec/timeWindow/0/duration"),
        ("duration: 1M,", "duration: 1M, isRolling: true,", "/1/spec/timeWindow/0"),
        ("2026-01-01 00:00:00", "01/01/2026", "/1/spec/timeWindow/0/calendar/startTime"),
        ("indicatorRef: permit.availability", "indicatorRef: nobody", "/1/spec/indicatorRef"),
        ("{name: permit.availability}", "{name: other}", "/1/spec/indicatorRef"),
        ("kind: SLI", "kind: SLO", "/0/spec/service"),
        (
            "metricSource: {type: x, spec: {}}}\n---",
            "metricSource: {type: x}}\n---",
            "/0/spec/ratioMetric/total/metricSource/spec",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(old: str, new: str, place: str) -> None:
    assert WHOLE.count(old) >= 1
    read = text.read(WHOLE.replace(old, new).encode())
    taken = importing.take(read.documents, Into("permit", INDICATORS))
    assert place in [fault.pointer for fault in taken.faults]
    assert all(read.line(fault.pointer) for fault in taken.faults)


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        (b"a: &x [1]\nb: *x", "anchors and aliases are not read (line 1)"),
        (b"a: 1\nb:\n  c: 1\n  c: 2", "the key 'c' stands twice (again in line 4)"),
        (b"a: !!python/object/apply:os.system [ls]", "tags such as"),
        (b"a: !!float '1'", "tags such as"),
        (b"? [a]\n: b", "a key has to be a text"),
        (b"a: " + b"[" * 60 + b"]" * 60, "nested deeper than 40 levels"),
        (b"a: [1", "no YAML"),
        (b"a:\n\t- b", "no YAML"),
        (b"a: \xff", "not UTF-8: a wrong byte in line 1"),
        ("a: ก".encode("cp874"), "not UTF-8"),
        (b"a: \x00", "no YAML"),
        (b"a: b\n" * 200_000, "at most 524288 are read"),
    ],
)
def test_bad_yaml_is_refused_in_a_sentence(yaml: bytes, sentence: str) -> None:
    with pytest.raises(Problem) as refused:
        text.read(yaml)
    assert sentence in refused.value.detail


def test_no_digit_is_rounded_away_on_its_way() -> None:
    """It would be taken for a target that nobody wrote; as it is, the agreement refuses so many decimals."""
    long = "0.90000000000000000000000000000000001"
    percent = "targetPercent: 90.00000000000000000000000000000000001"
    for given_, found in ((f"target: {long}", long), (percent, "0.9000000000000000000000000000000000001")):
        read = text.read(WHOLE.replace("target: 0.9", given_).encode())
        taken = importing.take(read.documents, Into("permit", INDICATORS))
        assert taken.objectives[0]["target"] == found
    assert importing.rest_of(Decimal(long)) == Decimal("0.09999999999999999999999999999999999")


def test_numbers_are_exact_and_texts_stay_texts() -> None:
    found = text.read(
        b"a: 0.1234567890123456789\nb: '0.5'\nc: 12:30:00\nd: 2026-01-01\ne: no\nf: 0x10\ng: 1e-2"
    )
    [document] = found.documents
    assert document == {
        "a": Decimal("0.1234567890123456789"),
        "b": "0.5",
        "c": "12:30:00",
        "d": "2026-01-01",
        "e": "no",
        "f": "0x10",
        "g": Decimal("0.01"),
    }


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**30), 10**30)
        | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.text(st.characters(codec="utf-8", categories=("L", "N")), max_size=5), inner, max_size=3
            )
        ),
        max_leaves=10,
    )
)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert text.read(text.write([{"value": value}]).encode()).documents == ({"value": value},)


# --- random files, the other way round ----------------------------------------------------------------

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
shorthands = st.builds("{}{}".format, st.integers(1, 400), st.sampled_from("mhdw"))
shares = st.integers(0, 999_999).map(lambda n: Decimal(n) / 1_000_000)
MAPPED = {"uptime": "permit.availability", "speed": "permit.response-time"}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "severity": draw(st.sampled_from(["page", "alert"])),
        "condition": {
            "kind": "burnrate",
            "op": draw(st.sampled_from(["gte", "gte", "gt", "lt"])),
            "threshold": draw(st.sampled_from([Decimal("14.4"), 2])),
            "lookbackWindow": draw(shorthands),
            "alertAfter": draw(st.sampled_from(["0m", "5m"])),
        },
    }


@st.composite
def slos(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """An SLO as any tool may write it, with all of it inline."""
    threshold = draw(st.booleans())
    source = {"metricSource": {"type": "Any", "spec": {"query": "x"}}}
    side = draw(st.sampled_from(["good", "bad"]))
    metric = {"thresholdMetric": source} if threshold else {"ratioMetric": {side: source, "total": source}}
    method = draw(st.sampled_from(["Occurrences", "Timeslices", "RatioTimeslices"]))
    objectives = []
    for _ in range(1 if threshold else draw(st.integers(1, 3))):
        share = draw(shares)
        objective: dict[str, Any] = draw(st.sampled_from([{"target": share}, {"targetPercent": share * 100}]))
        if threshold:
            value = draw(st.decimals(-1000, 1000, places=2))
            objective |= {"op": draw(st.sampled_from(["lte", "lt", "gte", "gt"])), "value": value}
        if method != "Occurrences":
            objective["timeSliceWindow"] = draw(shorthands)
        if method == "Timeslices":
            objective["timeSliceTarget"] = draw(shares)
        objectives.append(objective)
    calendar = {
        "duration": f"{draw(st.integers(1, 12))}{draw(st.sampled_from('hdwMQY'))}",
        "calendar": {"startTime": "2026-01-01 08:30:00", "timeZone": "Asia/Bangkok"},
    }
    body: dict[str, Any] = {
        "service": "permit",
        "indicator": {"metadata": {"name": "speed" if threshold else "uptime"}, "spec": metric},
        "timeWindow": [
            draw(st.just(calendar) | shorthands.map(lambda d: {"duration": d, "isRolling": True}))
        ],
        "budgetingMethod": method,
        "objectives": objectives,
    }
    if draw(st.booleans()):
        body["description"] = draw(st.sampled_from(["Pages answer", "หน้าเว็บตอบ"]))
    policies = [
        {
            "kind": "AlertPolicy",
            "metadata": {"name": f"{name}-{number}"},
            "spec": {
                "alertWhenBreaching": True,
                "conditions": [{"kind": "AlertCondition", "metadata": {"name": "c"}, "spec": condition}],
                "notificationTargets": [{"targetRef": "sanya"}],
            },
        }
        for number, condition in enumerate(draw(st.lists(conditions(), max_size=2)))
    ]
    if policies:
        body["alertPolicies"] = policies
    return {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": name}, "spec": body}


TARGET = {
    "apiVersion": "openslo/v1",
    "kind": "AlertNotificationTarget",
    "metadata": {"name": "sanya"},
    "spec": {"target": "Sanya"},
}
MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10_080}


def promised(documents: Any) -> dict[str, dict[str, Any]]:
    """What SLOs of a file promise, read here by itself: by name and number of the objective."""
    by_name = {(each["kind"], each["metadata"]["name"]): each for each in documents}
    found = {}
    for slo in (each for each in documents if each["kind"] == "SLO"):
        body = slo["spec"]
        [window] = body["timeWindow"]
        burns = []
        for entry in body.get("alertPolicies", []):
            policy = by_name["AlertPolicy", entry["alertPolicyRef"]] if "alertPolicyRef" in entry else entry
            [part] = policy["spec"]["conditions"]
            condition = by_name["AlertCondition", part["conditionRef"]] if "conditionRef" in part else part
            burn = condition["spec"]["condition"]
            length = int(burn["lookbackWindow"][:-1]) * MINUTES[burn["lookbackWindow"][-1]]
            if burn["op"] == "gte" and (length, burn["threshold"]) not in burns:
                burns.append((length, burn["threshold"]))
        for number, objective in enumerate(body["objectives"], 1):
            length, unit = int(window["duration"][:-1]), window["duration"][-1]
            months = {"M": 1, "Q": 3, "Y": 12}
            name = (
                slo["metadata"]["annotations"]["sanya.example/code"]
                if "annotations" in slo["metadata"]
                else (slo["metadata"]["name"] + (f"-{number}" if len(body["objectives"]) > 1 else ""))
            )
            sliced = objective.get("timeSliceWindow")
            found[name] = {
                "target": objective.get("target", objective.get("targetPercent", 0) / 100),
                "op": objective.get("op"),
                "value": objective.get("value"),
                "window": (
                    window.get("calendar"),
                    # Of a calendar 24 hours and a day differ; what rolls is as long either way.
                    ("calendar" in window and unit == "h", length * MINUTES[unit])
                    if unit in MINUTES
                    else length * months[unit],
                ),
                "method": body["budgetingMethod"],
                "slice": None if sliced is None else int(sliced[:-1]) * MINUTES[sliced[-1]],
                "slice_target": objective.get("timeSliceTarget"),
                "burns": burns,
                "description": body.get("description"),
            }
    return found


@given(st.data())
def test_what_an_agreement_can_say_of_a_file_comes_out_again(data: st.DataObject) -> None:
    names = data.draw(st.lists(labels, min_size=1, max_size=3, unique=True))
    documents = [*(data.draw(slos(name)) for name in names), TARGET]
    read = text.read(text.write(documents).encode())
    assert list(read.documents) == documents
    into = Into("permit", INDICATORS, named=MAPPED, defaults={"responsible": "city"})
    taken = importing.take(read.documents, into)
    if taken.faults:
        # Two names that come to one code: `a-1`, and the first of two in `a`.
        assert {fault.detail.split(" ", 1)[1] for fault in taken.faults} == {"stands twice in the file"}
        return
    out = exporting.export(stored({**AGREEMENT, "objectives": taken.objectives}), HASH, INDICATORS)
    again = text.read(text.write(out.documents).encode()).documents
    assert promised(again) == promised(documents)
    # Whatever it says besides is told: queries, who is told, what alerts are like.
    target = f"/{len(names)}"
    told = {each.path.rpartition("/")[2] for each in taken.said if each.path != target}
    assert told <= {
        "good",
        "bad",
        "total",
        "thresholdMetric",
        "severity",
        "alertAfter",
        "condition",
        "spec",
        "op",
    }
