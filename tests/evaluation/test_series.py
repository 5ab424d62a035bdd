"""Objectives that share panes say what each would say alone; wide panes say what minutes say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.store import panes
from services.evaluation.store.panes.sums import pieces
from services.evaluation.store.tables import bound, pane, track, withheld
from shared.clock import MINUTE
from shared.events.metrics import Batch
from tests.evaluation.engine import (
    Engine,
    accepted,
    at,
    batch,
    indicator,
    objective,
    open_engine,
    revision,
    tick,
    voided,
)

START = at("2026-01-05T00:00")
HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
HOURLY = {"kind": "calendar", "unit": "hour", "count": 1, "anchor": "2026-01-01"}
GOOD = {"comparator": "<=", "value": "5"}
PROMISES: list[dict[str, Any]] = [
    {"code": "soon-final", "window": HOURLY, "grace": "PT0S", "good": GOOD},
    {"code": "late-final", "window": DAILY, "grace": "P1D", "good": GOOD},
    {"code": "sliding", "window": {"kind": "rolling", "duration": "PT3H", "step": "PT1H"}, "good": GOOD},
    {
        "code": "peak",
        "window": HOURLY,
        "grace": "PT0S",
        "aggregation": "maximum",
        "comparator": "<=",
        "target": "8",
    },
    {"code": "low", "window": DAILY, "grace": "P1D", "aggregation": "minimum", "target": "2"},
    {
        "code": "mean",
        "window": HOURLY,
        "grace": "PT1H",
        "aggregation": "mean",
        "comparator": "<=",
        "target": "5",
    },
    {"code": "office", "window": DAILY, "grace": "PT0S", "good": GOOD, "scope": ["office"]},
    {"code": "office-hour", "window": HOURLY, "grace": "PT2H", "good": GOOD, "scope": ["office"]},
]


KEEP_EXTREMES = ("peak", "low", "mean")


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    with closing(found.db):
        yield found


def happened(seed: int) -> list[tuple[str, Any]]:
    """Batches that come in time and late, some voided, between ticks; in runs of a few."""
    chance = random.Random(seed)
    facts: list[tuple[str, Any]] = []
    known: list[Batch] = []
    for hour in range(30):
        for _ in range(chance.randrange(3)):
            rows = [
                {
                    "at": START
                    + max(0, hour - chance.choice([0, 0, 0, 1, 4, 28])) * HOUR
                    + chance.randrange(HOUR),
                    "value": chance.randrange(11) * 1_000_000,
                    "labels": {"office": chance.choice("ab")},
                }
                for _ in range(chance.randrange(1, 5))
            ]
            known.append(batch(f"b{seed}-{len(known)}", "speed", rows))
            facts.append(("batch", known[-1]))
        if known and chance.random() < 0.2:
            facts.append(("void", chance.choice(known)))
        facts.append(("tick", START + (hour + 1) * HOUR))
    facts.append(("tick", START + 4 * DAY))
    return facts


def play(
    engine: Engine, promises: list[dict[str, Any]], facts: list[tuple[str, Any]]
) -> list[dict[str, Any]]:
    engine.feed(indicator("speed", "value"))
    objectives = [
        objective(one["code"], "speed", **{k: v for k, v in one.items() if k != "code"}) for one in promises
    ]
    engine.feed(revision(*objectives))
    engine.feed(tick(START))
    waiting = []
    for kind, fact in facts:
        waiting.append(accepted(fact) if kind == "batch" else voided(fact) if kind == "void" else tick(fact))
        if kind == "tick":
            engine.feed(*waiting)
            waiting = []
    return engine.results(newest=False)


def said(found: list[dict[str, Any]]) -> list[Any]:
    names = ("objective", "scope", "window", "revision", "verdict", "good", "total", "exact")
    return sorted(([one[name] for name in names] for one in found), key=repr)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], list[Any]]:
    """What each promise says on an evaluator of its own: whichever database they share, it is the same."""

    @cache
    def of(seed: int) -> list[Any]:
        found = []
        for promise in PROMISES:
            other = open_engine("sqlite", tmp_path_factory.mktemp("alone"))
            with closing(other.db):
                found += play(other, [promise], happened(seed))
        return said(found)

    return of


@pytest.mark.parametrize("seed", range(2))
def test_objectives_that_share_panes_say_what_each_says_alone(
    engine: Engine, alone: Callable[[int], list[Any]], seed: int
) -> None:
    assert said(play(engine, PROMISES, happened(seed))) == alone(seed)
    assert (
        engine.db.snapshot(lambda c: c.execute(sa.select(sa.func.count()).select_from(withheld)).scalar_one())
        > 0
    )


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_pieces_are_the_span_without_overlap(first: int, behind: int) -> None:
    covered: list[int] = []
    found = pieces(first, behind)
    for width, low, high in found:
        assert low % width == 0
        assert high % width == 0
        covered.extend(range(low, high))
    assert covered == list(range(first, behind))
    assert len(found) <= 5
    assert sum((high - low) // width for width, low, high in found) <= 2 * 59 + 2 * 23 + 5000 // 1440


@pytest.mark.parametrize("seed", range(2))
def test_wide_panes_and_bounds_are_those_of_their_minutes(engine: Engine, seed: int) -> None:
    """Also behind voids, and behind the end of a revision in the middle of an hour."""
    play(engine, PROMISES, happened(seed))
    end = "2026-01-05T20:17"
    engine.feed(
        revision(
            *[
                objective(one["code"], "speed", **{k: v for k, v in one.items() if k != "code"})
                for one in PROMISES
            ],
            end=end,
            version=2,
        )
    )

    def check(connection: sa.Connection) -> None:
        chance = random.Random(seed)
        tracks = panes.tracks_of(connection)
        assert tracks
        for one in tracks:
            for _ in range(20):
                low = START + chance.randrange(40 * 60) * MINUTE
                high = low + chance.choice([1, 50, 61, 1500, 3000]) * MINUTE
                rows = panes.panes_between(connection, one, low, high)
                plain = tuple(sum(row[column] for row in rows) for column in range(1, 5))
                assert panes.sums(connection, one, low, high) == plain
                if one.objective not in KEEP_EXTREMES:
                    continue
                bounds = panes.extremes_between(connection, one, low, high)
                least, most = (
                    min((b[1] for b in bounds), default=None),
                    max((b[2] for b in bounds), default=None),
                )
                assert panes.extremes(connection, one, low, high) == (least, most)
        for table in (pane, bound):
            behind = sa.select(sa.func.max(table.c.minute)).where(table.c.width == 1)
            assert connection.execute(behind).scalar_one() * MINUTE < at(end)

    engine.db.snapshot(check)


def test_what_was_withheld_is_released_by_a_correction(engine: Engine) -> None:
    engine.feed(indicator("speed", "value"))
    engine.feed(revision(objective("fast", "speed", window=DAILY, grace="PT0S", good=GOOD)))
    engine.feed(tick(START + DAY))
    engine.feed(accepted(batch("late", "speed", [{"at": START + HOUR, "value": 1_000_000}])))

    def withheld_then_released(_: Any, uow: Any) -> tuple[int, list[int], int]:
        (one,) = panes.tracks_of(uow.connection)
        before = panes.sums(uow.connection, one, START, START + DAY)[0]
        minutes = panes.release(uow.connection, one, "late")
        return before, minutes, panes.sums(uow.connection, one, START, START + DAY)[0]

    assert engine.db.transact(withheld_then_released) == (0, [(START + HOUR) // MINUTE], 1)


def test_panes_are_shared_by_what_is_judged_from_the_same_numbers(engine: Engine) -> None:
    play(engine, PROMISES, happened(0)[:8])

    def series(connection: sa.Connection) -> dict[tuple[str, str], int]:
        rows = connection.execute(sa.select(track.c.objective, track.c.scope, track.c.series))
        return {(row.objective, row.scope): row.series for row in rows}

    found = engine.db.snapshot(series)
    assert found["soon-final", "{}"] == found["late-final", "{}"] == found["sliding", "{}"]
    assert found["peak", "{}"] == found["low", "{}"] == found["mean", "{}"]
    assert found["office", '{"office":"a"}'] == found["office-hour", '{"office":"a"}']
    assert len(set(found.values())) == 4


@pytest.mark.parametrize("seed", range(2))
def test_steps_of_a_long_window_say_the_same_one_by_one_and_together(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """A tick for each step sums each window by itself; one tick for all slides over the minutes."""
    chance = random.Random(seed)
    long = {"kind": "rolling", "duration": "P2D", "step": "PT1H"}
    kinds: list[dict[str, Any]] = [
        {"good": GOOD},
        {"aggregation": "maximum", "comparator": "<=", "target": "9"},
    ]
    rows = [
        {"at": START + chance.randrange(5 * 1440) * MINUTE, "value": chance.randrange(11) * 1_000_000}
        for _ in range(200)
    ]
    folder = tmp_path / "other"
    folder.mkdir()
    other = open_engine("sqlite", folder)
    with closing(other.db):
        for one in (engine, other):
            one.feed(indicator("speed", "value"))
            promises = [objective(f"o{n}", "speed", window=long, **kind) for n, kind in enumerate(kinds)]
            one.feed(revision(*promises))
            one.feed(accepted(batch("all", "speed", rows)))
        for step in range(1, 100):
            engine.feed(tick(START + step * HOUR))
        other.feed(tick(START + 99 * HOUR))
        assert said(engine.results()) == said(other.results())
        assert len(engine.results()) > 10
