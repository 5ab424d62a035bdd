"""Documents that nobody thought of: the check answers, never breaks, and finds what it found before."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.sla.domain.agreements import check, stored_form
from services.sla.domain.canonical import canonical, digest
from services.sla.domain.differences import differences
from services.sla.domain.objectives import (
    AGGREGATIONS,
    COMPARATORS,
    COUNT_AT,
    OVERDUE,
    UNITS,
    completed_window,
)
from services.sla.domain.units import duration_micros, minutes_text, whole_minutes
from services.sla.schemas.agreements import Document
from shared.strict_json import parse_json
from tests.sla.documents import INDICATORS, known_world

CLAUSES = ("slice", "budgeting", "targets", "unknown_group", "scope_at", "warning", "alerts", "aggregation")

anything = st.sampled_from(
    [
        *(None, True, 0, -1, 5, 1.5, "", "x", "P3D", "P1M", "PT90S", "0.5", "1e9", "12", [], {}),
        *(["province"], {"a": 1}, {"working_days": 3}, "2026-02-01T00:00:30Z", "working", "gone"),
        *("province", "permit.availability"),
    ]
).map(copy.deepcopy)
comparators = st.sampled_from(COMPARATORS)
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8).filter(str.strip)
shares = st.integers(0, 10**6).map(lambda millionths: f"{millionths / 10**6:.6f}")
amounts = st.decimals(-9_000_000_000, 9_000_000_000, places=6).map(str)


def maybe(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


calendar_windows = st.fixed_dictionaries(
    {
        "kind": st.just("calendar"),
        "unit": st.sampled_from(UNITS),
        "count": st.integers(1, 3),
        "anchor": st.sampled_from(["2026-01-31", "2025-10-01T08:30"]),
    }
)
plain_windows = st.sampled_from(UNITS).map(lambda unit: {"kind": "calendar", "unit": unit})
rolling_windows = st.integers(1, 60 * 24 * 400).flatmap(
    lambda minutes: st.fixed_dictionaries(
        {"kind": st.just("rolling"), "duration": st.just(f"PT{minutes}M")},
        optional={"step": st.integers(1, minutes).map(lambda step: f"PT{step}M")},
    )
)
windows = st.one_of(calendar_windows, plain_windows, rolling_windows)


@st.composite
def sound_objectives(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """An objective that can be judged, of any kind of indicator."""
    indicator = draw(st.sampled_from(INDICATORS))
    aggregation = draw(st.sampled_from(AGGREGATIONS)) if indicator["kind"] in ("value", "count") else "share"
    found: dict[str, Any] = {
        "code": code,
        "indicator": indicator["code"],
        "responsible": draw(st.sampled_from(["city", "land-office"])),
        "comparator": draw(comparators),
        "target": draw(shares if aggregation == "share" else amounts),
        "window": draw(windows),
        **draw(
            maybe(
                {
                    "grace": st.sampled_from(["P3D", "PT0S", "PT90M"]),
                    "minimum_total": st.integers(1, 10**6),
                    "clause": texts,
                    "headline": st.booleans(),
                    "contact": texts,
                    "public_wording": st.dictionaries(st.sampled_from(["th", "en"]), texts, min_size=1),
                }
            )
        ),
    }
    if aggregation != "share" or draw(st.booleans()):
        found["aggregation"] = aggregation
    if "labels" in indicator and draw(st.booleans()):
        found["scope"] = ["province"]
    if indicator["kind"] == "duration":
        found["good"] = {
            "comparator": draw(st.sampled_from(["<", "<="])),
            "value": draw(st.sampled_from(["P3D", "PT72H", "P2W", "PT1S"])),
        }
        found["count_at"] = draw(st.sampled_from(COUNT_AT))
        if found["count_at"] == "completion" and draw(st.booleans()):
            found["overdue"] = draw(st.sampled_from(OVERDUE))
    elif indicator["kind"] != "ratio" and aggregation == "share":
        found["good"] = {"comparator": draw(comparators), "value": draw(amounts)}
    return found


@st.composite
def sound_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document that can be offered."""
    return {
        "code": "permit-2026",
        "title": draw(st.dictionaries(st.sampled_from(["th", "en"]), texts, min_size=1)),
        "service": "permit",
        "parties": draw(st.permutations(["city", "land-office", "province"]).map(lambda found: found[:3])),
        "effective_from": "2026-02-01T00:00:00+07:00",
        "objectives": [draw(sound_objectives(code)) for code in draw(st.sampled_from([["a"], ["a", "b"]]))],
        **draw(
            maybe(
                {
                    "effective_until": st.just("2027-01-01T00:00:00Z"),
                    "retroactive": st.booleans(),
                    "time_zone": st.sampled_from(["Asia/Bangkok", "Europe/Amsterdam"]),
                    "terms": st.dictionaries(texts, st.none() | texts | st.integers(0, 99), max_size=3),
                }
            )
        ),
    }


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A sound document with up to three fields, anywhere, set to anything, taken away or added."""
    document = draw(sound_documents())
    for _ in range(draw(st.integers(0, 3))):
        places: list[dict[str, Any]] = [document]
        for each in document["objectives"] if isinstance(document.get("objectives"), list) else []:
            if isinstance(each, dict):
                places += [each, *(part for part in each.values() if isinstance(part, dict))]
        place = draw(st.sampled_from(places))
        name = draw(st.sampled_from([*place, *CLAUSES, "calendar", "composites", "overdue", "good"]))
        if name in place and draw(st.booleans()):
            del place[name]
        else:
            place[name] = draw(anything)
    return document


def form_of(document: dict[str, Any]) -> tuple[dict[str, Any], list[Any]] | None:
    """The stored form, or None where the wire model refuses the shape."""
    try:
        body = Document.model_validate(parse_json(json.dumps(document).encode()))
    except ValidationError:
        return None
    return stored_form(body.plain())


@given(documents())
def test_every_document_is_either_taken_or_refused_with_a_place_in_it(document: dict[str, Any]) -> None:
    formed = form_of(document)
    if formed is None:
        return
    form, faults = formed
    found = check(form, known_world())
    for fault in faults + found.faults + found.unknown:
        assert fault.detail
        assert fault.pointer == "" or fault.pointer.startswith("/")


@given(documents())
def test_the_stored_document_reads_back_alike(
    document: dict[str, Any],
) -> None:
    formed = form_of(document)
    if formed is None or formed[1]:
        return
    form = formed[0]
    again = json.loads(canonical(form))
    assert digest(again) == digest(form)
    assert check(again, known_world()) == check(form, known_world())
    sent_back = form_of(again)
    assert sent_back is not None, "what is stored can be sent as a new revision"
    assert sent_back[0] == form


@given(sound_documents())
def test_what_can_be_judged_is_taken_and_says_all_that_judging_needs(document: dict[str, Any]) -> None:
    """What the evaluator relies on."""
    formed = form_of(document)
    assert formed is not None
    assert formed[1] == []
    judgeable(formed[0])


@given(documents())
def test_what_is_taken_can_be_judged(document: dict[str, Any]) -> None:
    formed = form_of(document)
    if formed is None or formed[1]:
        return
    found = check(formed[0], known_world())
    if not found.faults and not found.unknown:
        judgeable(formed[0])


def judgeable(form: dict[str, Any]) -> None:
    found = check(form, known_world())
    assert (found.faults, found.unknown) == ([], [])
    kinds = {each["code"]: each["kind"] for each in INDICATORS}
    for objective in form["objectives"]:
        kind = kinds[objective["indicator"]]
        assert objective["responsible"] in form["parties"]
        assert objective["aggregation"] in AGGREGATIONS
        assert ("good" in objective) == (objective["aggregation"] == "share" and kind != "ratio")
        assert ("count_at" in objective) == ("overdue" in objective) == (kind == "duration")
        assert {"anchor", "unit", "count"} <= set(objective["window"]) or {"duration", "step"} <= set(
            objective["window"]
        )
        assert objective["minimum_total"] >= 1
        assert set(objective["scope"]) <= {"province"}


@given(documents(), documents())
def test_differences_are_none_exactly_between_equals_and_turn_round(
    one: dict[str, Any], two: dict[str, Any]
) -> None:
    forms = [form_of(one), form_of(two)]
    if None in forms:
        return
    before, after = (formed[0] for formed in forms if formed is not None)
    there, back = differences(before, after), differences(after, before)
    assert (there == []) == (_by_code(before) == _by_code(after))
    assert [(each.clause, each.before, each.after) for each in there] == [
        (each.clause, each.after, each.before) for each in back
    ]


def _by_code(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "objectives": {each["code"]: each for each in form["objectives"]}}


@given(st.integers(1, 10**7))
def test_the_default_step_is_a_sixtieth_in_whole_minutes(minutes: int) -> None:
    step = duration_micros(completed_window({"kind": "rolling", "duration": minutes_text(minutes)})["step"])
    assert whole_minutes(step)
    assert 0 <= step * 60 - minutes * 60_000_000 < 60 * 60_000_000
