"""Which minutes the planned sources reported, and for which spans a report was complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from services.evaluation.domain.exclusions import Span, merged, outside
from services.evaluation.store.panes import Track
from services.evaluation.store.panes.common import upsert
from services.evaluation.store.tables import tables
from shared.clock import MINUTE
from shared.db.types import Code, Micros

# One row a minute in which a planned source reported rows of an indicator; `n`: by how many batches.
report_minute = sa.Table(
    "report_minute",
    tables,
    sa.Column("service", Code, nullable=False),
    sa.Column("indicator", Code, nullable=False),
    sa.Column("source", Code, nullable=False),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("n", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("service", "indicator", "source", "minute", name="pk_report_minute"),
)

# The batches whose minutes are counted there, so that one that comes again counts once.
reported = sa.Table(
    "reported",
    tables,
    sa.Column("batch", sa.String(64), nullable=False),
    sa.Column("indicator", Code, nullable=False),
    sa.PrimaryKeyConstraint("batch", "indicator", name="pk_reported"),
)

# Spans [from_at, to_at) for which a batch was complete.
report_cover = sa.Table(
    "report_cover",
    tables,
    sa.Column("batch", sa.String(64), nullable=False),
    sa.Column("indicator", Code, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("source", Code, nullable=False),
    sa.Column("from_at", Micros, nullable=False),
    sa.Column("to_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("batch", "indicator", name="pk_report_cover"),
)

# What an objective does not hear of reports (`n` 1): they came when all windows around were final. `n` -1:
# what it hears all the same, since they were taken back after that, or a correction says so (for one track).
report_aside = sa.Table(
    "report_aside",
    tables,
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("objective", Code, nullable=False),
    # 0: all of the objective's.
    sa.Column("track", sa.BigInteger, nullable=False),
    sa.Column("batch", sa.String(64), nullable=False),
    sa.Column("source", Code, nullable=False),
    # Whether it was a report that said to be complete, or rows.
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("from_at", Micros, nullable=False),
    sa.Column("to_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint(
        "revision", "objective", "track", "batch", "complete", "n", "from_at", name="pk_report_aside"
    ),
)

sa.Index("ix_report_cover_span", report_cover.c.service, report_cover.c.indicator, report_cover.c.from_at)


def counted(connection: sa.Connection, batches: Sequence[str]) -> set[tuple[str, str]]:
    """(batch, indicator) whose minutes are counted already."""
    rows = connection.execute(sa.select(reported).where(reported.c.batch.in_(batches)))
    return {(row.batch, row.indicator) for row in rows}


def add_counted(connection: sa.Connection, pairs: Iterable[tuple[str, str]]) -> None:
    rows = [{"batch": batch, "indicator": indicator} for batch, indicator in pairs]
    if rows:
        connection.execute(sa.insert(reported), rows)


def remove_counted(connection: sa.Connection, batch: str) -> None:
    connection.execute(sa.delete(reported).where(reported.c.batch == batch))


def add_minutes(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds (also negative) numbers of batches to minutes."""
    if rows:
        connection.execute(_add_minutes(connection.dialect.name), list(rows))


@cache
def _add_minutes(dialect: str) -> Any:
    statement = upsert(dialect, report_minute)
    return statement.on_conflict_do_update(
        index_elements=["service", "indicator", "source", "minute"],
        set_={"n": report_minute.c.n + statement.excluded.n},
    )


