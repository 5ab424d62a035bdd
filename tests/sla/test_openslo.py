"""OpenSLO v1: what both sides can say comes back, everything else is told, and nothing bad is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.agreements import stored_form
from services.sla.domain.openslo import exporting, importing, spec, text
from services.sla.domain.openslo.importing import Into
from shared.errors import Problem
from tests.sla.documents import AGREEMENT, AVAILABLE, CONFIRM, MEAN, P95, agreement, known_world, plain

INDICATORS = known_world().indicators
HASH = "ab" * 32


def stored(document: Mapping[str, Any]) -> dict[str, Any]:
    form, faults = stored_form(plain(document))
    assert faults == []
    return form


def exported(document: Mapping[str, Any]) -> exporting.Exported:
    return exporting.export(stored(document), HASH, INDICATORS)


def one(base: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    changed = {**base, **changes}
    return agreement(objectives=[{name: value for name, value in changed.items() if value is not None}])


# --- there and back -----------------------------------------------------------------------------------

minutes = st.integers(1, 200_000)
shares = st.integers(0, 1_000_000).map(lambda n: str(Decimal(n) / 1_000_000))


@st.composite
def durations(draw: st.DrawFn) -> str:
    """A length of whole minutes, in any of the ways in which it can be written."""
    days, hours, rest = draw(st.integers(0, 40)), draw(st.integers(0, 50)), draw(st.integers(0, 90))
    if days + hours + rest == 0:
        rest = 1
    time = (f"{hours}H" if hours else "") + (f"{rest}M" if rest else "")
    return f"P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        found: dict[str, Any] = {"kind": "rolling", "duration": draw(durations())}
        if draw(st.booleans()):
            found["step"] = "PT1M"
        return found
    units = ("hour", "day", "week", "month", "quarter", "half_year", "year")
    anchor = draw(st.sampled_from(["2001-01-01", "2025-10-01", "2026-01-16T08:30", "2026-01-16T00:00"]))
    return {
        "kind": "calendar",
        "unit": draw(st.sampled_from(units)),
        "count": draw(st.integers(1, 14)),
        "anchor": anchor,
    }


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1).filter(
    lambda found: found.strip() == found
)
wordings = st.fixed_dictionaries({}, optional={"th": words | st.just("ภายใน 3 วัน"), "en": words}).filter(bool)


@st.composite
def objectives(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """An objective of ours: what OpenSLO can say, and now and then what it cannot."""
    base = draw(st.sampled_from([AVAILABLE, P95, CONFIRM, MEAN]))
    found: dict[str, Any] = {**base, "code": code, "scope": [], "window": draw(windows())}
    found["responsible"] = draw(st.sampled_from(["city", "land-office"]))
    found["comparator"] = draw(st.sampled_from([">=", ">=", "<=", ">", "<"]))
    if base is MEAN:
        return found
    found["target"] = draw(shares)
    if base is P95:
        found["good"] = {
            "comparator": draw(st.sampled_from([">=", "<=", ">", "<"])),
            "value": draw(st.decimals(-1000, 1000, places=3).map(str)),
        }
    if base is CONFIRM:
        limits = durations() | st.sampled_from([{"working_days": 3}, {"calendar_days": 2, "roll": True}])
        found["good"] = {"comparator": draw(st.sampled_from(["<=", "<"])), "value": draw(limits)}
        found["count_at"] = draw(st.sampled_from(["completion", "start", "deadline"]))
        found["pauses"] = draw(st.sampled_from([None, ["applicant"]]))
    found["budgeting"] = draw(st.sampled_from(["occurrences", "timeslices", "ratio-timeslices"]))
    if found["budgeting"] != "occurrences":
        found["slice"] = {"length": draw(durations())}
        found["slice"]["empty"] = draw(st.sampled_from(["ignored", "ignored", "good"]))
        if found["budgeting"] == "timeslices":
            found["slice"]["target"] = draw(shares)
    pair = st.builds(
        lambda long, same, factor: {"long": long, "short": long if same else "PT1M", "factor": factor},
        durations(),
        st.booleans(),
        st.sampled_from(["14.4", "6", "0.5"]),
    )
    found["alerts"] = draw(st.none() | st.lists(pair, max_size=3, unique_by=str))
    for name, values in (
        ("grace", st.sampled_from(["P3D", "PT72H", "P1D"])),
        ("minimum_total", st.sampled_from([1, 30])),
        ("warning", st.none() | st.just("0.99")),
        ("public_wording", st.none() | wordings),
        ("headline", st.sampled_from([None, True])),
        ("scope", st.sampled_from([[], ["province"]])),
    ):
        found[name] = draw(values)
    return {name: value for name, value in found.items() if value is not None}


def length(duration: str) -> int:
    """Minutes of a duration, reckoned here by itself."""
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", duration)
    assert found is not None, duration
    days, hours, rest = (int(each or 0) for each in found.groups())
    return days * 1440 + hours * 60 + rest


MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def meant(value: Any) -> Any:
    """The meaning of a clause, reckoned here by itself."""
    if isinstance(value, str) and re.match(r"P[\dT]", value):
        return length(value)
    if isinstance(value, list):
        return [meant(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: meant(each) for name, each in value.items()}
    if found.get("kind") == "calendar":
        if found["unit"] in MONTHS:
            found |= {"unit": "month", "count": found["count"] * MONTHS[found["unit"]]}
        if found["unit"] == "week":
            found |= {"unit": "day", "count": found["count"] * 7}
        found["anchor"] = found["anchor"].removesuffix("T00:00")
    return found


@given(st.data())
def test_what_openslo_can_say_of_ours_comes_back_and_the_rest_is_told(data: st.DataObject) -> None:
    codes = data.draw(
        st.lists(
            st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True), min_size=1, max_size=4, unique=True
        )
    )
    # One at least can be said: a file without a promise is refused.
    always = {**P95, "code": "always"}
    document = stored(agreement(objectives=[*(data.draw(objectives(code)) for code in codes), always]))
    found = exporting.export(document, HASH, INDICATORS)
    told = {each.path for each in found.said}
    assert [fault for each in found.documents for fault in spec.faults_of(each, "")] == []

    again = text.read(text.write(found.documents).encode())
    assert list(again.documents) == found.documents
    taken = importing.take(again.documents, Into("permit", INDICATORS))
    assert taken.faults == []
    assert taken.said == []
    returned = {
        each["code"]: each for each in stored({**AGREEMENT, "objectives": taken.objectives})["objectives"]
    }
    for objective in document["objectives"]:
        place = f"/objectives/{objective['code']}"
        if objective["code"] not in returned:
            assert place in told
            continue
        assert place not in told
        theirs = returned[objective["code"]]
        for name in {*objective, *theirs}:
            if meant(objective.get(name)) != meant(theirs.get(name)):
                assert f"{place}/{name}" in told
            else:
                assert f"{place}/{name}" not in told


def test_what_must_come_back() -> None:
    """The test above would hold if nothing came back, as long as all of it were told."""
    document = agreement(
        objectives=[
            {**CONFIRM, "window": {"kind": "calendar", "unit": "month", "count": 1, "anchor": "2025-10-01"}},
            {**CONFIRM, "code": "days", "good": {"comparator": "<=", "value": {"working_days": 3}}},
            {**P95, "code": "p.95_x", "alerts": [{"long": "PT1H", "short": "PT1H", "factor": "14.4"}]},
            {
                **AVAILABLE,
                "scope": [],
                "comparator": "<=",
                "target": "0.001",
                "public_wording": {"th": "ไทย", "en": "x"},
            },
            {
                **AVAILABLE,
                "code": "slices",
                "scope": [],
                "budgeting": "timeslices",
                "slice": {"length": "PT5M", "target": "0.99"},
            },
        ],
        calendar="thai-office",
    )
    found = exported(document)
    assert [each.path for each in found.said if each.path.startswith("/objectives")] == []
    assert {each["kind"] for each in found.documents} == {
        "Service",
        "SLI",
        "SLO",
        "AlertPolicy",
        "AlertCondition",
        "AlertNotificationTarget",
    }
    taken = importing.take(found.documents, Into("permit", INDICATORS))
    assert taken.time_zone == "Asia/Bangkok"
    back = {each["code"]: each for each in taken.objectives}
    assert back["confirm-3-days"]["good"] == {"comparator": "<=", "value": "P3D"}
    assert back["days"]["good"]["value"]["working_days"] == 3
    assert back["p.95_x"]["alerts"] == [{"long": "PT1H", "short": "PT1H", "factor": "14.4"}]
    assert (back["available"]["comparator"], back["available"]["target"]) == ("<=", "0.001")
    assert back["available"]["public_wording"] == {"th": "ไทย", "en": "x"}
    assert back["slices"]["slice"] == {"length": "PT5M", "target": "0.99"}


@pytest.mark.parametrize(
    ("objective", "told"),
    [
        (MEAN, "/objectives/mean"),
        ({**AVAILABLE, "target": "1"}, "/objectives/available"),
        ({**AVAILABLE, "comparator": "<=", "target": "0"}, "/objectives/available"),
        ({**AVAILABLE, "scope": [], "comparator": ">"}, "/objectives/available/comparator"),
        (AVAILABLE, "/objectives/available/scope"),
        ({**P95, "alerts": []}, "/objectives/p95/alerts"),
        ({**P95, "alerts": [{"long": "PT1H", "short": "PT5M", "factor": "14.4"}]}, "/objectives/p95/alerts"),
        ({**P95, "grace": "P7D"}, "/objectives/p95/grace"),
        ({**P95, "public_wording": {"th": "no Thai letter"}}, "/objectives/p95/public_wording"),
    ],
)
def test_what_openslo_cannot_say_is_told_with_its_reason(objective: dict[str, Any], told: str) -> None:
    [found] = [
        each for each in exported(agreement(objectives=[objective])).said if each.path.startswith("/obj")
    ]
    assert found.path == told
    assert found.th
    assert found.en not in ("", found.th)


def test_plans_name_the_source_and_nothing_of_the_frame_is_lost_silently() -> None:
    plan = {"indicator": "permit.availability", "source": "land-api", "frequency": "PT5M"}
    found = exported(agreement(objectives=[AVAILABLE], plans=[plan], terms={"notice": "P90D"}))
    [source] = [each for each in found.documents if each["kind"] == "DataSource"]
    [sli] = [each for each in found.documents if each["kind"] == "SLI"]
    assert source["spec"]["connectionDetails"] == {"source": "land-api"}
    good = sli["spec"]["ratioMetric"]["good"]["metricSource"]
    assert (good["metricSourceRef"], good["type"]) == ("land-api", "Sanya")
    assert {"/plans", "/terms", "/parties", "/effective_from"} <= {each.path for each in found.said}
    # A rolling window names no zone.
    assert "/time_zone" in {each.path for each in found.said}


# --- from others --------------------------------------------------------------------------------------

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
