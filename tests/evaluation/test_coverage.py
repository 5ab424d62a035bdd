"""Coverage, floors and zeros in the evaluator: from plans and reports to results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.evaluation.handlers.jobs import Asked
from services.evaluation.reading import what_if
from shared.events.metrics import Cover
from shared.events.topics import REPLAYS
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    at,
    batch,
    indicator,
    nothing,
    objective,
    open_engine,
    passed,
    replayed,
    revision,
    sealed,
    steps,
    tick,
    voided,
)

DAY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
EDGES: dict[str, Any] = {
    "from": {"step": "t01", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "any"},
}
MINUTE = 60_000_000
HOUR = 60 * MINUTE


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database_url, tmp_path)
    yield opened
    opened.db.close()


def plan(code: str, frequency: str = "PT6H", source: str = "source") -> dict[str, Any]:
    return {"indicator": code, "source": source, "frequency": frequency, "silence_after": frequency}


def up(**more: Any) -> dict[str, Any]:
    return objective("up", "availability", **{"window": DAY, "coverage_floor": "0.75", **more})


def few(**more: Any) -> dict[str, Any]:
    given = {"window": DAY, "aggregation": "count", "comparator": "<=", "target": "2", **more}
    return objective("few", "incidents", **given)


def begin(engine: Engine, *objectives: dict[str, Any], plans: Any = (), **more: Any) -> None:
    engine.feed(indicator("availability", "ratio"))
    engine.feed(indicator("incidents", "count"))
    engine.feed(indicator("passage", "duration", **EDGES))
    engine.feed(revision(*objectives, plans=list(plans), **more))


def good(name: str, *hours: int, day: int = 1, source: str = "source", **more: Any) -> Any:
    rows = [{"at": at(f"2026-01-{day:02}T{hour:02}:00"), "good": 9, "total": 10} for hour in hours]
    return batch(name, "availability", rows, source=source, **more)


def only(engine: Engine) -> dict[str, Any]:
    [found] = engine.results()
    return found


class TestCoverage:
    def test_exactly_at_the_floor_is_enough_and_the_basis_says_how(self, engine: Engine) -> None:
        begin(engine, up(), plans=[plan("availability")])
        engine.feed(accepted(good("b", 0, 7, 13)), tick("2026-01-02T00:00"))
        found = only(engine)
        assert (found["verdict"], found["coverage"], found["exact"]) == ("met", "0.75", "9/10")
        assert found["basis"]["plan"] == [
            {"source": "source", "frequency": "PT6H", "slots": 4, "reported": 3}
        ]
        assert found["budget"] is not None

    def test_below_the_floor_nothing_is_determined(self, engine: Engine) -> None:
        begin(engine, up(coverage_floor="0.76"), plans=[plan("availability")])
        bad = {"at": at("2026-01-01T00:00"), "good": 0, "total": 10}
        engine.feed(accepted(batch("b", "availability", [bad])), tick("2026-01-02T00:00"))
        found = only(engine)
        assert (found["verdict"], found["budget"], found["total"]) == ("not_determined", None, 10)
        assert engine.breaches() == []
        # Late reports, of something and of nothing, make up for it: a new revision of the result.
        engine.feed(accepted(good("late", 7)))
        engine.feed(accepted(nothing("none", "2026-01-01T12:00", "2026-01-02T00:00", "availability")))
        engine.feed(tick("2026-01-02T00:10"))
        found = only(engine)
        assert (found["verdict"], found["coverage"], found["revision"]) == ("breached", "1", 2)
        assert [one.state for one in engine.breaches()] == ["open"]
        # A voided report takes its part back.
        engine.feed(voided(nothing("none", "2026-01-01T12:00", "2026-01-02T00:00", "availability")))
        engine.feed(tick("2026-01-02T00:20"))
        assert (only(engine)["verdict"], only(engine)["coverage"]) == ("not_determined", "0.5")
        engine.feed(voided(good("late", 7)), tick("2026-01-02T00:30"))
        assert (only(engine)["total"], only(engine)["coverage"]) == (10, "0.25")

    def test_a_report_beside_another_in_the_same_slot_stays_when_one_is_taken_out(
        self, engine: Engine
    ) -> None:
        begin(engine, up(), plans=[plan("availability")])
        engine.feed(accepted(good("a", 1)), accepted(good("b", 1)), accepted(good("a", 1)))
        engine.feed(voided(good("a", 1)), tick("2026-01-02T00:00"))
        assert (only(engine)["total"], only(engine)["coverage"]) == (10, "0.25")

    def test_each_planned_source_has_to_report(self, engine: Engine) -> None:
        plans = [plan("availability"), plan("availability", "PT12H", "other")]
        begin(engine, up(), plans=plans)
        engine.feed(accepted(good("a", 0, 6, 12, 18)), accepted(good("b", 1, source="other")))
        engine.feed(accepted(good("c", 13, source="stranger")), tick("2026-01-02T00:00"))
        found = only(engine)
        assert (found["verdict"], found["coverage"]) == ("not_determined", "0.5")
        assert [(one["source"], one["reported"]) for one in found["basis"]["plan"]] == [
            ("other", 1),
            ("source", 4),
        ]

    def test_every_scope_is_judged_again_when_the_coverage_changes(self, engine: Engine) -> None:
        begin(engine, up(scope=["province"]), plans=[plan("availability")])
        rows = [
            {"at": at("2026-01-01T01:00"), "good": 9, "total": 10, "labels": {"province": province}}
            for province in ("10", "50")
        ]
        engine.feed(accepted(batch("b", "availability", rows)), tick("2026-01-02T00:00"))
        assert {one["verdict"] for one in engine.results()} == {"not_determined"}
        later = [{**rows[0], "at": at(f"2026-01-01T{hour}:00")} for hour in ("07", "13")]
        engine.feed(accepted(batch("c", "availability", later)), tick("2026-01-02T00:10"))
        assert [(one["verdict"], one["total"]) for one in engine.results()] == [("met", 30), ("met", 10)]

    def test_a_sliding_window_has_its_own_slots(self, engine: Engine) -> None:
        window = {"kind": "rolling", "duration": "PT12H", "step": "PT3H"}
        begin(engine, up(window=window, coverage_floor="0.5"), plans=[plan("availability")])
        engine.feed(accepted(good("b", 1)), tick("2026-01-02T00:00"))
        found = [(one["window"]["end"][11:16], one["verdict"], one["coverage"]) for one in engine.results()]
        # At 01:00 nothing is in; at 04:00 it fills the one slot in force; at 16:00 the window has left it.
        assert found[:3] == [
            ("18:00", "not_determined", "0"),
            ("21:00", "met", "1"),
            ("09:00", "not_determined", "0"),
        ]

    def test_a_report_before_a_groups_first_window_ended_is_in_it(self, engine: Engine) -> None:
        """It came late, of another group: the first window of this one is judged again."""
        window = {"kind": "rolling", "duration": "PT6H", "step": "PT3H"}
        begin(engine, up(window=window, scope=["province"]), plans=[plan("availability", "PT1H")])
        row = {"at": at("2026-01-05T10:30"), "good": 9, "total": 10, "labels": {"province": "10"}}
        engine.feed(accepted(batch("b", "availability", [row])), tick("2026-01-05T13:30"))
        assert only(engine)["basis"]["plan"][0]["reported"] == 1
        rows = [
            {**row, "at": at(f"2026-01-05T{hour:02}:45"), "labels": {"province": "50"}}
            for hour in (7, 8, 9, 11)
        ]
        engine.feed(accepted(batch("c", "availability", rows)), tick("2026-01-05T13:31"))
        found = [one for one in engine.results() if one["scope"] == {"province": "10"}]
        assert [(one["basis"]["plan"][0]["reported"], one["verdict"]) for one in found] == [(5, "met")]

    def test_only_the_part_in_force_is_asked_for(self, engine: Engine) -> None:
        begin(engine, up(), plans=[plan("availability")], start="2026-01-01T15:00")
        engine.feed(accepted(good("b", 14, 16)), tick("2026-01-02T00:00"))
        found = only(engine)
        assert (found["total"], found["coverage"], found["verdict"]) == (10, "0.5", "not_determined")

    def test_a_plan_that_comes_late_counts_what_came_before(self, engine: Engine) -> None:
        engine.feed(accepted(good("b", 0, 7, 13)))
        begin(engine, up(), plans=[plan("availability")])
        assert [kind for kind, _ in engine.told() if "replay-requested" in kind]
        engine.feed(replayed(good("b", 0, 7, 13)), topic=REPLAYS)
        engine.feed(replayed(good("b", 0, 7, 13)), topic=REPLAYS)
        engine.feed(tick("2026-01-02T00:00"))
        assert only(engine)["basis"]["plan"][0]["reported"] == 3

    def test_a_backfill_is_covered_by_what_it_brought(self, engine: Engine) -> None:
        begin(engine, up(), plans=[plan("availability")])
        engine.feed(tick("2026-02-01T00:00"))
        engine.feed(accepted(good("b", 0, 7, backfill="f")))
        covers = nothing("n", "2026-01-01T12:00", "2026-01-02T00:00", "availability", backfill="f")
        engine.feed(accepted(covers))
        assert {one["verdict"] for one in engine.results()} == {"not_determined"}
        engine.feed(sealed("f", "2026-01-01T00:00", "2026-01-02T00:00"))
        found = engine.results()[0]
        assert (found["verdict"], found["coverage"], found["window"]["state"]) == ("met", "1", "final")

    def test_journey_events_are_reports_of_durations(self, engine: Engine) -> None:
        asked = objective(
            "pass",
            "passage",
            window=DAY,
            coverage_floor="0.5",
            good={"comparator": "<=", "value": "PT6H"},
            count_at="completion",
        )
        begin(engine, asked, plans=[plan("passage")])
        told = steps(
            "j", [("c", "t01", "point", "2026-01-01T01:00"), ("c", "t05", "point", "2026-01-01T07:00")]
        )
        engine.feed(passed(told), tick("2026-01-02T00:00"))
        assert (only(engine)["verdict"], only(engine)["coverage"]) == ("met", "0.5")
        engine.feed(voided(told), tick("2026-01-02T00:10"))
        assert (only(engine)["verdict"], only(engine)["coverage"]) == ("not_determined", "0")

    def test_late_reports_change_nothing_that_is_final(self, engine: Engine) -> None:
        begin(engine, up(grace="P1D"), plans=[plan("availability")])
        engine.feed(accepted(good("b", 1)), tick("2026-01-03T00:00"))
        engine.feed(accepted(nothing("n", "2026-01-01T06:00", "2026-01-02T00:00", "availability")))
        engine.feed(tick("2026-01-03T00:10"))
        found = engine.results()[0]
        assert (found["verdict"], found["revision"], found["coverage"]) == ("not_determined", 1, "0.25")


class TestZero:
    def test_nothing_is_zero_where_every_slot_was_reported(self, engine: Engine) -> None:
        begin(engine, few(), plans=[plan("incidents")])
        for hour in (0, 6, 12):
            start = at("2026-01-01T00:00") + hour * HOUR
            engine.feed(accepted(nothing(f"n{hour}", start, start + 6 * HOUR, "incidents")))
        engine.feed(tick("2026-01-02T00:00"))
        assert (only(engine)["verdict"], only(engine)["exact"]) == ("not_determined", None)
        late = nothing("n18", "2026-01-01T18:00", "2026-01-02T00:00", "incidents")
        engine.feed(accepted(late), tick("2026-01-02T00:10"))
        found = only(engine)
        assert (found["verdict"], found["value"], found["total"]) == ("met", "0", 0)

    def test_without_a_plan_covers_have_to_span_the_window(self, engine: Engine) -> None:
        begin(engine, few())
        engine.feed(accepted(nothing("a", "2025-12-31T12:00", "2026-01-01T12:00", "incidents")))
        engine.feed(
            accepted(nothing("b", "2026-01-01T12:00", "2026-01-01T23:59", "incidents", source="other"))
        )
        engine.feed(tick("2026-01-02T00:00"))
        assert only(engine)["verdict"] == "not_determined"
        last = nothing("c", "2026-01-01T23:59", "2026-01-02T12:00", "incidents")
        engine.feed(accepted(last), tick("2026-01-02T00:10"))
        assert (only(engine)["verdict"], only(engine)["value"]) == ("met", "0")
        assert (only(engine)["coverage"], only(engine)["basis"]["plan"]) == (None, None)
        engine.feed(voided(last), tick("2026-01-02T00:20"))
        assert (only(engine)["verdict"], only(engine)["revision"]) == ("not_determined", 3)

    def test_an_explicit_zero_is_a_report(self, engine: Engine) -> None:
        begin(engine, few())
        zero = batch("z", "incidents", [{"at": at("2026-01-01T10:00"), "value": 0}])
        engine.feed(accepted(zero), tick("2026-01-02T00:00"))
        assert (only(engine)["verdict"], only(engine)["value"], only(engine)["total"]) == ("met", "0", 1)

    def test_too_few_is_a_breach_also_when_it_is_zero(self, engine: Engine) -> None:
        begin(engine, few(comparator=">=", target="1"))
        engine.feed(accepted(nothing("a", "2026-01-01T00:00", "2026-01-02T00:00", "incidents")))
        engine.feed(tick("2026-01-02T00:00"))
        assert [one.state for one in engine.breaches()] == ["open"]


class TestOpen:
    def test_a_breach_is_said_early_once_the_floor_is_certain(self, engine: Engine) -> None:
        begin(engine, few(target="0", coverage_floor="0.5"), plans=[plan("incidents")])
        one = {"at": at("2026-01-01T01:00"), "value": 1_000_000}
        engine.feed(accepted(batch("a", "incidents", [one])), tick("2026-01-01T07:00"))
        assert engine.breaches() == []
        [found] = engine.open()
        assert (found["verdict"], found["coverage"]) == ("on_track", "1")
        assert found["basis"]["plan"][0]["slots"] == 1
        engine.feed(accepted(nothing("n", "2026-01-01T06:00", "2026-01-01T12:00", "incidents")))
        engine.feed(tick("2026-01-01T12:00"))
        engine.feed(accepted(batch("b", "incidents", [{**one, "at": at("2026-01-01T12:30")}])))
        assert [one.state for one in engine.breaches()] == ["open"]

    def test_covers_stand_beside_rows(self, engine: Engine) -> None:
        begin(engine, up(), plans=[plan("availability")])
        covers = Cover(at("2026-01-01T00:00"), at("2026-01-02T00:00"), ["availability"])
        engine.feed(accepted(good("b", 3, covers=covers)), tick("2026-01-02T00:00"))
        assert (only(engine)["verdict"], only(engine)["coverage"]) == ("met", "1")


def test_a_what_if_asks_for_coverage_too(engine: Engine) -> None:
    begin(engine, up(), plans=[plan("availability")])
    engine.feed(accepted(good("a", 0, 7, 13)), accepted(good("b", 0, 7, day=2)), tick("2026-01-03T00:00"))

    def supposed(*exclude: tuple[int, int]) -> list[tuple[str, str]]:
        asked = Asked(
            agreement=AGREEMENT,
            objective="up",
            scope=None,
            start=at("2026-01-01T00:00"),
            end=at("2026-01-03T00:00") + 1,
            since=at("2026-01-01T00:00"),
            clauses={"target": "0.95"},
            exclude=exclude,
            targets=None,
            calendar=None,
        )
        found = engine.db.snapshot(what_if.answer, asked)
        return [(one["as_agreed"]["verdict"], one["verdict"]) for one in found["windows"]]

    assert supposed() == [("met", "breached"), ("not_determined", "not_determined")]
    # Without the afternoon of the second day all that was left of it was reported.
    afternoon = (at("2026-01-02T12:00"), at("2026-01-03T00:00"))
    assert supposed(afternoon) == [("met", "breached"), ("not_determined", "breached")]
