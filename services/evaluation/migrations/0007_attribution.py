"""Attribution and disputes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Instant, Json, Micros

revision = "evaluation_0007"
down_revision = "evaluation_0006"


def upgrade() -> None:
    # What was accepted before reads as the default; the batches themselves say what their source declared.
    op.add_column(
        "journey_event", sa.Column("holder", sa.String(8), nullable=False, server_default=sa.text("'next'"))
    )
    op.add_column("breach", sa.Column("attribution", Json, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("breach", sa.Column("attributed", Json))
    op.create_table(
        "dispute",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("breach", sa.String(64), nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("opened_by", sa.String(128), nullable=False),
        sa.Column("opened_at", Micros, nullable=False),
        sa.Column("due_at", Micros, nullable=False),
        sa.Column("about", Json, nullable=False),
        sa.Column("others", Json, nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("remedy", Json),
        sa.PrimaryKeyConstraint("id", name="pk_dispute"),
    )
    op.create_index("ix_dispute_breach", "dispute", ["breach"])
    op.create_index("ix_dispute_agreement", "dispute", ["agreement", "opened_at"])
    op.create_table(
        "dispute_answer",
        sa.Column("dispute", sa.String(64), nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("answered_by", sa.String(128), nullable=False),
        sa.Column("answered_at", Micros, nullable=False),
        sa.PrimaryKeyConstraint("dispute", "agency", name="pk_dispute_answer"),
    )
    op.create_table(
        "free_text",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_free_text"),
    )
