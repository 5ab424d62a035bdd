"""Slices, label groups, aggregates of journeys, flags and open rolling windows, end to end below REST."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.clock import MINUTE, rfc3339
from tests.evaluation.engine import (
    Engine,
    accepted,
    at,
    batch,
    indicator,
    objective,
    open_engine,
    passed,
    revision,
    steps,
    tick,
    voided,
)

HOURLY = {"kind": "calendar", "unit": "hour", "count": 1, "anchor": "2026-01-01"}
START = at("2026-03-01T10:00")
UP = "permit.availability"
TIME = "permit.time"
EDGES = {
    "from": {"step": "t01", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
    "clock": "elapsed",
}


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def minute(number: int) -> int:
    return START + number * MINUTE


def sliced(**changes: Any) -> dict[str, Any]:
    cut = {"length": "PT15M", "target": "0.9", "empty": "ignored"} | changes.pop("slice", {})
    return objective(
        "o", UP, **{"target": "0.75", "window": HOURLY, "budgeting": "timeslices", "slice": cut} | changes
    )


def report(engine: Engine, name: str, *rows: tuple[int, int, int], **labels: str) -> Any:
    found = batch(
        name,
        UP,
        [{"at": minute(at_), "good": good, "total": total, "labels": labels} for at_, good, total in rows],
    )
    engine.feed(accepted(found))
    return found


def hour(engine: Engine, **wanted: Any) -> dict[str, Any]:
    """The newest stored result of the hour in question."""
    (found,) = [
        one
        for one in engine.results(open_too=True)
        if one["window"]["start"] == rfc3339(START)
        and all(one[name] == value for name, value in wanted.items())
    ]
    return found


class TestSlices:
    def agree(self, engine: Engine, **changes: Any) -> None:
        engine.feed(indicator(UP, "ratio"))
        engine.feed(revision(sliced(**changes), start="2026-03-01T10:00"))

    def test_the_share_of_good_slices_is_judged(self, engine: Engine) -> None:
        self.agree(engine)
        report(engine, "b1", (0, 9, 10), (16, 1, 2), (31, 1000, 1000), (45, 10, 10))
        engine.feed(tick(minute(60)))
        found = hour(engine)
        assert (found["verdict"], found["good"], found["total"], found["exact"]) == ("met", 3, 4, "3/4")
        assert found["slices"] == {"good": 3, "bad": 1, "counted": 4, "ignored": 0}
        told = engine.explain(found["id"])
        assert told["formula"] == "good slices / slices that count >= 0.75"
        assert [step["text"]["en"] for step in told["steps"]][:2] == [
            "slices of 15 minutes that count: 4 (left out for want of data: 0)",
            "good slices (share >= 0.9): 3, bad: 1",
        ]

    def test_late_data_judge_the_slices_again_though_the_sums_hide_it(self, engine: Engine) -> None:
        self.agree(engine, slice={"empty": "ignored"})
        report(engine, "b1", (0, 1, 1), (16, 1, 1))
        engine.feed(tick(minute(60)))
        assert hour(engine)["slices"]["ignored"] == 2
        report(engine, "b2", (31, 0, 1))
        engine.feed(tick(minute(61)))
        found = hour(engine)
        assert (found["verdict"], found["exact"], found["revision"]) == ("breached", "2/3", 2)

    def test_a_mean_of_ratios(self, engine: Engine) -> None:
        self.agree(engine, budgeting="ratio-timeslices", slice={"empty": "bad"})
        report(engine, "b1", (0, 1, 3), (16, 1, 1), (31, 1, 1))
        engine.feed(tick(minute(60)))
        found = hour(engine)
        assert found["exact"] == "2333333333333/4000000000000"
        assert (found["good"], found["total"]) == (None, 4)

    def test_an_open_window_is_lost_when_a_slice_ends_with_too_little_left(self, engine: Engine) -> None:
        self.agree(engine, target="1", slice={"empty": "good"})
        wrong = report(engine, "b1", (3, 0, 1))
        engine.feed(tick(minute(14)))
        assert engine.breaches() == []
        engine.feed(tick(minute(15)))
        found = hour(engine)
        assert (found["verdict"], found["window"]["state"], found["exact"]) == ("breached", "open", "0/1")
        (told,) = engine.breaches()
        assert told.state == "open"
        engine.feed(voided(wrong))
        (told,) = engine.breaches()
        assert told.state == "withdrawn"

    def test_silence_breaks_a_promise_that_counts_empty_slices_as_bad(self, engine: Engine) -> None:
        self.agree(engine, slice={"empty": "bad"})
        engine.feed(tick(minute(15)))
        assert engine.breaches() == []
        engine.feed(tick(minute(30)))
        (told,) = engine.breaches()
        assert (told.state, told.window_end) == ("open", minute(60))

    def test_an_empty_slice_of_another_revision_is_none_of_its_slices(self, engine: Engine) -> None:
        cut = "2026-03-01T10:30"
        both = sliced(slice={"empty": "bad"})
        engine.feed(indicator(UP, "ratio"))
        engine.feed(revision(both, digest="a" * 64, start="2026-03-01T09:00"))
        engine.feed(revision(both, digest="a" * 64, start="2026-03-01T09:00", version=2, end=cut))
        engine.feed(revision(both, digest="b" * 64, start=cut))
        report(engine, "b1", (0, 1, 1), (31, 1, 1), (46, 1, 1))
        engine.feed(tick(minute(60)))
        old, new = (hour(engine, agreement_revision=digest * 64) for digest in "ab")
        assert old["slices"] == {"good": 1, "bad": 1, "counted": 2, "ignored": 0}
        assert new["slices"] == {"good": 2, "bad": 0, "counted": 2, "ignored": 0}

    def test_rolling_windows_are_cut_from_their_own_start(self, engine: Engine) -> None:
        window = {"kind": "rolling", "duration": "PT1H", "step": "PT20M"}
        self.agree(engine, window=window, target="1")
        report(engine, "b1", (10, 0, 1), (30, 1, 1))
        engine.feed(tick(minute(100)))
        found = {one["window"]["end"]: one["slices"] for one in engine.results()}
        # [-20, 40): slices from -20, -5, 10, 25; the first with both. At 80 the bad one has left.
        assert found[rfc3339(minute(20))]["bad"] == 1
        assert engine.results()[-1]["verdict"] != "breached"


class TestGroups:
    TARGETS = [
        {"scope": {"province": "10"}, "target": "0.9"},
        {"scope": {"province": "50"}, "target": "0.5"},
    ]

    def agree(self, engine: Engine, **changes: Any) -> None:
        engine.feed(indicator(UP, "ratio", labels={"province": ["10", "50", "77"]}))
        grouped = objective("o", UP, window=HOURLY, scope=["province"], targets=self.TARGETS, **changes)
        engine.feed(revision(grouped, start="2026-03-01T10:00"))
        for province in ("10", "50", "77"):
            report(engine, f"b{province}", (1, 7, 10), province=province)

    def verdicts(self, engine: Engine) -> dict[str, tuple[str, str, bool]]:
        return {
            one["scope"]["province"]: (one["verdict"], one["target"], one.get("unknown_group", False))
            for one in engine.results()
        }

    def test_each_group_has_its_own_target(self, engine: Engine) -> None:
        self.agree(engine)
        engine.feed(tick(minute(60)))
        assert self.verdicts(engine) == {
            "10": ("breached", "0.9", False),
            "50": ("met", "0.5", False),
            "77": ("breached", "0.8", False),
        }
        assert len(engine.breaches()) == 2

    def test_groups_without_a_target_may_be_listed_only(self, engine: Engine) -> None:
        self.agree(engine, unknown_group="listed")
        engine.feed(tick(minute(5)))
        assert [one["verdict"] for one in engine.open() if one.get("unknown_group")] == ["not_determined"]
        engine.feed(tick(minute(60)))
        assert self.verdicts(engine)["77"] == ("not_determined", "0.8", True)
        (listed,) = [one for one in engine.results() if one["scope"]["province"] == "77"]
        steps_ = [step["text"]["en"] for step in engine.explain(listed["id"])["steps"]]
        assert "this group has no target of its own: it is shown, and not judged" in steps_
        assert [one.scope for one in engine.breaches()] == ['{"province":"10"}']

    def test_what_a_group_may_never_do_is_said_at_once(self, engine: Engine) -> None:
        engine.feed(indicator(UP, "ratio", labels={"province": ["10", "50"]}))
        strict = [{"scope": {"province": "10"}, "target": "1"}]
        engine.feed(
            revision(
                objective("o", UP, window=HOURLY, scope=["province"], targets=strict),
                start="2026-03-01T10:00",
            )
        )
        for province in ("10", "50"):
            report(engine, f"b{province}", (1, 9, 10), province=province)
        assert [one.scope for one in engine.breaches()] == ['{"province":"10"}']


class TestJourneys:
    def agree(self, engine: Engine, **changes: Any) -> None:
        engine.feed(indicator(TIME, "duration", **EDGES, labels={"province": ["10", "50"]}))
        engine.feed(revision(objective("o", TIME, **{"count_at": "completion"} | changes)))

    def test_labels_at_the_end_move_what_was_counted_by_those_known_so_far(self, engine: Engine) -> None:
        self.agree(
            engine, good={"comparator": "<=", "value": "P1D"}, scope=["province"], scope_at="end", grace="P9D"
        )
        engine.feed(passed(steps("j1", [("c1", "t01", "point", "2026-01-30T08:00")], province="10")))
        engine.feed(tick("2026-02-01T00:00"))
        assert [(one["scope"]["province"], one["total"]) for one in engine.results()] == [("10", 1)]
        engine.feed(passed(steps("j2", [("c1", "t05", "point", "2026-02-02T08:00")], province="50")))
        engine.feed(tick("2026-02-02T09:00"))
        found = {
            one["scope"]["province"]: (one["total"], one["overdue"]["counted"])
            for one in engine.results()
            if one["window"]["end"] == rfc3339(at("2026-02-01T00:00"))
        }
        assert found == {"10": (0, 0), "50": (1, 1)}

    @pytest.mark.parametrize(
        ("aggregation", "target", "verdict", "exact"),
        [
            ("mean", "P2D", "met", "172800/1"),
            ("mean", "172799.999999", "breached", "172800/1"),
            ("sum", "P4D", "met", "345600/1"),
            ("minimum", "PT23H", "breached", "86400/1"),
            ("maximum", "P3D", "met", "259200/1"),
            ("count", "1", "breached", "2/1"),
        ],
    )
    def test_aggregates_of_times_are_in_seconds(
        self, engine: Engine, aggregation: str, target: str, verdict: str, exact: str
    ) -> None:
        self.agree(engine, aggregation=aggregation, comparator="<=", target=target)
        events = [
            ("c1", "t01", "point", "2026-01-02T08:00"),
            ("c1", "t05", "point", "2026-01-03T08:00"),
            ("c2", "t01", "point", "2026-01-02T08:00"),
            ("c2", "t05", "point", "2026-01-05T08:00"),
            ("c3", "t01", "point", "2026-01-02T08:00"),
        ]
        engine.feed(passed(steps("j1", events)))
        engine.feed(tick("2026-02-01T00:00"))
        (found,) = engine.results()
        assert (found["verdict"], found["exact"], found["total"]) == (verdict, exact, 2)
        assert not found["target"].startswith("P")
        assert engine.explain(found["id"])["formula"].endswith(" s") == (aggregation != "count")

    def test_a_longest_time_that_was_passed_breaks_the_promise_at_once(self, engine: Engine) -> None:
        self.agree(engine, aggregation="maximum", comparator="<=", target="PT8H")
        events = [("c1", "t01", "point", "2026-01-02T08:00"), ("c1", "t05", "point", "2026-01-02T16:01")]
        engine.feed(passed(steps("j1", events)))
        assert [one.state for one in engine.breaches()] == ["open"]

    def test_an_end_without_its_start_is_listed_where_it_ended(self, engine: Engine) -> None:
        self.agree(engine, good={"comparator": "<=", "value": "P3D"})
        ends = [("c1", "t05", "point", "2026-01-10T08:00"), ("c2", "t05", "point", "2026-01-10T09:00")]
        engine.feed(passed(steps("j1", ends)))
        engine.feed(passed(steps("j2", [("c2", "t01", "point", "2026-01-09T08:00")])))
        engine.feed(tick("2026-03-01T00:00"))
        january, february = engine.results()
        assert (january["total"], february["total"]) == (1, 0)
        told = engine.explain(january["id"])
        assert told["flags"] == {"missing_start": 1}
        (lost,) = [one for one in told["journeys"] if not one["counts"]]
        assert (lost["journey"], lost["state"], lost["started"], lost["seconds"]) == (
            "c1",
            "uncounted",
            None,
            None,
        )
        assert engine.explain(february["id"])["flags"] == {}


def test_a_rating_is_judged_as_a_value(engine: Engine) -> None:
    engine.feed(indicator("permit.rating", "rating", scale={"min": "1", "max": "5"}))
    engine.feed(
        revision(
            objective("o", "permit.rating", aggregation="mean", target="4", window=HOURLY),
            start="2026-03-01T10:00",
        )
    )
    stars = [{"at": minute(number), "value": value * 1_000_000} for number, value in enumerate((5, 4, 4, 3))]
    engine.feed(accepted(batch("b", "permit.rating", stars)))
    engine.feed(tick(minute(60)))
    assert [(one["verdict"], one["exact"]) for one in engine.results()] == [("met", "4/1")]


def test_the_rolling_window_that_ends_next_is_open(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    window = {"kind": "rolling", "duration": "PT1H", "step": "PT5M"}
    engine.feed(revision(objective("o", UP, window=window), start="2026-03-01T10:00"))
    report(engine, "b1", (7, 9, 10))
    engine.feed(tick(minute(12)))
    (found,) = engine.open()
    assert (found["window"]["start"], found["window"]["end"]) == (rfc3339(minute(-45)), rfc3339(minute(15)))
    assert (found["window"]["state"], found["good"], found["total"]) == ("open", 9, 10)
    assert found["verdict"] == "on_track"
