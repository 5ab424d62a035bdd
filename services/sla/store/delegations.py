"""Who may act for whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from services.sla.domain.delegations import Delegation
from services.sla.store.tables import tables
from shared.db.types import Code, Instant, Json

delegation = sa.Table(
    "delegation",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("granted_by", Code, nullable=False),
    sa.Column("granted_to", Code, nullable=False),
    sa.Column("person", sa.String(128)),
    sa.Column("scope", sa.String(16), nullable=False),
    # None: all agreements of the service
    sa.Column("agreement", Code),
    sa.Column("service", Code, nullable=False),
    sa.Column("moves", Json, nullable=False),
    sa.Column("granted_at", Instant, nullable=False),
    sa.Column("granted_person", sa.String(128), nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
)


def covering(
    connection: sa.Connection, codes: Collection[str], services: Collection[str]
) -> list[Delegation]:
    """All that were ever given for these agreements, or for these services, oldest first."""
    rows = connection.execute(
        sa.select(delegation)
        .where(
            delegation.c.agreement.in_(codes)
            | (delegation.c.agreement.is_(None) & delegation.c.service.in_(services))
        )
        .order_by(delegation.c.granted_at, delegation.c.id)
    )
    return [Delegation(**{**row._asdict(), "moves": tuple(row.moves)}) for row in rows]


def add(connection: sa.Connection, made: Delegation) -> None:
    connection.execute(sa.insert(delegation).values({**asdict(made), "moves": list(made.moves)}))


def revoke(connection: sa.Connection, delegation_id: str, at: datetime) -> None:
    connection.execute(sa.update(delegation).where(delegation.c.id == delegation_id).values(revoked_at=at))


def acts_for(
    agency: str | None, giver: sa.ColumnElement[str], agreement: sa.Table, now: datetime
) -> sa.ColumnElement[bool]:
    """Whether an agency acts for a party of an agreement now: for a query over agreements."""
    return (
        sa.select(delegation.c.id)
        .where(
            delegation.c.granted_to == agency,
            delegation.c.granted_by == giver,
            delegation.c.revoked_at.is_(None),
            delegation.c.ends_at > now,
            (delegation.c.agreement == agreement.c.code)
            | (delegation.c.agreement.is_(None) & (delegation.c.service == agreement.c.service)),
        )
        .exists()
    )
