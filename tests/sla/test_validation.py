"""What cannot be judged is refused before anybody signs it, with the place and a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.sla.domain.agreements import check, stored_form
from services.sla.domain.indicators import change_faults, completed, faults_of
from services.sla.domain.units import duration_micros, minutes_text, next_whole_minute, read_instant
from shared.clock import from_micros, to_micros
from tests.sla.documents import (
    AVAILABLE,
    CONFIRM,
    INDICATORS,
    MEAN,
    P95,
    PERMIT,
    agreement,
    known_world,
    objective,
    plain,
    plain_indicator,
)


def findings(document: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Pointer -> sentence of the faults, and of the unknown names."""
    form, faults = stored_form(plain(document))
    found = check(form, known_world())
    return (
        {fault.pointer: fault.detail for fault in faults + found.faults},
        {fault.pointer: fault.detail for fault in found.unknown},
    )


GOOD = [
    agreement(),
    agreement(objectives=[CONFIRM, AVAILABLE, P95, MEAN]),
    agreement(objectives=[P95], parties=["province", "city"]),
    objective(MEAN, aggregation="maximum", target="-5.25"),
    objective(MEAN, indicator="permit.incidents", aggregation="sum", target=3),
    objective(MEAN, indicator="permit.incidents", aggregation="count", target=3),
    objective(count_at="start"),
    objective(count_at="deadline", overdue="counted"),
    objective(overdue="listed", good={"comparator": "<", "value": "PT72H"}),
    objective(scope=["province"]),
    objective(coverage_floor=None, budgeting="occurrences", grace="PT0S", minimum_total=10),
    objective(window={"kind": "rolling", "duration": "PT5M", "step": "PT1M"}),
    objective(window={"kind": "calendar", "unit": "month", "count": 3, "anchor": "2025-10-01T08:30"}),
    objective(window={"kind": "calendar", "unit": "half_year"}),
    objective(public_wording={"th": "ภายใน ๓ วัน"}, headline=True, clause="4.1", contact="หัวหน้าฝ่าย"),
    agreement(terms={"penalty": None, "notice_days": 30, "rate": 1.5}, review_at="2027-01-01T09:12:13Z"),
    agreement(effective_until="2027-02-01T00:00:00+07:00", legal_form="informal"),
    agreement(composites=[], consequences=[], calendar=None),
]


@pytest.mark.parametrize("document", GOOD)
def test_what_can_be_judged_is_taken(document: dict[str, Any]) -> None:
    assert findings(document) == ({}, {})


