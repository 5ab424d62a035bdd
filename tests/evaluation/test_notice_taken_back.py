"""A notice that is taken back before its effect leaves no trace in what is judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.clock import rfc3339
from tests.evaluation.engine import Engine, indicator, objective, open_engine, revision, tick
from tests.evaluation.test_slices_and_groups import HOURLY, UP, minute, report

BEGUN = "2026-03-01T09:00"
ROLLING = {"kind": "rolling", "duration": "PT1H", "step": "PT20M"}


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def judged(engine: Engine) -> list[tuple[Any, ...]]:
    return [
        (one["objective"], one["window"]["start"], one["window"]["end"], one["verdict"], one["exact"])
        for one in engine.results()
    ]


WINDOWS = {"hour": HOURLY, "rolling": ROLLING}


@pytest.mark.parametrize("known", [0, 10])
def test_windows_are_judged_as_if_there_had_been_none(engine: Engine, known: int) -> None:
    """``known``: the minute at which the notice is told; taken back at 20, its effect would be at 30."""
    both = [objective("o", UP, target="0.75", window=each) | {"code": code} for code, each in WINDOWS.items()]
    engine.feed(indicator(UP, "ratio"), revision(*both, start=BEGUN))
    if known:
        report(engine, "b1", (5, 1, 2))
        engine.feed(tick(minute(known)))
    engine.feed(revision(*both, start=BEGUN, version=2, end=rfc3339(minute(30))))
    if not known:
        report(engine, "b1", (5, 1, 2))
    engine.feed(tick(minute(20)))
    engine.feed(revision(*both, start=BEGUN, version=3))
    report(engine, "b2", (25, 3, 4), (40, 9, 10))
    engine.feed(tick(minute(60)), tick(minute(125)))
    found = judged(engine)
    hours = [(end, verdict, exact) for code, _, end, verdict, exact in found if code == "hour"]
    assert hours[-2:] == [
        (rfc3339(minute(60)), "met", "13/16"),
        (rfc3339(minute(120)), "not_determined", None),
    ]
    # A rolling result is kept where its verdict changes.
    rolling = [(end, exact) for code, _, end, _, exact in found if code == "rolling"]
    assert rolling[-3:] == [
        (rfc3339(minute(20)), "1/2"),
        (rfc3339(minute(60)), "13/16"),
        (rfc3339(minute(120)), None),
    ]
