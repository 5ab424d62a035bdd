"""Coverage by slots, beside a plain reading of the same rules, minute by minute."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.coverage import Coverage, Part, Reports, SourcePlan, judge_coverage
from services.evaluation.domain.objective import Objective, read_windows
from services.evaluation.domain.panes import Bools
from services.evaluation.domain.verdict import CLOSED, OPEN, Tally, judge
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE

LONG = 1 << 62


def plan_of(minutes: int, source: str = "s") -> SourcePlan:
    return SourcePlan(source, minutes * MINUTE, f"PT{minutes}M")


def of(minutes: set[int], size: int) -> Bools:
    return np.array([minute in minutes for minute in range(size)], dtype=np.bool_)


def plainly(
    frequency: int,
    start: int,
    end: int,
    span: tuple[int, int],
    upto: int,
    rows: set[int],
    complete: set[int],
    dropped: set[int],
) -> tuple[int, int, int]:
    """Slots so far, those reported, and those of the whole window; all in minutes."""
    slots = reported = coming = 0
    for first in range(start, end, frequency):
        inside = [
            minute for minute in range(first, min(first + frequency, end)) if span[0] <= minute < span[1]
        ]
        if set(inside) <= dropped:
            continue
        coming += 1
        # The last one of the window, or of the span, is over when that is.
        if min(first + frequency, end, span[1]) <= upto:
            slots += 1
            reported += bool(set(inside) & rows) or set(inside) <= complete | dropped
    return slots, reported, coming


minutes = st.integers(0, 60)


@given(
    frequency=st.integers(1, 20),
    bounds=st.tuples(minutes, minutes).map(sorted),
    span=st.tuples(minutes, minutes).map(sorted),
    upto=minutes,
    rows=st.sets(minutes, max_size=12),
    complete=st.lists(st.tuples(minutes, minutes).map(sorted), max_size=3),
    dropped=st.tuples(minutes, minutes).map(sorted),
)
def test_slots_as_counted_by_hand(
    frequency: int,
    bounds: list[int],
    span: list[int],
    upto: int,
    rows: set[int],
    complete: list[list[int]],
    dropped: list[int],
) -> None:
    start, end = bounds
    covered = {minute for low, high in complete for minute in range(low, high)}
    out = set(range(*dropped))
    reports = Reports(0, {"s": of(rows, 61)}, {"s": of(covered, 61)}, of(covered, 61), of(out, 61))
    window = Window(start * MINUTE, end * MINUTE)
    found = judge_coverage(
        [plan_of(frequency)],
        reports,
        window,
        (span[0] * MINUTE, span[1] * MINUTE),
        min(upto, end) * MINUTE,
    )
    expected = plainly(frequency, start, end, (span[0], span[1]), min(upto, end), rows, covered, out)
    if start >= end or max(start, span[0]) >= min(end, span[1]):
        assert found == Coverage()
        return
    [part] = found.parts
    assert (part.slots, part.reported, part.coming) == expected
    assert found.share == (Fraction(expected[1], expected[0]) if expected[0] else None)
    assert found.certain == (Fraction(expected[1], expected[2]) if expected[2] else None)
    assert found.alive == (expected[1] == expected[2] > 0)


def test_a_window_is_covered_as_well_as_its_least_complete_source() -> None:
    reports = Reports(0, {"a": of({0, 5, 10, 15}, 20), "b": of({0}, 20)}, {}, of(set(), 20), of(set(), 20))
    window = Window(0, 20 * MINUTE)
    found = judge_coverage([plan_of(5, "a"), plan_of(10, "b")], reports, window, (0, LONG), window.end)
    assert [(part.reported, part.slots) for part in found.parts] == [(4, 4), (1, 2)]
    assert (found.share, found.alive) == (Fraction(1, 2), False)
    assert found.text() == "0.5"
    assert found.body() == [
        {"source": "a", "frequency": "PT5M", "slots": 4, "reported": 4},
        {"source": "b", "frequency": "PT10M", "slots": 2, "reported": 1},
    ]


def test_without_a_plan_only_what_was_complete_for_all_of_it_makes_a_zero() -> None:
    window = Window(0, 20 * MINUTE)
    for complete, upto, alive in (
        (set(range(20)), 20, True),
        (set(range(19)), 20, False),
        (set(range(20)), 19, False),
    ):
        reports = Reports(0, {}, {"s": of(complete, 20)}, of(complete, 20), of(set(), 20))
        assert judge_coverage([], reports, window, (0, LONG), upto * MINUTE).alive is alive
    # Only where the revision is in force has anything to be known.
    reports = Reports(0, {}, {}, of(set(range(5, 20)), 20), of(set(), 20))
    assert not judge_coverage([], reports, window, (0, LONG), window.end).alive
    assert judge_coverage([], reports, window, (5 * MINUTE, LONG), window.end).alive


def objective_of(aggregation: str, floor: str | None = None, minimum_total: int = 1) -> Objective:
    zone = ZoneInfo("Asia/Bangkok")
    return Objective(
        code="o",
        indicator="i",
        kind="value",
        responsible="land",
        aggregation=aggregation,
        good=("<=", 5) if aggregation == "share" else None,
        comparator="<=" if aggregation != "share" else ">=",
        target=Fraction(1, 2) if aggregation == "share" else Fraction(2),
        target_text="x",
        windows=read_windows({"kind": "calendar", "unit": "day"}, zone),
        zone=zone,
        scope=(),
        minimum_total=minimum_total,
        grace=0,
        plans=(plan_of(5),),
        coverage_floor=None if floor is None else Fraction(floor),
    )


def covered(reported: int, slots: int, coming: int | None = None) -> Coverage:
    whole = slots if coming is None else coming
    return Coverage((Part(plan_of(5), slots, reported, whole),), reported == whole)


@pytest.mark.parametrize(
    ("reported", "verdict"), [(8, "not_determined"), (9, "met"), (10, "met"), (0, "not_determined")]
)
def test_exactly_at_the_floor_is_enough(reported: int, verdict: str) -> None:
    tally = Tally(n=4, good=3, total=4, coverage=covered(reported, 10))
    found = judge(objective_of("share", "0.9"), tally, CLOSED)
    numbers = found.numbers(objective_of("share", "0.9"))
    assert found.verdict == verdict
    assert (numbers["budget"] is None) is (verdict == "not_determined")
    assert found.exact == Fraction(3, 4)
    assert judge(objective_of("share"), tally, CLOSED).verdict == "met"


@pytest.mark.parametrize("aggregation", ["count", "sum"])
def test_nothing_is_zero_where_the_source_was_alive(aggregation: str) -> None:
    objective = objective_of(aggregation)
    found = judge(objective, Tally(coverage=covered(10, 10)), CLOSED)
    assert (found.verdict, found.total, found.exact) == ("met", 0, Fraction(0))
    assert judge(objective, Tally(coverage=covered(9, 10)), CLOSED).verdict == "not_determined"
    assert judge(objective, Tally(coverage=covered(0, 10)), CLOSED).exact is None
    assert judge(objective, Tally(), CLOSED).verdict == "not_determined"
    # Who asks for a minimum of measurements asks for measurements.
    many = judge(objective_of(aggregation, minimum_total=2), Tally(coverage=covered(10, 10)), CLOSED)
    assert many.verdict == "not_determined"
    assert judge(objective, Tally(coverage=covered(3, 3, 10)), OPEN).verdict == "no_data"


@pytest.mark.parametrize("aggregation", ["share", "mean", "minimum", "maximum"])
def test_nothing_is_no_value_of_anything_else(aggregation: str) -> None:
    found = judge(objective_of(aggregation), Tally(coverage=covered(10, 10)), CLOSED)
    assert (found.verdict, found.exact) == ("not_determined", None)


def test_an_open_window_is_broken_only_where_its_close_could_not_take_that_back() -> None:
    objective = objective_of("count", "0.9")
    assert judge(objective, Tally(n=3, coverage=covered(8, 8, 10)), OPEN).verdict == "on_track"
    assert judge(objective, Tally(n=3, coverage=covered(9, 9, 10)), OPEN).verdict == "breached"
    assert judge(objective, Tally(n=3, coverage=covered(8, 10)), CLOSED).verdict == "not_determined"
    assert judge(objective_of("count"), Tally(n=3, coverage=covered(0, 8, 10)), OPEN).verdict == "breached"


def test_what_is_excluded_has_nothing_to_report() -> None:
    reports = Reports(0, {"s": of({0}, 20)}, {}, of(set(), 20), of(set(range(5, 19)), 20))
    found = judge_coverage([plan_of(5)], reports, Window(0, 20 * MINUTE), (0, LONG), 20 * MINUTE)
    assert [(part.reported, part.slots) for part in found.parts] == [(1, 2)]
    whole = Reports(0, {}, {}, of(set(range(10)), 20), of(set(range(10, 20)), 20))
    assert judge_coverage([], whole, Window(0, 20 * MINUTE), (0, LONG), 20 * MINUTE).alive


def test_of_what_is_excluded_as_a_whole_nothing_is_known_to_be_zero() -> None:
    window = Window(0, 20 * MINUTE)
    out = Reports(0, {}, {}, of(set(range(20)), 20), of(set(range(20)), 20))
    for plans in ([], [plan_of(5)]):
        found = judge_coverage(plans, out, window, (0, LONG), window.end)
        assert (found.share, found.alive) == (None, False)
        assert judge(objective_of("count"), Tally(coverage=found), CLOSED).verdict == "not_determined"


def test_what_lies_behind_a_window_is_none_of_its_business() -> None:
    """Reports are read for many windows at once: of each only its own minutes are looked at."""
    window = Window(5 * MINUTE, 15 * MINUTE)
    complete = of(set(range(5, 15)), 40)
    reports = Reports(0, {"s": of({0, 20}, 40)}, {"s": complete}, complete, of({30}, 40))
    assert judge_coverage([], reports, window, (0, LONG), window.end).alive
    [part] = judge_coverage([plan_of(5)], reports, window, (0, LONG), window.end).parts
    assert (part.slots, part.reported) == (2, 2)
    none = Reports(0, {"s": of({0, 20}, 40)}, {}, of(set(range(15, 40)), 40), of({30}, 40))
    assert not judge_coverage([], none, window, (0, LONG), window.end).alive
    [part] = judge_coverage([plan_of(5)], none, window, (0, LONG), window.end).parts
    assert (part.slots, part.reported) == (2, 0)


def test_a_slot_is_asked_for_when_it_is_over() -> None:
    reports = Reports(0, {"s": of({0}, 20)}, {}, of(set(), 20), of(set(), 20))
    window = Window(0, 20 * MINUTE)
    for upto, slots in ((4, 0), (5, 1), (14, 2), (15, 3), (20, 4)):
        [part] = judge_coverage([plan_of(5)], reports, window, (0, LONG), upto * MINUTE).parts
        assert (part.slots, part.coming) == (slots, 4)
