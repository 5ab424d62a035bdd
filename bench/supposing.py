"""What-ifs over the panes of a year of measurements, and how fast raw batches are read again.

    python -m bench supposing [--measurements 50000000] [--batches 96]

The panes hold a year of one series, filled as measurements would have filled them. A what-if from batches
(another bound) and a replay are measured in rows a second of processor time, on batches of 10,000 rows.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from bench.evaluator import GOOD, INDICATOR, MINUTE, ROWS, START, batches, promised
from bench.report import Figures
from services.evaluation import replaying
from services.evaluation.handlers import jobs
from services.evaluation.handlers.jobs import Ask, Asked
from services.evaluation.reading import what_if
from services.evaluation.store import panes
from shared.events.envelope import Event, Record
from shared.events.metrics import REPLAYED, Replayed, event_of
from shared.events.topics import REPLAYS
from tests.evaluation.engine import accepted, indicator, objective, open_engine, replayed, revision, tick

DAYS = 365
YEAR = DAYS * 1440
AGREEMENT = "permit-2026"
SUPPOSED: dict[str, dict[str, Any]] = {
    "another target": {"clauses": {"target": "0.9"}},
    "days in place of months": {"clauses": {"window": {"kind": "calendar", "unit": "day"}}},
    "a week left out": {"exclude": ((START, START + 7 * 1440 * MINUTE),)},
}


def asked(**changes: Any) -> Asked:
    end = START + YEAR * MINUTE
    values: dict[str, Any] = {"agreement": AGREEMENT, "objective": "o0", "scope": None, "start": START}
    values |= {"end": end, "since": START, "clauses": {}, "calendar": None, "exclude": (), "targets": None}
    return Asked(**(values | changes))


def at_once(measurements: int) -> dict[str, float]:
    """Seconds for each what-if over a year of panes that hold so many measurements."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        engine = open_engine("sqlite", Path(folder))
        with closing(engine.db):
            promised(engine, 1, [])

            def fill(_: Any, uow: Any) -> None:
                (track,) = panes.tracks_of(uow.connection)
                minutes = np.arange(YEAR) + START // MINUTE
                many = np.full(YEAR, measurements // YEAR, dtype=np.int64)
                good = many - np.arange(YEAR) % 7
                zeros = np.zeros(YEAR, dtype=np.int64)
                panes.add_to_panes(
                    uow.connection, zeros + track.series, minutes, [many, good, many, zeros, zeros]
                )

            engine.db.transact(fill)
            engine.feed(tick(START + YEAR * MINUTE))
            for name, changes in SUPPOSED.items():
                began = time.perf_counter()
                answer = engine.db.snapshot(what_if.answer, asked(**changes))
                found[name] = time.perf_counter() - began
                assert answer["windows"]
    return found


def from_batches(count: int) -> float:
    """Rows a second of processor time that a what-if with another bound counts."""
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        engine = open_engine("sqlite", Path(folder))
        with closing(engine.db):
            promised(engine, 1, [])
            found = list(batches(100, count))
            for one in found:
                engine.feed(accepted(one))
            supposed = asked(clauses={"good": {"comparator": "<=", "value": "300"}})
            job = engine.db.transact(jobs.ask, Ask("land", "permit", False, supposed))
            events = [replayed(one) for one in found]
            end = event_of(REPLAYED, Replayed(job.id, "permit", count, count, True), topic=REPLAYS)
            used = time.process_time()
            for start in range(0, count, 48):
                engine.feed(*events[start : start + 48], topic=REPLAYS)
            engine.feed(end, topic=REPLAYS)
            used = time.process_time() - used
            engine.feed(tick(START + 40 * 1440 * MINUTE))
            answer = engine.db.snapshot(what_if.answer, supposed, job.id)
            assert sum(one["total"] for one in answer["windows"]) == ROWS * count
    return ROWS * count / used


def replay(count: int) -> float:
    """Rows a second of processor time that a replay reads, judges and compares."""
    with tempfile.TemporaryDirectory(prefix="sanya-bench-") as folder:
        standing, scratch = (open_engine("sqlite", Path(folder) / name) for name in ("standing", "scratch"))
        with closing(standing.db), closing(scratch.db):
            told = [indicator(INDICATOR, "value"), revision(objective("o0", INDICATOR, good=GOOD))]
            for one in told:
                standing.feed(one)
            reports = [accepted(one) for one in batches(1, count)]
            reports.append(tick(START + 40 * 1440 * MINUTE))
            for start in range(0, len(reports), 48):
                standing.feed(*reports[start : start + 48])
            used = time.process_time()
            log = replaying.heard(standing.db, embedded=True, partitions=1)
            control = {one.topic: _records([one]) for one in told}
            report = replaying.rebuild(scratch.db, control, _records(reports), log, seed=None)
            replaying.compare(standing.db, scratch.db, report)
            used = time.process_time() - used
            assert (report.rows, report.differences) == (ROWS * count, [])
            assert report.compared
    return ROWS * count / used


def _records(events: Sequence[Event]) -> list[Record]:
    return [
        Record(
            topic=event.topic,
            partition=0,
            offset=number,
            key=event.key,
            type=event.type,
            id=f"e{number}",
            source="/sanya/bench",
            subject=event.subject,
            version=event.version,
            at=event.at or 0,
            trace=None,
            data=event.data,
        )
        for number, event in enumerate(events)
    ]


def main(arguments: list[str], figures: Figures) -> None:
    parser = argparse.ArgumentParser(prog="bench supposing", description=__doc__)
    parser.add_argument("--measurements", type=int, default=50_000_000)
    parser.add_argument("--batches", type=int, default=96)
    options = parser.parse_args(arguments)
    print(f"what-ifs over the panes of {options.measurements:,} measurements of a year")
    found = at_once(options.measurements)
    for name, seconds in found.items():
        print(f"  {name:<26} {seconds:.2f} s")
    figures.add("supposing", measurements=options.measurements, **found)
    counted, again = from_batches(options.batches), replay(options.batches)
    figures.add("again", what_if=counted, replay=again)
    print(f"  another bound, from batches {counted:>13,.0f} rows/s of a core")
    print(f"  replay                      {again:>13,.0f} rows/s of a core")