BAD: list[tuple[dict[str, Any], str, str]] = [
    (agreement(parties=["city"]), "/parties", "two parties"),
    (agreement(parties=["city", "land-office", "city"]), "/parties", "twice"),
    (agreement(parties=["city", "land-office", "gone"]), "/parties/2", "closed"),
    (agreement(time_zone="Asia/Bangkokk"), "/time_zone", "IANA"),
    (agreement(effective_from="2026-02-01T00:00:30Z"), "/effective_from", "whole minutes"),
    (agreement(effective_until="2026-01-31T17:00:00Z"), "/effective_until", "later than"),
    (agreement(effective_until="2027-01-31T17:00:01Z"), "/effective_until", "whole minutes"),
    (agreement(objectives=[CONFIRM, CONFIRM]), "/objectives/1/code", "twice"),
    (objective(responsible="province"), "/objectives/0/responsible", "no party"),
    (objective(target="1.01"), "/objectives/0/target", "between 0 and 1"),
    (objective(target=-1), "/objectives/0/target", "between 0 and 1"),
    (objective(target=95), "/objectives/0/target", '"0.95"'),
    (objective(good=None), "/objectives/0/good", "which times are good"),
    (objective(count_at=None), "/objectives/0/count_at", "in which window"),
    (objective(good={"comparator": "<=", "value": "P1M"}), "/objectives/0/good/value", "no fixed length"),
    (objective(good={"comparator": "<=", "value": "PT0S"}), "/objectives/0/good/value", "longer than zero"),
    (objective(good={"comparator": "<=", "value": 3}), "/objectives/0/good/value", "is not a duration"),
    (
        objective(good={"comparator": ">=", "value": "P3D"}),
        "/objectives/0/good/comparator",
        "a lower limit",
    ),
    (objective(count_at="start", overdue="listed"), "/objectives/0/overdue", "once its limit has passed"),
    (objective(P95, good=None), "/objectives/0/good", "aggregation"),
    (objective(P95, good={"comparator": "<=", "value": "P3D"}), "/objectives/0/good/value", "not a number"),
    (
        objective(P95, good={"comparator": "<=", "value": {"working_days": 1}}),
        "/objectives/0/good/value",
        "journeys",
    ),
    (objective(P95, count_at="completion"), "/objectives/0/count_at", "only journeys"),
    (objective(MEAN, good={"comparator": "<=", "value": 1}), "/objectives/0/good", "only a share"),
    (objective(MEAN, budgeting="occurrences"), "/objectives/0/budgeting", "only a share"),
    (objective(AVAILABLE, aggregation="mean"), "/objectives/0/aggregation", "by its share"),
    (objective(AVAILABLE, good={"comparator": "<=", "value": 1}), "/objectives/0/good", "good count"),
    (objective(coverage_floor="0.9"), "/objectives/0/coverage_floor", "measurement plan"),
    (objective(scope=["district"]), "/objectives/0/scope/0", "declares no label"),
    (objective(scope=["province", "province"]), "/objectives/0/scope", "twice"),
    (objective(grace="3 days"), "/objectives/0/grace", "is not a duration"),
    (objective(grace="PT90S"), "/objectives/0/grace", "whole minutes"),
    (objective(grace="P9999D"), "/objectives/0/grace", "10 years"),
    (objective(window={"kind": "calendar"}), "/objectives/0/window/unit", "says its unit"),
    (
        objective(window={"kind": "calendar", "unit": "month", "step": "PT1M"}),
        "/objectives/0/window/step",
        "rolling",
    ),
    (
        objective(window={"kind": "calendar", "unit": "day", "count": 2}),
        "/objectives/0/window/anchor",
        "counted",
    ),
    (
        objective(window={"kind": "calendar", "unit": "day", "anchor": "2026-02-30"}),
        "/objectives/0/window/anchor",
        "does not exist|that exists",
    ),
    (
        objective(window={"kind": "calendar", "unit": "day", "anchor": "2026-02-03T00:00:01"}),
        "/objectives/0/window/anchor",
        "whole minutes",
    ),
    (
        objective(window={"kind": "calendar", "unit": "day", "anchor": "2026-02-03T00:00Z"}),
        "/objectives/0/window/anchor",
        "local date-time",
    ),
    (objective(window={"kind": "rolling"}), "/objectives/0/window/duration", "its length"),
    (
        objective(window={"kind": "rolling", "duration": "P1D", "unit": "day"}),
        "/objectives/0/window/unit",
        "calendar window",
    ),
    (
        objective(window={"kind": "rolling", "duration": "PT90S"}),
        "/objectives/0/window/duration",
        "whole minutes",
    ),
    (
        objective(window={"kind": "rolling", "duration": "P1Y"}),
        "/objectives/0/window/duration",
        "no fixed length",
    ),
    (
        objective(window={"kind": "rolling", "duration": "P9999D"}),
        "/objectives/0/window/duration",
        "10 years",
    ),
    (
        objective(window={"kind": "rolling", "duration": "PT1H", "step": "PT2H"}),
        "/objectives/0/window/step",
        "longer than its window",
    ),
    (
        objective(window={"kind": "rolling", "duration": "PT1H", "step": "PT0S"}),
        "/objectives/0/window/step",
        "whole minutes",
    ),
    # An objective on another agency's step without that agency as a party.
    (
        agreement(parties=["city", "province"], objectives=[{**CONFIRM, "responsible": "city"}]),
        "/objectives/0/indicator",
        "land-office",
    ),
]


@pytest.mark.parametrize(("document", "pointer", "sentence"), BAD)
def test_what_cannot_be_judged_is_refused_where_it_stands(
    document: dict[str, Any], pointer: str, sentence: str
) -> None:
    faults, _ = findings(document)
    assert pointer in faults
    assert any(part in faults[pointer] for part in sentence.split("|")), faults[pointer]


def test_every_fault_is_told_at_once() -> None:
    faults, unknown = findings(
        agreement(
            parties=["city", "nobody"],
            time_zone="Mars",
            objectives=[{**CONFIRM, "target": "2", "grace": "soon", "indicator": "permit.nothing"}],
        )
    )
    assert {"/time_zone", "/objectives/0/target", "/objectives/0/grace"} <= set(faults)
    assert set(unknown) == {"/parties/1", "/objectives/0/indicator"}


def test_parties_that_provide_nothing_of_a_service_agree_on_nothing_about_it() -> None:
    form, _ = stored_form(plain(agreement(parties=["x", "y"], objectives=[{**P95, "responsible": "x"}])))
    world = known_world()
    found = check(form, world.__class__({"x": "active", "y": "active"}, world.service, world.indicators))
    assert [fault.pointer for fault in found.faults] == ["/parties"]


