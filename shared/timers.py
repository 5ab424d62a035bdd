"""Timers: rows (kind, key, due) written in a handler's transaction, fired through an ordinary handler.

Only the holder of a service's lock fires them (rule 9 of "How a fact travels"); row and effect go in one
transaction, so a timer fires once however often the process dies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.db import UnitOfWork
from shared.db.tables import timer

PER_TRANSACTION = 100


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
        uow.cancel(row.kind, row.key)
        handlers[row.kind](Timer(row.kind, row.key, row.due), uow)
    return len(rows)
