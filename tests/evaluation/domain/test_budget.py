"""Budgets, burn rates and forecasts: published examples, plain fractions, the next minute that matters."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.domain import budget
from services.evaluation.domain.lookbacks import Lookbacks, may_worsen, next_at_risk
from services.evaluation.domain.objective import BurnPair, Objective
from services.evaluation.domain.verdict import CLOSED, OPEN, Tally, judge, with_outlook
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE
from tests.evaluation.domain.test_objectives import DAY, HOUR, objective_of


def share(target: str = "0.999", **more: Any) -> Objective:
    return objective_of(target=target, **more)


def factors(objective: Objective, period: int) -> list[tuple[str, str]]:
    kept, _ = budget.pairs_for(objective, period)
    return [(f"{pair.long // HOUR}h", str(pair.factor)) for pair in kept]


class TestPublishedExamples:
    # Google, The Site Reliability Workbook, chapter 5 "Alerting on SLOs", table 5-8 and the 24-hour pair of
    # its text: 2 % of 30 days' budget in 1 hour is 14.4, 5 % in 6 hours 6, 10 % in 24 hours 3, in 3 days 1.
    # https://sre.google/workbook/alerting-on-slos/
    def test_the_factors_of_thirty_days(self) -> None:
        assert factors(share(), 30 * DAY) == [("1h", "72/5"), ("6h", "6"), ("24h", "3"), ("72h", "1")]
        kept, dropped = budget.pairs_for(share(), 30 * DAY)
        assert [pair.short for pair in kept] == [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR]
        assert dropped == []

    # The same formula, budget share x period / long window, for the lengths that Sloth and Datadog offer
    # (28 days: https://sloth.dev/usage/slo-period-windows/; 7 and 90:
    # https://docs.datadoghq.com/service_level_objectives/burn_rate).
    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            (28, ["336/25", "28/5", "14/5", "14/15"]),
            (31, ["372/25", "31/5", "31/10", "31/30"]),
            (90, ["216/5", "18", "9", "3"]),
            (7, ["84/25", "7/5", "7/10", "7/30"]),
        ],
    )
    def test_other_periods_scale(self, days: int, expected: list[str]) -> None:
        assert [factor for _, factor in factors(share(), days * DAY)] == expected

    # 99.9 % over 30 days allow 43 minutes 12 seconds (https://docs.rootly.com/glossary/error-budget.md).
    def test_forty_three_minutes_and_twelve_seconds(self) -> None:
        allowed = budget.allowed(share())
        assert allowed is not None
        assert allowed * 30 * 86_400 == 43 * 60 + 12

    # 90 % over a week with 400 bad of 10,080 minutes: 96.03 %, a budget of 1,008 minutes
    # (https://www.ibm.com/docs/en/SSE1JP5/src/pages/service_level_objectives/slo_example.html).
    def test_a_week_of_minutes(self) -> None:
        found = judge(share("0.9"), Tally(n=1, good=10_080 - 400, total=10_080), CLOSED)
        assert found.exact == Fraction(9680, 10_080)
        assert found.numbers(share("0.9"))["budget"] == {
            "consumed": "0.396825397",
            "remaining": "0.603174603",
            "burn": "0.396825397",
        }

    # 10,000 requests at 99.9 % may fail 10 times; 9,950 good ones are 99.5 % and burn five budgets
    # (https://docs.atatus.com/docs/alerting/slo-alerts.html).
    @pytest.mark.parametrize(
        ("good", "consumed"), [(9_990, "1"), (9_950, "5"), (9_995, "0.5"), (10_000, "0")]
    )
    def test_ten_thousand_requests(self, good: int, consumed: str) -> None:
        found = judge(share(), Tally(n=1, good=good, total=10_000), CLOSED).numbers(share())["budget"]
        assert found is not None
        assert found["consumed"] == found["burn"] == consumed

    # burn rate = error rate over the lookback / (100 % - goal)
    # (https://docs.aws.amazon.com/applicationsignals/latest/APIReference/API_BurnRateConfiguration.html).
    @pytest.mark.parametrize(
        ("target", "good", "total", "expected"),
        [("0.999", 9_856, 10_000, "72/5"), ("0.99", 98, 100, "2"), ("0.95", 95, 100, "1")],
    )
    def test_burn_over_a_lookback(self, target: str, good: int, total: int, expected: str) -> None:
        assert budget.burn(share(target), good, total) == Fraction(expected)

    # The highest burn there can be is 1 / (1 - target): a target of 90 % never burns faster than 10
    # (https://docs.datadoghq.com/service_level_objectives/burn_rate, "Maximum burn rate values").
    def test_what_can_never_be_reached_is_dropped_and_said(self) -> None:
        kept, dropped = budget.pairs_for(share("0.9"), 30 * DAY)
        assert [str(pair.factor) for pair in kept] == ["6", "3", "1"]
        assert [(str(one.pair.factor), one.reason, one.bound) for one in dropped] == [
            ("72/5", "above-reach", Fraction(10))
        ]

    # OpenSLO's example of occurrences (99 % under 500 ms over two weeks, `op: lt`) with its burn-rate
    # condition: threshold 24 over a lookback of 15 minutes (https://github.com/OpenSLO/OpenSLO,
    # examples/budgeting-method/occurences-slo.yaml, schema-test/spec-files/v1/alert-condition).
    def test_an_openslo_condition_as_an_own_pair(self) -> None:
        objective = objective_of(
            "value",
            target="0.99",
            good={"comparator": "<", "value": "500"},
            alerts=[{"long": "PT15M", "short": "PT15M", "factor": "24"}],
            window={"kind": "rolling", "duration": "P2W"},
        )
        kept, dropped = budget.pairs_for(objective, 14 * DAY)
        assert (kept, dropped) == ([BurnPair(15 * MINUTE, 15 * MINUTE, Fraction(24))], [])
        rates = [budget.burn(objective, good, 100) for good in (77, 76, 75)]
        assert [budget.reached(kept[0], rate, rate) for rate in rates] == [False, True, True]


class TestPairs:
    def test_equality_with_the_bound_can_be_reached(self) -> None:
        kept, dropped = budget.pairs_for(share("0.5"), 20 * DAY)  # 9.6, 4, 2, 2/3 against 2
        assert [str(pair.factor) for pair in kept] == ["2", "2/3"]
        assert [one.reason for one in dropped] == ["above-reach"] * 2

    def test_a_lookback_longer_than_the_window_is_dropped(self) -> None:
        _, dropped = budget.pairs_for(share(), DAY - MINUTE)
        assert [(one.pair.long, one.reason) for one in dropped] == [
            (DAY, "longer-than-period"),
            (3 * DAY, "longer-than-period"),
        ]
        # One as long as the window is not.
        assert factors(share(), DAY)[-1] == ("24h", "1/10")

    def test_none_are_none_and_nothing_may_fail_has_none(self) -> None:
        assert budget.pairs_for(share(alerts=[]), 30 * DAY) == ([], [])
        assert budget.pairs_for(share("1"), 30 * DAY) == ([], [])
        assert budget.pairs_for(share("0", comparator="<="), 30 * DAY) == ([], [])

    def test_both_must_reach_and_nothing_counted_reaches_nothing(self) -> None:
        pair = BurnPair(HOUR, 5 * MINUTE, Fraction(72, 5))
        just, under = Fraction(72, 5), Fraction(72, 5) - Fraction(1, 10**12)
        assert budget.reached(pair, just, just)
        assert not budget.reached(pair, just, under)
        assert not budget.reached(pair, under, just)
        assert not budget.reached(pair, None, just)
        assert budget.burn(share(), 0, 0) is None
        assert budget.burn(share(minimum_total=10), 0, 9) is None
        assert budget.burn(share(minimum_total=10), 0, 10) == 1000

    def test_a_bad_share_burns_by_its_target(self) -> None:
        objective = share("0.05", comparator="<=")
        assert budget.burn(objective, 10, 100) == 2
        assert budget.allowed(objective) == Fraction(1, 20)


WINDOW = Window(0, 1000 * MINUTE)


def projected(objective: Objective, elapsed: int, good: int, total: int, recent: tuple[int, int]) -> Any:
    where = budget.horizon(WINDOW, elapsed * MINUTE)
    return None if where is None else budget.project(objective, where, good, total, *recent)


class TestForecast:
    def test_the_formula(self) -> None:
        # total' = 400 x 1000/400 = 1000; bad' = 30 + 10 x 600/100 = 90: 91 %, still kept at 90 %.
        found = projected(share("0.9"), 400, 370, 400, (20, 30))
        assert found.body() == {
            "method": "recent-rate",
            "value": "0.91",
            "exact": "91/100",
            "verdict": "met",
            "window_minutes": 1000,
            "elapsed_minutes": 400,
            "lookback_minutes": 100,
            "total": 400,
            "bad": 30,
            "bad_in_lookback": 10,
            "projected_total": "1000/1",
            "projected_bad": "90/1",
        }
        assert projected(share("0.92"), 400, 370, 400, (20, 30)).kept is False

    def test_it_starts_with_a_tenth_of_the_window(self) -> None:
        assert projected(share(), 99, 1, 1, (1, 1)) is None
        assert projected(share(), 100, 1, 1, (1, 1)) is not None

    def test_seconds_behind_the_last_whole_minute_do_not_count(self) -> None:
        assert budget.horizon(WINDOW, 100 * MINUTE - 1) is None
        found = budget.horizon(WINDOW, 101 * MINUTE - 1)
        assert found is not None
        assert (found.elapsed, found.recent) == (100, Window(0, 100 * MINUTE))

    def test_a_tenth_that_is_no_whole_minute_is_rounded_up(self) -> None:
        found = budget.horizon(Window(0, 1001 * MINUTE), 500 * MINUTE)
        assert found is not None
        assert (found.lookback, found.recent) == (101, Window(399 * MINUTE, 500 * MINUTE))

    def test_a_bad_share_is_projected_as_it_is(self) -> None:
        found = projected(share("0.1", comparator="<="), 500, 20, 500, (5, 50))
        assert (found.share, found.kept) == (Fraction(45, 1000), True)

    def test_equality_follows_the_comparator(self) -> None:
        assert projected(share("0.9"), 500, 450, 500, (40, 50)).kept is True
        assert projected(share("0.9", comparator=">"), 500, 450, 500, (40, 50)).kept is False

    def test_below_the_minimum_there_is_none(self) -> None:
        assert projected(share(minimum_total=10), 500, 0, 9, (0, 9)) is None


class TestAtRisk:
    def judged(self, objective: Objective, good: int, total: int, elapsed: int = 500) -> Any:
        judgement = judge(objective, Tally(n=1, good=good, total=total), OPEN)
        found = projected(objective, elapsed, good, total, (good, total))
        return with_outlook(objective, judgement, found)

    def test_a_projection_that_breaches(self) -> None:
        found = self.judged(share("0.9"), 80, 100)
        assert (found.verdict, found.risks) == ("at_risk", ("forecast",))
        assert found.numbers(share("0.9"))["risks"] == ["forecast"]

    def test_the_own_warning_line_needs_no_tenth(self) -> None:
        objective = share("0.9", warning="0.95")
        assert self.judged(objective, 94, 100, elapsed=1).risks == ("warning",)
        assert self.judged(objective, 95, 100, elapsed=1).verdict == "on_track"

    def test_few_stay_on_track(self) -> None:
        found = self.judged(share("0.9", minimum_total=101, warning="0.95"), 0, 100)
        assert (found.verdict, found.few, found.risks) == ("on_track", True, ())

    def test_beyond_repair_goes_before(self) -> None:
        assert self.judged(share("1", warning="1"), 99, 100).verdict == "breached"

    def test_other_aggregations_have_a_warning_and_no_forecast(self) -> None:
        objective = objective_of("value", aggregation="mean", comparator="<=", target="300", warning="250")
        found = with_outlook(objective, judge(objective, Tally(n=1, sum=260 * 10**6), OPEN), None)
        assert (found.verdict, found.risks, found.forecast) == ("at_risk", ("warning",), None)


# --- against plain fractions ---------------------------------------------------------------------------

rows = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.integers(0, 4)), min_size=0, max_size=25)
lengths = st.integers(1, 200)
pairs = st.lists(
    st.tuples(lengths, lengths, st.fractions(Fraction(1, 4), 12, max_denominator=20)), min_size=1, max_size=3
)
targets = st.sampled_from(["0.9", "0.5", "0.99", "0.7"])


def panes(found: list[tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    """minute -> (good, total)."""
    merged: dict[int, tuple[int, int]] = {}
    for minute, good, bad in found:
        before = merged.get(minute, (0, 0))
        merged[minute] = (before[0] + good, before[1] + good + bad)
    return merged


def lookbacks(objective: Objective, found: dict[int, tuple[int, int]]) -> Lookbacks:
    minutes = sorted(found)
    columns = [np.array([found[minute][index] for minute in minutes], dtype=np.int64) for index in (0, 1)]
    return Lookbacks(objective, np.array(minutes, dtype=np.int64), *columns)


def plain_reached(objective: Objective, found: dict[int, tuple[int, int]], pair: BurnPair, at: int) -> bool:
    for length in (pair.long // MINUTE, pair.short // MINUTE):
        inside = [counts for minute, counts in found.items() if at - length <= minute < at]
        good, total = sum(one[0] for one in inside), sum(one[1] for one in inside)
        if total < max(1, objective.minimum_total):
            return False
        if (1 - Fraction(good, total)) / (1 - objective.target) < pair.factor:
            return False
    return True


@settings(deadline=None, max_examples=150)
@given(rows, pairs, targets, st.integers(1, 3), st.integers(0, 450))
def test_burns_and_their_next_change_are_those_of_every_minute(
    found: list[tuple[int, int, int]], chosen: list[Any], target: str, minimum: int, at: int
) -> None:
    objective = share(target, minimum_total=minimum)
    watched = [BurnPair(long * MINUTE, short * MINUTE, factor) for long, short, factor in chosen]
    merged = panes(found)
    known = lookbacks(objective, merged)

    def said(minute: int) -> list[bool]:
        return [plain_reached(objective, merged, pair, minute) for pair in watched]

    assert [known.burning(pair, at).reached for pair in watched] == said(at)
    assert known.may_reach(watched) or not any(any(said(minute)) for minute in range(700))
    changes = [minute for minute in range(at + 1, 700) if said(minute) != said(at)]
    assert known.next_change(watched, at) == (changes[0] if changes else None)


def test_large_counts_do_not_overflow() -> None:
    objective = share("0.999999")
    pair = BurnPair(HOUR, 5 * MINUTE, Fraction(123456789, 10**6))
    many = 9 * 10**17
    bad = -(-many * pair.factor * Fraction(1, 10**6) // 1)
    for missing, expected in ((int(bad), True), (int(bad) - 1, False)):
        known = lookbacks(objective, {100: (many - missing, many)})
        assert known.burning(pair, 101).reached is expected
        assert known.next_change([pair], 100) == (101 if expected else None)


def test_a_product_of_just_64_bits_does_not_wrap() -> None:
    """2^55 x 10^9 is 0 in 64 bits: all of it is bad, and would seem to be nothing."""
    pair = BurnPair(HOUR, 5 * MINUTE, Fraction(1))
    known = lookbacks(share("0.999999999"), {100: (0, 1 << 55)})
    assert known.may_reach([pair])
    assert known.next_change([pair], 100) == 101


def test_a_bad_share_burns_by_what_it_counts() -> None:
    pair = BurnPair(HOUR, 5 * MINUTE, Fraction(2))
    upper = share("0.1", comparator="<=")
    for bad, expected in ((1, False), (2, True), (10, True)):
        known = lookbacks(upper, {100: (bad, 10)})
        assert known.may_reach([pair]) is expected
        assert known.next_change([pair], 100) == (101 if expected else None)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 299), st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=20),
    targets,
    st.sampled_from([">=", ">", "<=", "<"]),
    st.integers(1, 4),
    st.integers(0, 298),
)
def test_the_next_minute_at_risk_is_never_missed(
    found: list[tuple[int, int, int]], target: str, comparator: str, minimum: int, at: int
) -> None:
    """Without new data nothing changes before the minute that is looked at next."""
    objective = share(target, comparator=comparator, minimum_total=minimum)
    merged = panes([row for row in found if row[0] <= at + 5])
    window = Window(0, 300 * MINUTE)
    good, total = (sum(counts[index] for counts in merged.values()) for index in (0, 1))

    def at_risk(minute: int) -> bool:
        where = budget.horizon(window, minute * MINUTE)
        if where is None:
            return False
        recent = [counts for pane, counts in merged.items() if minute - where.lookback <= pane < minute]
        expected = budget.project(
            objective, where, good, total, sum(one[0] for one in recent), sum(one[1] for one in recent)
        )
        return expected is not None and not expected.kept

    now = at_risk(at)
    coming = [counts for pane, counts in merged.items() if pane >= max(0, at - 30)]
    held = {
        pane: budget.bad_of(objective, *counts)
        for pane, counts in sorted(merged.items())
        if max(0, at - 30) <= pane < at
    }
    following = next_at_risk(
        objective,
        budget.Horizon(300, at, 30, window),
        budget.bad_of(objective, good, total),
        total,
        budget.bad_of(objective, sum(one[0] for one in coming), sum(one[1] for one in coming)),
        at_risk=now,
        recent=sum(held.values()),
        leaves=next((pane + 30 + 1 for pane, bad in held.items() if bad), None),
    )
    changed = [minute for minute in range(at + 1, 300) if at_risk(minute) != now]
    assert following is None or following > at
    if changed:
        assert following is not None
        assert following <= changed[0]


def test_what_is_good_only_helps_unless_it_lifts_above_a_minimum() -> None:
    assert not may_worsen(share(), 5, 5)
    assert may_worsen(share(), 4, 5)
    assert may_worsen(share(), -5, -5)
    assert may_worsen(share(minimum_total=2), 5, 5)
    assert not may_worsen(share(comparator="<="), 0, 5)
    assert may_worsen(share(comparator="<="), 1, 5)


def _breaching(
    length: int, lookback: int, bad: int, total: int, held: int, target: Fraction, comparator: str
) -> list[bool]:
    """Whether the forecast breaches at each minute with ``held`` bad in the last tenth: by hand."""
    found = []
    for minute in range(length + 1):
        # Both sides over the same denominator, so that whole numbers do.
        failing = minute * (bad * lookback + held * (length - minute)) * target.denominator
        whole = length * total * lookback * target.denominator
        bound = target.numerator * (length * total * lookback)
        kept = {
            ">=": whole - failing >= bound,
            ">": whole - failing > bound,
            "<=": failing <= bound,
            "<": failing < bound,
        }
        found.append(not kept[comparator])
    return found


@pytest.mark.parametrize("comparator", [">=", ">", "<=", "<"])
@pytest.mark.parametrize("target", ["0.9", "0.5", "0.75"])
def test_the_next_minute_at_risk_is_the_one_that_a_walk_finds(target: str, comparator: str) -> None:
    """Neither later nor sooner: an objective of which nothing can change is not looked at."""
    objective = share(target, comparator=comparator)
    for length, bad, fine in product((1, 2, 10, 11, 25, 60), range(7), (0, 1, 3, 9, 30)):
        total, lookback = bad + fine, -(-length // 10)
        if not total:
            continue
        for held in range(bad + 1):
            walk = _breaching(length, lookback, bad, total, held, Fraction(target), comparator)
            alone = _breaching(length, lookback, bad, total, 0, Fraction(target), comparator)
            for elapsed in {0, 1, lookback - 2, lookback, length // 2, length - 2, length - 1}:
                if not 0 <= elapsed < length:
                    continue
                where = budget.Horizon(length, elapsed, lookback, Window(0, length * MINUTE))
                following = range(max(elapsed + 1, lookback), length)
                wanted = next((minute for minute in following if walk[minute]), None)
                assert next_at_risk(objective, where, bad, total, held, at_risk=False) == wanted
                if not walk[elapsed]:
                    continue
                for after in (None, 1, 2, 3, lookback):
                    leaves = None if after is None else elapsed + after
                    found = next_at_risk(
                        objective, where, bad, total, bad, at_risk=True, recent=held, leaves=leaves
                    )
                    steady = leaves is not None and all(walk[elapsed + 1 : min(leaves, length)])
                    assert found == (None if alone[elapsed] else leaves if steady else elapsed + 1)


def test_what_has_no_forecast_has_no_minute_at_risk() -> None:
    where = budget.Horizon(100, 20, 10, Window(0, 100 * MINUTE))
    shares = share("0.9")
    slices = share("0.9", budgeting="timeslices", slice={"length": "PT1M", "target": "0.9"})

    assert next_at_risk(shares, where, 9, 100, 9, at_risk=False) == 21
    # Exactly the minimum is enough.
    for minimum, found in ((100, 21), (101, None)):
        enough = share("0.9", minimum_total=minimum)
        assert next_at_risk(enough, where, 9, 100, 9, at_risk=False) == found
    assert next_at_risk(slices, where, 9, 100, 9, at_risk=False) is None
