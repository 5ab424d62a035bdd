"""What counts in a span, with exclusions taken out, against adding up rows one by one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluation.domain.exclusions import covers, merged, outside, within
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import Tally
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import tallies
from services.evaluation.reading import objective_of
from services.evaluation.store import panes
from shared.clock import MINUTE
from shared.db import Connection
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    at,
    batch,
    exclusion,
    indicator,
    objective,
    open_engine,
    revision,
)

START = at("2026-01-05T00:00") // MINUTE
MINUTES = 300
SPANS = st.lists(
    st.tuples(st.integers(0, MINUTES), st.integers(1, 90)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=6,
)
ROWS = st.lists(
    st.tuples(st.integers(0, MINUTES - 1), st.integers(0, 59_999_999), st.integers(-9, 9)), max_size=40
)


@given(spans=SPANS, window=st.tuples(st.integers(0, MINUTES), st.integers(0, 120)))
def test_spans_are_the_minutes_they_cover(spans: list[tuple[int, int]], window: tuple[int, int]) -> None:
    start, end = window[0], window[0] + window[1]
    inside = {minute for low, high in spans for minute in range(low, high)}
    once = merged(spans)
    assert all(one[1] < other[0] for one, other in pairwise(once))
    assert [minute for low, high in once for minute in range(low, high)] == sorted(inside)
    for found, wanted in ((within(once, start, end), True), (outside(once, start, end), False)):
        minutes = [minute for low, high in found for minute in range(low, high)]
        assert minutes == [minute for minute in range(start, end) if (minute in inside) is wanted]
    assert all(covers(once, minute) == (minute in inside) for minute in range(-1, MINUTES + 92))


class Read:
    """Everything that reads what counts of one track."""

    def __init__(self, connection: Connection, code: str) -> None:
        self.connection = connection
        (self.track,) = panes.tracks_of(connection, agreement=AGREEMENT, objective=code)
        both = objective_of(connection, self.track)
        assert both is not None
        self.objective: Objective = both[1]

    def check(self, window: Window, rows: list[tuple[int, int]], dropped: set[int]) -> None:
        """``rows``: (µs, value) of all; ``dropped``: the minutes that are excluded."""
        mine = [
            (when, amount)
            for when, amount in rows
            if window.start <= when < window.end and when // MINUTE not in dropped
        ]
        gone = [when for when, _ in rows if window.start <= when < window.end and when // MINUTE in dropped]
        track, connection = self.track, self.connection
        found = tallies.tally(connection, track, self.objective, window)
        assert self.plain(found) == self.expected(mine)
        slide = tallies.slide(
            connection, track, self.objective, window.start - 60 * MINUTE, window.end + 60 * MINUTE
        )
        assert self.plain(slide.tally(window)) == self.expected(mine)
        columns = tallies.minutes(connection, track, self.objective, *window)
        assert sum(columns.n.tolist()) == len(mine)
        assert sum(columns.sum.tolist()) == sum(amount for _, amount in mine)
        assert set(columns.minute.tolist()) == {when // MINUTE for when, _ in mine}
        assert tallies.excluded(connection, track, self.objective, window).number == len(gone)

    def plain(self, found: Tally) -> tuple[Any, ...]:
        numbers: tuple[Any, ...] = (found.n, found.sum)
        if self.objective.keeps_extremes:
            numbers = (*numbers, found.minimum, found.maximum)
        return numbers

    def expected(self, rows: list[tuple[int, int]]) -> tuple[Any, ...]:
        amounts = [amount for _, amount in rows]
        numbers: tuple[Any, ...] = (len(amounts), sum(amounts))
        if self.objective.keeps_extremes:
            numbers = (*numbers, min(amounts, default=None), max(amounts, default=None))
        return numbers


def fill(engine: Engine, rows: list[tuple[int, int]], spans: list[tuple[int, int]]) -> None:
    engine.feed(indicator("level", "value"))
    day = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
    engine.feed(
        revision(
            objective("peak", "level", aggregation="maximum", comparator="<=", target="5", window=day),
            objective("mean", "level", aggregation="mean", comparator="<=", target="5", window=day),
        )
    )
    for number, (when, amount) in enumerate(rows):
        engine.feed(accepted(batch(f"b{number}", "level", [{"at": when, "value": amount}])))
    for number, (low, high) in enumerate(spans):
        engine.feed(exclusion(f"x{number}", (START + low) * MINUTE, (START + high) * MINUTE))


@given(
    rows=ROWS,
    spans=SPANS,
    windows=st.lists(st.tuples(st.integers(0, MINUTES), st.integers(1, 200)), min_size=1, max_size=5),
)
@settings(
    max_examples=max(8, settings().max_examples // 8),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
def test_what_counts_is_what_the_rows_outside_the_spans_come_to(
    tmp_path_factory: Any,
    rows: list[tuple[int, int, int]],
    spans: list[tuple[int, int]],
    windows: list[tuple[int, int]],
) -> None:
    folder: Path = tmp_path_factory.mktemp("tallies")
    engine = open_engine("sqlite", folder)
    try:
        found = [((START + minute) * MINUTE + rest, amount * 1_000_000) for minute, rest, amount in rows]
        fill(engine, found, spans)
        dropped = {START + minute for low, high in spans for minute in range(low, high)}

        def check(connection: Connection) -> None:
            for code in ("peak", "mean"):
                read = Read(connection, code)
                for first, length in windows:
                    start = (START + first) * MINUTE
                    read.check(Window(start, start + length * MINUTE), found, dropped)

        engine.db.snapshot(check)
    finally:
        engine.db.close()
