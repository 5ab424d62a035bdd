"""What was found about agreements in force: raised, and cleared. Rows are added and never removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.watches import Watch
from services.sla.store.tables import agency, revision, revision_party, tables
from shared.db.types import Code, Instant, Json

watch = sa.Table(
    "watch",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("parties", Json, nullable=False),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Column("cleared_at", Instant),
    sa.Column("due", Instant),
    sa.Column("about", Json, nullable=False),
    # Rises with every fact told along agreement and kind.
    sa.Column("version", sa.BigInteger, nullable=False),
)


def open_of(connection: sa.Connection, agreement: str) -> list[Watch]:
    query = sa.select(watch).where(watch.c.agreement == agreement, watch.c.cleared_at.is_(None))
    return _load(connection, query.order_by(watch.c.kind))


def last_version(connection: sa.Connection, agreement: str, kind: str) -> int:
    found = connection.execute(
        sa.select(sa.func.max(watch.c.version)).where(watch.c.agreement == agreement, watch.c.kind == kind)
    ).scalar()
    return found or 0


def add(connection: sa.Connection, made: Watch) -> None:
    connection.execute(sa.insert(watch).values(_values(made)))


def change(connection: sa.Connection, changed: Watch) -> None:
    connection.execute(sa.update(watch).where(watch.c.id == changed.id).values(_values(changed)))


def list_of(
    connection: sa.Connection,
    party: str,
    *,
    agreement: str | None,
    service: str | None,
    kind: str | None,
    cleared: bool | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Watch]:
    """Those of agreements that an agency is party of, newest first."""
    query = (
        sa.select(watch)
        .where(_of_party(party))
        .order_by(watch.c.raised_at.desc(), watch.c.id.desc())
        .limit(limit)
    )
    for name, value in (("agreement", agreement), ("service", service), ("kind", kind)):
        if value is not None:
            query = query.where(watch.c[name] == value)
    if cleared is not None:
        query = query.where(watch.c.cleared_at.is_not(None) if cleared else watch.c.cleared_at.is_(None))
    if after is not None:
        at, last = after
        query = query.where((watch.c.raised_at < at) | ((watch.c.raised_at == at) & (watch.c.id < last)))
    return _load(connection, query)


def open_for(connection: sa.Connection, party: str) -> list[Watch]:
    """What is open of agreements that an agency is party of."""
    return _load(connection, sa.select(watch).where(_of_party(party), watch.c.cleared_at.is_(None)))


def accepted_by(connection: sa.Connection, party: str) -> Sequence[str]:
    """Codes of agreements of which a revision that all have accepted binds an agency."""
    query = (
        sa.select(revision.c.agreement)
        .join(revision_party, revision_party.c.revision == revision.c.hash)
        .where(revision_party.c.agency == party, revision.c.in_force_from.is_not(None))
    )
    return sorted(set(connection.execute(query).scalars()))


def inactive(connection: sa.Connection, agencies: Sequence[str]) -> list[str]:
    """Those of these agencies that the registry says are not active."""
    query = sa.select(agency.c.code).where(agency.c.code.in_(agencies), agency.c.state != "active")
    return list(connection.execute(query).scalars())


def _of_party(party: str) -> sa.ColumnElement[bool]:
    return watch.c.revision.in_(sa.select(revision_party.c.revision).where(revision_party.c.agency == party))


def _values(one: Watch) -> dict[str, Any]:
    values = {column.name: getattr(one, column.name) for column in watch.c}
    return {**values, "parties": list(one.parties), "about": list(one.about)}


def _load(connection: sa.Connection, query: sa.Select[Any]) -> list[Watch]:
    return [
        Watch(**{**row._asdict(), "parties": tuple(row.parties), "about": tuple(row.about)})
        for row in connection.execute(query)
    ]
