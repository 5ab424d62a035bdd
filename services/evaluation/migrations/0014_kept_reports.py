"""What reports were made from, on schedule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Json, Micros

revision = "evaluation_0014"
down_revision = "evaluation_0013"


def upgrade() -> None:
    op.create_table(
        "kept_report",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("basis", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("revisions", Json, nullable=False),
        sa.Column("results", Json, nullable=False),
        sa.Column("kept_at", Micros, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_report"),
        sa.UniqueConstraint("agreement", "period", name="uq_kept_report_period"),
    )
