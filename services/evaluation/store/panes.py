"""Batches, tracks and panes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from services.evaluation.store.tables import (
    after_final,
    applied,
    batch,
    extreme,
    pane,
    staged,
    tick,
    track,
)

MINUTE = 60_000_000
ADDED = ("n", "good", "total", "sum_hi", "sum_lo")


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


def _upsert(dialect: str, table: sa.Table) -> Any:
    """INSERT that can say what to do on conflict, on either database."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


# --- ticks -------------------------------------------------------------------------------------------


def tick_of(connection: sa.Connection, partition: int) -> tuple[int, int]:
    """The newest tick of a partition (0 before the first) and the sequence of its last transaction."""
    row = connection.execute(_tick_of, {"which": partition}).first()
    return (row.at, row.sequence) if row else (0, 0)


_tick_of = sa.select(tick.c.at, tick.c.sequence).where(tick.c.partition == sa.bindparam("which"))


@cache
def _put_tick(dialect: str) -> Any:
    statement = _upsert(dialect, tick)
    excluded = {name: statement.excluded[name] for name in ("at", "sequence")}
    return statement.on_conflict_do_update(index_elements=["partition"], set_=excluded)


def put_tick(connection: sa.Connection, partition: int, at: int, sequence: int) -> None:
    values = {"partition": partition, "at": at, "sequence": sequence}
    connection.execute(_put_tick(connection.dialect.name), values)


def newest_tick(connection: sa.Connection) -> int:
    """The newest tick of any partition (for reading; judging uses the partition's own)."""
    return connection.execute(sa.select(sa.func.max(tick.c.at))).scalar() or 0


# --- batches -----------------------------------------------------------------------------------------


def batch_states(connection: sa.Connection, ids: Sequence[str]) -> dict[str, str]:
    return {row.id: row.state for row in connection.execute(_batch_states, {"ids": ids})}


_batch_states = sa.select(batch.c.id, batch.c.state).where(
    batch.c.id.in_(sa.bindparam("ids", expanding=True))
)


