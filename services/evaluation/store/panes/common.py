"""What the queries on either database share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

MINUTE = 60_000_000


def upsert(dialect: str, table: sa.Table) -> Any:
    """INSERT that can say what to do on conflict, on either database."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
