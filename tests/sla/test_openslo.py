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
