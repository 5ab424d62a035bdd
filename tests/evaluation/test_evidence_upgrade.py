"""An installation of yesterday: what is final or decided goes into the log as if it had been noted then."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import sqlalchemy as sa

from services.evaluation.app import service
from services.evaluation.domain import evidence
from services.evaluation.store import evidence as store
from tests.evaluation.engine import open_engine
from tests.evaluation.evidence import judged


def step(name: str) -> ModuleType:
    assert service.migrations is not None
    spec = importlib.util.spec_from_file_location(name, service.migrations / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_yesterdays_facts_have_the_leaves_that_they_would_have_now(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(database_url, tmp_path)
    judged(engine)
    with engine.db.engine.begin() as connection:
        leaves = connection.execute(sa.select(store.leaf)).all()
        made = {row["hash"]: row for row in step("0012_evidence")._so_far(connection)}
    engine.db.close()
    noted = {
        row.hash: row
        for row in leaves
        if row.kind in {"revision", "result"} or '"state":"revoked"' in row.data
    }
    assert len(noted) == 1 + 9 + 1
    assert set(made) == set(noted)
    for digest, row in made.items():
        one = noted[digest]
        assert (row["kind"], row["about"], row["data"]) == (one.kind, one.about, one.data)
        # Not of a decision: when it was taken, the table of exclusions does not say.
        assert row["at"] == one.at or one.kind == "exclusion"
        assert (None if row["document"] is None else json.loads(row["document"])) == one.document


def test_yesterdays_numbers_beyond_what_json_holds_exactly_are_no_obstacle() -> None:
    digest = step("0012_evidence")._digest
    for number in ((1 << 53) - 1, 1 << 53, -(1 << 60)):
        body = {"total": number, "met": True, "parts": [{"good": number}]}
        assert digest(body) == evidence.digest(body)
