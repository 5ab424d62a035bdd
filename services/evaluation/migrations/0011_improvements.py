"""Improvement actions, and what was decided of recommendations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Json, Micros

revision = "evaluation_0011"
down_revision = "evaluation_0010"

ID = sa.String(64)
DAY = sa.String(10)


def upgrade() -> None:
    op.create_table(
        "improvement",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("objective", Code, nullable=False),
        sa.Column("scope", sa.String(1000), nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("action", ID, nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("lesson", ID),
        sa.Column("reason", ID),
        sa.Column("source", Json),
        sa.Column("windows", sa.Integer, nullable=False),
        sa.Column("due_on", DAY, nullable=False),
        sa.Column("started_on", DAY),
        sa.Column("done_on", DAY),
        sa.Column("opened_by", sa.String(128), nullable=False),
        sa.Column("opened_at", Micros, nullable=False),
        sa.Column("changed_at", Micros, nullable=False),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("told", Json),
        sa.PrimaryKeyConstraint("id", name="pk_improvement"),
    )
    op.create_index("ix_improvement_agreement", "improvement", ["agreement", "objective"])
    op.create_table(
        "recommendation",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("objective", Code, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("finding", Json, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=False),
        sa.Column("decided_at", Micros, nullable=False),
        sa.Column("reason", ID),
        sa.Column("improvement", ID),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
    )
    op.create_index("ix_recommendation_agreement", "recommendation", ["agreement"])
