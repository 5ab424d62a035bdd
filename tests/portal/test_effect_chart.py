"""Did it help, as a drawing: where dots and tick stand, when there is none; and the order of the register."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.charts.dots import EDGE, WIDTH, before_after
from services.portal.charts.shapes import Circle, Path
from services.portal.text import dates
from services.portal.views.improving import effect_shown, in_order
from services.portal.views.objective import ObjectiveWords
from services.portal.views.words import Reader

ZONE = dates.zone_of("Asia/Bangkok")
PROMISE = {
    "code": "up",
    "indicator": "permit.up",
    "comparator": ">=",
    "target": "0.9",
    "window": {"kind": "calendar", "unit": "month"},
}


def effect(before: str | None, after: str | None) -> dict[str, Any]:
    def side(exact: str | None) -> dict[str, Any]:
        return {"good": None, "total": 10, "exact": exact, "windows": []}

    return {
        "outcome": "no_effect",
        "why": None,
        "final": True,
        "expected_at": None,
        "test": None,
        "before": side(before),
        "after": side(after),
    }


def words(**changes: Any) -> ObjectiveWords:
    return ObjectiveWords(Reader("en"), {**PROMISE, **changes}, {"kind": "ratio"}, ZONE)


def test_the_axis_of_shares_ends_at_one_and_begins_at_zero() -> None:
    drawing = before_after(0.5, 1.0, 0.9, 1.0)
    after, before = (each for each in drawing.shapes if isinstance(each, Circle))

    assert before.x == WIDTH / 2
    assert after.x == WIDTH - EDGE
    assert [each.look for each in drawing.shapes if isinstance(each, Path)] == ["edge-allowed", "tick"]


def test_without_a_target_there_is_no_tick() -> None:
    drawing = before_after(0, 0, None, 0)
    assert [each.look for each in drawing.shapes if isinstance(each, Path)] == ["edge-allowed"]
    assert {each.x for each in drawing.shapes if isinstance(each, Circle)} == {EDGE}


def test_values_that_are_no_shares_share_the_axis_with_their_target() -> None:
    found = effect_shown(Reader("en"), effect("20", "10"), words(aggregation="mean", target="40"), ZONE)
    assert found.chart is not None
    after, before = (each.x for each in found.chart.shapes if isinstance(each, Circle))

    assert before - EDGE == 2 * (after - EDGE)
    assert before == WIDTH / 2


@pytest.mark.parametrize("sides", [(None, "1"), ("1", None), ("-1", "1")])
def test_what_cannot_be_drawn_is_not(sides: tuple[str | None, str | None]) -> None:
    assert effect_shown(Reader("en"), effect(*sides), words(), ZONE).chart is None


def test_what_is_due_stands_first() -> None:
    def entry(state: str, due: str, done: str | None = None) -> dict[str, Any]:
        return {"state": state, "due_on": due, "done_on": done}

    late, soon = entry("in_progress", "2026-11-19"), entry("planned", "2026-12-01")
    newer, older = entry("done", "2026-01-01", "2026-05-02"), entry("done", "2026-09-01", "2026-04-01")
    dropped = entry("dropped", "2025-01-01")

    assert in_order([dropped, older, soon, newer, late]) == [late, soon, newer, older, dropped]
