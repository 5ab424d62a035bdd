"""Timers: rows (kind, key, due) written in a handler's transaction, fired through an ordinary handler.

Only the holder of a service's lock fires them (rule 9 of "How a fact travels"); row and effect go in one
transaction, so a timer fires once however often the process dies (tests/contract/test_database.py). One
whose handler fails for a reason of its own is tried again later and stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from shared.db import UnitOfWork
from shared.db.tables import timer
from shared.inbox import lies_in_the_record

log = structlog.get_logger(__name__)

PER_TRANSACTION = 100
AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Timer:
    kind: str
    key: str
    due: datetime


TimerHandler = Callable[[Timer, UnitOfWork], None]


def fire_due(handlers: Mapping[str, TimerHandler], uow: UnitOfWork) -> int:
    """Fires what is due. Returns how many; `PER_TRANSACTION` means there may be more."""
    rows = uow.connection.execute(
        sa.select(timer)
        .where(timer.c.due <= uow.now, timer.c.kind.in_(list(handlers)))
        .order_by(timer.c.due)
        .limit(PER_TRANSACTION)
    ).all()
    for row in rows:
        try:
            with uow.savepoint():
                uow.cancel(row.kind, row.key)
                handlers[row.kind](Timer(row.kind, row.key, row.due), uow)
        except Exception as error:
            if not lies_in_the_record(error):
                raise
            log.error("a timer failed", kind=row.kind, key=row.key, exc_info=error)
            uow.schedule(row.kind, row.key, uow.now + AGAIN)
    return len(rows)
