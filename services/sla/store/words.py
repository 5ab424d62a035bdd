"""What people wrote, in the one table where it can be erased."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from services.sla.store.tables import tables
from shared.db.types import Code, Instant

MOST_NAMED = 500

# A row can be erased and nothing else changes: other tables, and events, hold id and hash only.
free_text = sa.Table(
    "free_text",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("agency", Code, nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class FreeText:
    id: str
    agency: str
    salt: str
    hash: str
    text: str
    written_at: datetime


def add(connection: sa.Connection, texts: Sequence[FreeText]) -> None:
    if texts:
        connection.execute(sa.insert(free_text), [asdict(each) for each in texts])


def read(connection: sa.Connection, ids: Collection[str]) -> dict[str, str]:
    """id -> text of those that were not erased."""
    named, found = sorted(ids), {}
    for start in range(0, len(named), MOST_NAMED):
        query = sa.select(free_text.c.id, free_text.c.text).where(
            free_text.c.id.in_(named[start : start + MOST_NAMED])
        )
        found.update({row.id: row.text for row in connection.execute(query)})
    return found


def erase(connection: sa.Connection, text_id: str) -> None:
    connection.execute(sa.delete(free_text).where(free_text.c.id == text_id))
