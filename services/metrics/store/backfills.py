"""Backfills: named spans of history."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from services.metrics.store.tables import backfill


@dataclass(frozen=True, slots=True)
class Backfill:
    id: str
    source: str
    service: str
    agency: str
    from_at: int
    to_at: int
    reason: str
    opened_at: int
    sealed_at: int | None
    batches: int
    rows: int


_COLUMNS = [backfill.c[name] for name in Backfill.__dataclass_fields__]


def add(connection: sa.Connection, opened: Backfill) -> None:
    connection.execute(
        sa.insert(backfill).values({name: getattr(opened, name) for name in Backfill.__dataclass_fields__})
    )


def find(connection: sa.Connection, id: str) -> Backfill | None:
    row = connection.execute(sa.select(*_COLUMNS).where(backfill.c.id == id)).first()
    return None if row is None else Backfill(*row)


def listed(connection: sa.Connection, agency: str | None, after: str | None, limit: int) -> list[Backfill]:
    query = sa.select(*_COLUMNS).where(backfill.c.agency == agency).order_by(backfill.c.id).limit(limit)
    if after is not None:
        query = query.where(backfill.c.id > after)
    return [Backfill(*row) for row in connection.execute(query)]


def count_in(connection: sa.Connection, id: str, batches: int, rows: int) -> bool:
    """Counts batches into an open backfill; False when it is sealed.

    The update makes a seal and a batch wait for each other, so that no batch stands behind its seal.
    """
    done = connection.execute(
        sa.update(backfill)
        .where(backfill.c.id == id, backfill.c.sealed_at.is_(None))
        .values(batches=backfill.c.batches + batches, rows=backfill.c.rows + rows)
    )
    return done.rowcount == 1


def seal(connection: sa.Connection, id: str, at: int) -> bool:
    """Seals an open backfill; False when it was sealed already."""
    done = connection.execute(
        sa.update(backfill).where(backfill.c.id == id, backfill.c.sealed_at.is_(None)).values(sealed_at=at)
    )
    return done.rowcount == 1
