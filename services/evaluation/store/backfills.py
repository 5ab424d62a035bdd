"""Sealed backfills: every window that one touches names it in its basis, whenever it is judged."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from services.evaluation.store.tables import ID, tables
from shared.db.types import Code, Micros

sealed = sa.Table(
    "sealed",
    tables,
    sa.Column("backfill", ID, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("from_at", Micros, nullable=False),
    sa.Column("to_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("backfill", name="pk_sealed"),
    sa.Index("ix_sealed_service", "service"),
)


class SealedSpan(NamedTuple):
    to_at: int
    backfill: str
    from_at: int


def seal(connection: sa.Connection, backfill: str, service: str, from_at: int, to_at: int) -> None:
    if connection.execute(sa.select(sealed.c.backfill).where(sealed.c.backfill == backfill)).first() is None:
        values = {"backfill": backfill, "service": service, "from_at": from_at, "to_at": to_at}
        connection.execute(sa.insert(sealed).values(values))


def sealed_of(connection: sa.Connection, service: str) -> list[SealedSpan]:
    """The sealed backfills of a service, the one that reaches furthest last."""
    rows = connection.execute(sa.select(sealed).where(sealed.c.service == service))
    return sorted(SealedSpan(row.to_at, row.backfill, row.from_at) for row in rows)
