"""Measurements an evaluator takes in a second of processor time: batches of 10,000 rows, on SQLite.

    python -m bench evaluator [--batches 20]

Series are label groups with a judgement of their own. A batch holds some three minutes; each series and
minute of it is a pane, so that with 10,000 series almost every row is one. The floor is adding up alone.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from services.evaluation.domain.panes import deltas
from services.evaluation.handlers.intake import _columns
from shared.events.metrics import Batch
from shared.service import GC_THRESHOLDS
from tests.evaluation.engine import accepted, at, batch, indicator, objective, open_engine, revision, tick

ROWS = 10_000
START = at("2026-01-05T00:00")
SECOND = 1_000_000
INDICATOR = "permit.response-time"


def batches(series: int, count: int) -> Iterator[Batch]:
    """Some batches of the same minutes, each with an id of its own."""
    chance = random.Random(series)
    side = max(1, round(series**0.5))
    rows = [
        {
            "at": START + i * SECOND // 60,
            "value": chance.randrange(1000) * 1_000_000,
            "labels": {"province": f"p{chance.randrange(side)}", "office": f"o{chance.randrange(side)}"},
        }
        for i in range(ROWS)
    ]
    first = batch("b", INDICATOR, rows)
    for n in range(count):
        yield replace(first, batch=f"b{n}")


def measure(series: int, count: int) -> tuple[float, float, float]:
    """Rows a second of wall time, of processor time, and of adding up alone (processor time)."""
    scope = ["province", "office"] if series > 1 else []
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        engine = open_engine("sqlite", Path(folder))
        with closing(engine.db):
            engine.feed(indicator(INDICATOR, "value"))
            promise = {"good": {"comparator": "<=", "value": "800"}, "scope": scope}
            engine.feed(revision(objective("fast", INDICATOR, **promise)))
            engine.feed(tick(START))
            first, *found = batches(series, count + 1)
            # The first makes the series.
            engine.feed(accepted(first))
            events = [accepted(one) for one in found]
            wall, used = time.monotonic(), time.process_time()
            for event in events:
                engine.feed(event)
            wall, used = time.monotonic() - wall, time.process_time() - used
    began = time.process_time()
    for one in found:
        deltas(_columns(one.groups[0]), scope=tuple(scope), predicate=("<=", 800_000_000), spans=[(0, None)])
    floor = time.process_time() - began
    rows = ROWS * count
    return rows / wall, rows / used, rows / max(floor, 1e-6)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench evaluator", description=__doc__)
    parser.add_argument("--batches", type=int, default=20)
    options = parser.parse_args(arguments)
    # As a server does.
    gc.set_threshold(*GC_THRESHOLDS)
    print(f"evaluator: batches of {ROWS:,} rows, each in a transaction of its own")
    for series in (1, 100, 10_000):
        wall, core, floor = measure(series, options.batches)
        print(
            f"  series={series:<8,} {wall:>12,.0f} rows/s   for each second of processor {core:>12,.0f}\n"
            f"    floor: adding up alone          {floor:>12,.0f}   ({core / floor:.0%} of it)"
        )