def minutes(
    connection: sa.Connection, service: str, indicator: str, source: str, start: int, end: int
) -> tuple[list[int], list[int]]:
    """The minutes of [start, end) in which a source reported rows, and by how many batches each."""
    where = {"of_service": service, "of_indicator": indicator, "of_source": source}
    span = {"first": start // MINUTE, "behind": -(-end // MINUTE)}
    rows = connection.execute(_minutes, {**where, **span}).all()
    return [row.minute for row in rows], [row.n for row in rows]


_minutes = sa.select(report_minute.c.minute, report_minute.c.n).where(
    report_minute.c.service == sa.bindparam("of_service"),
    report_minute.c.indicator == sa.bindparam("of_indicator"),
    report_minute.c.source == sa.bindparam("of_source"),
    report_minute.c.minute >= sa.bindparam("first"),
    report_minute.c.minute < sa.bindparam("behind"),
)


def add_covers(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keeps covers; returns those that were not known."""
    if not rows:
        return []
    names = {row["batch"] for row in rows}
    found = connection.execute(
        sa.select(report_cover.c.batch, report_cover.c.indicator).where(report_cover.c.batch.in_(names))
    )
    known = {(row.batch, row.indicator) for row in found}
    fresh = {
        (row["batch"], row["indicator"]): row for row in rows if (row["batch"], row["indicator"]) not in known
    }
    if fresh:
        connection.execute(sa.insert(report_cover), list(fresh.values()))
    return list(fresh.values())


def remove_covers(connection: sa.Connection, batch: str) -> None:
    connection.execute(sa.delete(report_cover).where(report_cover.c.batch == batch))


def covers(
    connection: sa.Connection, service: str, indicator: str, start: int, end: int
) -> list[tuple[str, int, int]]:
    """(source, from, to) of the reports that are complete for a part of [start, end)."""
    where = {"of_service": service, "of_indicator": indicator, "start": start, "behind": end}
    return [(row[0], row[1], row[2]) for row in connection.execute(_covers, where)]


_covers = sa.select(report_cover.c.source, report_cover.c.from_at, report_cover.c.to_at).where(
    report_cover.c.service == sa.bindparam("of_service"),
    report_cover.c.indicator == sa.bindparam("of_indicator"),
    report_cover.c.from_at < sa.bindparam("behind"),
    report_cover.c.to_at > sa.bindparam("start"),
)


# --- what came too late ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aside:
    """A part of a batch's report that a track does not hear (``n`` 1), or hears all the same (-1)."""

    batch: str
    source: str
    complete: bool
    n: int
    from_at: int
    to_at: int


def set_aside(
    connection: sa.Connection, revision: str, objective: str, parts: Sequence[Aside], track: int = 0
) -> None:
    if parts:
        whose = {"revision": revision, "objective": objective, "track": track}
        connection.execute(sa.insert(report_aside), [{**whose, **asdict(part)} for part in parts])


def asides(connection: sa.Connection, track: Track, start: int, end: int) -> list[Aside]:
    """What concerns a track in [start, end)."""
    where = {"of_revision": track.revision, "of_objective": track.objective, "of_track": track.id}
    rows = connection.execute(_asides, {**where, "start": start, "behind": end})
    return [Aside(row.batch, row.source, row.complete, row.n, row.from_at, row.to_at) for row in rows]


_asides = sa.select(report_aside).where(
    report_aside.c.revision == sa.bindparam("of_revision"),
    report_aside.c.objective == sa.bindparam("of_objective"),
    report_aside.c.track.in_([0, sa.bindparam("of_track")]),
    report_aside.c.from_at < sa.bindparam("behind"),
    report_aside.c.to_at > sa.bindparam("start"),
)


def unheard(connection: sa.Connection, track: Track, start: int, end: int) -> list[Aside]:
    """What a track does not hear in [start, end), and neither a correction let in nor anybody took back."""
    found = asides(connection, track, start, end)
    back: dict[tuple[str, bool], list[Span]] = {}
    for one in found:
        if one.n < 0:
            back.setdefault((one.batch, one.complete), []).append((one.from_at, one.to_at))
    return [
        replace(one, from_at=low, to_at=high)
        for one in found
        if one.n > 0
        for low, high in outside(
            merged(back.get((one.batch, one.complete), [])), max(start, one.from_at), min(end, one.to_at)
        )
    ]


def told_too_late(connection: sa.Connection, track: Track, start: int, end: int) -> set[str]:
    """The batches whose reports of nothing a track does not hear in [start, end)."""
    return {one.batch for one in unheard(connection, track, start, end) if one.complete}


def release(connection: sa.Connection, track: Track, batch: str, start: int, end: int) -> None:
    """Lets a track hear a batch's reports in [start, end) after all, as a correction says."""
    parts = [replace(one, n=-1) for one in unheard(connection, track, start, end) if one.batch == batch]
    set_aside(connection, track.revision, track.objective, parts, track.id)
