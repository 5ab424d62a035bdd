"""What reports were made from, on schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from services.evaluation.store.results import Result
from services.evaluation.store.tables import HASH, ID, result, tables
from shared.db.types import Code, Json, Micros

kept_report = sa.Table(
    "kept_report",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    # 2026-10, fy2027-q1, fy2027.
    sa.Column("period", sa.String(16), nullable=False),
    sa.Column("basis", HASH, nullable=False),
    # closed: some of its results may still change; final.
    sa.Column("state", sa.String(8), nullable=False),
    # Hashes of what was in force in the period, oldest first.
    sa.Column("revisions", Json, nullable=False),
    # [id, revision, state] of each result that it shows.
    sa.Column("results", Json, nullable=False),
    sa.Column("kept_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_kept_report"),
    sa.UniqueConstraint("agreement", "period", name="uq_kept_report_period"),
)

AT_ONCE = 500
"""Ids in one question."""


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    agreement: str
    period: str
    basis: str
    state: str
    revisions: list[str]
    results: list[tuple[str, int, str]]
    kept_at: int


def put(connection: sa.Connection, found: Kept) -> None:
    connection.execute(sa.insert(kept_report).values(asdict(found)))


def kept_of(connection: sa.Connection, periods: Sequence[str]) -> set[tuple[str, str]]:
    """The agreements and periods, of some periods, that a report was kept of."""
    rows = connection.execute(
        sa.select(kept_report.c.agreement, kept_report.c.period).where(kept_report.c.period.in_(periods))
    )
    return {(row.agreement, row.period) for row in rows}


def by_id(connection: sa.Connection, report: str) -> Kept | None:
    row = connection.execute(sa.select(kept_report).where(kept_report.c.id == report)).first()
    return None if row is None else _read(row)


def listed(
    connection: sa.Connection,
    *,
    agreements: Sequence[str],
    period: str | None,
    after: tuple[int, str] | None,
    limit: int,
) -> list[Kept]:
    """Newest first."""
    query = (
        sa.select(kept_report)
        .where(kept_report.c.agreement.in_(agreements))
        .order_by(kept_report.c.kept_at.desc(), kept_report.c.id.desc())
        .limit(limit)
    )
    if period is not None:
        query = query.where(kept_report.c.period == period)
    if after is not None:
        at, last = after
        query = query.where(
            (kept_report.c.kept_at < at) | ((kept_report.c.kept_at == at) & (kept_report.c.id < last))
        )
    return [_read(row) for row in connection.execute(query)]


def results_by_id(connection: sa.Connection, ids: Sequence[str]) -> list[Result]:
    """Revisions of results, old ones too, newest window first."""
    rows = [
        row
        for start in range(0, len(ids), AT_ONCE)
        for row in connection.execute(sa.select(result).where(result.c.id.in_(ids[start : start + AT_ONCE])))
    ]
    found = [Result(**row._asdict()) for row in rows]
    return sorted(found, key=lambda each: (each.window_end, each.id), reverse=True)


def _read(row: sa.Row[tuple[object, ...]]) -> Kept:
    values = row._asdict()
    return Kept(**{**values, "results": [(one[0], one[1], one[2]) for one in values["results"]]})
