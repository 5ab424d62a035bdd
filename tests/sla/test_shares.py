"""Slices, label groups, aggregates of journeys, ratings: taken where they can be judged, else refused."""

from __future__ import annotations

from typing import Any

import pytest

from services.sla.domain.agreements import World, check, stored_form
from services.sla.domain.indicators import change_faults, completed, faults_of
from tests.sla.documents import (
    AVAILABLE,
    CONFIRM,
    MEAN,
    P95,
    PERMIT,
    known_world,
    objective,
    plain,
    plain_indicator,
)

RATING: dict[str, Any] = {"code": "permit.rating", "service": "permit", "kind": "rating", "unit": "star"}
SLICE = {"length": "PT5M", "target": "0.99"}
SLICED: dict[str, Any] = AVAILABLE | {"budgeting": "timeslices", "slice": SLICE}
GROUPS: dict[str, Any] = AVAILABLE | {
    "targets": [
        {"scope": {"province": "10"}, "target": "0.999"},
        {"scope": {"province": "50"}, "target": "0.9"},
    ]
}
TIMES: dict[str, Any] = {name: CONFIRM[name] for name in ("indicator", "responsible", "window")} | {
    "code": "mean-time",
    "aggregation": "mean",
    "comparator": "<=",
    "target": "P2D",
}
STARS: dict[str, Any] = MEAN | {"indicator": "permit.rating", "comparator": ">=", "target": "4.2"}


def world(**indicator: Any) -> World:
    known = known_world()
    rating = completed(plain_indicator(RATING | indicator))
    return World(known.agencies, PERMIT, {**known.indicators, "permit.rating": rating})


def findings(document: Any) -> dict[str, str]:
    form, faults = stored_form(plain(document))
    found = check(form, world())
    assert not found.unknown
    return {fault.pointer: fault.detail for fault in faults + found.faults}


@pytest.mark.parametrize(
    "document",
    [
        objective(SLICED),
        objective(SLICED, slice=SLICE | {"empty": "bad"}),
        objective(SLICED, slice={"length": "P30D", "target": "1"}),
        objective(SLICED, comparator="<=", target="0.01", slice={"length": "PT1H", "target": "0"}),
        objective(SLICED, budgeting="ratio-timeslices", slice={"length": "PT1M"}),
        objective(SLICED, budgeting="ratio-timeslices"),
        objective(P95, budgeting="timeslices", slice={"length": "PT7M", "target": "0.9"}),
        objective(budgeting="timeslices", slice={"length": "P1D", "target": "0.9"}),
        objective(GROUPS),
        objective(GROUPS, unknown_group="listed"),
        objective(AVAILABLE, targets=[]),
        objective(scope=["province"], scope_at="end"),
        objective(scope=["province"], scope_at="start"),
        objective(TIMES),
        objective(TIMES, aggregation="maximum", target="PT36H30M"),
        objective(TIMES, aggregation="sum", target=3600, count_at="completion"),
        objective(TIMES, aggregation="count", target="10", comparator=">="),
        objective(TIMES, scope=["province"], targets=[{"scope": {"province": "10"}, "target": "PT8H"}]),
        objective(STARS),
        objective(STARS, aggregation="minimum", target="1"),
        objective(STARS, aggregation="share", good={"comparator": ">=", "value": "4"}, target="0.9"),
    ],
)
def test_what_can_be_judged_is_taken(document: dict[str, Any]) -> None:
    assert findings(document) == {}


