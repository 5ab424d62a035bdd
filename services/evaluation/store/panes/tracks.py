"""Tracks: what has windows and results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.tables import track


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
    return [Track(**row._asdict()) for row in connection.execute(query)]


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
    return [Track(**row._asdict()) for row in rows]


def any_due(connection: sa.Connection, services: Sequence[str], at: int) -> bool:
    """Whether a window of some services ends, or becomes final, at or before an instant."""
    query = sa.select(track.c.id).where(track.c.due <= at, track.c.service.in_(services)).limit(1)
    return connection.execute(query).first() is not None


def add_track(connection: sa.Connection, **values: Any) -> Track:
    row = connection.execute(_add_track, values).one()
    return Track(id=row.id, **values)


# Made once: making a statement takes longer than running it.
_add_track = sa.insert(track).returning(track.c.id)
_MOVING = ("closed_to", "final_to", "due", "started", "dirty_from", "dirty_to")
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
