"""Replays: batches told again, in parts that each fit a transaction."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from services.metrics.store.tables import backfill, batch, replay
from shared.db.tables import outbox


@dataclass(frozen=True, slots=True)
class Replay:
    request: str
    service: str
    from_at: int
    to_at: int
    reached: int
    until: int
    told: int
    done_at: int | None


_COLUMNS = [replay.c[name] for name in Replay.__dataclass_fields__]


def add(connection: sa.Connection, asked: Replay) -> None:
    connection.execute(
        sa.insert(replay).values({name: getattr(asked, name) for name in Replay.__dataclass_fields__})
    )


def find(connection: sa.Connection, request: str) -> Replay | None:
    row = connection.execute(sa.select(*_COLUMNS).where(replay.c.request == request)).first()
    return None if row is None else Replay(*row)


def newest_batch(connection: sa.Connection, service: str) -> int:
    """The highest outbox id of a service's batches, 0 without any."""
    return (
        connection.execute(
            sa.select(sa.func.max(batch.c.outbox_id)).where(batch.c.service == service)
        ).scalar()
        or 0
    )


def part(
    connection: sa.Connection, asked: Replay, limit: int, most_bytes: int
) -> list[tuple[int, str, str, str, bytes]]:
    """The next batches of a replay: outbox id, event type, subject, key and packed data.

    Those of a backfill that is open still are left out: its seal brings them to every revision.
    """
    rows = connection.execute(
        sa.select(outbox.c.id, outbox.c.type, outbox.c.subject, outbox.c.key, outbox.c.data)
        .join(batch, batch.c.outbox_id == outbox.c.id)
        .where(*_wanted(asked))
        .order_by(batch.c.outbox_id)
        .limit(limit)
    )
    found: list[tuple[int, str, str, str, bytes]] = []
    size = 0
    for row in rows:
        found.append((row.id, row.type, row.subject, row.key, row.data))
        size += len(row.data)
        if size >= most_bytes:
            break
    return found


def left(connection: sa.Connection, asked: Replay) -> int:
    """How many batches a replay has yet to tell."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(batch).where(*_wanted(asked))
    ).scalar_one()


def _wanted(asked: Replay) -> list[sa.ColumnElement[bool]]:
    unsealed = sa.select(backfill.c.id).where(backfill.c.sealed_at.is_(None))
    return [
        batch.c.service == asked.service,
        batch.c.outbox_id > asked.reached,
        batch.c.outbox_id <= asked.until,
        batch.c.voided_at.is_(None),
        batch.c.backfill.is_(None) | batch.c.backfill.not_in(unsealed),
        batch.c.first_at < asked.to_at,
        batch.c.last_at >= asked.from_at,
    ]


def advance(connection: sa.Connection, request: str, reached: int, told: int, done_at: int | None) -> None:
    connection.execute(
        sa.update(replay)
        .where(replay.c.request == request)
        .values(reached=reached, told=replay.c.told + told, done_at=done_at)
    )
