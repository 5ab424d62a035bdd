"""What the queries on either database share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

WIDTHS = (1, 60, 1440)
"""Panes are kept of a minute, an hour and a day (UTC): any span is some edges and whole days."""


def upsert(dialect: str, table: sa.Table) -> Any:
    """INSERT that can say what to do on conflict, on either database."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def is_postgresql(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


def marked(connection: sa.Connection) -> str:
    """How a value is marked in a plain statement."""
    return "%s" if is_postgresql(connection) else "?"
