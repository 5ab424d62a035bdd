"""Sealed backfills: every window that one touches names it in its basis, whenever it is judged."""

from __future__ import annotations

import sqlalchemy as sa

from services.evaluation.domain.finality import Seal
from services.evaluation.store.tables import ID, tables
from shared.db.types import Code, Micros

sealed = sa.Table(
    "sealed",
    tables,
    sa.Column("backfill", ID, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("from_at", Micros, nullable=False),
    sa.Column("to_at", Micros, nullable=False),
    # The tick behind which it was sealed: windows that had ended by then are final. 0 for one that was sealed
    # before this was kept: what that made final is written in the tracks.
    sa.Column("reached", Micros, nullable=False),
    sa.Column("sealed_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("backfill", name="pk_sealed"),
    sa.Index("ix_sealed_service", "service"),
)


def seal(connection: sa.Connection, service: str, found: Seal) -> None:
    """Keeps a seal; one that is told again changes nothing."""
    known = sa.select(sealed.c.backfill).where(sealed.c.backfill == found.backfill)
    if connection.execute(known).first() is None:
        connection.execute(sa.insert(sealed).values(service=service, **found._asdict()))


def sealed_of(connection: sa.Connection, service: str) -> list[Seal]:
    """The sealed backfills of a service, the one that reaches furthest last."""
    rows = connection.execute(sa.select(sealed).where(sealed.c.service == service))
    return sorted(Seal(row.to_at, row.backfill, row.from_at, row.reached, row.sealed_at) for row in rows)
