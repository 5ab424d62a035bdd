"""Reports that came when the windows around were final: kept, and heard there only by a correction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "evaluation_0013"
down_revision = "evaluation_0012"

CODE = sa.String(64)
BIG = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "report_aside",
        sa.Column("revision", CODE, nullable=False),
        sa.Column("objective", CODE, nullable=False),
        sa.Column("track", BIG, nullable=False),
        sa.Column("batch", CODE, nullable=False),
        sa.Column("source", CODE, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("from_at", BIG, nullable=False),
        sa.Column("to_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint(
            "revision", "objective", "track", "batch", "complete", "n", "from_at", name="pk_report_aside"
        ),
    )
