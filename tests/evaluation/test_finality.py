"""What is final, and since when: by grace, or by the seal of a backfill, window by window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.evaluation.domain.finality import Finality, Seal
from services.evaluation.domain.windows import CalendarWindows, RollingWindows
from tests.evaluation.engine import (
    Engine,
    accepted,
    at,
    batch,
    exclusion,
    indicator,
    nothing,
    objective,
    open_engine,
    passed,
    revision,
    sealed,
    steps,
    tick,
    voided,
)
from tests.evaluation.test_corrections import approve, propose

UP = "permit.availability"
HOURLY = {"kind": "calendar", "unit": "hour", "count": 1, "anchor": "2026-01-01"}
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
SLIDING = {"kind": "rolling", "duration": "PT6H", "step": "PT1H"}
EDGES: dict[str, Any] = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def ratio(name: str, when: str, good: int, total: int, *, backfill: str | None = None, **labels: str) -> Any:
    row = {"at": when, "good": good, "total": total, "labels": labels}
    return accepted(batch(name, UP, [row], backfill=backfill))


def state(engine: Engine, end: str, **scope: str) -> tuple[str, int]:
    """The state of the window that ends at a time of 5 January (UTC), and how much counts in it."""
    (found,) = [
        one
        for one in engine.results()
        if one["window"]["end"] == f"2026-01-05T{end}:00Z" and one["scope"] == scope
    ]
    return found["window"]["state"], found["total"]


class TestSeals:
    @pytest.fixture(autouse=True)
    def agreement(self, engine: Engine) -> None:
        engine.feed(indicator(UP, "ratio"))

    def agreed(self, engine: Engine, **more: Any) -> None:
        promise = {"window": HOURLY, "grace": "P1D", **more}
        engine.feed(revision(objective("up", UP, **promise), start="2026-01-05T00:00Z", zone="UTC"))

    def test_only_what_it_touches_and_has_ended_is_final(self, engine: Engine) -> None:
        self.agreed(engine)
        engine.feed(tick("2026-01-05T18:00Z"))
        engine.feed(ratio("f", "2026-01-05T15:30Z", 1, 1, backfill="f"))
        engine.feed(sealed("f", "2026-01-05T15:00Z", "2026-01-05T17:00Z"))
        assert [state(engine, end)[0] for end in ("15:00", "16:00", "17:00", "18:00")] == [
            "closed",
            "final",
            "final",
            "closed",
        ]
        engine.feed(*(ratio(f"l{hour}", f"2026-01-05T{hour}:59Z", 1, 1) for hour in (14, 15, 16, 17)))
        engine.feed(tick("2026-01-05T18:01Z"))
        assert [state(engine, end) for end in ("15:00", "16:00", "17:00", "18:00")] == [
            ("closed", 1),
            ("final", 1),
            ("final", 0),
            ("closed", 1),
        ]
        (late,) = [one for one in engine.results() if one["window"]["end"] == "2026-01-05T16:00:00Z"]
        assert engine.explain(late["id"])["after_final"] == [{"batch": "l15", "rows": 1}]
        # Grace makes the others final, and tells each once.
        engine.feed(tick("2026-01-06T17:30Z"))
        assert [state(engine, end)[0] for end in ("15:00", "17:00", "18:00")] == ["final", "final", "closed"]
        told = [data["result"]["window"]["end"] for kind, data in engine.told() if "result.final" in kind]
        assert len(told) == len(set(told))

    def test_a_window_that_had_not_ended_stays_open_to_what_comes(self, engine: Engine) -> None:
        self.agreed(engine)
        engine.feed(tick("2026-01-05T17:30Z"), ratio("f", "2026-01-05T16:30Z", 1, 1, backfill="f"))
        engine.feed(sealed("f", "2026-01-05T16:00Z", "2026-01-05T17:10Z"))
        engine.feed(ratio("b", "2026-01-05T17:05Z", 0, 1), tick("2026-01-05T18:00Z"))
        assert (state(engine, "17:00"), state(engine, "18:00")) == (("final", 1), ("closed", 1))
        engine.feed(ratio("c", "2026-01-05T17:06Z", 0, 1), tick("2026-01-05T18:01Z"))
        assert state(engine, "18:00") == ("closed", 2)
        (running,) = [one for one in engine.results() if one["window"]["end"] == "2026-01-05T18:00:00Z"]
        assert running["basis"]["backfill"] == "f"

    def test_one_row_counts_between_the_islands_only(self, engine: Engine) -> None:
        self.agreed(engine)
        engine.feed(tick("2026-01-05T18:00Z"), ratio("f", "2026-01-05T15:30Z", 1, 1, backfill="f"))
        engine.feed(sealed("f", "2026-01-05T15:00Z", "2026-01-05T16:00Z"))
        rows = [{"at": f"2026-01-05T{hour}:10Z", "good": 1, "total": 1} for hour in (14, 15, 16)]
        engine.feed(accepted(batch("spread", UP, rows)), tick("2026-01-05T18:01Z"))
        assert [state(engine, end) for end in ("15:00", "16:00", "17:00")] == [
            ("closed", 1),
            ("final", 1),
            ("closed", 1),
        ]

    def test_rolling_steps_are_final_where_it_touches_them(self, engine: Engine) -> None:
        self.agreed(engine, window=SLIDING, target="0.9")
        engine.feed(ratio("b", "2026-01-05T13:30Z", 9, 9), tick("2026-01-05T18:00Z"))
        engine.feed(ratio("f", "2026-01-05T12:30Z", 1, 1, backfill="f"))
        engine.feed(sealed("f", "2026-01-05T12:00Z", "2026-01-05T12:40Z"))
        # The steps at 13 .. 18 o'clock hold it, and had ended.
        engine.feed(ratio("late", "2026-01-05T12:50Z", 0, 9), tick("2026-01-05T18:01Z"))
        assert {one["verdict"] for one in engine.results() if one["total"]} == {"met"}
        # 13:50 lies in the step at 19 o'clock too: it counts there, and in no final one.
        engine.feed(ratio("more", "2026-01-05T13:50Z", 0, 9), tick("2026-01-05T19:00Z"))
        last = engine.results()[-1]
        assert (last["window"]["end"], last["verdict"], last["exact"]) == (
            "2026-01-05T19:00:00Z",
            "breached",
            "1/2",
        )
        assert {one["verdict"] for one in engine.results()[:-1] if one["total"]} == {"met"}

    def test_it_judges_no_revision_that_was_accepted_later(self, engine: Engine) -> None:
        engine.feed(tick("2026-01-05T18:00Z"), sealed("f", "2026-01-05T15:00Z", "2026-01-05T16:00Z"))
        promise = objective("up", UP, window=HOURLY, grace="P1D")
        told: dict[str, Any] = {"start": "2026-01-05T00:00Z", "told": "2026-01-05T18:00Z", "zone": "UTC"}
        engine.feed(revision(promise, **told))
        engine.feed(ratio("b", "2026-01-05T15:10Z", 1, 1), tick("2026-01-05T18:01Z"))
        assert state(engine, "16:00") == ("closed", 1)


class TestGroups:
    """The first that is heard of a label group may come when its window is final."""

    @pytest.fixture(autouse=True)
    def agreement(self, engine: Engine) -> None:
        engine.feed(indicator(UP, "ratio"), indicator("passage", "duration", **EDGES))
        more: dict[str, Any] = {"window": DAILY, "grace": "P1D", "scope": ["province"]}
        journeys = {"good": {"comparator": "<=", "value": "PT6H"}, "count_at": "completion"}
        engine.feed(
            revision(
                objective("up", UP, **more),
                objective("quick", "passage", **journeys, **more),
                start="2026-01-01T00:00Z",
                zone="UTC",
            )
        )
        engine.feed(tick("2026-01-07T00:00Z"))

    def days(self, engine: Engine, code: str) -> dict[str, tuple[str, int]]:
        return {
            one["window"]["end"][8:10]: (one["window"]["state"], one["total"])
            for one in engine.results()
            if one["objective"] == code
        }

    def test_its_rows_there_are_kept_and_listed(self, engine: Engine) -> None:
        engine.feed(ratio("late", "2026-01-05T10:00Z", 1, 1, province="10"))
        engine.feed(ratio("timely", "2026-01-06T10:00Z", 1, 1, province="10"))
        engine.feed(tick("2026-01-07T00:01Z"))
        assert self.days(engine, "up") == {"06": ("final", 0), "07": ("closed", 1)}
        first = engine.results()[0]
        assert (first["verdict"], first["window"]["end"]) == ("not_determined", "2026-01-06T00:00:00Z")
        assert engine.explain(first["id"])["after_final"] == [{"batch": "late", "rows": 1}]

    @pytest.mark.parametrize("first", ["late", "timely"])
    def test_whichever_comes_first(self, engine: Engine, first: str) -> None:
        rows = {"late": "2026-01-03T10:00Z", "timely": "2026-01-06T10:00Z"}
        for name in sorted(rows, key=lambda name: name != first):
            engine.feed(ratio(name, rows[name], 1, 1, province="10"), tick("2026-01-07T00:01Z"))
        engine.feed(tick("2026-01-07T00:02Z"))
        assert self.days(engine, "up") == {
            "04": ("final", 0),
            "05": ("final", 0),
            "06": ("final", 0),
            "07": ("closed", 1),
        }

    def test_a_tick_between_two_of_one_run_decides(self, engine: Engine) -> None:
        """Also where no track was due, so that the tick itself had nothing to judge."""
        engine.feed(
            ratio("timely", "2026-01-06T10:00Z", 1, 1, province="10"),
            tick("2026-01-08T00:00Z"),
            ratio("late", "2026-01-06T10:00Z", 1, 1, province="50"),
            tick("2026-01-08T00:01Z"),
        )
        (first, other) = [one for one in engine.results() if one["window"]["end"] == "2026-01-07T00:00:00Z"]
        assert (first["scope"], first["total"]) == ({"province": "10"}, 1)
        assert (other["scope"], other["total"]) == ({"province": "50"}, 0)

    def test_its_first_journey_too(self, engine: Engine) -> None:
        for name, day in (("a", "05"), ("b", "06")):
            events = [
                (name, "t01", "point", f"2026-01-{day}T10:00Z"),
                (name, "t05", "point", f"2026-01-{day}T11:00Z"),
            ]
            engine.feed(passed(steps(name, events, province="10")))
        engine.feed(tick("2026-01-07T00:01Z"))
        assert self.days(engine, "quick") == {"06": ("final", 0), "07": ("closed", 1)}
        first = next(one for one in engine.results() if one["objective"] == "quick")
        assert engine.explain(first["id"])["after_final"] == [{"batch": "a", "rows": 1}]


class TestReports:
    """Reports of nothing that come too late: heard when the window was final, in no later revision of it."""

    DAY = ("2026-01-05T00:00Z", "2026-01-06T00:00Z")

    def agreed(self, engine: Engine, **more: Any) -> None:
        engine.feed(indicator("incidents", "count"))
        quiet = objective("quiet", "incidents", aggregation="count", comparator="<=", target="0", **more)
        engine.feed(revision({**quiet, "window": DAILY, "grace": "P1D"}, start=self.DAY[0], zone="UTC"))

    def judged_again(self, engine: Engine) -> dict[str, Any]:
        """The first day after an exclusion of one of its minutes."""
        engine.feed(exclusion("x", "2026-01-05T03:00Z", "2026-01-05T03:01Z"))
        engine.feed(tick("2026-01-08T00:02Z"))
        first = engine.results()[0]
        assert (first["window"]["state"], first["basis"]["exclusions"]) == ("final", ["x"])
        return first

    def test_it_is_kept_listed_and_counts_by_a_correction(self, engine: Engine) -> None:
        self.agreed(engine)
        engine.feed(tick("2026-01-08T00:00Z"))
        engine.feed(accepted(nothing("n", *self.DAY, "incidents")), tick("2026-01-08T00:01Z"))
        first = self.judged_again(engine)
        assert (first["verdict"], first["revision"]) == ("not_determined", 2)
        assert engine.explain(first["id"])["after_final"] == [{"batch": "n", "rows": 0}]
        approve(engine, propose(engine, [first["id"]], ["n"]))
        engine.feed(tick("2026-01-08T00:03Z"))
        first = engine.results()[0]
        assert (first["verdict"], first["exact"], first["revision"]) == ("met", "0/1", 3)
        assert engine.explain(first["id"])["after_final"] == []

    def test_what_came_in_time_is_heard_though_it_is_voided_later(self, engine: Engine) -> None:
        self.agreed(engine)
        report = nothing("n", *self.DAY, "incidents")
        engine.feed(accepted(report), tick("2026-01-08T00:00Z"), voided(report))
        assert self.judged_again(engine)["verdict"] == "met"

    def test_a_part_may_be_late_and_the_other_in_time(self, engine: Engine) -> None:
        self.agreed(engine)
        engine.feed(tick("2026-01-07T12:00Z"))
        engine.feed(accepted(nothing("n", self.DAY[0], "2026-01-07T00:00Z", "incidents")))
        engine.feed(exclusion("x", self.DAY[0], "2026-01-05T00:01Z"))
        engine.feed(tick("2026-01-08T00:00Z"))
        first, second = engine.results()[:2]
        assert (first["verdict"], second["verdict"]) == ("not_determined", "met")

    def test_rows_of_another_group_are_late_reports_too(self, engine: Engine) -> None:
        engine.feed(indicator(UP, "ratio"))
        more: dict[str, Any] = {"window": DAILY, "grace": "P1D", "coverage_floor": "0.5"}
        plans = [{"indicator": UP, "source": "source", "frequency": "P1D"}]
        promise = objective("up", UP, scope=["province"], **more)
        engine.feed(revision(promise, start=self.DAY[0], zone="UTC", plans=plans))
        engine.feed(ratio("b", "2026-01-06T10:00Z", 1, 1, province="10"), tick("2026-01-07T00:00Z"))
        engine.feed(ratio("late", "2026-01-05T10:00Z", 1, 1, province="50"))
        engine.feed(ratio("first", "2026-01-05T11:00Z", 1, 1, province="10"), tick("2026-01-07T00:01Z"))
        engine.feed(exclusion("x", "2026-01-05T03:00Z", "2026-01-05T03:01Z"))
        engine.feed(tick("2026-01-07T00:02Z"))
        covered = {
            (one["scope"]["province"], one["window"]["end"][8:10]): one["coverage"]
            for one in engine.results()
        }
        assert covered == {("10", "06"): "0", ("10", "07"): "1", ("50", "06"): "0", ("50", "07"): "1"}


def test_a_control_fact_judges_again_exactly_what_it_touches(engine: Engine) -> None:
    """Rolling steps between it and a late row that counts in open ones stay as they were."""
    engine.feed(indicator(UP, "ratio"))
    engine.feed(
        revision(
            objective("up", UP, window=SLIDING, grace="PT2H", target="0.9"),
            start="2026-01-05T00:00Z",
            zone="UTC",
        )
    )
    engine.feed(ratio("b", "2026-01-05T10:30Z", 9, 9), tick("2026-01-05T16:00Z"))
    before = engine.results()
    # Steps up to 14 o'clock are final; 11:30 counts in those at 15 and 16 o'clock.
    engine.feed(ratio("late", "2026-01-05T11:30Z", 0, 9))
    engine.feed(exclusion("x", "2026-01-05T02:00Z", "2026-01-05T02:01Z"))
    engine.feed(tick("2026-01-05T16:01Z"))
    changed = [one for one in engine.results() if one not in before]
    assert [one["window"]["end"] for one in changed if one["verdict"] == "breached"] == [
        "2026-01-05T15:00:00Z"
    ]


def test_a_row_in_rolling_steps_is_late_when_seals_and_grace_cover_all_of_them() -> None:
    minute = 60_000_000
    windows = RollingWindows(60 * minute, 10 * minute)

    def finality(grace: int, *seals: tuple[int, int, int]) -> Finality:
        found = [
            Seal(to * minute, f"{start}", start * minute, reached * minute, 0) for start, to, reached in seals
        ]
        return Finality(windows, grace * minute, found)

    at = 100 * minute  # in the steps at 110, 120 .. 160
    assert finality(160).everywhere(at)
    assert not finality(159).everywhere(at)
    # A seal of [95, 101) touches the steps up to 160 that had ended.
    assert finality(0, (95, 101, 160)).everywhere(at)
    assert not finality(0, (95, 101, 159)).everywhere(at)
    # Of [95, 100) the step at 160, which begins at 100, holds nothing.
    assert not finality(0, (95, 100, 500)).everywhere(at)
    assert finality(0, (95, 100, 500), (155, 156, 170)).everywhere(at)
    assert finality(120, (125, 126, 170)).everywhere(at)
    assert not finality(120, (130, 131, 170)).everywhere(at)
    assert not finality(0).everywhere(at)


def test_the_edge_of_a_calendar_window_is_no_part_of_it() -> None:
    hour = 3600 * 1_000_000
    start = at("2026-01-05T00:00Z")
    windows = CalendarWindows("hour", 1, datetime(2026, 1, 1), ZoneInfo("UTC"))
    found = Finality(windows, 0, [Seal(start + 2 * hour, "f", start + hour, start + 2 * hour, 0)])
    assert [found.everywhere(start + part) for part in (hour - 1, hour, 2 * hour - 1, 2 * hour)] == [
        False,
        True,
        True,
        False,
    ]


def test_what_came_too_late_is_listed_until_it_is_voided(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    engine.feed(
        revision(objective("up", UP, window=DAILY, grace="P1D"), start="2026-01-05T00:00Z", zone="UTC")
    )
    engine.feed(tick("2026-01-08T00:00Z"))
    row = {"at": "2026-01-05T10:00Z", "good": 1, "total": 1}
    wrong, right = batch("wrong", UP, [row]), batch("right", UP, [row])
    engine.feed(accepted(wrong), accepted(right), voided(wrong))
    (first, *_) = engine.results()
    assert engine.explain(first["id"])["after_final"] == [{"batch": "right", "rows": 1}]
