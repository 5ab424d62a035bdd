"""Batches: which came, and which revisions hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.tables import applied, batch, staged

APPLIED, STAGED, VOIDED = "applied", "staged", "voided"
"""Counted (or free to be), waiting for a backfill's seal, taken out again."""


def batch_states(connection: sa.Connection, ids: Sequence[str]) -> dict[str, str]:
    return {row.id: row.state for row in connection.execute(_batch_states, {"ids": ids})}


_batch_states = sa.select(batch.c.id, batch.c.state).where(
    batch.c.id.in_(sa.bindparam("ids", expanding=True))
)


def add_batches(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(_add_batches, list(rows))


_add_batches, _add_applied = sa.insert(batch), sa.insert(applied)


def set_batch_state(connection: sa.Connection, batch_id: str, state: str) -> None:
    connection.execute(sa.update(batch).where(batch.c.id == batch_id).values(state=state))


def applied_revisions(connection: sa.Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """batch -> the revisions whose tracks hold it already."""
    found: dict[str, set[str]] = {name: set() for name in ids}
    for row in connection.execute(_applied_revisions, {"ids": ids}):
        found[row.batch].add(row.revision)
    return found


_applied_revisions = sa.select(applied).where(applied.c.batch.in_(sa.bindparam("ids", expanding=True)))


def add_applied(connection: sa.Connection, pairs: Iterable[tuple[str, str]]) -> None:
    rows = [{"batch": one, "revision": other} for one, other in pairs]
    if rows:
        connection.execute(_add_applied, rows)


def remove_applied(connection: sa.Connection, batch_id: str) -> None:
    connection.execute(sa.delete(applied).where(applied.c.batch == batch_id))


def stage(connection: sa.Connection, batch_id: str, backfill: str, kind: str, data: bytes) -> None:
    connection.execute(sa.insert(staged).values(batch=batch_id, backfill=backfill, type=kind, data=data))


def unstage(connection: sa.Connection, backfill: str) -> list[tuple[str, str, bytes]]:
    """Takes out what waited for a backfill's seal: (batch, event type, packed data)."""
    rows = connection.execute(
        sa.select(staged).where(staged.c.backfill == backfill).order_by(staged.c.batch)
    ).all()
    connection.execute(sa.delete(staged).where(staged.c.backfill == backfill))
    return [(row.batch, row.type, row.data) for row in rows]


def drop_staged(connection: sa.Connection, batch_id: str) -> None:
    connection.execute(sa.delete(staged).where(staged.c.batch == batch_id))


def newest_data(connection: sa.Connection, service: str) -> int | None:
    """The newest event time of a service's batches; None before the first."""
    return connection.execute(
        sa.select(sa.func.max(batch.c.last_at)).where(batch.c.service == service)
    ).scalar()


def listed(indicators: Iterable[str]) -> str:
    """Indicators in one text, each between bars."""
    return "|" + "|".join(sorted(set(indicators))) + "|"
