"""Which minutes the planned sources reported, and for which spans a report was complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

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
) -> list[int]:
    """The minutes of [start, end) in which a source reported rows."""
    where = {"of_service": service, "of_indicator": indicator, "of_source": source}
    span = {"first": start // MINUTE, "behind": -(-end // MINUTE)}
    return list(connection.execute(_minutes, {**where, **span}).scalars())


_minutes = sa.select(report_minute.c.minute).where(
    report_minute.c.service == sa.bindparam("of_service"),
    report_minute.c.indicator == sa.bindparam("of_indicator"),
    report_minute.c.source == sa.bindparam("of_source"),
    report_minute.c.minute >= sa.bindparam("first"),
    report_minute.c.minute < sa.bindparam("behind"),
    report_minute.c.n > 0,
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
