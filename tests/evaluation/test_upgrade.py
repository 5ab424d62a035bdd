"""An installation of yesterday keeps what each of its tracks counted when panes become shared."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.evaluation.app import service
from services.evaluation.store import panes
from shared import migrations
from shared.clock import MINUTE
from shared.db import Database
from shared.db.types import Json
from shared.settings import Settings

STEPS = Path(str(service.migrations))
MINUTES = 3 * 1440
GOOD = {"comparator": "<=", "value": "5"}
OBJECTIVES: list[dict[str, Any]] = [
    {"code": "month", "indicator": "speed", "good": GOOD},
    {"code": "day", "indicator": "speed", "good": GOOD},
    {"code": "peak", "indicator": "speed", "aggregation": "maximum"},
    {"code": "low", "indicator": "speed", "aggregation": "minimum"},
    {"code": "mean", "indicator": "speed", "aggregation": "mean"},
    {"code": "passage", "indicator": "way", "good": {"comparator": "<=", "value": "P3D"}},
]
Row = tuple[int, int, int, int, int]


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """At the first step."""
    values: dict[str, Any] = {"data_dir": tmp_path}
    if not database_url.startswith("sqlite"):
        values |= {"database_url": database_url, "bus_url": "kafka://127.0.0.1:1"}
    found = service.open_database(Settings(**values))
    first = tmp_path / "yesterday" / "migrations"
    first.mkdir(parents=True)
    shutil.copy(STEPS / "0001_first.py", first)
    with closing(found):
        assert migrations.migrate(found, first)
        yield found


def fill(db: Database) -> tuple[dict[str, dict[int, Row]], dict[str, dict[tuple[int, str], tuple[int, int]]]]:
    """Tracks with panes and extremes, of which some lack what came too late for them."""
    chance = random.Random(1)
    names = (
        "id",
        "revision",
        "agreement",
        "service",
        "objective",
        "scope",
        "closed_to",
        "final_to",
        "started",
    )
    track = sa.table("track", *(sa.column(name) for name in names))
    pane = sa.table(
        "pane", *(sa.column(n) for n in ("track", "minute", "n", "good", "total", "sum_hi", "sum_lo"))
    )
    extreme = sa.table("extreme", *(sa.column(n) for n in ("track", "minute", "batch", "minimum", "maximum")))
    held: dict[str, dict[int, Row]] = {}
    bounds: dict[str, dict[tuple[int, str], tuple[int, int]]] = {}

    def write(_: Any, uow: Any) -> None:
        run = uow.connection.execute
        indicators = sa.table(
            "indicator",
            *(sa.column(n) for n in ("code", "version", "service", "kind")),
            sa.column("document", Json),
        )
        for code, kind in (("speed", "value"), ("way", "duration")):
            run(sa.insert(indicators).values(code=code, version=1, service="s", kind=kind, document={}))
        columns = ("hash", "version", "agreement", "service", "visibility", "effective_from", "known_at")
        revisions = sa.table(
            "revision",
            *(sa.column(n) for n in columns),
            sa.column("parties", Json),
            sa.column("document", Json),
        )
        values = {"hash": "r", "version": 1, "agreement": "a", "service": "s", "visibility": "public"}
        run(
            sa.insert(revisions).values(
                **values, effective_from=0, known_at=0, parties=[], document={"objectives": OBJECTIVES}
            )
        )
        whole = {
            minute: (2, 1, 2, chance.randrange(9), chance.randrange(9))
            for minute in chance.sample(range(MINUTES), 60)
        }
        most = {
            (minute, f"b{n}"): (chance.randrange(5), 5 + chance.randrange(5))
            for minute in chance.sample(range(MINUTES), 40)
            for n in (1, 2)
        }
        for number, objective in enumerate(OBJECTIVES, start=1):
            code = objective["code"]
            scope = {
                "agreement": "a",
                "service": "s",
                "scope": "{}",
                "closed_to": 0,
                "final_to": 0,
                "started": 0,
            }
            run(sa.insert(track).values(id=number, revision="r", objective=code, **scope))
            held[code] = {minute: row for minute, row in whole.items() if chance.random() < 0.9}
            run(
                sa.insert(pane),
                [
                    dict(zip(pane.c.keys(), (number, minute, *row), strict=True))
                    for minute, row in held[code].items()
                ],
            )
            bounds[code] = {}
            if objective.get("aggregation") in ("maximum", "minimum"):
                bounds[code] = {key: row for key, row in most.items() if chance.random() < 0.9}
                run(
                    sa.insert(extreme),
                    [
                        dict(zip(extreme.c.keys(), (number, *key, *row), strict=True))
                        for key, row in bounds[code].items()
                    ],
                )

    db.transact(write)
    return held, bounds


def test_each_track_counts_what_it_counted(db: Database) -> None:
    held, bounds = fill(db)
    assert migrations.migrate(db, STEPS)

    def check(connection: sa.Connection) -> None:
        chance = random.Random(2)
        tracks = panes.tracks_of(connection)
        shared = {one.objective: one.series for one in tracks}
        assert shared["month"] == shared["day"]
        assert shared["peak"] == shared["low"] == shared["mean"]
        assert len(set(shared.values())) == 3
        for one in tracks:
            for _ in range(40):
                low = chance.randrange(MINUTES)
                high = low + chance.choice([1, 59, 600, 3000])
                rows = [row for minute, row in held[one.objective].items() if low <= minute < high]
                n, good, total, upper, lower = (sum(row[i] for row in rows) for i in range(5))
                span = (low * MINUTE, high * MINUTE)
                assert panes.sums(connection, one, *span) == (n, good, total, (upper << 32) + lower)
                if not bounds[one.objective]:
                    continue
                mine = [row for (minute, _), row in bounds[one.objective].items() if low <= minute < high]
                least, most = min((b[0] for b in mine), default=None), max((b[1] for b in mine), default=None)
                assert panes.extremes(connection, one, *span) == (least, most)

    db.snapshot(check)
