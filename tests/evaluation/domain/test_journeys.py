"""Where a journey counts, at the edges: limits, ends of windows, repeats and steps out of order."""

from __future__ import annotations

from typing import Any

import pytest

from services.evaluation.domain.journeys import Event, Reading, count, read_journey
from services.evaluation.domain.objective import Edge, Objective, read_objectives
from shared.clock import MINUTE

HOUR = 60 * MINUTE
DAY = 24 * HOUR
ANY_START = Edge("*", "first", "any")
T5 = Edge("t5", "first", "end")


def objective_of(**changes: Any) -> Objective:
    """At most 2 hours, judged by days of UTC."""
    found: dict[str, Any] = {
        "code": "o",
        "indicator": "i",
        "responsible": "a",
        "good": {"comparator": "<=", "value": "PT2H"},
        "comparator": ">=",
        "target": "0.8",
        "window": {"kind": "calendar", "unit": "day", "count": 1, "anchor": "1970-01-01"},
        **changes,
    }
    indicator = {
        "code": "i",
        "kind": "duration",
        "from": {"step": "*", "occurrence": "first", "edge": "any"},
        "to": {"step": "t5", "occurrence": "first", "edge": "end"},
    }
    (objective,) = read_objectives({"time_zone": "UTC", "objectives": [found]}, {"i": indicator})
    return objective


def events(*found: tuple[str, str, int], labels: dict[int, dict[str, str]] | None = None) -> list[Event]:
    return [
        Event(f"e{index}", step, "a", edge, at, (labels or {}).get(index, {}))
        for index, (step, edge, at) in enumerate(found)
    ]


class TestReading:
    def test_a_point_is_start_and_end_at_once(self) -> None:
        found = read_journey(
            events(("t1", "point", 5)), Edge("t1", "first", "start"), Edge("t1", "first", "end")
        )
        assert found == Reading(5, 5, {})

    def test_first_and_last_occurrence(self) -> None:
        passage = events(("t1", "point", 1), ("t5", "point", 3), ("t5", "point", 7))
        assert read_journey(passage, ANY_START, T5) == Reading(1, 3, {}, ("repeated",))
        assert read_journey(passage, ANY_START, Edge("t5", "last", "end")) == Reading(1, 7, {}, ("repeated",))

    def test_a_step_that_starts_and_ends_once_is_not_repeated(self) -> None:
        passage = events(("t1", "point", 0), ("t5", "start", 3), ("t5", "end", 7))
        for edge, ended in (("start", 3), ("end", 7), ("any", 3)):
            assert read_journey(passage, ANY_START, Edge("t5", "first", edge)) == Reading(0, ended, {})

    def test_a_step_that_came_again_is_flagged_even_at_the_same_moment(self) -> None:
        passage = events(("t1", "point", 0), ("t5", "point", 3), ("t5", "point", 3))
        assert read_journey(passage, ANY_START, Edge("t5", "first", "any")) == Reading(
            0, 3, {}, ("repeated",)
        )

    def test_other_steps_may_come_again(self) -> None:
        passage = events(("t1", "point", 0), ("t2", "point", 1), ("t2", "point", 2), ("t5", "point", 3))
        assert read_journey(passage, ANY_START, T5) == Reading(0, 3, {})

    def test_an_end_before_the_start_does_not_end_it_and_is_flagged(self) -> None:
        start = Edge("t1", "first", "start")
        passage = events(("t5", "end", 1), ("t1", "start", 4))
        assert read_journey(passage, start, T5) == Reading(4, None, {}, ("out_of_order",))
        passage += [Event("later", "t5", "a", "end", 9)]
        assert read_journey(passage, start, T5) == Reading(4, 9, {}, ("out_of_order",))

    def test_an_end_at_the_moment_of_the_start_ends_it(self) -> None:
        found = read_journey(events(("t1", "point", 4), ("t5", "point", 4)), ANY_START, T5)
        assert found == Reading(4, 4, {})

    def test_without_its_start_a_journey_counts_nowhere(self) -> None:
        start = Edge("t1", "first", "start")
        found = read_journey(events(("t5", "end", 4)), start, T5)
        assert found == Reading(4, 4, {}, ("missing_start",))
        assert found.duration is None
        for count_at in ("completion", "start", "deadline"):
            nowhere = count(objective_of(count_at=count_at), found, FAR)
            assert (nowhere.state, nowhere.at, nowhere.due) == ("uncounted", None, None)
        assert read_journey(events(("t2", "end", 4)), start, T5) is None
        assert read_journey([], ANY_START, T5) is None

    def test_labels_are_those_at_the_start(self) -> None:
        labels = {0: {"province": "10"}, 1: {"province": "50", "priority": "high"}}
        passage = events(("t1", "point", 0), ("t2", "point", 3), ("t5", "point", 5), labels=labels)
        found = read_journey(passage, ANY_START, T5)
        assert found is not None
        assert found.labels == {"province": "10"}
        assert found.last_labels == {"province": "50", "priority": "high"}
        assert found.group(objective_of(scope=["province"])) == ("10",)
        assert found.group(objective_of(scope=["priority", "province"], scope_at="end")) == ("high", "50")


