"""Composites and consequences in the evaluator: they follow their members through everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.evaluation import reading
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    batch,
    indicator,
    objective,
    open_engine,
    revision,
    sealed,
    tick,
    voided,
)

DAY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database_url, tmp_path)
    yield opened
    opened.db.close()


def up(code: str, **more: Any) -> dict[str, Any]:
    given = {"window": DAY, "target": "0.9", "grace": "P2D", **more}
    return objective(code, f"of-{code}", **given)


def composite(kind: str, *members: str, code: str = "whole", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "kind": kind,
        "responsible": "city",
        "members": [{"objective": name, "weight": "1"} for name in members],
        **({} if kind == "all" else {"comparator": ">=", "target": "0.9"}),
        **more,
    }


def begin(engine: Engine, *objectives: dict[str, Any], composites: Any, **more: Any) -> None:
    for one in objectives:
        engine.feed(indicator(one["indicator"], "ratio"))
    engine.feed(revision(*objectives, composites=list(composites), **more))


def told(name: str, code: str, good: int, day: int = 1, hour: int = 5, **labels: str) -> Any:
    row = {"at": f"2026-01-{day:02}T{hour:02}:00", "good": good, "total": 100, "labels": labels}
    received = "2026-01-02T00:05" if name.startswith("late") else row["at"]
    return batch(name, f"of-{code}", [row], received=str(received))


def of(engine: Engine, code: str = "whole", **more: Any) -> list[dict[str, Any]]:
    return [one for one in engine.results(**more) if one["objective"] == code]


def test_a_composite_closes_with_its_members(engine: Engine) -> None:
    whole = composite("weighted", "a", "b")
    whole["members"][0]["weight"] = "3"
    begin(engine, up("a"), up("b"), composites=[whole, composite("all", "whole", "a", code="every")])
    engine.feed(accepted(told("a", "a", 95)), accepted(told("b", "b", 80)))
    engine.feed(tick("2026-01-02T00:00"))
    [found] = of(engine)
    assert (found["verdict"], found["exact"], found["total"]) == ("met", "73/80", 2)
    assert [(one["objective"], one["weight"], one["exact"]) for one in found["members"]] == [
        ("a", "3", "19/20"),
        ("b", "1", "4/5"),
    ]
    assert (found["responsible"], found["window"]["state"], found["revision"]) == ("city", "closed", 1)
    [every] = of(engine, "every")
    assert (every["verdict"], every["good"], every["total"], every["exact"]) == ("met", 2, 2, "1/1")

    # A late report moves a member, and through it both composites; their breaches open at once.
    engine.feed(accepted(told("late", "a", 0)), tick("2026-01-02T00:10"))
    [found] = of(engine)
    assert (found["verdict"], found["exact"], found["revision"]) == ("breached", "89/160", 2)
    assert found["cause"]["kind"] == "late_data"
    assert found["cause"]["from"] == {"verdict": "met", "exact": "73/80"}
    assert of(engine, "every")[0]["verdict"] == "breached"
    assert {one.objective for one in engine.breaches() if one.state == "open"} == {"a", "b", "whole", "every"}

    # Taken out again: met again, and the breaches never were.
    engine.feed(voided(told("late", "a", 0)), tick("2026-01-02T00:20"))
    assert (of(engine)[0]["exact"], of(engine)[0]["revision"]) == ("73/80", 3)
    assert {one.objective: one.state for one in engine.breaches()} == {
        "a": "withdrawn",
        "b": "open",
        "whole": "withdrawn",
        "every": "withdrawn",
    }

    # It is final when all its members are, in the same revision; that is told once.
    engine.feed(tick("2026-01-04T00:00"))
    [first, *_] = of(engine)
    assert (first["window"]["state"], first["revision"]) == ("final", 3)
    final = [
        data["result"]
        for kind, data in engine.told()
        if kind.endswith("result.final.v1") and data["result"]["objective"] == "whole"
    ]
    assert [one["window"] for one in final] == [first["window"]]


def test_a_member_without_data_drops_out(engine: Engine) -> None:
    begin(
        engine,
        up("a"),
        up("b"),
        composites=[composite("worst", "a", "b"), composite("all", "a", "b", code="every")],
    )
    engine.feed(accepted(told("a", "a", 95)), tick("2026-01-02T00:00"))
    [found] = of(engine)
    assert (found["verdict"], found["exact"], found["total"]) == ("met", "19/20", 1)
    assert [one["counts"] for one in found["members"]] == [True, False]
    assert of(engine, "every")[0]["verdict"] == "not_determined"
    engine.feed(tick("2026-01-03T00:00"))
    assert [one["verdict"] for one in of(engine)] == ["met", "not_determined"]


def test_each_group_has_its_own(engine: Engine) -> None:
    begin(
        engine,
        up("a", scope=["province"]),
        up("b", scope=["province"]),
        composites=[composite("all", "a", "b")],
    )
    engine.feed(accepted(told("a1", "a", 95, province="10")), accepted(told("b1", "b", 80, province="10")))
    engine.feed(accepted(told("a2", "a", 95, province="50")), tick("2026-01-02T00:00"))
    found = {one["scope"]["province"]: one["verdict"] for one in of(engine)}
    assert found == {"10": "breached", "50": "not_determined"}
    # The group's other member appears with late data only.
    engine.feed(accepted(told("b2", "b", 99, province="50")), tick("2026-01-02T00:10"))
    found = {one["scope"]["province"]: one["verdict"] for one in of(engine)}
    assert found == {"10": "breached", "50": "met"}


def test_an_open_window_shows_its_members_and_what_is_beyond_repair(engine: Engine) -> None:
    full = up("a", target="1")
    begin(
        engine,
        full,
        up("b"),
        composites=[composite("all", "a", "b"), composite("weighted", "a", "b", code="mean")],
    )
    engine.feed(accepted(told("b", "b", 95, hour=1)), tick("2026-01-01T06:00"))
    found = {one["objective"]: one for one in engine.open()}
    assert (found["whole"]["verdict"], found["mean"]["verdict"]) == ("on_track", "on_track")
    assert found["mean"]["exact"] == "19/20"
    assert [one["verdict"] for one in found["whole"]["members"]] == ["no_data", "on_track"]
    engine.feed(accepted(told("a", "a", 99, hour=7)))
    assert {one.objective for one in engine.breaches()} == {"a", "whole"}
    found = {one["objective"]: one for one in engine.open()}
    assert (found["whole"]["verdict"], found["mean"]["verdict"]) == ("breached", "on_track")
    engine.feed(voided(told("a", "a", 99, hour=7)))
    assert {one.state for one in engine.breaches()} == {"withdrawn"}
    assert {one["objective"]: one["verdict"] for one in engine.open()}["whole"] == "on_track"


def test_a_backfill_makes_it_final(engine: Engine) -> None:
    begin(engine, up("a"), up("b"), composites=[composite("all", "a", "b")])
    engine.feed(tick("2026-02-01T00:00"))
    for code in "ab":
        row = {"at": "2026-01-03T05:00", "good": 99, "total": 100}
        engine.feed(accepted(batch(f"f-{code}", f"of-{code}", [row], backfill="f")))
    engine.feed(sealed("f", "2026-01-03T00:00", "2026-01-04T00:00"))
    found = next(one for one in of(engine) if one["window"]["start"] == "2026-01-02T17:00:00Z")
    assert (found["verdict"], found["window"]["state"]) == ("met", "final")


def test_the_explanation_shows_the_members_and_what_it_costs(engine: Engine) -> None:
    refund = {
        "code": "refund",
        "objective": "whole",
        "unit": "percent",
        "brackets": [{"comparator": "<", "value": "0.9", "cost": "3"}],
        "cap": {"cost": "5", "period": {"unit": "month", "count": 1, "anchor": "2026-01-01"}},
        "exclusive_with": [],
    }
    slow = [up(code, grace="P9D") for code in "ab"]
    begin(engine, *slow, composites=[composite("weighted", "a", "b")], consequences=[refund])
    for day in (1, 2, 3):
        engine.feed(accepted(told(f"a{day}", "a", 80, day)), accepted(told(f"b{day}", "b", 95, day)))
    engine.feed(tick("2026-01-04T00:00"))
    found = of(engine)
    explained = engine.explain(found[1]["id"])
    assert explained["formula"] == "sum of weight x value / sum of weights >= 0.9"
    assert [one["result"] for one in explained["members"]] == [
        of(engine, code)[1]["id"] for code in ("a", "b")
    ]
    assert [step["text"]["en"] for step in explained["steps"]] == [
        "a × 1: breached (4/5 = 0.8)",
        "b × 1: met (19/20 = 0.95)",
        "against the target: 7/8 = 0.875, >= 0.9",
        "verdict: breached",
    ]
    assert [one["cost"] for one in explained["consequences"]] == ["2"]
    costs = engine.db.snapshot(reading.reckoned, AGREEMENT)
    assert [str(one.cost) for one in costs] == ["3", "2", "0"]
    assert reading.totals(costs) == [{"unit": "percent", "cost": "5"}]
    shown = reading.shown_cost(costs[1])
    assert (shown["due"], shown["cap"], shown["exact"]) == ("3", "5", "7/8")
    assert shown["bracket"] == {"comparator": "<", "value": "0.9", "cost": "3"}
    # A newer revision of a result costs what it says now.
    engine.feed(accepted(told("late", "a", 100, 1)), tick("2026-01-04T00:10"))
    assert [str(one.cost) for one in engine.db.snapshot(reading.reckoned, AGREEMENT)] == ["3", "2"]


def test_each_half_of_a_window_follows_its_own_revision(engine: Engine) -> None:
    begin(engine, up("a"), up("b"), composites=[composite("all", "a", "b")])
    engine.feed(
        revision(up("a"), up("b"), composites=[composite("all", "a", "b")], version=2, end="2026-01-01T12:00")
    )
    engine.feed(revision(up("a", target="0.5"), up("b"), digest="b" * 64, start="2026-01-01T12:00",
                         composites=[composite("all", "a", "b")]))  # fmt: skip
    for hour in (5, 15):
        for code in "ab":
            engine.feed(accepted(told(f"{code}{hour}", code, 95 if code == "b" else 60, hour=hour)))
    engine.feed(tick("2026-01-02T00:00"))
    assert {(one["agreement_revision"][0], one["verdict"]) for one in of(engine)} == {
        ("a", "breached"),
        ("b", "met"),
    }
