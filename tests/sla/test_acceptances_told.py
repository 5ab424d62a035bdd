"""A signed acceptance is told to the byte, also one of before there was anybody to tell it to."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from services.sla.app import service
from services.sla.store import signatures
from shared.db.tables import outbox
from tests.sla.conftest import Table
from tests.sla.signing import SOMCHAI, Agency, accept, offered

TYPE = "sanya.sla.acceptance.signed.v1"


def told(table: Table) -> list[dict[str, Any]]:
    def read(connection: sa.Connection) -> list[dict[str, Any]]:
        rows = connection.execute(sa.select(outbox).where(outbox.c.type == TYPE)).all()
        found = [
            {"topic": row.topic, "key": row.key, "subject": row.subject, "at": row.at, **json.loads(row.data)}
            for row in rows
        ]
        return sorted(found, key=lambda one: str(one["subject"]))

    return table.db.snapshot(read)


@pytest.mark.parametrize("seam", ["sqlite", "postgresql"])
def test_who_keeps_evidence_hears_each_acceptance_once(open_table: Callable[[str], Table], seam: str) -> None:
    table = open_table(seam)
    land, digest = Agency(table, "land-office"), offered(table)
    accept(table, digest, SOMCHAI)
    land.accept(digest)
    found = told(table)
    kept = table.db.snapshot(signatures.signatures_of, digest)
    assert [one["agency"] for one in found] == sorted(kept) == ["city", "land-office"]
    for one in found:
        mine = kept[one["agency"]]
        assert (one["statement"], one["signature"]) == (mine.statement, mine.signature)
        assert one["subject"] == f"{digest}/{one['agency']}"
        assert one["key"] == one["agreement"]
    assert SOMCHAI.name is not None
    assert SOMCHAI.name not in json.dumps(found, ensure_ascii=False)

    # As the step tells them where they were signed before.
    assert service.migrations is not None
    spec = importlib.util.spec_from_file_location("told", service.migrations / "0009_acceptances.py")
    assert spec is not None
    assert spec.loader is not None
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    with table.db.engine.begin() as connection:
        connection.execute(sa.delete(outbox).where(outbox.c.type == TYPE))
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()
    assert told(table) == found