STARTED = DAY + 20 * HOUR  # 20 o'clock; the limit falls at 22
DEADLINE = STARTED + 2 * HOUR
NEXT_DAY = 2 * DAY
FAR = 100 * DAY


def reading(ended: int | None, started: int = STARTED) -> Reading:
    return Reading(started, ended, {})


class TestCompletion:
    @pytest.mark.parametrize("overdue", ["counted", "listed"])
    @pytest.mark.parametrize(
        ("comparator", "ended", "good"),
        [
            ("<=", DEADLINE - 1, True),
            ("<=", DEADLINE, True),
            ("<=", DEADLINE + 1, False),
            ("<", DEADLINE - 1, True),
            ("<", DEADLINE, False),
        ],
    )
    def test_an_end_within_the_window_counts_there(
        self, overdue: str, comparator: str, ended: int, good: bool
    ) -> None:
        objective = objective_of(overdue=overdue, good={"comparator": comparator, "value": "PT2H"})
        found = count(objective, reading(ended), FAR)
        assert (found.state, found.at, found.good) == ("counted", ended, good)

    def test_open_and_within_its_limit_it_is_pending(self) -> None:
        for overdue in ("counted", "listed"):
            found = count(objective_of(overdue=overdue), reading(None), DEADLINE)
            assert (found.state, found.at, found.due) == ("pending", None, DEADLINE)

    def test_open_past_its_limit_it_counts_as_bad_in_the_window_of_the_limit(self) -> None:
        found = count(objective_of(), reading(None), DEADLINE + 1)
        assert (found.state, found.at, found.good) == ("overdue-counted", DEADLINE, False)

    def test_counted_as_overdue_it_counts_nowhere_else_when_it_ends_in_a_later_window(self) -> None:
        for ended in (NEXT_DAY, NEXT_DAY + HOUR, 50 * DAY):
            found = count(objective_of(), reading(ended), FAR)
            assert (found.state, found.at, found.good) == ("overdue-counted", DEADLINE, False)

    def test_late_but_before_the_windows_end_it_counts_where_it_ended(self) -> None:
        found = count(objective_of(), reading(NEXT_DAY - 1), FAR)
        assert (found.state, found.at, found.good) == ("counted", NEXT_DAY - 1, False)

    def test_a_limit_at_the_windows_end_belongs_to_the_next(self) -> None:
        at_midnight = reading(None, started=NEXT_DAY - 2 * HOUR)
        found = count(objective_of(), at_midnight, FAR)
        assert (found.state, found.at) == ("overdue-counted", NEXT_DAY)
        just_before = reading(None, started=NEXT_DAY - 2 * HOUR - 1)
        assert count(objective_of(), just_before, FAR).at == NEXT_DAY - 1

    def test_listed_it_is_only_listed_and_counts_where_it_ends(self) -> None:
        objective = objective_of(overdue="listed")
        assert count(objective, reading(None), FAR).at is None
        assert count(objective, reading(None), FAR).state == "overdue-listed"
        found = count(objective, reading(50 * DAY), FAR)
        assert (found.state, found.at, found.good) == ("counted", 50 * DAY, False)

    def test_an_end_that_comes_late_moves_it_to_where_it_ended(self) -> None:
        objective = objective_of()
        assert count(objective, reading(None), FAR).state == "overdue-counted"
        found = count(objective, reading(STARTED + HOUR), FAR)
        assert (found.state, found.at, found.good) == ("counted", STARTED + HOUR, True)


class TestCohortAndDeadline:
    @pytest.mark.parametrize(("count_at", "place"), [("start", STARTED), ("deadline", DEADLINE)])
    def test_it_counts_at_its_place_once_it_ended_or_its_limit_has_passed(
        self, count_at: str, place: int
    ) -> None:
        objective = objective_of(count_at=count_at)
        pending = count(objective, reading(None), DEADLINE)
        assert (pending.state, pending.at, pending.due) == ("pending", None, DEADLINE)
        for ended, tick, good in (
            (None, DEADLINE + 1, False),
            (DEADLINE, DEADLINE, True),
            (DEADLINE + 1, FAR, False),
            (50 * DAY, FAR, False),
        ):
            found = count(objective, reading(ended), tick)
            assert (found.state, found.at, found.good) == ("counted", place, good)