def test_an_indicator_of_another_service_is_refused() -> None:
    form, _ = stored_form(plain(agreement(service="water")))
    found = check(form, known_world())
    assert (
        "measures the service permit"
        in {f.pointer: f.detail for f in found.faults}["/objectives/0/indicator"]
    )


WRONG_SHAPES: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    (agreement(title=None), ("title",)),
    (agreement(title={}), ("title",)),
    (agreement(title={"en": "x\u0007"}), ("title", "en")),
    (agreement(code="Permit 2026"), ("code",)),
    (agreement(code="a" * 65), ("code",)),
    (agreement(surprise=1), ("surprise",)),
    (agreement(objectives=[]), ("objectives",)),
    (agreement(effective_from="2026-02-01T00:00:00"), ("effective_from",)),
    (agreement(effective_from="9999-12-31T00:00:00Z"), ("effective_from",)),
    (agreement(effective_from="2026-02-30T00:00:00Z"), ("effective_from",)),
    (agreement(effective_from=1769875200), ("effective_from",)),
    (agreement(retroactive="yes"), ("retroactive",)),
    (agreement(visibility="secret"), ("visibility",)),
    (objective(target="0.8000001"), ("objectives", 0, "target")),
    (objective(target=True), ("objectives", 0, "target")),
    (objective(target="1e3"), ("objectives", 0, "target")),
    (objective(target="10000000000"), ("objectives", 0, "target")),
    (objective(target="NaN"), ("objectives", 0, "target")),
    (objective(minimum_total=0), ("objectives", 0, "minimum_total")),
    (objective(minimum_total="3"), ("objectives", 0, "minimum_total")),
    (objective(comparator="=="), ("objectives", 0, "comparator")),
    (objective(good={"comparator": "<=", "value": {"days": 3}}), ("objectives", 0, "good", "value")),
    (objective(good={"comparator": "<=", "value": None}), ("objectives", 0, "good", "value")),
    (objective(window={"kind": "calendar", "unit": "fortnight"}), ("objectives", 0, "window", "unit")),
    (objective(window={"kind": "calendar", "unit": "day", "count": 0}), ("objectives", 0, "window", "count")),
]


@pytest.mark.parametrize(("document", "place"), WRONG_SHAPES)
def test_a_wrong_shape_is_refused_where_it_stands(document: dict[str, Any], place: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        plain(document)
    assert place in [error["loc"] for error in caught.value.errors()]


def test_defaults_are_spelled_out_in_what_is_signed() -> None:
    form, _ = stored_form(plain(agreement(objectives=[CONFIRM, {**AVAILABLE}, P95, MEAN])))
    confirm, available, p95, mean = form["objectives"]
    assert form["time_zone"] == "Asia/Bangkok"
    assert (form["legal_form"], form["visibility"], form["retroactive"]) == ("formal", "public", False)
    assert [form[name] for name in ("parent", "review_at", "calendar", "effective_until")] == [None] * 4
    assert (confirm["overdue"], confirm["aggregation"], confirm["budgeting"]) == (
        "counted",
        "share",
        "occurrences",
    )
    assert (confirm["minimum_total"], confirm["grace"], confirm["scope"]) == (1, "P3D", [])
    assert available["window"]["step"] == "PT12H", "30 days / 60"
    assert p95["window"] == {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2001-01-01"}
    assert "budgeting" not in mean
    assert "contact" not in confirm


@given(st.integers(0, 10**6))
def test_a_duration_written_by_us_reads_back(minutes: int) -> None:
    assert duration_micros(minutes_text(minutes)) == minutes * 60_000_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("P3D", 259200), ("PT72H", 259200), ("P2W", 1209600), ("P1DT1H1M1S", 90061), ("PT0S", 0), ("P0D", 0)],
)
def test_durations_of_fixed_length_are_read(text: str, seconds: int) -> None:
    assert duration_micros(text) == seconds * 1_000_000


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P3DT", "3D", "p3d", "P-3D", "P1.5D", "PT1.5S", "P1W2D", " P3D", "P٣D"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        duration_micros(text)


@given(st.integers(0, 10**16))
def test_the_next_whole_minute_is_the_first_one_not_before(micros: int) -> None:
    instant = from_micros(micros)
    found = to_micros(next_whole_minute(instant))
    assert found % 60_000_000 == 0
    assert 0 <= found - micros < 60_000_000


def test_an_instant_needs_a_year_that_can_be_meant() -> None:
    for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1969-12-31T23:59:59Z"):
        with pytest.raises(ValueError, match="lies outside"):
            read_instant(text)


