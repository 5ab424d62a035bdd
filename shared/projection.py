"""A service's own copy of what another one told.

Only a newer fact changes it (rule 2 of "How a fact travels"; tests/sla/test_projection.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa


def apply_newer(
    connection: sa.Connection,
    table: sa.Table,
    key: Mapping[str, Any],
    version: int,
    values: Mapping[str, Any],
) -> bool:
    """Stores a whole state under ``key`` unless this ``version`` or a newer one stands. True: stored."""
    row = sa.and_(*(table.c[name] == value for name, value in key.items()))
    known = connection.execute(sa.select(table.c.version).where(row)).scalar()
    if known is not None and known >= version:
        return False
    if known is None:
        connection.execute(sa.insert(table).values(**key, version=version, **values))
    else:
        connection.execute(sa.update(table).where(row).values(version=version, **values))
    return True
