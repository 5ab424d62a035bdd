"""Reading objectives, amounts, budgets and the few states of an open window."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.evaluation.domain.amounts import exact_text, parse_duration, shown, to_micro
from services.evaluation.domain.objective import Edge, Objective, read_objectives
from services.evaluation.domain.verdict import CLOSED, FINAL, OPEN, Tally, judge
from services.evaluation.domain.windows import CalendarWindows, RollingWindows
from shared.clock import MINUTE, SECOND

HOUR = 60 * MINUTE
DAY = 24 * HOUR


def objective_of(kind: str = "ratio", **changes: Any) -> Objective:
    found: dict[str, Any] = {
        "code": "o",
        "indicator": "i",
        "responsible": "a",
        "comparator": ">=",
        "target": "0.8",
        "window": {"kind": "calendar", "unit": "month"},
        **changes,
    }
    (objective,) = read_objectives(
        {"time_zone": "Asia/Bangkok", "objectives": [found]}, {"i": {"kind": kind}}
    )
    return objective


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "micros"),
        [
            ("P3D", 3 * DAY),
            ("PT72H", 3 * DAY),
            ("P2W", 14 * DAY),
            ("PT8H", 8 * HOUR),
            ("P1DT12H30M", DAY + 12 * HOUR + 30 * MINUTE),
            ("PT0.5S", SECOND // 2),
            ("PT0.000001S", 1),
            ("PT0S", 0),
        ],
    )
    def test_durations(self, text: str, micros: int) -> None:
        assert parse_duration(text) == micros

    @pytest.mark.parametrize(
        "text", ["", "P", "PT", "P1Y", "P1M", "1D", "P1D ", "P-1D", "P1DT", "PT0.0000001S"]
    )
    def test_what_has_no_fixed_length_is_no_duration(self, text: str) -> None:
        with pytest.raises(ValueError):
            parse_duration(text)

    def test_amounts_are_exact(self) -> None:
        assert to_micro(Decimal("0.1")) + to_micro(Decimal("0.2")) == to_micro(Decimal("0.3"))
        assert to_micro(Decimal("9000000000")) == 9 * 10**15
        assert to_micro(Decimal("-0.000001")) == -1
        with pytest.raises(ValueError, match="six decimals"):
            to_micro(Decimal("0.0000001"))

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Fraction(8, 11), "0.727272727"),
            (Fraction(1, 2), "0.5"),
            (Fraction(0), "0"),
            (Fraction(-1, 3), "-0.333333333"),
            (Fraction(5, 10**10), "0"),
            (Fraction(15, 10**10), "0.000000002"),
            (Fraction(-5, 10**10), "0"),
            (Fraction(10**24 + 1), "1000000000000000000000001"),
            (Fraction(300), "300"),
        ],
    )
    def test_what_is_shown_is_rounded_half_even(self, value: Fraction, text: str) -> None:
        assert shown(value) == text

    def test_the_exact_text_is_in_lowest_terms(self) -> None:
        assert exact_text(Fraction(8, 10)) == "4/5"
        assert exact_text(Fraction(3)) == "3/1"


class TestReading:
    def test_the_window_of_api_md(self) -> None:
        monthly = objective_of(
            window={"kind": "calendar", "unit": "month", "count": 2, "anchor": "2025-10-01"}
        )
        zone = ZoneInfo("Asia/Bangkok")
        assert monthly.windows == CalendarWindows("month", 2, datetime(2025, 10, 1), zone)
        rolling = objective_of(window={"kind": "rolling", "duration": "P30D"})
        assert rolling.windows == RollingWindows(30 * DAY, 12 * HOUR)
        stepped = objective_of(window={"kind": "rolling", "duration": "PT1H", "step": "PT5M"})
        assert stepped.windows == RollingWindows(HOUR, 5 * MINUTE)

    def test_an_anchor_may_have_a_clock_time(self) -> None:
        found = objective_of(window={"kind": "calendar", "unit": "day", "anchor": "2026-01-16T08:30"}).windows
        assert isinstance(found, CalendarWindows)
        assert found.anchor == datetime(2026, 1, 16, 8, 30)

    def test_defaults(self) -> None:
        found = objective_of()
        assert (found.aggregation, found.minimum_total, found.grace) == ("share", 1, 3 * DAY)
        assert (found.count_at, found.overdue) == ("completion", "counted")

    def test_a_target_is_exact_and_shown_as_agreed(self) -> None:
        found = objective_of(target="0.1")
        assert (found.target, found.target_text) == (Fraction(1, 10), "0.1")

    def test_a_limit_is_in_the_unit_of_what_is_measured(self) -> None:
        slow = objective_of("value", good={"comparator": "<=", "value": "800"})
        assert slow.good == ("<=", 800_000_000)
        days = objective_of("duration", good={"comparator": "<=", "value": "P3D"})
        assert days.good == ("<=", 3 * DAY)

    def test_the_ends_of_a_journey_come_from_the_indicator(self) -> None:
        document = {
            "time_zone": "UTC",
            "objectives": [
                {
                    "code": "o",
                    "indicator": "i",
                    "responsible": "a",
                    "comparator": ">=",
                    "target": "0.8",
                    "good": {"comparator": "<=", "value": "PT1H"},
                    "window": {"kind": "calendar", "unit": "day"},
                }
            ],
        }
        indicator = {
            "kind": "duration",
            "from": {"step": "*", "edge": "any"},
            "to": {"step": "t05", "occurrence": "last", "edge": "end"},
        }
        (found,) = read_objectives(document, {"i": indicator})
        assert (found.start, found.end) == (Edge("*", "first", "any"), Edge("t05", "last", "end"))

    def test_an_objective_on_an_unknown_indicator_waits(self) -> None:
        assert read_objectives({"objectives": [{"indicator": "later"}]}, {}) == []


class TestStates:
    def test_nothing_yet(self) -> None:
        assert judge(objective_of(), Tally(), OPEN).verdict == "no_data"
        for state in (CLOSED, FINAL):
            found = judge(objective_of(), Tally(), state)
            assert (found.verdict, found.exact) == ("not_determined", None)
            assert found.numbers(objective_of())["budget"] is None

    def test_below_the_minimum_it_is_not_determined_and_while_open_few(self) -> None:
        objective = objective_of(minimum_total=10)
        nine, ten = Tally(n=9, good=0, total=9), Tally(n=10, good=0, total=10)
        assert judge(objective, nine, CLOSED).verdict == "not_determined"
        assert judge(objective, ten, CLOSED).verdict == "breached"
        assert (judge(objective, nine, OPEN).verdict, judge(objective, nine, OPEN).few) == ("on_track", True)
        assert judge(objective, ten, OPEN).few is False

    def test_few_values_are_not_yet_a_breach_even_beyond_repair(self) -> None:
        objective = objective_of("value", aggregation="maximum", comparator="<=", target="5", minimum_total=2)
        top = 6_000_000
        assert judge(objective, Tally(n=1, minimum=top, maximum=top), OPEN).verdict == "on_track"
        assert judge(objective, Tally(n=2, minimum=top, maximum=top), OPEN).verdict == "breached"

    @pytest.mark.parametrize(
        ("kind", "aggregation", "comparator", "tally", "verdict"),
        [
            ("value", "maximum", "<=", Tally(n=1, minimum=0, maximum=5_000_000), "on_track"),
            ("value", "maximum", "<", Tally(n=1, minimum=0, maximum=5_000_000), "breached"),
            ("value", "maximum", "<=", Tally(n=1, minimum=0, maximum=5_000_001), "breached"),
            ("value", "maximum", ">=", Tally(n=1, minimum=0, maximum=1), "on_track"),
            ("value", "minimum", ">=", Tally(n=1, minimum=5_000_000, maximum=9_000_000), "on_track"),
            ("value", "minimum", ">", Tally(n=1, minimum=5_000_000, maximum=9_000_000), "breached"),
            ("value", "minimum", "<=", Tally(n=1, minimum=6_000_000, maximum=9_000_000), "on_track"),
            ("value", "count", "<=", Tally(n=5), "on_track"),
            ("value", "count", "<=", Tally(n=6), "breached"),
            ("value", "count", ">=", Tally(n=1), "on_track"),
            # A plain value may be negative next time, so its sum can come back; a count cannot.
            ("value", "sum", "<=", Tally(n=1, sum=6_000_000), "on_track"),
            ("count", "sum", "<=", Tally(n=1, sum=6_000_000), "breached"),
            ("value", "mean", "<=", Tally(n=1, sum=6_000_000), "on_track"),
        ],
    )
    def test_an_open_window_is_breached_only_when_nothing_could_restore_it(
        self, kind: str, aggregation: str, comparator: str, tally: Tally, verdict: str
    ) -> None:
        objective = objective_of(kind, aggregation=aggregation, comparator=comparator, target="5")
        assert judge(objective, tally, OPEN).verdict == verdict
        arrives = aggregation != "mean"
        assert objective.judged_on_arrival is arrives

    def test_a_count_is_what_was_reported_and_a_report_of_zero_is_one(self) -> None:
        objective = objective_of("count", aggregation="count", comparator="<=", target="0")
        zero = judge(objective, Tally(n=1, sum=0), CLOSED)
        assert (zero.verdict, zero.exact) == ("met", Fraction(0))
        assert judge(objective, Tally(n=1, sum=3_000_000), CLOSED).exact == 3
        assert judge(objective, Tally(), CLOSED).verdict == "not_determined"

    def test_the_sum_of_values_is_in_their_unit(self) -> None:
        objective = objective_of("value", aggregation="mean", comparator="<=", target="0.15")
        found = judge(objective, Tally(n=2, sum=300_000), CLOSED)
        assert (found.verdict, found.exact) == ("met", Fraction(15, 100))


class TestBudget:
    @pytest.mark.parametrize(
        ("comparator", "target", "good", "total", "consumed", "remaining"),
        [
            (">=", "0.9", 95, 100, "0.5", "0.5"),
            (">=", "0.9", 100, 100, "0", "1"),
            (">=", "0.9", 90, 100, "1", "0"),
            (">=", "0.8", 8, 11, "1.363636364", "-0.363636364"),
            (">=", "0.999", 2, 3, "333.333333333", "-332.333333333"),
            # A bad share that may be at most 5 %.
            ("<=", "0.05", 2, 100, "0.4", "0.6"),
            ("<", "0.05", 10, 100, "2", "-1"),
        ],
    )
    def test_the_budget_by_occurrences(
        self, comparator: str, target: str, good: int, total: int, consumed: str, remaining: str
    ) -> None:
        objective = objective_of(comparator=comparator, target=target)
        found = judge(objective, Tally(n=1, good=good, total=total), CLOSED).numbers(objective)["budget"]
        assert found == {"consumed": consumed, "remaining": remaining, "burn": consumed}

    @pytest.mark.parametrize(("comparator", "target"), [(">=", "1"), ("<=", "0")])
    def test_where_nothing_may_fail_there_is_no_budget(self, comparator: str, target: str) -> None:
        objective = objective_of(comparator=comparator, target=target)
        found = judge(objective, Tally(n=1, good=5, total=10), CLOSED)
        assert found.numbers(objective)["budget"] is None

    def test_what_is_not_determined_has_no_budget(self) -> None:
        objective = objective_of(minimum_total=10)
        found = judge(objective, Tally(n=1, good=9, total=9), CLOSED)
        assert found.numbers(objective)["budget"] is None

    def test_only_shares_have_one(self) -> None:
        objective = objective_of("value", aggregation="mean", comparator="<=", target="5")
        assert judge(objective, Tally(n=1, sum=1), CLOSED).numbers(objective)["budget"] is None

    def test_the_numbers_are_those_of_api_md(self) -> None:
        objective = objective_of()
        found = judge(objective, Tally(n=1, good=8, total=11), CLOSED).numbers(objective)
        assert found | {"budget": None} == {
            "verdict": "breached",
            "good": 8,
            "total": 11,
            "value": "0.727272727",
            "exact": "8/11",
            "comparator": ">=",
            "target": "0.8",
            "budget": None,
            "slices": None,
        }
