"""Burn alerts of promises on time slices: the slices that ended in each lookback, and when ticks look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.evaluation import reading
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.slice_lookbacks import next_end, spans
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE
from shared.db import Connection
from shared.events.evaluation import BurnAlert
from tests.evaluation.domain.test_objectives import objective_of
from tests.evaluation.engine import AGREEMENT, Engine, open_engine
from tests.evaluation.test_outlooks import START, agree, counts, to, told


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def cut(empty: str = "ignored", length: str = "PT10M", factor: str = "2") -> dict[str, Any]:
    return {
        "budgeting": "timeslices",
        "slice": {"length": length, "target": "0.9", "empty": empty},
        "alerts": [{"long": "PT1H", "short": "PT10M", "factor": factor}],
    }


def changes(engine: Engine) -> list[tuple[str, int]]:
    """(fired or cleared, minute)"""
    found = []
    for one in told(engine, BurnAlert.type):
        when = datetime.fromisoformat(one["at"]).timestamp()
        found.append((one["change"], (int(when) * 1_000_000 - START) // MINUTE))
    return found


def explained(engine: Engine) -> dict[str, Any]:
    def read(connection: Connection) -> dict[str, Any]:
        (one,) = reading.open_results(connection, [AGREEMENT])
        body = reading.explanation(connection, one, "", 100)
        assert body is not None
        return body

    found: dict[str, Any] = engine.db.snapshot(read)["burn"]
    return found


def test_a_bad_slice_alerts_once_it_has_ended(engine: Engine) -> None:
    agree(engine, target="0.8", **cut(factor="1.6"))
    for slot in range(6):
        engine.feed(counts(f"g{slot}", slot * 10, 10, 10))
    engine.feed(counts("bad", 65, 5, 10), counts("worse", 72, 0, 10))
    for minute in range(60, 100):
        to(engine, minute)
    # Two of six slices are bad at 80: (1/3) / (1/5) = 5/3. At 90 an empty one ended, which does not count.
    assert changes(engine) == [("fired", 80), ("cleared", 90)]
    fired, _ = told(engine, BurnAlert.type)
    assert (fired["long"]["bad"], fired["long"]["total"], fired["long"]["burn_exact"]) == (2, 6, "5/3")
    assert (fired["short"]["bad"], fired["short"]["total"], fired["short"]["burn_exact"]) == (1, 1, "5/1")


def test_both_must_reach_and_equality_is_enough(engine: Engine) -> None:
    agree(engine, target="0.8", **cut(factor="1.666667"))
    for slot in range(6):
        engine.feed(counts(f"g{slot}", slot * 10, 10, 10))
    engine.feed(counts("bad", 65, 5, 10), counts("worse", 72, 0, 10))
    for minute in range(60, 100):
        to(engine, minute)
    assert changes(engine) == []


def test_silence_that_counts_as_bad_burns_with_nothing_reported(engine: Engine) -> None:
    agree(engine, target="0.8", **cut("bad", factor="5"))
    for minute in range(30):
        to(engine, minute)
    assert changes(engine) == [("fired", 0)]
    engine.feed(*(counts(f"g{minute}", minute, 1, 1) for minute in (31, 41, 51)))
    for minute in range(30, 60):
        to(engine, minute)
    assert changes(engine) == [("fired", 0), ("cleared", 40)]


def test_default_pairs_that_are_shorter_than_a_slice_are_said(engine: Engine) -> None:
    agree(engine, target="0.8", **{**cut(length="PT20M"), "alerts": None})
    engine.feed(counts("bad", 5, 0, 10))
    to(engine, 120)
    burn = explained(engine)
    assert [(one["pair"]["long"], one["reason"]) for one in burn["dropped"]] == [
        ("PT1H", "shorter-than-slice"),
        ("P3D", "longer-than-period"),
    ]
    assert "(20 minutes)" in burn["dropped"][0]["text"]["en"]
    assert [(one["long"]["bad"], one["long"]["total"]) for one in burn["pairs"]] == [(1, 1), (1, 1)]


def test_a_mean_of_shares_burns_without_a_slice_target(engine: Engine) -> None:
    clauses = cut(factor="2")
    clauses |= {"budgeting": "ratio-timeslices", "slice": {"length": "PT10M", "empty": "ignored"}}
    agree(engine, target="0.8", **clauses)
    engine.feed(counts("half", 5, 6, 10))
    for minute in range(25):
        to(engine, minute)
    (fired, _) = told(engine, BurnAlert.type)
    assert (fired["long"]["bad"], fired["long"]["total"], fired["long"]["burn_exact"]) == (None, 1, "2/1")


class TestSpans:
    """Which slices a lookback holds: those that ended in it, as the windows cut them."""

    def sliced(self, length: int, window: dict[str, Any]) -> Objective:
        return objective_of(
            target="0.8",
            budgeting="timeslices",
            slice={"length": f"PT{length}M", "target": "0.9"},
            window=window,
        )

    def test_windows_are_cut_each_from_its_start(self) -> None:
        hour = self.sliced(25, {"kind": "calendar", "unit": "hour", "count": 1, "anchor": "2026-01-01"})

        def found(at: int, length: int) -> list[tuple[int, int]]:
            at = START + at * MINUTE
            return [
                ((one.start - START) // MINUTE, (one.end - START) // MINUTE)
                for one in spans(hour, at, length * MINUTE)
            ]

        # Slices end at 25, 50, 60, 85, 110 and 120.
        assert found(85, 60) == [(25, 60), (60, 85)]
        assert found(84, 59) == [(25, 60)]
        assert found(85, 61) == [(0, 60), (60, 85)]
        assert found(60, 10) == [(50, 60)]
        assert found(60, 11) == [(25, 60)]
        assert found(84, 20) == []
        ends = [(next_end(hour, START + at * MINUTE, START) - START) // MINUTE for at in (0, 24, 25, 50, 60)]
        assert ends == [25, 25, 50, 60, 85]

    def test_rolling_windows_as_the_last_one_is(self) -> None:
        sliding = self.sliced(20, {"kind": "rolling", "duration": "PT50M", "step": "PT10M"})
        at = START + 65 * MINUTE
        # The last step ended at 60, so its window begins at 10: slices end at 30 and 50.
        assert list(spans(sliding, at, 40 * MINUTE)) == [Window(START + 10 * MINUTE, START + 50 * MINUTE)]
        assert next_end(sliding, at, at) == START + 70 * MINUTE
