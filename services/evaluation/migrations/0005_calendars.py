"""Working calendars and their versions; a journey's time on its objective's clock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Micros

revision = "evaluation_0005"
down_revision = "evaluation_0004"


def upgrade() -> None:
    op.create_table(
        "calendar_version",
        sa.Column("calendar", Code, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("calendar", "version", name="pk_calendar_version"),
    )
    op.create_table(
        "calendar_adoption",
        sa.Column("agreement", Code, nullable=False),
        sa.Column("calendar", Code, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("correction", sa.String(64), nullable=False),
        sa.Column("adopted_at", Micros, nullable=False),
        sa.PrimaryKeyConstraint("agreement", "calendar", "version", name="pk_calendar_adoption"),
    )
    op.add_column("contribution", sa.Column("spent", Micros))
    op.add_column("contribution", sa.Column("calendar", sa.Integer))
    # Until now every clock ran without a stop.
    op.execute("UPDATE contribution SET spent = duration")
    op.add_column("journey_event", sa.Column("reason", sa.String(64)))
    op.create_index("ix_contribution_started", "contribution", ["revision", "started"])