def add_batches(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(_add_batches, list(rows))


_add_batches, _add_applied, _add_extremes = sa.insert(batch), sa.insert(applied), sa.insert(extreme)


def set_batch_state(connection: sa.Connection, batch_id: str, state: str) -> None:
    connection.execute(sa.update(batch).where(batch.c.id == batch_id).values(state=state))


def applied_revisions(connection: sa.Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """batch -> the revisions whose tracks hold it already."""
    found: dict[str, set[str]] = {name: set() for name in ids}
    for row in connection.execute(_applied_revisions, {"ids": ids}):
        found[row.batch].add(row.revision)
    return found


_applied_revisions = sa.select(applied).where(applied.c.batch.in_(sa.bindparam("ids", expanding=True)))


def add_applied(connection: sa.Connection, pairs: Iterable[tuple[str, str]]) -> None:
    rows = [{"batch": one, "revision": other} for one, other in pairs]
    if rows:
        connection.execute(_add_applied, rows)


def remove_applied(connection: sa.Connection, batch_id: str) -> None:
    connection.execute(sa.delete(applied).where(applied.c.batch == batch_id))


def stage(connection: sa.Connection, batch_id: str, backfill: str, kind: str, data: bytes) -> None:
    connection.execute(sa.insert(staged).values(batch=batch_id, backfill=backfill, type=kind, data=data))


def unstage(connection: sa.Connection, backfill: str) -> list[tuple[str, str, bytes]]:
    """Takes out what waited for a backfill's seal: (batch, event type, packed data)."""
    rows = connection.execute(
        sa.select(staged).where(staged.c.backfill == backfill).order_by(staged.c.batch)
    ).all()
    connection.execute(sa.delete(staged).where(staged.c.backfill == backfill))
    return [(row.batch, row.type, row.data) for row in rows]


def drop_staged(connection: sa.Connection, batch_id: str) -> None:
    connection.execute(sa.delete(staged).where(staged.c.batch == batch_id))


def newest_data(connection: sa.Connection, service: str) -> int | None:
    """The newest event time of a service's batches; None before the first."""
    return connection.execute(
        sa.select(sa.func.max(batch.c.last_at)).where(batch.c.service == service)
    ).scalar()


def listed(indicators: Iterable[str]) -> str:
    """Indicators in one text, each between bars."""
    return "|" + "|".join(sorted(set(indicators))) + "|"


def batches_between(
    connection: sa.Connection,
    service: str,
    indicator: str,
    start: int,
    end: int,
    after: str,
    limit: int,
) -> list[dict[str, Any]]:
    """Applied batches that measured an indicator and whose event times touch [start, end), by id."""
    rows = connection.execute(
        sa.select(batch)
        .where(
            batch.c.service == service,
            batch.c.indicators.contains(f"|{indicator}|", autoescape=True),
            batch.c.first_at < end,
            batch.c.last_at >= start,
            batch.c.state == "applied",
            batch.c.id > after,
        )
        .order_by(batch.c.id)
        .limit(limit)
    )
    return [dict(row._asdict()) for row in rows]


# --- tracks ------------------------------------------------------------------------------------------


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


# --- panes -------------------------------------------------------------------------------------------


def add_to_panes(connection: sa.Connection, rows: Sequence[Mapping[str, int]]) -> None:
    """Adds (also negative) counts and limbs to panes: rows of track, minute and `ADDED`."""
    if rows:
        connection.execute(_add_to_panes(connection.dialect.name), list(rows))


@cache
def _add_to_panes(dialect: str) -> Any:
    statement = _upsert(dialect, pane)
    added = {name: pane.c[name] + statement.excluded[name] for name in ADDED}
    return statement.on_conflict_do_update(index_elements=["track", "minute"], set_=added)


def add_extremes(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(_add_extremes, list(rows))


def remove_extremes(
    connection: sa.Connection, batch_id: str, track_id: int, minute: int | None = None
) -> None:
    """Takes a batch's (or a journey's) extremes out of a track, or of one of its minutes."""
    query = sa.delete(extreme).where(extreme.c.batch == batch_id, extreme.c.track == track_id)
    connection.execute(query if minute is None else query.where(extreme.c.minute == minute))


def sums(connection: sa.Connection, track_id: int, start: int, end: int) -> tuple[int, int, int, int]:
    """n, good, total and sum over the panes of [start, end)."""
    row = connection.execute(_sums, _minutes(track_id, start, end)).one()
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


def extremes(connection: sa.Connection, track_id: int, start: int, end: int) -> tuple[int | None, int | None]:
    """Minimum and maximum over [start, end); None without values."""
    row = connection.execute(_extremes, _minutes(track_id, start, end)).one()
    return row[0], row[1]


def add_after_final(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        statement = _upsert(connection.dialect.name, after_final).values(**row)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["track", "window_start", "batch"],
                set_={"rows": after_final.c.rows + statement.excluded.rows},
            )
        )


def after_final_of(connection: sa.Connection, track_id: int, window_start: int) -> list[tuple[str, int]]:
    rows = connection.execute(
        sa.select(after_final.c.batch, after_final.c.rows)
        .where(after_final.c.track == track_id, after_final.c.window_start == window_start)
        .order_by(after_final.c.batch)
    )
    return [(row.batch, row.rows) for row in rows]


def drop_panes_from(connection: sa.Connection, track_id: int, start: int) -> None:
    """Deletes the panes at or behind an instant: the revision is no longer in force there."""
    for table in (pane, extreme):
        connection.execute(
            sa.delete(table).where(table.c.track == track_id, table.c.minute >= start // MINUTE)
        )


def panes_between(
    connection: sa.Connection, track_id: int, start: int, end: int
) -> list[tuple[int, int, int, int, int]]:
    """(minute, n, good, total, sum) of the panes of [start, end), in order."""
    rows = connection.execute(
        sa.select(pane)
        .where(
            pane.c.track == track_id,
            pane.c.minute >= start // MINUTE,
            pane.c.minute < -(-end // MINUTE),
        )
        .order_by(pane.c.minute)
    )
    return [(row.minute, row.n, row.good, row.total, (row.sum_hi << 32) + row.sum_lo) for row in rows]


def extremes_between(
    connection: sa.Connection, track_id: int, start: int, end: int
) -> list[tuple[int, int, int]]:
    """(minute, minimum, maximum) of [start, end), in order of the minute."""
    rows = connection.execute(
        sa.select(extreme.c.minute, sa.func.min(extreme.c.minimum), sa.func.max(extreme.c.maximum))
        .where(
            extreme.c.track == track_id,
            extreme.c.minute >= start // MINUTE,
            extreme.c.minute < -(-end // MINUTE),
        )
        .group_by(extreme.c.minute)
        .order_by(extreme.c.minute)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def track_by_id(connection: sa.Connection, track_id: int) -> Track:
    return Track(**connection.execute(sa.select(track).where(track.c.id == track_id)).one()._asdict())
