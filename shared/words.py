"""What people write: in the one table of a service where it can be erased (DESIGN, Personal data).

A row can be erased and nothing else changes: other tables and events hold its id and salted hash only. The
table is in the schema of each service whose migrations make it. (tests/sla/test_needs.py)
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from shared.db import UnitOfWork
from shared.db.types import Code, Instant

MOST_NAMED = 500
"""Parameters of one statement; both databases take more."""

free_text = sa.Table(
    "free_text",
    sa.MetaData(),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("agency", Code, nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class FreeText:
    """Words of a person. ``hash``: of salt and text, so that it can be checked and not guessed."""

    id: str
    agency: str
    salt: str
    hash: str
    text: str
    written_at: datetime


def made(agency: str, text: str, at: datetime) -> FreeText:
    """A text to be kept."""
    salt = secrets.token_hex(16)
    digest = hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
    return FreeText(uuid4().hex, agency, salt, digest, text, at)


def keep(uow: UnitOfWork, agency: str, text: str) -> FreeText:
    """Keeps what a person wrote."""
    written = made(agency, text, uow.now)
    add(uow.connection, [written])
    return written


def add(connection: sa.Connection, texts: Sequence[FreeText]) -> None:
    if texts:
        connection.execute(sa.insert(free_text), [asdict(each) for each in texts])


def kept(connection: sa.Connection, ids: Collection[str | None]) -> dict[str, FreeText]:
    """id -> those that were not erased."""
    named = sorted({each for each in ids if each is not None})
    found = {}
    for start in range(0, len(named), MOST_NAMED):
        query = sa.select(free_text).where(free_text.c.id.in_(named[start : start + MOST_NAMED]))
        found.update({row.id: FreeText(**row._asdict()) for row in connection.execute(query)})
    return found


def read(connection: sa.Connection, ids: Collection[str | None]) -> dict[str | None, str]:
    """id -> text of those that were not erased. (Never of None: nothing was written.)"""
    return {name: each.text for name, each in kept(connection, ids).items()}


def erase(connection: sa.Connection, text_id: str) -> None:
    connection.execute(sa.delete(free_text).where(free_text.c.id == text_id))
