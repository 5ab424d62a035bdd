"""Tracks: what has windows and results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.panes.common import upsert
from services.evaluation.store.tables import series, track


@dataclass(slots=True)
class Track:
    """One objective of one revision in one scope (canonical JSON of its labels)."""

    id: int
    revision: str
    agreement: str
    service: str
    objective: str
    scope: str
    closed_to: int
    final_to: int
    due: int | None
    started: int
    dirty_from: int | None
    dirty_to: int | None
    series: int
    """Whose panes it is judged from."""
    withholds: bool
    """Whether it counts other than its series says somewhere (table `withheld`)."""


def _shared(rows: Iterable[sa.Row[Any]]) -> list[Track]:
    """Tracks whose equal texts and instants are one object each: there may be a hundred thousand of them."""
    known: dict[Any, Any] = {}

    def shared(value: Any) -> Any:
        # True is equal to 1, and is not the same.
        return value if isinstance(value, bool) else known.setdefault(value, value)

    return [Track(**{name: shared(value) for name, value in row._mapping.items()}) for row in rows]


def tracks_of(
    connection: sa.Connection,
    *,
    service: str | None = None,
    revision: str | None = None,
    agreement: str | None = None,
    objective: str | None = None,
) -> list[Track]:
    query = sa.select(track).order_by(track.c.id)
    for column, value in (
        (track.c.service, service),
        (track.c.revision, revision),
        (track.c.agreement, agreement),
        (track.c.objective, objective),
    ):
        if value is not None:
            query = query.where(column == value)
    return _shared(connection.execute(query))


def services(connection: sa.Connection) -> list[str]:
    """The services that have tracks or journeys to be judged."""
    rows = connection.execute(sa.select(track.c.service).distinct())
    return sorted(row.service for row in rows)


def due_tracks(connection: sa.Connection, services: Sequence[str], at: int) -> list[Track]:
    """Tracks of some services that a tick at ``at`` has something to do for."""
    rows = connection.execute(
        sa.select(track)
        .where(
            track.c.service.in_(services),
            (track.c.due <= at) | track.c.dirty_from.is_not(None),
        )
        .order_by(track.c.id)
    )
    return _shared(rows)


def any_due(connection: sa.Connection, services: Sequence[str], at: int) -> bool:
    """Whether a window of some services ends, or becomes final, at or before an instant."""
    query = sa.select(track.c.id).where(track.c.due <= at, track.c.service.in_(services)).limit(1)
    return connection.execute(query).first() is not None


def add_tracks(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> list[Track]:
    if not rows:
        return []
    found = connection.execute(_add_tracks, list(rows))
    return [Track(id=row.id, **values) for row, values in zip(found, rows, strict=True)]


def series_of(
    connection: sa.Connection, revision: str, judged_from: str, scopes: Sequence[str]
) -> dict[str, int]:
    """The panes' series of some scopes; those that are missing are made."""
    found: dict[str, int] = {}
    if len(scopes) == 1:
        values = {"revision": revision, "judged_from": judged_from, "scope": scopes[0]}
        return {scopes[0]: connection.execute(_one_series(connection.dialect.name), values).scalar_one()}
    where = {"of_revision": revision, "from": judged_from}
    for start in range(0, len(scopes), CHUNK):
        rows = connection.execute(_series_of, {**where, "scopes": scopes[start : start + CHUNK]})
        found.update((row.scope, row.id) for row in rows)
    missing = [scope for scope in dict.fromkeys(scopes) if scope not in found]
    if missing:
        rows = connection.execute(
            _add_series,
            [{"revision": revision, "judged_from": judged_from, "scope": scope} for scope in missing],
        )
        found.update(zip(missing, (row.id for row in rows), strict=True))
    return found


# Made once: making a statement takes longer than running it.
CHUNK = 500
_add_tracks = sa.insert(track).returning(track.c.id, sort_by_parameter_order=True)
_add_series = sa.insert(series).returning(series.c.id, sort_by_parameter_order=True)
_series_of = sa.select(series.c.id, series.c.scope).where(
    series.c.revision == sa.bindparam("of_revision"),
    series.c.judged_from == sa.bindparam("from"),
    series.c.scope.in_(sa.bindparam("scopes", expanding=True)),
)


@cache
def _one_series(dialect: str) -> Any:
    """Makes a series, or finds it: in one statement, where a breach waits for it."""
    statement = upsert(dialect, series)
    again = statement.on_conflict_do_update(
        index_elements=["revision", "judged_from", "scope"], set_={"scope": statement.excluded.scope}
    )
    return again.returning(series.c.id)


_MOVING = ("closed_to", "final_to", "due", "started", "dirty_from", "dirty_to", "withholds")
_save_track = (
    sa.update(track)
    .where(track.c.id == sa.bindparam("which"))
    .values({name: sa.bindparam(name) for name in _MOVING})
)


def save_tracks(connection: sa.Connection, found: Iterable[Track]) -> None:
    rows = [{"which": one.id, **{name: getattr(one, name) for name in _MOVING}} for one in found]
    if rows:
        connection.execute(_save_track, rows)


def save_track(connection: sa.Connection, found: Track) -> None:
    save_tracks(connection, [found])


def track_by_id(connection: sa.Connection, track_id: int) -> Track:
    return Track(**connection.execute(sa.select(track).where(track.c.id == track_id)).one()._asdict())
