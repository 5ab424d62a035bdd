"""The relay: publishes a service's outbox to Kafka (rule 2 of "How a fact travels").

One relay per service, the holder of a PostgreSQL session advisory lock. It never asks for ids above the
last one seen: ids are taken before commit, so a lower one can appear later. It asks for what is not
published yet. A record may go out twice when the relay dies between the broker's answer and its own
commit; consumers apply by event id or by version. In embedded mode there is no relay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.db.tables import outbox
from shared.events.envelope import Record
from shared.events.topics import DAY_MS, TOPICS

PER_ROUND = 500
PER_ROUND_BYTES = 16 << 20


def unpublished(connection: sa.Connection) -> list[tuple[int, Record]]:
    """The oldest unpublished rows, at most `PER_ROUND`; partition -1 stands for all of the topic's."""
    rows = connection.execute(
        sa.select(outbox).where(sa.not_(outbox.c.published)).order_by(outbox.c.id).limit(PER_ROUND)
    )
    found: list[tuple[int, Record]] = []
    size = 0
    for row in rows:
        producer = TOPICS[row.topic].producer
        record = Record(
            topic=row.topic,
            partition=-1,
            offset=-1,
            key=row.key,
            type=row.type,
            id=row.event_id,
            source=f"/sanya/{producer}",
            subject=row.subject,
            version=row.version,
            at=row.at,
            trace=row.trace,
            data=row.data,
        )
        found.append((row.id, record))
        size += len(row.data)
        if size >= PER_ROUND_BYTES:
            break
    return found


def mark_published(ids: Sequence[int], uow: UnitOfWork) -> None:
    uow.connection.execute(sa.update(outbox).where(outbox.c.id.in_(ids)).values(published=True))


def republish(topics: Sequence[str], uow: UnitOfWork) -> int:
    """Marks what is kept of some topics as not published, so that the relay tells all of it again."""
    done = uow.connection.execute(sa.update(outbox).where(outbox.c.topic.in_(topics)).values(published=False))
    return done.rowcount


def trim(_command: Any, uow: UnitOfWork) -> int:
    """Deletes what has been published and is older than its topic keeps (daily)."""
    removed = 0
    for topic in TOPICS.values():
        if topic.producer != uow.service or topic.outbox_days is None:
            continue
        before = to_micros(uow.now) - topic.outbox_days * DAY_MS * 1000
        condition = (outbox.c.topic == topic.name) & (outbox.c.at < before)
        if uow.connection.dialect.name == "postgresql":
            condition &= outbox.c.published
        removed += uow.connection.execute(sa.delete(outbox).where(condition)).rowcount
    return removed
