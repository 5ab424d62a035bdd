"""The relay: publishes a service's outbox to Kafka (rule 2 of "How a fact travels").

One relay per service, the holder of a PostgreSQL session advisory lock. It never asks for ids above the
last one seen: ids are taken before commit, so a lower one can appear later. It asks for what is not
published yet. A record may go out twice when the relay dies between the broker's answer and its own
commit; consumers apply by event id or by version. In embedded mode there is no relay.
(tests/faults/test_relay.py)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.db.tables import outbox, outbox_trimmed
from shared.events.envelope import Record
from shared.events.topics import DAY_MS, TOPICS

PER_ROUND = 500
PER_ROUND_BYTES = 16 << 20


def _made() -> sa.Select[Any]:
    size = sa.func.octet_length(outbox.c.data)
    oldest = (
        sa.select(outbox.c.id, size.label("size"))
        .where(sa.not_(outbox.c.published))
        .order_by(outbox.c.id)
        .limit(PER_ROUND)
        .subquery()
    )
    before = sa.func.sum(oldest.c.size).over(order_by=oldest.c.id) - oldest.c.size
    summed = sa.select(oldest.c.id, before.label("before")).subquery()
    return (
        sa.select(outbox)
        .join(summed, summed.c.id == outbox.c.id)
        .where(summed.c.before < PER_ROUND_BYTES)
        .order_by(outbox.c.id)
    )


# Made once: making a statement takes longer than running it.
_unpublished = _made()
_mark = sa.update(outbox).where(outbox.c.id.in_(sa.bindparam("ids", expanding=True))).values(published=True)
_hastily = sa.text("SET LOCAL synchronous_commit = off")


def unpublished(connection: sa.Connection) -> list[tuple[int, Record]]:
    """The oldest unpublished rows, as many as make a round; partition -1: the relay has yet to choose it."""
    return [(row.id, _record(row, partition=-1, offset=-1)) for row in connection.execute(_unpublished)]


def _record(row: sa.Row[Any], *, partition: int, offset: int) -> Record:
    return Record(
        topic=row.topic,
        partition=partition,
        offset=offset,
        key=row.key,
        type=row.type,
        id=row.event_id,
        source=f"/sanya/{TOPICS[row.topic].producer}",
        subject=row.subject,
        version=row.version,
        at=row.at,
        trace=row.trace,
        data=row.data,
    )


def mark_published(ids: Sequence[int], uow: UnitOfWork) -> None:
    # Losing this commit in a crash costs duplicates, which consumers know; waiting for it costs delay.
    uow.connection.execute(_hastily)
    uow.connection.execute(_mark, {"ids": ids})


def kept(connection: sa.Connection, topic: str, after: int, limit: int) -> list[Record]:
    """What is kept of a topic, oldest first; each record's offset is its id in the outbox (> ``after``)."""
    rows = connection.execute(
        sa.select(outbox)
        .where(outbox.c.topic == topic, outbox.c.id > after)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [_record(row, partition=0, offset=row.id) for row in rows]


def newest_id(connection: sa.Connection, topic: str) -> int:
    """The id of what was last told of a topic; 0: nothing."""
    return (
        connection.execute(sa.select(sa.func.max(outbox.c.id)).where(outbox.c.topic == topic)).scalar() or 0
    )


def republish(topics: Sequence[str], uow: UnitOfWork) -> int:
    """Marks what is kept of some topics as not published, so that the relay tells all of it again."""
    done = uow.connection.execute(sa.update(outbox).where(outbox.c.topic.in_(topics)).values(published=False))
    return done.rowcount


def trim(_command: Any, uow: UnitOfWork) -> int:
    """Deletes what has been published and is older than its topic keeps (daily), and notes up to where."""
    removed = 0
    for topic in TOPICS.values():
        if topic.producer != uow.service or topic.outbox_days is None:
            continue
        before = to_micros(uow.now) - topic.outbox_days * DAY_MS * 1000
        condition = (outbox.c.topic == topic.name) & (outbox.c.at < before)
        if uow.connection.dialect.name == "postgresql":
            condition &= outbox.c.published
        upto = uow.connection.execute(sa.select(sa.func.max(outbox.c.id)).where(condition)).scalar()
        if upto is None:
            continue
        removed += uow.connection.execute(sa.delete(outbox).where(condition)).rowcount
        uow.connection.execute(sa.delete(outbox_trimmed).where(outbox_trimmed.c.topic == topic.name))
        uow.connection.execute(sa.insert(outbox_trimmed).values(topic=topic.name, upto=upto))
    return removed
