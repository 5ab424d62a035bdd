"""An installation of yesterday keeps its breaches and journeys when the steps since then are taken."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from services.evaluation.app import service
from services.evaluation.handlers.breaches import breach_body
from services.evaluation.handlers.journeys import event_of
from services.evaluation.store import journeys, results, tables
from shared.migrations import migrate
from tests.evaluation.engine import open_engine

BREACH = {
    "id": "b1",
    "number": 2,
    "state": "closed",
    "agreement": "permit-2026",
    "agreement_revision": "a" * 64,
    "objective": "confirm",
    "scope": "{}",
    "responsible": "land",
    "opened_at": 1,
    "closed_at": 2,
    "superseded_by": None,
    "window_start": 0,
    "window_end": 1,
    "result": "r-1",
}
EVENT = {
    "service": "permit",
    "id": "e1",
    "journey": "j1",
    "batch": "x",
    "step": "t01",
    "agency": "land",
    "edge": "point",
    "at": 5,
    "labels": "{}",
}


def test_yesterdays_breaches_and_journeys_are_kept(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(database_url, tmp_path / "whole")
    db = engine.db
    with db.engine.begin() as connection:
        for table in sa.inspect(connection).get_table_names():
            connection.execute(
                sa.text(f'DROP TABLE "{table}" CASCADE' if not db.embedded else f'DROP TABLE "{table}"')
            )
    first = tmp_path / "yesterday" / "migrations"
    first.mkdir(parents=True)
    assert service.migrations is not None
    shutil.copy(service.migrations / "0001_first.py", first)
    assert migrate(db, first)
    with db.engine.begin() as connection:
        for table, row in (("breach", BREACH), ("journey_event", EVENT)):
            columns = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)
    assert migrate(db, service.migrations)
    kept = db.snapshot(results.breach_by_id, "b1")
    assert kept is not None
    assert (breach_body(kept)["attribution"], kept.attributed) == ([], None)
    (event,) = db.snapshot(journeys.events_of, "permit", ["j1"])["j1"]
    assert (event_of(event).holder, event_of(event).at) == ("next", 5)
    db.close()


def test_windows_of_which_only_late_data_came_are_judged_after_the_step(
    database_url: str, tmp_path: Path
) -> None:
    engine = open_engine(database_url, tmp_path / "whole")
    db = engine.db
    track = {
        **dict.fromkeys(("revision", "agreement", "service", "objective", "scope"), "x"),
        **dict.fromkeys(("closed_to", "final_to", "started"), 100),
        "series": 1,
        "withholds": False,
    }
    with db.engine.begin() as connection:
        ids = [
            connection.execute(
                sa.insert(tables.track)
                .values(track | {"objective": code, "dirty_from": low, "dirty_to": high})
                .returning(tables.track.c.id)
            ).scalar_one()
            for code, low, high in (("late", None, None), ("dirty", 35, 38), ("judged", None, None))
        ]
        late = [(ids[0], 20), (ids[0], 40), (ids[1], 40), (ids[2], 40)]
        connection.execute(
            sa.insert(tables.after_final),
            [{"track": one, "window_start": start, "batch": "b", "rows": 1} for one, start in late],
        )
        body = {"id": "r", "track": ids[2], "window_start": 40, "window_end": 60, "number": 1, "body": {}}
        texts = dict.fromkeys(("agreement", "agreement_revision", "objective", "scope"), "x")
        stands = {"state": "final", "verdict": "met", "newest": True, "computed_at": 0}
        connection.execute(sa.insert(tables.result).values(**body, **texts, **stands))
        step = import_module("services.evaluation.migrations.0015_late_in_shared_windows")
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()
        found = connection.execute(
            sa.select(tables.track.c.dirty_from, tables.track.c.dirty_to).order_by(tables.track.c.id)
        ).all()
    assert [tuple(row) for row in found] == [(20, 41), (35, 41), (None, None)]
    db.close()
