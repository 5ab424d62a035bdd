"""How far data are complete."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.panes.common import upsert
from services.evaluation.store.tables import tick


def tick_of(connection: sa.Connection, partition: int) -> tuple[int, int]:
    """The newest tick of a partition (0 before the first) and the sequence of its last transaction."""
    row = connection.execute(_tick_of, {"which": partition}).first()
    return (row.at, row.sequence) if row else (0, 0)


_tick_of = sa.select(tick.c.at, tick.c.sequence).where(tick.c.partition == sa.bindparam("which"))


@cache
def _put_tick(dialect: str) -> Any:
    statement = upsert(dialect, tick)
    excluded = {name: statement.excluded[name] for name in ("at", "sequence")}
    return statement.on_conflict_do_update(index_elements=["partition"], set_=excluded)


def put_tick(connection: sa.Connection, partition: int, at: int, sequence: int) -> None:
    values = {"partition": partition, "at": at, "sequence": sequence}
    connection.execute(_put_tick(connection.dialect.name), values)


def newest_tick(connection: sa.Connection) -> int:
    """The newest tick of any partition (for reading; judging uses the partition's own)."""
    return connection.execute(sa.select(sa.func.max(tick.c.at))).scalar() or 0
