"""Every move, for ever: rows are added and never changed or removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.store.tables import tables
from shared.db.types import Code, Identity, Instant, Json

move = sa.Table(
    "move",
    tables,
    sa.Column("id", Identity, primary_key=True, autoincrement=True),
    sa.Column("agreement", Code, nullable=False),
    # Two moves at once read the same highest number: one of their transactions is run again (SERIALIZABLE).
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("move", sa.String(32), nullable=False),
    sa.Column("revision", sa.String(64)),
    # Whose move it is; None: nobody's, an instant came.
    sa.Column("agency", Code),
    sa.Column("by_agency", Code),
    sa.Column("delegation", sa.String(32)),
    sa.Column("person", sa.String(128)),
    sa.Column("role", sa.String(32)),
    sa.Column("at", Instant, nullable=False),
    sa.Column("about", sa.String(64)),
    sa.Column("details", Json, nullable=False),
)

move_party = sa.Table(
    "move_party",
    tables,
    sa.Column("move", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("agency", Code, primary_key=True),
)


@dataclass(frozen=True, slots=True)
class Move:
    """`agency` made it, or `by_agency` for it under `delegation`. `about`: a comment, a termination, ..."""

    agreement: str
    number: int
    move: str
    revision: str | None
    agency: str | None
    by_agency: str | None
    delegation: str | None
    person: str | None
    role: str | None
    at: datetime
    about: str | None
    details: dict[str, Any]


def next_number(connection: sa.Connection, agreement: str) -> int:
    found = connection.execute(
        sa.select(sa.func.max(move.c.number)).where(move.c.agreement == agreement)
    ).scalar()
    return (found or 0) + 1


def add(connection: sa.Connection, made: Move, parties: Sequence[str]) -> None:
    """``parties``: those who see it."""
    added = connection.execute(sa.insert(move).values(asdict(made))).inserted_primary_key
    assert added is not None
    connection.execute(sa.insert(move_party), [{"move": added[0], "agency": each} for each in parties])


def list_of(
    connection: sa.Connection, agreement: str, agencies: Sequence[str], *, after: int, limit: int
) -> list[Move]:
    """Moves that one of the agencies may see, oldest first, behind number ``after``."""
    seen = sa.select(move_party.c.move).where(
        move_party.c.move == move.c.id, move_party.c.agency.in_(agencies)
    )
    columns = [column for column in move.c if column.name != "id"]
    rows = connection.execute(
        sa.select(*columns)
        .where(move.c.agreement == agreement, move.c.number > after, seen.exists())
        .order_by(move.c.number)
        .limit(limit)
    )
    return [Move(**row._asdict()) for row in rows]
