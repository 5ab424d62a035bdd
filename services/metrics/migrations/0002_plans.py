"""Plans of what is measured, and when a source was last heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Micros

revision = "metrics_0002"
down_revision = "metrics_0001"


def upgrade() -> None:
    op.add_column("batch", sa.Column("indicators", sa.Text))
    op.create_table(
        "plan",
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("indicator", Code, nullable=False),
        sa.Column("source", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("parties", sa.Text, nullable=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("post", sa.Text),
        sa.Column("frequency", sa.String(40), nullable=False),
        sa.Column("silence_after", Micros, nullable=False),
        sa.Column("from_at", Micros, nullable=False),
        sa.Column("to_at", Micros),
        sa.Column("known_at", Micros, nullable=False),
        sa.PrimaryKeyConstraint("revision", "indicator", "source", name="pk_plan"),
    )
    op.create_table(
        "reporting",
        sa.Column("agreement", Code, nullable=False),
        sa.Column("indicator", Code, nullable=False),
        sa.Column("source", Code, nullable=False),
        sa.Column("started_at", Micros),
        sa.Column("heard_at", Micros),
        sa.Column("silent_since", Micros),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("agreement", "indicator", "source", name="pk_reporting"),
    )
    op.create_table(
        "listening",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("since", Micros, nullable=False),
        sa.Column("looked_at", Micros, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listening"),
    )
