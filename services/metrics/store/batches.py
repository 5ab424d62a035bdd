"""Batches, where their rows are, and what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.metrics.store.tables import aside, batch
from shared.db.tables import outbox


@dataclass(frozen=True, slots=True)
class Stored:
    """A batch as it is kept. ``kind``: measurements or journeys."""

    id: str
    kind: str
    source: str
    service: str
    agency: str
    outbox_id: int | None
    received_at: int
    first_at: int | None
    last_at: int | None
    rows: int
    backfill: str | None
    parent: str | None
    voided_at: int | None
    void_reason: str | None


_COLUMNS = [batch.c[name] for name in Stored.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was answered to a key, to what content, and to which agency."""

    content_hash: str
    answer: bytes
    agency: str


_receipts = sa.select(
    batch.c.source, batch.c.idempotency_key, batch.c.content_hash, batch.c.answer, batch.c.agency
).where(sa.tuple_(batch.c.source, batch.c.idempotency_key).in_(sa.bindparam("keys", expanding=True)))


def receipts(connection: sa.Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Receipt]:
    """The answers that were given already, by source and idempotency key."""
    rows = connection.execute(_receipts, {"keys": keys})
    return {(row[0], row[1]): Receipt(row[2], row[3], row[4]) for row in rows}


def receipt(connection: sa.Connection, source: str, key: str) -> Receipt | None:
    return receipts(connection, [(source, key)]).get((source, key))


def add(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(sa.insert(batch), rows)


def add_aside(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(sa.insert(aside), rows)


def find(connection: sa.Connection, id: str, agency: str | None) -> Stored | None:
    """A batch of an agency; None also for another's."""
    row = connection.execute(sa.select(*_COLUMNS).where(batch.c.id == id, batch.c.agency == agency)).first()
    return None if row is None else Stored(*row)


def listed(
    connection: sa.Connection,
    agency: str | None,
    filters: dict[str, str],
    after: str | None,
    limit: int,
    newest: bool = False,
) -> list[Stored]:
    """An agency's batches by id, which is the order of their receipt; ``newest``: the other way round."""
    order = batch.c.id.desc() if newest else batch.c.id
    query = sa.select(*_COLUMNS).where(batch.c.agency == agency).order_by(order).limit(limit)
    for name, value in filters.items():
        query = query.where(batch.c[name] == value)
    if after is not None:
        query = query.where(batch.c.id < after if newest else batch.c.id > after)
    return [Stored(*row) for row in connection.execute(query)]


def set_aside(connection: sa.Connection, id: str) -> list[tuple[str, int, bool]]:
    """Reason, rows, and whether they wait, of what was set aside of a batch."""
    rows = connection.execute(
        sa.select(aside.c.reason, aside.c.rows, aside.c.waiting)
        .where(aside.c.batch == id)
        .order_by(aside.c.id)
    )
    return [(row.reason, row.rows, row.waiting) for row in rows]


def record(connection: sa.Connection, outbox_id: int) -> tuple[str, bytes] | None:
    """Event type and packed data of a batch's rows; None once they are no longer kept."""
    row = connection.execute(sa.select(outbox.c.type, outbox.c.data).where(outbox.c.id == outbox_id)).first()
    return None if row is None else (row.type, row.data)


def family(connection: sa.Connection, id: str) -> list[Stored]:
    """A batch and the batches of rows that were set aside of it."""
    rows = connection.execute(
        sa.select(*_COLUMNS).where((batch.c.id == id) | (batch.c.parent == id)).order_by(batch.c.outbox_id)
    )
    return [Stored(*row) for row in rows]


def void(connection: sa.Connection, ids: Sequence[str], at: int, reason: str) -> None:
    connection.execute(sa.update(batch).where(batch.c.id.in_(ids)).values(voided_at=at, void_reason=reason))
    connection.execute(sa.update(aside).where(aside.c.batch.in_(ids)).values(waiting=False))


def waiting(
    connection: sa.Connection, service: str, indicator: str, after: int, limit: int
) -> list[tuple[int, str, bytes]]:
    """Aside id, batch and packed rows that wait for an indicator (empty: rows of journeys)."""
    rows = connection.execute(
        sa.select(aside.c.id, aside.c.batch, aside.c.data)
        .where(
            aside.c.service == service,
            aside.c.indicator == indicator,
            aside.c.waiting,
            aside.c.id > after,
        )
        .order_by(aside.c.id)
        .limit(limit)
    )
    return [(row.id, row.batch, row.data) for row in rows]


def by_id(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Stored]:
    rows = connection.execute(sa.select(*_COLUMNS).where(batch.c.id.in_(ids)))
    return {row.id: Stored(*row) for row in rows}


def change_reason(connection: sa.Connection, id: int, reason: str) -> None:
    connection.execute(sa.update(aside).where(aside.c.id == id).values(reason=reason))


def remove_aside(connection: sa.Connection, ids: Sequence[int]) -> None:
    connection.execute(sa.delete(aside).where(aside.c.id.in_(ids)))


def forget_before(connection: sa.Connection, received_at: int) -> int:
    old = sa.select(batch.c.id).where(batch.c.received_at < received_at)
    connection.execute(sa.delete(aside).where(aside.c.batch.in_(old)))
    return connection.execute(sa.delete(batch).where(batch.c.received_at < received_at)).rowcount
