"""Panes: numbers of one minute, added to and read over spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.panes.common import MINUTE, upsert
from services.evaluation.store.panes.tracks import Track
from services.evaluation.store.tables import extreme, pane

ADDED = ("n", "good", "total", "sum_hi", "sum_lo")


def add_to_panes(connection: sa.Connection, rows: Sequence[Mapping[str, int]]) -> None:
    """Adds (also negative) counts and limbs to panes: rows of track, minute and `ADDED`."""
    if rows:
        connection.execute(_add_to_panes(connection.dialect.name), list(rows))


@cache
def _add_to_panes(dialect: str) -> Any:
    statement = upsert(dialect, pane)
    added = {name: pane.c[name] + statement.excluded[name] for name in ADDED}
    return statement.on_conflict_do_update(index_elements=["track", "minute"], set_=added)


_add_extremes = sa.insert(extreme)


def add_extremes(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(_add_extremes, list(rows))


def remove_extremes(
    connection: sa.Connection, batch_id: str, track: Track, minute: int | None = None
) -> None:
    """Takes a batch's (or a journey's) extremes out of a track, or of one of its minutes."""
    query = sa.delete(extreme).where(extreme.c.batch == batch_id, extreme.c.track == track.id)
    connection.execute(query if minute is None else query.where(extreme.c.minute == minute))


def sums(connection: sa.Connection, track: Track, start: int, end: int) -> tuple[int, int, int, int]:
    """n, good, total and sum over the panes of [start, end)."""
    row = connection.execute(_sums, _minutes(track.id, start, end)).one()
    n, good, total, high, low = (int(value) for value in row)
    return n, good, total, (high << 32) + low


def _minutes(track_id: int, start: int, end: int) -> dict[str, int]:
    return {"which": track_id, "first": start // MINUTE, "behind": -(-end // MINUTE)}


def _within(table: sa.Table) -> sa.ColumnElement[bool]:
    minute = table.c.minute
    within = (minute >= sa.bindparam("first")) & (minute < sa.bindparam("behind"))
    return (table.c.track == sa.bindparam("which")) & within


_sums = sa.select(*(sa.func.coalesce(sa.func.sum(pane.c[name]), 0) for name in ADDED)).where(_within(pane))
_extremes = sa.select(sa.func.min(extreme.c.minimum), sa.func.max(extreme.c.maximum)).where(_within(extreme))


def extremes(connection: sa.Connection, track: Track, start: int, end: int) -> tuple[int | None, int | None]:
    """Minimum and maximum over [start, end); None without values."""
    row = connection.execute(_extremes, _minutes(track.id, start, end)).one()
    return row[0], row[1]


def drop_panes_from(connection: sa.Connection, track: Track, start: int) -> None:
    """Deletes the panes at or behind an instant: the revision is no longer in force there."""
    for table in (pane, extreme):
        connection.execute(
            sa.delete(table).where(table.c.track == track.id, table.c.minute >= start // MINUTE)
        )


def panes_between(
    connection: sa.Connection, track: Track, start: int, end: int
) -> list[tuple[int, int, int, int, int]]:
    """(minute, n, good, total, sum) of the panes of [start, end), in order."""
    rows = connection.execute(
        sa.select(pane)
        .where(
            pane.c.track == track.id,
            pane.c.minute >= start // MINUTE,
            pane.c.minute < -(-end // MINUTE),
        )
        .order_by(pane.c.minute)
    )
    return [(row.minute, row.n, row.good, row.total, (row.sum_hi << 32) + row.sum_lo) for row in rows]


def extremes_between(
    connection: sa.Connection, track: Track, start: int, end: int
) -> list[tuple[int, int, int]]:
    """(minute, minimum, maximum) of [start, end), in order of the minute."""
    rows = connection.execute(
        sa.select(extreme.c.minute, sa.func.min(extreme.c.minimum), sa.func.max(extreme.c.maximum))
        .where(
            extreme.c.track == track.id,
            extreme.c.minute >= start // MINUTE,
            extreme.c.minute < -(-end // MINUTE),
        )
        .group_by(extreme.c.minute)
        .order_by(extreme.c.minute)
    )
    return [(row[0], row[1], row[2]) for row in rows]
