"""What came after its window was final."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.panes.common import upsert
from services.evaluation.store.tables import after_final


def add_after_final(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        statement = upsert(connection.dialect.name, after_final).values(**row)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["track", "window_start", "batch"],
                set_={"rows": after_final.c.rows + statement.excluded.rows},
            )
        )


def remove_after_final(connection: sa.Connection, batch: str) -> None:
    """A voided batch is too late for nothing any more."""
    connection.execute(sa.delete(after_final).where(after_final.c.batch == batch))


def after_final_of(connection: sa.Connection, track_id: int, window_start: int) -> list[tuple[str, int]]:
    rows = connection.execute(
        sa.select(after_final.c.batch, after_final.c.rows)
        .where(after_final.c.track == track_id, after_final.c.window_start == window_start)
        .order_by(after_final.c.batch)
    )
    return [(row.batch, row.rows) for row in rows]
