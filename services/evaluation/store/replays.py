"""What a replay asks of an evaluator's database: how far it has come, and its newest results."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.evaluation.store import tables
from shared.db.tables import position as positions

Key = tuple[str, str, str, int, int]
"""(revision of the agreement, objective, scope, window's start, window's end)"""


def ticks(connection: sa.Connection) -> dict[int, int]:
    """The newest tick of each partition."""
    return {row.partition: row.at for row in connection.execute(sa.select(tables.tick))}


def batch_ids(connection: sa.Connection) -> frozenset[str]:
    return frozenset(connection.execute(sa.select(tables.batch.c.id)).scalars())


def position(connection: sa.Connection, topic: str) -> int:
    """The position in an embedded log: everything below it has taken effect."""
    found = connection.execute(sa.select(positions.c.offset).where(positions.c.topic == topic)).scalar()
    return int(found or 0)


def spans_without(connection: sa.Connection, kept: frozenset[str]) -> list[tuple[str, int, int]]:
    """(service, first and last event time) of the batches that count but are not among ``kept``."""
    rows = connection.execute(sa.select(tables.batch).where(tables.batch.c.state == "applied"))
    return [(row.service, row.first_at, row.last_at) for row in rows if row.id not in kept]


def newest_results(connection: sa.Connection) -> dict[Key, dict[str, Any]]:
    """The newest result of each window (of open ones: those that are stored), with its service."""
    found = tables.result
    rows = connection.execute(
        sa.select(found, tables.revision.c.service)
        .join(tables.revision, tables.revision.c.hash == found.c.agreement_revision)
        .where(found.c.newest)
    )
    return {
        (row.agreement_revision, row.objective, row.scope, row.window_start, row.window_end): {
            "service": row.service,
            "body": row.body,
        }
        for row in rows
    }
