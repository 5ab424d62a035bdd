"""Comments: that one was made, on which clause, and whether it is resolved. Its words are `free_text`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.store.tables import tables
from shared.db.types import Code, Instant
from shared.words import free_text

comment = sa.Table(
    "comment",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("clause", sa.Text, nullable=False),
    sa.Column("answers", sa.String(32)),
    sa.Column("text", sa.String(32), nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("person", sa.String(128), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("resolved_at", Instant),
    sa.Column("resolved_by", Code),
)


@dataclass(frozen=True, slots=True)
class Comment:
    """`text`, `text_hash`: of what was written. `answers`: the comment that it answers."""

    id: str
    agreement: str
    revision: str
    clause: str
    answers: str | None
    text: str
    text_hash: str
    agency: str
    person: str
    made_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str | None = None


def add(connection: sa.Connection, made: Comment) -> None:
    connection.execute(sa.insert(comment).values(asdict(made)))


def find(connection: sa.Connection, agreement: str, comment_id: str) -> Comment | None:
    row = connection.execute(
        sa.select(comment).where(comment.c.agreement == agreement, comment.c.id == comment_id)
    ).first()
    return None if row is None else Comment(**row._asdict())


def change(connection: sa.Connection, comment_id: str, **values: Any) -> None:
    connection.execute(sa.update(comment).where(comment.c.id == comment_id).values(**values))


def list_of(
    connection: sa.Connection,
    agreement: str,
    revisions: list[str],
    *,
    clause: str | None,
    resolved: bool | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[tuple[Comment, str | None]]:
    """Comments on these revisions in the order in which they were made, with their words if not erased."""
    query = (
        sa.select(comment, free_text.c.text.label("words"))
        .outerjoin(free_text, free_text.c.id == comment.c.text)
        .where(comment.c.agreement == agreement, comment.c.revision.in_(revisions))
        .order_by(comment.c.made_at, comment.c.id)
        .limit(limit)
    )
    if clause is not None:
        query = query.where(comment.c.clause == clause)
    if resolved is not None:
        query = query.where(
            comment.c.resolved_at.is_not(None) if resolved else comment.c.resolved_at.is_(None)
        )
    if after is not None:
        at, last = after
        query = query.where((comment.c.made_at > at) | ((comment.c.made_at == at) & (comment.c.id > last)))
    found = []
    for row in connection.execute(query):
        values = row._asdict()
        words = values.pop("words")
        found.append((Comment(**values), words))
    return found
