"""What a replay asks of an evaluator's database: how far it has come, and its newest results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.evaluation.store import backfills, tables
from shared.db.tables import position as positions

Key = tuple[str, str, str, int, int]
"""(revision of the agreement, objective, scope, window's start, window's end)"""


def ticks(connection: sa.Connection) -> dict[int, int]:
    """The newest tick of each partition."""
    return {row.partition: row.at for row in connection.execute(sa.select(tables.tick))}


def batch_ids(connection: sa.Connection) -> frozenset[str]:
    return frozenset(connection.execute(sa.select(tables.batch.c.id)).scalars())


def voided(connection: sa.Connection) -> frozenset[str]:
    return frozenset(
        connection.execute(sa.select(tables.batch.c.id).where(tables.batch.c.state == "voided")).scalars()
    )


def sealed(connection: sa.Connection) -> frozenset[str]:
    """The backfills that were sealed; of those before they were noted, the ones whose batches count."""
    counted = sa.select(tables.batch.c.backfill).where(
        tables.batch.c.state == "applied", tables.batch.c.backfill.is_not(None)
    )
    return frozenset(connection.execute(sa.select(backfills.sealed.c.backfill)).scalars()) | frozenset(
        connection.execute(counted).scalars()
    )


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


def keys_of(connection: sa.Connection, ids: Sequence[str]) -> list[Key]:
    """The windows that some results (by id) are of."""
    rows = connection.execute(sa.select(tables.result).where(tables.result.c.id.in_(list(ids))))
    return [
        (row.agreement_revision, row.objective, row.scope, row.window_start, row.window_end) for row in rows
    ]


def ids_of(connection: sa.Connection, keys: Sequence[Key]) -> list[str]:
    """The newest results of some windows."""
    found = tables.result
    return [
        one
        for revision, objective, scope, start, end in keys
        for one in connection.execute(
            sa.select(found.c.id).where(
                found.c.newest,
                found.c.agreement_revision == revision,
                found.c.objective == objective,
                found.c.scope == scope,
                found.c.window_start == start,
                found.c.window_end == end,
            )
        ).scalars()
    ]
