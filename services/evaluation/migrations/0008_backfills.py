"""Sealed backfills, which stand in the basis of every window they touch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "evaluation_0008"
down_revision = "evaluation_0007"


def upgrade() -> None:
    op.create_table(
        "sealed",
        sa.Column("backfill", sa.String(64), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("to_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("backfill", name="pk_sealed"),
    )
    op.create_index("ix_sealed_service", "sealed", ["service"])
