"""Reading panes over spans of whole minutes.

A span is read in at most five pieces (minutes to the next hour, hours to the next day, days, and back), so
that thirty days cost what five minutes cost. What a track withholds is taken off; few tracks ever do.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import sqlalchemy as sa

from services.evaluation.store.panes.common import WIDTHS, marked
from services.evaluation.store.panes.tracks import Track
from services.evaluation.store.panes.writing import ADDED
from services.evaluation.store.tables import bound, extreme, pane, withheld
from shared.clock import MINUTE


def pieces(first: int, behind: int) -> list[tuple[int, int, int]]:
    """(width, first, behind) of the panes that make up the minutes [first, behind), without overlap."""
    if behind <= first:
        return []
    found: list[tuple[int, int, int]] = []
    tail: list[tuple[int, int, int]] = []
    for width, wider in pairwise(WIDTHS):
        up, down = -(-first // wider) * wider, behind // wider * wider
        if up >= down:
            found.append((width, first, behind))
            return [*found, *reversed(tail)]
        if up > first:
            found.append((width, first, up))
        if down < behind:
            tail.append((width, down, behind))
        first, behind = up, down
    return [*found, (WIDTHS[-1], first, behind), *reversed(tail)]


def _span(start: int, end: int) -> tuple[int, int]:
    return start // MINUTE, -(-end // MINUTE)


@cache
def _sums(count: int, mark: str) -> str:
    columns = ", ".join(ADDED)
    piece = (
        f"SELECT {columns} FROM {pane.name} WHERE series = {mark} AND width = {mark} "
        f"AND minute >= {mark} AND minute < {mark}"
    )
    summed = ", ".join(f"COALESCE(SUM({name}), 0)" for name in ADDED)
    return f"SELECT {summed} FROM ({' UNION ALL '.join([piece] * count)}) AS piece"


@cache
def _bounds(count: int, mark: str) -> str:
    piece = (
        f"SELECT minimum, maximum FROM {bound.name} WHERE series = {mark} AND width = {mark} "
        f"AND minute >= {mark} AND minute < {mark}"
    )
    return f"SELECT MIN(minimum), MAX(maximum) FROM ({' UNION ALL '.join([piece] * count)}) AS piece"


def sums(connection: sa.Connection, track: Track, start: int, end: int) -> tuple[int, int, int, int]:
    """n, good, total and sum over the panes of [start, end)."""
    found = pieces(*_span(start, end))
    if not found:
        return 0, 0, 0, 0
    values = tuple(value for piece in found for value in (track.series, *piece))
    row = connection.exec_driver_sql(_sums(len(found), marked(connection)), values).one()
    n, good, total, high, low = (int(value) for value in row)
    if track.withholds:
        off = connection.execute(_withheld_sums, _of(track, start, end)).one()
        n, good, total, high, low = (
            one - int(other) for one, other in zip((n, good, total, high, low), off, strict=True)
        )
    return n, good, total, (high << 32) + low


def _of(track: Track, start: int, end: int) -> dict[str, int]:
    first, behind = _span(start, end)
    return {"of_track": track.id, "of_series": track.series, "first": first, "behind": behind}


def _within(table: sa.Table) -> sa.ColumnElement[bool]:
    minute = table.c.minute
    return (minute >= sa.bindparam("first")) & (minute < sa.bindparam("behind"))


_my_withheld = (withheld.c.track == sa.bindparam("of_track")) & _within(withheld)
_withheld_sums = sa.select(*(sa.func.coalesce(sa.func.sum(withheld.c[name]), 0) for name in ADDED)).where(
    _my_withheld
)
_withheld_panes = (
    sa.select(withheld.c.minute, *(sa.func.sum(withheld.c[name]) for name in ADDED))
    .where(_my_withheld)
    .group_by(withheld.c.minute)
)
_panes_between = (
    sa.select(pane.c.minute, *(pane.c[name] for name in ADDED))
    .where(pane.c.series == sa.bindparam("of_series"), pane.c.width == 1, _within(pane))
    .order_by(pane.c.minute)
)


def panes_between(
    connection: sa.Connection, track: Track, start: int, end: int
) -> list[tuple[int, int, int, int, int]]:
    """(minute, n, good, total, sum) of the panes of [start, end), in order."""
    where = _of(track, start, end)
    rows = connection.execute(_panes_between, where).all()
    if not track.withholds:
        return [(minute, n, good, total, (high << 32) + low) for minute, n, good, total, high, low in rows]
    left = {row[0]: [int(value) for value in row[1:]] for row in rows}
    for minute, *numbers in connection.execute(_withheld_panes, where):
        mine = left.setdefault(minute, [0] * len(ADDED))
        left[minute] = [one - int(other) for one, other in zip(mine, numbers, strict=True)]
    return [
        (minute, n, good, total, (high << 32) + low)
        for minute, (n, good, total, high, low) in sorted(left.items())
        if any((n, good, total, high, low))
    ]


# --- extremes ----------------------------------------------------------------------------------------

_not_withheld = ~sa.exists().where(
    withheld.c.track == sa.bindparam("of_track"),
    withheld.c.minute == extreme.c.minute,
    withheld.c.batch == extreme.c.batch,
)
_counting = sa.union_all(
    sa.select(extreme.c.minute, extreme.c.minimum, extreme.c.maximum).where(
        extreme.c.series == sa.bindparam("of_series"), _within(extreme), _not_withheld
    ),
    # What the track counts although the series lost it.
    sa.select(withheld.c.minute, withheld.c.minimum, withheld.c.maximum).where(
        _my_withheld, withheld.c.n < 0, withheld.c.minimum.is_not(None)
    ),
).subquery()
_counting_by_minute = (
    sa.select(_counting.c.minute, sa.func.min(_counting.c.minimum), sa.func.max(_counting.c.maximum))
    .group_by(_counting.c.minute)
    .order_by(_counting.c.minute)
)
_bounds_by_minute = (
    sa.select(bound.c.minute, bound.c.minimum, bound.c.maximum)
    .where(bound.c.series == sa.bindparam("of_series"), bound.c.width == 1, _within(bound))
    .order_by(bound.c.minute)
)


def extremes(connection: sa.Connection, track: Track, start: int, end: int) -> tuple[int | None, int | None]:
    """Minimum and maximum over [start, end); None without values."""
    if track.withholds:
        rows = extremes_between(connection, track, start, end)
        return min((row[1] for row in rows), default=None), max((row[2] for row in rows), default=None)
    found = pieces(*_span(start, end))
    if not found:
        return None, None
    values = tuple(value for piece in found for value in (track.series, *piece))
    row = connection.exec_driver_sql(_bounds(len(found), marked(connection)), values).one()
    return row[0], row[1]


def extremes_between(
    connection: sa.Connection, track: Track, start: int, end: int
) -> list[tuple[int, int, int]]:
    """(minute, minimum, maximum) of [start, end), in order of the minute."""
    query = _counting_by_minute if track.withholds else _bounds_by_minute
    return [(row[0], row[1], row[2]) for row in connection.execute(query, _of(track, start, end))]
