"""Rule 7 with working calendars: in whatever order versions, revision and journeys come, the same results."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluation.app import service
from shared.clock import rfc3339
from shared.events.envelope import Event
from shared.settings import Settings
from tests.evaluation.engine import Engine, at, indicator, objective, open_engine, passed, steps, tick
from tests.evaluation.test_calendars import EDGES, SHORT, WEEK, agreed, office

MINUTE = 60_000_000
START, END = at("2026-03-02T00:00"), at("2026-03-30T00:00")
WEEKS = {"kind": "calendar", "unit": "week", "count": 1, "anchor": "2026-01-05"}
KEPT = ("verdict", "good", "total", "exact", "overdue", "scope", "window")


def facts(seed: int) -> list[Event]:
    """Three versions, one of them only for the past, and journeys that start around their first days."""
    chance = random.Random(seed)
    shared: dict[str, Any] = {"grace": "P60D", "window": WEEKS}

    def limit(code: str, indicator_code: str, value: Any, **more: Any) -> dict[str, Any]:
        good = {"comparator": "<=", "value": value}
        return objective(code, indicator_code, good=good, **{"count_at": "completion", **shared, **more})

    found = [
        indicator("worked", "duration", **EDGES, clock="working"),
        indicator("passage", "duration", **EDGES, clock="elapsed"),
        office(),
        office(2, "2026-03-11", weekly=dict.fromkeys(WEEK, SHORT)),
        office(3, "2026-03-20", holidays=[{"date": "2026-03-23", "name": {"en": "Holiday"}}]),
        office(4, "2026-03-01", retroactive=True, weekly={"monday": SHORT}),
        agreed(
            limit("hours", "worked", "PT8H"),
            limit("listed", "worked", "PT8H", overdue="listed"),
            limit("days", "passage", {"working_days": 2}, count_at="deadline"),
            limit("dates", "passage", {"calendar_days": 2, "roll": True}, count_at="start"),
        ),
    ]
    for n in range(8):
        begun = START + chance.randrange(22 * 24 * 60) * MINUTE
        first = (f"c{n}", "t01", "point", rfc3339(begun))
        found.append(passed(steps(f"j{n}", [first])))
        if chance.random() < 0.8:
            ended = begun + chance.randrange(5 * 24 * 60) * MINUTE
            found.append(passed(steps(f"k{n}", [first, (f"c{n}", "t05", "point", rfc3339(ended))])))
    return found


def said(engine: Engine) -> list[tuple[Any, ...]]:
    return [
        (one["objective"], *(one[name] for name in KEPT), one["basis"]["calendar"])
        for one in engine.results()
    ]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """Opens evaluators on copies of one migrated file."""
    template = tmp_path_factory.mktemp("template")
    open_engine("sqlite", template).db.close()

    @contextmanager
    def opened() -> Iterator[Engine]:
        folder: Path = tmp_path_factory.mktemp("evaluator")
        for file in template.iterdir():
            shutil.copy(file, folder)
        engine = Engine(service.open_database(Settings(data_dir=folder)))
        try:
            yield engine
        finally:
            engine.db.close()
            shutil.rmtree(folder)

    return opened


@given(data=st.data(), seed=st.integers(0, 1000))
@settings(
    max_examples=settings().max_examples // 16,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_order_of_calendars_and_journeys_ends_in_the_same(
    fresh: Callable[[], Any], data: st.DataObject, seed: int
) -> None:
    ordered = facts(seed)
    shuffled = data.draw(st.permutations(ordered))
    ticks = {data.draw(st.integers(0, len(ordered))): week for week in range(4)}
    with fresh() as one, fresh() as other:
        for fact in ordered:
            one.feed(fact)
        heard = START
        for place, fact in enumerate(shuffled):
            if place in ticks:
                heard = max(heard, START + ticks[place] * 7 * 24 * 60 * MINUTE)
                other.feed(tick(heard))
            other.feed(fact)
        for engine in (one, other):
            engine.feed(tick(END))
        assert sum(result["total"] for result in one.results()) > 8
        assert said(other) == said(one)
        for engine in (one, other):
            engine.feed(tick(END + 70 * 24 * 60 * MINUTE))
        assert said(other) == said(one)
