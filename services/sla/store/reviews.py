"""Reviews that were held, and the copy of what the evaluator told that they look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.reviews import Kept, Review
from services.sla.store.tables import tables
from shared.db.types import Code, Instant, Json
from shared.projection import apply_newer

review = sa.Table(
    "review",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("recorded_by", Code, nullable=False),
    sa.Column("person", sa.String(128), nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("held_at", Instant, nullable=False),
    sa.Column("attended", Json, nullable=False),
    # An id of `free_text`.
    sa.Column("decision", sa.String(32), nullable=False),
    sa.Column("decision_hash", sa.String(64), nullable=False),
    sa.Column("next_review_at", Instant),
)

kept_result = sa.Table(
    "kept_result",
    tables,
    # The result's id without its revision, which is `version`.
    sa.Column("base", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("scope", Json, nullable=False),
    sa.Column("window_start", Instant, nullable=False),
    sa.Column("window_end", Instant, nullable=False),
    sa.Column("verdict", sa.String(32), nullable=False),
    sa.Column("exact", sa.Text),
    sa.Column("comparator", sa.String(4), nullable=False),
    sa.Column("target", sa.Text, nullable=False),
)

dispute = sa.Table(
    "dispute",
    tables,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    # As it was last told, without words.
    sa.Column("body", Json, nullable=False),
    sa.Column("parties", Json, nullable=False),
)


def add(connection: sa.Connection, made: Review) -> None:
    values = {column.name: getattr(made, column.name) for column in review.c}
    connection.execute(sa.insert(review).values({**values, "attended": list(made.attended)}))


def of_agreement(connection: sa.Connection, agreement: str) -> list[Review]:
    """The latest meeting first."""
    query = (
        sa.select(review)
        .where(review.c.agreement == agreement)
        .order_by(review.c.held_at.desc(), review.c.recorded_at.desc(), review.c.id.desc())
    )
    return [Review(**{**row._asdict(), "attended": tuple(row.attended)}) for row in connection.execute(query)]


def last_of(connection: sa.Connection, agreement: str) -> Review | None:
    found = of_agreement(connection, agreement)
    return found[0] if found else None


def keep_result(connection: sa.Connection, base: str, version: int, values: Mapping[str, Any]) -> None:
    apply_newer(connection, kept_result, {"base": base}, version, values)


def keep_dispute(connection: sa.Connection, dispute_id: str, version: int, values: Mapping[str, Any]) -> None:
    apply_newer(connection, dispute, {"id": dispute_id}, version, values)


def kept_in(
    connection: sa.Connection, agreement: str, revisions: Collection[str], start: datetime, end: datetime
) -> list[Kept]:
    """Final results of windows that ended in [start, end), judged by these revisions; oldest first."""
    query = (
        sa.select(kept_result)
        .where(
            kept_result.c.agreement == agreement,
            kept_result.c.revision.in_(revisions),
            kept_result.c.window_end >= start,
            kept_result.c.window_end < end,
        )
        .order_by(kept_result.c.window_end, kept_result.c.objective, kept_result.c.base)
    )
    return [Kept(**row._asdict()) for row in connection.execute(query)]


def disputes_in(
    connection: sa.Connection, agreement: str, party: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Disputes that were opened in [start, end), of which an agency is party; oldest first."""
    query = (
        sa.select(dispute)
        .where(dispute.c.agreement == agreement, dispute.c.opened_at >= start, dispute.c.opened_at < end)
        .order_by(dispute.c.opened_at, dispute.c.id)
    )
    return [row.body for row in connection.execute(query) if party in row.parties]
