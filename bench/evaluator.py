"""Measurements an evaluator takes in a second of processor time, beside a peer that does the same sums.

    python -m bench evaluator [--batches 48] [--runs 4]

Series are label groups with a judgement of their own; a batch of 10,000 rows holds some three minutes. A run
hands over as many batches as a consumer that has fallen behind gets at once. Each measurement is judged over
1, 4 or 8 windows (rolling from 5 minutes to 90 days, and calendar ones), which share its panes: what counts
is measurements times windows, and both are printed.

The peer is DuckDB on the same rows, already decoded and in its hands as columns: `INSERT INTO sums SELECT ...
GROUP BY label, minute` merged into a table on disk, once for each window's own sums, which is how one would
keep them by hand with the fastest engine that embeds in Python. It reads no log, knows no order of arrival,
revision or void; what it is measured against does all of that.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from msgspec.structs import replace

from bench.report import Figures
from services.evaluation.handlers.measuring import columns
from services.evaluation.handlers.memory import Memory
from services.evaluation.store import panes
from shared.events.metrics import Batch
from shared.service import GC_THRESHOLDS, keep_memory
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
)

ROWS = 10_000
START = at("2026-01-05T00:00")
SECOND = 1_000_000
MINUTE = 60 * SECOND
INDICATOR = "permit.response-time"
GOOD = {"comparator": "<=", "value": "800"}


def _rolling(duration: str, step: str) -> dict[str, Any]:
    return {"kind": "rolling", "duration": duration, "step": step}


def _calendar(unit: str) -> dict[str, Any]:
    return {"kind": "calendar", "unit": unit, "count": 1, "anchor": "2026-01-01"}


WINDOWS = [
    _calendar("month"),
    _rolling("PT5M", "PT1M"),
    _rolling("P30D", "PT12H"),
    _calendar("day"),
    _rolling("PT1H", "PT1M"),
    _rolling("P7D", "PT1H"),
    _calendar("quarter"),
    _rolling("P90D", "P1D"),
]


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


def promised(engine: Engine, windows: int, scope: list[str]) -> None:
    engine.feed(indicator(INDICATOR, "value"))
    engine.feed(
        revision(
            *(
                objective(f"o{number}", INDICATOR, window=window, good=GOOD, scope=scope, alerts=[])
                for number, window in enumerate(WINDOWS[:windows])
            )
        )
    )
    engine.feed(tick(START))


def measure(series: int, windows: int, count: int, runs: int) -> dict[str, float]:
    """Rows a second of wall and of processor time, in runs of ``count`` batches."""
    scope = ["province", "office"] if series > 1 else []
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        engine = open_engine("sqlite", Path(folder))
        with closing(engine.db):
            promised(engine, windows, scope)
            # The first makes the series.
            first, *found = batches(series, count * runs + 1)
            engine.feed(accepted(first))
            events = [accepted(one) for one in found]
            wall, used = time.monotonic(), time.process_time()
            for start in range(0, len(events), count):
                engine.feed(*events[start : start + count])
            wall, used = time.monotonic() - wall, time.process_time() - used
    rows = ROWS * count * runs
    return {"rows": rows / wall, "rows_core": rows / used}


def peer(series: int, windows: int, count: int, runs: int) -> float:
    """Rows a second of processor time that DuckDB adds up into a table on disk, for each window."""
    names = ("province", "office") if series > 1 else ()
    (first,) = batches(series, 1)
    rows = columns(first.groups[0])
    assert rows.value is not None
    table: dict[str, Any] = {
        "at": np.tile(rows.at, count),
        "value": np.tile(rows.value, count),
        **{name: np.tile(rows.labels[name][1], count) for name in names},
    }
    keys = ", ".join(("minute", *names))
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        connection = duckdb.connect(str(Path(folder) / "peer.db"), config={"threads": 1})
        for window in range(windows):
            typed = ", ".join(("minute BIGINT", *(f"{name} SMALLINT" for name in names)))
            typed += f", n BIGINT, good BIGINT, sum HUGEINT, PRIMARY KEY ({keys})"
            connection.execute(f"CREATE TABLE sums{window} ({typed})")
        connection.register("batch", table)
        used = time.process_time()
        for _ in range(runs):
            connection.execute("BEGIN")
            for window in range(windows):
                connection.execute(
                    f'INSERT INTO sums{window} SELECT "at" // {MINUTE} AS {keys}, COUNT(*), '
                    "COUNT(*) FILTER (value <= 800000000), SUM(value::HUGEINT) FROM batch GROUP BY ALL "
                    "ON CONFLICT DO UPDATE SET n = n + excluded.n, good = good + excluded.good, "
                    "sum = sum + excluded.sum"
                )
            connection.execute("COMMIT")
        used = time.process_time() - used
        connection.close()
    return ROWS * count * runs / used


def window_cost() -> dict[str, float]:
    """Microseconds to sum a window of 5 minutes and one of 30 days, of a series with a pane a minute."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        engine = open_engine("sqlite", Path(folder))
        with closing(engine.db):
            promised(engine, 1, [])
            start, days = at("2026-01-05T00:00"), 31

            def fill(_: Any, uow: Any) -> None:
                minutes = np.arange(days * 1440) + start // MINUTE
                (track,) = panes.tracks_of(uow.connection)
                ones = np.ones(len(minutes), dtype=np.int64)
                panes.add_to_panes(uow.connection, ones * track.series, minutes, [ones] * 5)

            engine.db.transact(fill)

            def read(connection: Any) -> None:
                (track,) = panes.tracks_of(connection)
                for name, length in (("5 minutes", 5), ("30 days", 30 * 1440)):
                    times = []
                    for offset in range(300):
                        end = start + (30 * 1440 + 17 + offset) * MINUTE
                        began = time.perf_counter()
                        panes.sums(connection, track, end - length * MINUTE, end)
                        times.append(time.perf_counter() - began)
                    found[name] = sorted(times)[len(times) // 2] * 1e6

            engine.db.snapshot(read)
    return found


def memory_per_window(series: int = 2_000) -> float:
    """Bytes that a worker keeps for each open window (8 windows a series)."""
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        engine = open_engine("sqlite", Path(folder))
        with closing(engine.db):
            promised(engine, len(WINDOWS), ["province", "office"])
            engine.feed(*(accepted(one) for one in batches(series, 1)))

            def read(connection: Any) -> tuple[int, int]:
                tracemalloc.start()
                memory = Memory()
                tracks = memory.tracks_of(connection, "permit")
                gc.collect()
                used, _ = tracemalloc.get_traced_memory()
                tracemalloc.stop()
                return used, len(tracks)

            used, tracks = engine.db.snapshot(read)
    return used / tracks


def main(arguments: list[str], figures: Figures) -> None:
    parser = argparse.ArgumentParser(prog="bench evaluator", description=__doc__)
    parser.add_argument("--batches", type=int, default=48)
    parser.add_argument("--runs", type=int, default=4)
    parser.add_argument("--only", type=int, help="this many series")
    options = parser.parse_args(arguments)
    # As a server does.
    gc.set_threshold(*GC_THRESHOLDS)
    keep_memory()
    print(f"evaluator: runs of {options.batches} batches of {ROWS:,} rows, a transaction each")
    for series in (1, 100, 10_000) if options.only is None else (options.only,):
        for windows in (1, 4, 8):
            found = measure(series, windows, options.batches, options.runs)
            other = peer(series, windows, options.batches, options.runs)
            core = found["rows_core"]
            figures.add("evaluator", series=series, windows=windows, **found, peer=other)
            print(
                f"  series={series:<7,} windows={windows}  {core:>12,.0f} rows/s of a core, times windows "
                f"{core * windows:>13,.0f}   DuckDB {other:>12,.0f}   ({core / other:.1f} times it)"
            )
    cost = window_cost()
    figures.add("window", **cost)
    print(
        f"  a window of 5 minutes {cost['5 minutes']:.0f} us, of 30 days {cost['30 days']:.0f} us "
        f"({cost['30 days'] / cost['5 minutes']:.2f} times it)"
    )
    size = memory_per_window()
    figures.add("memory", bytes=size)
    print(f"  memory for each open window: {size:,.0f} bytes")
