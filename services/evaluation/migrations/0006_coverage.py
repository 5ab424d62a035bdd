"""Measurement plans, coverage and reports of nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Micros

revision = "evaluation_0006"
down_revision = "evaluation_0005"


def upgrade() -> None:
    op.create_table(
        "report_minute",
        sa.Column("service", Code, nullable=False),
        sa.Column("indicator", Code, nullable=False),
        sa.Column("source", Code, nullable=False),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("service", "indicator", "source", "minute", name="pk_report_minute"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reported",
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("indicator", Code, nullable=False),
        sa.PrimaryKeyConstraint("batch", "indicator", name="pk_reported"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_cover",
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("indicator", Code, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("source", Code, nullable=False),
        sa.Column("from_at", Micros, nullable=False),
        sa.Column("to_at", Micros, nullable=False),
        sa.PrimaryKeyConstraint("batch", "indicator", name="pk_report_cover"),
    )
    op.create_index("ix_report_cover_span", "report_cover", ["service", "indicator", "from_at"])
