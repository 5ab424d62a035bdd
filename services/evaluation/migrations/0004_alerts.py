"""What open windows say: forecasts and burn alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Json

revision = "evaluation_0004"
down_revision = "evaluation_0003"

BIG = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "outlook",
        sa.Column("track", BIG, nullable=False),
        sa.Column("look", BIG),
        sa.Column("standing", sa.Boolean, nullable=False),
        sa.Column("risk_start", BIG),
        sa.Column("risk_end", BIG),
        sa.Column("alerts", Json, nullable=False),
        sa.Column("told", BIG, nullable=False),
        sa.PrimaryKeyConstraint("track", name="pk_outlook"),
    )
    op.create_index("ix_outlook_look", "outlook", ["look"])
    op.create_index("ix_outlook_standing", "outlook", ["standing"])
    # What was judged before has an outlook too: the first tick looks at each of it once.
    op.execute(
        "INSERT INTO outlook (track, look, standing, alerts, told) SELECT id, 0, false, '[]', 0 FROM track"
    )
