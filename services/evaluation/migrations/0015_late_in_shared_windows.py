"""Windows that a revision shares with another, and of which it got only what came too late, get a result.

The next tick looks at them again: it makes the results that a correction can name.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "evaluation_0015"
down_revision = "evaluation_0014"

_late = sa.table("after_final", sa.column("track"), sa.column("window_start"))
_result = sa.table("result", sa.column("track"), sa.column("window_start"))
_track = sa.table("track", sa.column("id"), sa.column("dirty_from"), sa.column("dirty_to"))


def upgrade() -> None:
    connection = op.get_bind()
    known = (
        sa.select(_result.c.track)
        .where(_result.c.track == _late.c.track, _result.c.window_start == _late.c.window_start)
        .exists()
    )
    spans = connection.execute(
        sa.select(
            _late.c.track,
            sa.func.min(_late.c.window_start).label("first"),
            sa.func.max(_late.c.window_start).label("last"),
        )
        .where(~known)
        .group_by(_late.c.track)
    ).all()
    for span in spans:
        old = connection.execute(sa.select(_track).where(_track.c.id == span.track)).first()
        if old is None:
            continue
        low = span.first if old.dirty_from is None else min(old.dirty_from, span.first)
        high = span.last + 1 if old.dirty_to is None else max(old.dirty_to, span.last + 1)
        connection.execute(
            sa.update(_track).where(_track.c.id == span.track).values(dirty_from=low, dirty_to=high)
        )
