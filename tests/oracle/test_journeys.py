"""Where journeys count is what going through all windows in turn finds, in whatever order events come."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.domain.journeys import Event, count, read_journey
from services.evaluation.domain.objective import Edge, Objective, read_objectives
from tests.oracle import plain_journeys as plain

MINUTE = 60_000_000
HOUR = 60 * MINUTE
STEPS = ("t1", "t2", "t5")

raw_events = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(("start", "end", "point")), st.integers(0, 24)),
    max_size=7,
).map(lambda found: [(step, edge, quarter * 15 * MINUTE) for step, edge, quarter in found])

edges = st.tuples(
    st.sampled_from(("*", *STEPS)),
    st.sampled_from(("first", "last")),
    st.sampled_from(("start", "end", "any")),
)


def events_of(raw: list[tuple[str, str, int]]) -> list[Event]:
    return [Event(str(number), step, "a", edge, at) for number, (step, edge, at) in enumerate(raw)]


def objective_of(
    *, count_at: str, overdue: str, limit_minutes: int, comparator: str, hours: int
) -> Objective:
    found: dict[str, Any] = {
        "code": "o",
        "indicator": "i",
        "responsible": "a",
        "good": {"comparator": comparator, "value": f"PT{limit_minutes}M"},
        "comparator": ">=",
        "target": "0.8",
        "window": {"kind": "calendar", "unit": "hour", "count": hours, "anchor": "1970-01-01"},
        "count_at": count_at,
        "overdue": overdue,
    }
    indicator = {
        "code": "i",
        "kind": "duration",
        "from": {"step": "*", "occurrence": "first", "edge": "any"},
        "to": {"step": "t5", "occurrence": "first", "edge": "end"},
    }
    (objective,) = read_objectives({"time_zone": "UTC", "objectives": [found]}, {"i": indicator})
    return objective


@settings(max_examples=120, deadline=None)
@given(raw_events, edges, edges, st.integers(0, 2**32), st.integers(0, 7))
def test_a_journey_reads_the_same_in_any_order_and_with_repeats(
    raw: list[tuple[str, str, int]],
    start: tuple[str, str, str],
    end: tuple[str, str, str],
    seed: int,
    twice: int,
) -> None:
    events = events_of(raw)
    shuffled = events + events[:twice]
    random.Random(seed).shuffle(shuffled)
    found = read_journey(shuffled, Edge(*start), Edge(*end))
    assert found == read_journey(events, Edge(*start), Edge(*end))
    expected = plain.read(raw, start, end)
    assert (found is None or not found.starts) == (expected is None)
    if expected is None:
        # An end alone is still told of, and timed nowhere.
        assert (found is not None) == bool(plain.matching(raw, end[0], end[2]))
        assert found is None or found.duration is None
    elif found is not None:
        assert (found.started, found.ended) == (expected.started, expected.ended)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(raw_events, max_size=6),
    st.sampled_from(("completion", "start", "deadline")),
    st.sampled_from(("counted", "listed")),
    st.integers(1, 12).map(lambda quarters: quarters * 15),
    st.sampled_from(("<", "<=")),
    st.integers(1, 3),
    st.integers(0, 48).map(lambda quarters: quarters * 15 * MINUTE),
)
def test_every_closed_window_counts_the_journeys_it_should(
    journeys: list[list[tuple[str, str, int]]],
    count_at: str,
    overdue: str,
    limit_minutes: int,
    comparator: str,
    hours: int,
    tick: int,
) -> None:
    objective = objective_of(
        count_at=count_at,
        overdue=overdue,
        limit_minutes=limit_minutes,
        comparator=comparator,
        hours=hours,
    )
    length = hours * HOUR
    windows = [(start, start + length) for start in range(0, 16 * HOUR, length)]
    passages = []
    product = [[0, 0] for _ in windows]
    for raw in journeys:
        known = [each for each in raw if each[2] < tick]
        passage = plain.read(known, ("*", "first", "any"), ("t5", "first", "end"))
        if passage is None:
            continue
        passages.append(passage)
        reading = read_journey(events_of(known), Edge("*", "first", "any"), Edge("t5", "first", "end"))
        assert reading is not None
        found = count(objective, reading, tick)
        if found.at is not None:
            place = product[found.at // length]
            place[0] += found.good
            place[1] += 1
    expected = plain.tallies(
        passages,
        windows,
        comparator=comparator,
        limit=limit_minutes * MINUTE,
        count_at=count_at,
        overdue=overdue,
        known_to=tick,
    )
    closed = [number for number, (_, end) in enumerate(windows) if end <= tick]
    assert [tuple(product[number]) for number in closed] == [expected[number] for number in closed]
    # An open window may say early what it will say anyway; nothing counts in two windows.
    assert sum(total for _, total in product) <= len(passages)


@settings(max_examples=150, deadline=None)
@given(
    raw_events,
    st.sampled_from(("completion", "start", "deadline")),
    st.sampled_from(("counted", "listed")),
    st.integers(1, 12).map(lambda quarters: quarters * 15),
    st.integers(0, 40).map(lambda quarters: quarters * 15 * MINUTE),
    st.integers(1, 20).map(lambda quarters: quarters * 15 * MINUTE),
)
def test_ticks_change_a_journey_only_once_they_are_behind_its_due_time(
    raw: list[tuple[str, str, int]], count_at: str, overdue: str, limit_minutes: int, tick: int, later: int
) -> None:
    objective = objective_of(
        count_at=count_at, overdue=overdue, limit_minutes=limit_minutes, comparator="<=", hours=1
    )
    reading = read_journey(events_of(raw), Edge("*", "first", "any"), Edge("t5", "first", "end"))
    if reading is None:
        return
    before, after = count(objective, reading, tick), count(objective, reading, tick + later)
    if before.due is None or tick + later <= before.due:
        assert after == before
    else:
        assert after.state != before.state
