"""Adding to panes, and taking out again.

The hot road: plain statements and rows of integers, since making a row ready takes longer than storing it.
PostgreSQL takes whole columns in one statement, SQLite rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from services.evaluation.domain.merging import rolled_up
from services.evaluation.domain.panes import Ints
from services.evaluation.store.panes.common import WIDTHS, is_postgresql, marked
from services.evaluation.store.panes.tracks import Track
from services.evaluation.store.tables import bound, extreme, pane, withheld
from shared.clock import MINUTE

ADDED = ("n", "good", "total", "sum_hi", "sum_lo")
_WIDER = WIDTHS[1:]


@cache
def _adding(postgresql: bool) -> str:
    columns = ("series", "width", "minute", *ADDED)
    added = ", ".join(f"{name} = {pane.name}.{name} + excluded.{name}" for name in ADDED)
    return _upsert(postgresql, pane.name, columns, "series, width, minute", added)


def _upsert(postgresql: bool, table: str, columns: Sequence[str], key: str, update: str) -> str:
    names = ", ".join(columns)
    if postgresql:
        arrays = ", ".join("%s::bigint[]" for _ in columns)
        source = f"SELECT * FROM unnest({arrays})"
    else:
        source = f"VALUES ({', '.join('?' for _ in columns)})"
    return f"INSERT INTO {table} ({names}) {source} ON CONFLICT ({key}) DO UPDATE SET {update}"


def _store(connection: sa.Connection, statement: str, columns: Sequence[Any]) -> None:
    lists = [column.tolist() for column in columns]
    if is_postgresql(connection):
        connection.exec_driver_sql(statement, tuple(lists))
    else:
        connection.exec_driver_sql(statement, list(zip(*lists, strict=True)))


def add_to_panes(connection: sa.Connection, series: Ints, minute: Ints, numbers: Sequence[Ints]) -> None:
    """Adds (also negative) counts and limbs (`ADDED`) to panes of one minute and to those of hours and days.

    Kept at every width at once, a wider pane is right at any moment: late data and voids only add to it.
    """
    if not len(series):
        return
    parts = [rolled_up(series, minute, numbers, width) for width in WIDTHS]
    widths = [np.full(len(part[0]), width) for width, part in zip(WIDTHS, parts, strict=True)]
    columns = [
        np.concatenate([part[0] for part in parts]),
        np.concatenate(widths),
        np.concatenate([part[1] for part in parts]),
        *(np.concatenate([part[2][index] for part in parts]) for index in range(len(ADDED))),
    ]
    _store(connection, _adding(is_postgresql(connection)), columns)


# --- extremes ----------------------------------------------------------------------------------------


@cache
def _bounding(postgresql: bool) -> str:
    least, most = ("LEAST", "GREATEST") if postgresql else ("MIN", "MAX")
    update = (
        f"minimum = {least}({bound.name}.minimum, excluded.minimum), "
        f"maximum = {most}({bound.name}.maximum, excluded.maximum)"
    )
    columns = ("series", "width", "minute", "minimum", "maximum")
    return _upsert(postgresql, bound.name, columns, "series, width, minute", update)


_insert_extreme = sa.insert(extreme)


def add_extremes(connection: sa.Connection, rows: Sequence[tuple[int, int, str, int, int]]) -> None:
    """(series, minute, batch, minimum, maximum): each batch's own, and what they come to."""
    if not rows:
        return
    names = ("series", "minute", "batch", "minimum", "maximum")
    connection.execute(_insert_extreme, [dict(zip(names, row, strict=True)) for row in rows])
    found: dict[tuple[int, int, int], tuple[int, int]] = {}
    for series, minute, _, minimum, maximum in rows:
        for width in WIDTHS:
            key = (series, width, minute // width * width)
            low, high = found.get(key, (minimum, maximum))
            found[key] = (min(low, minimum), max(high, maximum))
    columns = np.array([(*key, *value) for key, value in sorted(found.items())]).T
    _store(connection, _bounding(is_postgresql(connection)), list(columns))


def remove_extremes(connection: sa.Connection, series: int, batch: str) -> None:
    """Takes a batch's (or a journey's) extremes out of a series: what is left says the bounds."""
    mine = (extreme.c.series == series) & (extreme.c.batch == batch)
    minutes = [row.minute for row in connection.execute(sa.select(extreme.c.minute).where(mine))]
    connection.execute(sa.delete(extreme).where(mine))
    _bound_again(connection, series, minutes)


def _bound_again(connection: sa.Connection, series: int, minutes: Iterable[int]) -> None:
    for width in WIDTHS:
        for start in sorted({minute // width * width for minute in minutes}):
            where = (bound.c.series == series) & (bound.c.width == width) & (bound.c.minute == start)
            connection.execute(sa.delete(bound).where(where))
            _fill(connection, bound, extreme, series, width, start)


def _fill(
    connection: sa.Connection, wide: sa.Table, narrow: sa.Table, series: int, width: int, start: int
) -> None:
    """Makes one wider pane (or its bounds) from the minutes below it, if there are any."""
    within = (narrow.c.series == series) & (narrow.c.minute >= start) & (narrow.c.minute < start + width)
    if narrow is pane:
        within &= narrow.c.width == 1
        columns = [sa.cast(sa.func.sum(pane.c[name]), sa.BigInteger).label(name) for name in ADDED]
    else:
        columns = [sa.func.min(narrow.c.minimum).label("least"), sa.func.max(narrow.c.maximum).label("most")]
    found = connection.execute(sa.select(*columns).where(within)).one()
    if found[0] is None:
        return
    names = ADDED if narrow is pane else ("minimum", "maximum")
    values = dict(zip(names, found, strict=True))
    connection.execute(sa.insert(wide).values(series=series, width=width, minute=start, **values))


# --- what a track does not count ---------------------------------------------------------------------


def withhold(connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """(track, minute, batch, `ADDED`, minimum, maximum): what a series holds and the track does not count.

    Negative: what it counts although the series lost it (a batch was voided after its window was final).
    """
    if not rows:
        return
    names = ("track", "minute", "batch", *ADDED, "minimum", "maximum")
    mark = marked(connection)
    added = ", ".join(f"{name} = {withheld.name}.{name} + excluded.{name}" for name in ADDED)
    statement = (
        f"INSERT INTO {withheld.name} ({', '.join(names)}) VALUES ({', '.join(mark for _ in names)}) "
        f"ON CONFLICT (track, minute, batch) DO UPDATE SET {added}"
    )
    connection.exec_driver_sql(statement, list(rows))


def release(
    connection: sa.Connection, track: Track, batch: str, start: int | None = None, end: int | None = None
) -> list[int]:
    """Counts for a track what it withheld of a batch (in [start, end)), as a correction says. -> minutes."""
    mine = (withheld.c.track == track.id) & (withheld.c.batch == batch)
    if start is not None and end is not None:
        mine &= (withheld.c.minute >= start // MINUTE) & (withheld.c.minute < -(-end // MINUTE))
    rows = connection.execute(sa.select(withheld.c.minute).where(mine).order_by(withheld.c.minute))
    minutes = [row.minute for row in rows]
    connection.execute(sa.delete(withheld).where(mine))
    return minutes


# --- a revision's end --------------------------------------------------------------------------------


def drop_panes_from(connection: sa.Connection, track: Track, start: int) -> None:
    """Deletes the panes at or behind an instant: the revision is no longer in force there."""
    first = start // MINUTE
    connection.execute(sa.delete(withheld).where(withheld.c.track == track.id, withheld.c.minute >= first))
    connection.execute(sa.delete(extreme).where(extreme.c.series == track.series, extreme.c.minute >= first))
    for table, narrow in ((pane, pane), (bound, extreme)):
        behind = table.c.minute + table.c.width > first
        connection.execute(sa.delete(table).where(table.c.series == track.series, behind))
        for width in _WIDER:
            if first % width:
                _fill(connection, table, narrow, track.series, width, first // width * width)
