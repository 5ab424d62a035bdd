"""OpenSLO v1 from other tools: what has no place here is told, and nothing bad is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.openslo import exporting, importing, text
from services.sla.domain.openslo.importing import Into
from shared.errors import Problem
from tests.sla.documents import P95
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