# --- indicators --------------------------------------------------------------------------------------


def indicator_faults(**changes: Any) -> dict[str, str]:
    document = {**INDICATORS[0], **changes}
    document = {name: value for name, value in document.items() if value is not None}
    found = faults_of(completed(plain_indicator(document)), PERMIT)
    return {fault.pointer: fault.detail for fault in found}


def test_an_indicator_is_stored_with_its_defaults() -> None:
    made = completed(
        plain_indicator(
            {
                "code": "a",
                "service": "permit",
                "kind": "duration",
                "from": {"step": "t01"},
                "to": {"step": "t05"},
            }
        )
    )
    assert made["from"] == {"step": "t01", "occurrence": "first", "edge": "start"}
    assert made["to"] == {"step": "t05", "occurrence": "first", "edge": "end"}
    assert (made["unit"], made["clock"], made["labels"]) == ("s", "elapsed", {})
    assert faults_of(made, PERMIT) == []


@pytest.mark.parametrize(
    ("changes", "pointer", "sentence"),
    [
        ({"to": None}, "/to", "starts and ends"),
        ({"to": {"step": "t77"}}, "/to/step", "has no step"),
        ({"to": {"step": "*", "occurrence": "first", "edge": "any"}}, "/to", "always be zero"),
        ({"kind": "value", "unit": None}, "/unit", "measured in"),
        ({"kind": "value", "unit": "ms"}, "/from", "only a duration"),
        ({"labels": {"Province": ["1"]}}, "/labels/Province", "name"),
        ({"labels": {"province": []}}, "/labels/province", "1 to"),
        ({"labels": {"province": ["1", "1"]}}, "/labels/province", "twice"),
        ({"labels": {f"l{n}": ["1"] for n in range(9)}}, "/labels", "at most"),
    ],
)
def test_an_indicator_that_cannot_be_measured_is_refused(
    changes: dict[str, Any], pointer: str, sentence: str
) -> None:
    assert sentence in indicator_faults(**changes)[pointer]


def test_an_indicator_under_a_promise_keeps_its_meaning_and_may_gain_labels() -> None:
    old = completed(plain_indicator(INDICATORS[0]))
    more = {**old, "labels": {"province": ["10", "50", "90"], "kind": ["a"]}, "name": {"en": "Other"}}
    fewer = {**old, "labels": {"province": ["10"]}}
    later = {**old, "to": {"step": "t09", "occurrence": "first", "edge": "end"}}
    assert change_faults(old, more, promised=True) == []
    assert [fault.pointer for fault in change_faults(old, fewer, promised=True)] == ["/labels/province"]
    assert [fault.pointer for fault in change_faults(old, later, promised=True)] == ["/to"]
    assert change_faults(old, later, promised=False) == []
    assert [f.pointer for f in change_faults(old, {**old, "kind": "value"}, promised=False)] == ["/kind"]


STEP_TIMES = {"t01": "P1D", "t05": "PT48H"}

WRONG_ALLOTMENTS: list[tuple[dict[str, Any], str, str]] = [
    (objective(allotments={"t02": "PT1H"}), "/t02", "it has: t01, t05, t09"),
    (objective(allotments={"t09": "PT1H"}), "/t09", "no party"),
    (objective(allotments={"t01": "P1M"}), "/t01", "no fixed length"),
    (objective(allotments={"t01": "PT0S"}), "/t01", "longer than zero"),
    (objective(allotments={"t01": 5}), "/t01", "is not a duration"),
    (objective(allotments={"t01": {"working_days": 1}}), "/t01", "is a duration"),
    (objective(allotments={"t01": "P1D", "t05": "PT48H1S"}), "", "72 h 1 s, but the whole journey only 72 h"),
    (objective(allotments={}), "", "names no step"),
    (objective(P95, allotments={"t01": "PT1H"}), "", "only journeys"),
]


def test_steps_may_be_given_their_part_of_the_limit() -> None:
    assert findings(objective(allotments=STEP_TIMES)) == ({}, {})
    form, _ = stored_form(plain(objective(allotments=STEP_TIMES)))
    assert form["objectives"][0]["allotments"] == STEP_TIMES


@pytest.mark.parametrize(("document", "where", "said"), WRONG_ALLOTMENTS)
def test_a_step_that_cannot_be_held_to_its_part_is_refused(
    document: dict[str, Any], where: str, said: str
) -> None:
    faults, _ = findings(document)
    assert said in faults[f"/objectives/0/allotments{where}"]