@pytest.mark.parametrize(
    ("document", "pointer", "words"),
    [
        (objective(SLICED, slice=None), "slice", "say what a slice is"),
        (objective(SLICED, budgeting=None), "slice", "say so in `budgeting`"),
        (objective(SLICED, slice={"length": "PT5M"}), "slice/target", "from which share"),
        (objective(SLICED, slice=SLICE | {"target": "1.5"}), "slice/target", "between 0 and 1"),
        (objective(SLICED, slice=SLICE | {"target": "0"}), "slice/target", "every slice would be good"),
        (
            objective(SLICED, comparator="<=", slice=SLICE | {"target": "1"}),
            "slice/target",
            "every slice would be good",
        ),
        (objective(SLICED, slice=SLICE | {"length": "PT90S"}), "slice/length", "whole minutes"),
        (objective(SLICED, slice=SLICE | {"length": "PT0M"}), "slice/length", "at least one"),
        (objective(SLICED, slice=SLICE | {"length": "P1M"}), "slice/length", "no fixed length"),
        (objective(SLICED, slice=SLICE | {"length": "P31D"}), "slice/length", "not longer than its window"),
        (
            objective(
                SLICED,
                window={"kind": "calendar", "unit": "hour"},
                slice=SLICE | {"length": "PT61M"},
            ),
            "slice/length",
            "not longer than its window",
        ),
        (objective(MEAN, slice=SLICE), "slice", "only a share"),
        (objective(MEAN, budgeting="timeslices"), "budgeting", "only a share"),
        (objective(P95, targets=GROUPS["targets"]), "targets", "only with a `scope`"),
        (objective(AVAILABLE, unknown_group="listed"), "unknown_group", "only with `targets`"),
        (
            objective(GROUPS, targets=[{"scope": {"district": "1"}, "target": "1"}]),
            "targets/0/scope/district",
            "not in the scope",
        ),
        (
            objective(GROUPS, targets=[{"scope": {"district": "1"}, "target": "1"}]),
            "targets/0/scope",
            "missing: province",
        ),
        (
            objective(GROUPS, targets=[{"scope": {"province": "77"}, "target": "1"}]),
            "targets/0/scope/province",
            "declares no province '77'",
        ),
        (
            objective(GROUPS, targets=[*GROUPS["targets"], GROUPS["targets"][0]]),
            "targets/2/scope",
            "stands twice",
        ),
        (
            objective(GROUPS, targets=[{"scope": {"province": "10"}, "target": "95"}]),
            "targets/0/target",
            "between 0 and 1",
        ),
        (objective(scope_at="end"), "scope_at", "only with a `scope`"),
        (objective(AVAILABLE, scope_at="end"), "scope_at", "only journeys"),
        (objective(TIMES, count_at="start"), "count_at", "where they ended"),
        (objective(TIMES, overdue="counted"), "overdue", "only a share has a limit"),
        (objective(TIMES, good={"comparator": "<=", "value": "P3D"}), "good", "only a share has a limit"),
        (objective(TIMES, target="P1M"), "target", "no fixed length"),
        (objective(TIMES, target="-1"), "target", "never negative"),
        (objective(TIMES, aggregation="count"), "target", "a number"),
        (objective(target="P3D"), "target", "a number"),
        (objective(MEAN, target="PT1S"), "target", "a number"),
        (objective(good={"comparator": ">=", "value": "P3D"}), "good/comparator", "lower limit"),
        (objective(STARS, target="5.5"), "target", "outside the scale"),
        (objective(STARS, good={"comparator": ">=", "value": "4"}), "good", "only a share"),
    ],
)
def test_what_cannot_be_judged_is_refused_where_it_stands(
    document: dict[str, Any], pointer: str, words: str
) -> None:
    found = findings(document)
    assert words in found.get(f"/objectives/0/{pointer}", ""), found


def test_defaults_are_spelled_out_in_what_is_signed() -> None:
    sliced, _ = stored_form(plain(objective(SLICED)))
    assert sliced["objectives"][0]["slice"] == {"length": "PT5M", "target": "0.99", "empty": "ignored"}
    grouped, _ = stored_form(plain(objective(GROUPS)))
    assert grouped["objectives"][0]["unknown_group"] == "default_target"
    of_times, _ = stored_form(plain(objective(TIMES)))
    assert of_times["objectives"][0]["target"] == "P2D"
    assert "overdue" not in of_times["objectives"][0]


def test_days_of_working_time_have_no_fixed_length() -> None:
    known = world()
    name = TIMES["indicator"]
    known.indicators[name]["clock"] = "working"  # type: ignore[index]
    form, _ = stored_form(plain(objective(TIMES)))
    assert "/objectives/0/target" in {fault.pointer for fault in check(form, known).faults}


class TestScales:
    def faults(self, **changes: Any) -> list[str]:
        document = completed(plain_indicator(RATING | changes))
        return [fault.pointer for fault in faults_of(document, PERMIT)]

    def test_a_rating_has_a_scale(self) -> None:
        assert completed(plain_indicator(RATING))["scale"] == {"min": "1", "max": "5"}
        assert self.faults(scale={"min": 0, "max": "10"}) == []

    def test_a_scale_that_is_none_is_refused(self) -> None:
        assert self.faults(scale={"min": 5, "max": 5}) == ["/scale/max"]
        assert self.faults(scale={"min": -1, "max": 5}) == ["/scale/min"]
        assert self.faults(kind="value", scale={"min": 1, "max": 5}) == ["/scale"]

    def test_a_scale_under_a_promise_stays(self) -> None:
        old = completed(plain_indicator(RATING))
        new = completed(plain_indicator(RATING | {"scale": {"min": 1, "max": 10}}))
        assert [fault.pointer for fault in change_faults(old, new, promised=True)] == ["/scale"]
        unsaid = {name: value for name, value in old.items() if name != "scale"}
        assert change_faults(unsaid, old, promised=True) == []
