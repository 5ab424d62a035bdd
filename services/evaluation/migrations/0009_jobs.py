"""Long what-ifs as jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Json

revision = "evaluation_0009"
down_revision = "evaluation_0008"

CODE = sa.String(64)
BIG = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", CODE, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("done", BIG, nullable=False),
        sa.Column("total", BIG),
        sa.Column("reached", sa.String(128), nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("finished_at", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_state", "job", ["state", "service"])
    op.create_table(
        "job_pane",
        sa.Column("job", CODE, nullable=False),
        sa.Column("revision", CODE, nullable=False),
        sa.Column("scope", sa.String(1000), nullable=False),
        sa.Column("minute", BIG, nullable=False),
        sa.Column("good", BIG, nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.PrimaryKeyConstraint("job", "revision", "scope", "minute", name="pk_job_pane"),
    )
    op.create_table(
        "job_batch",
        sa.Column("job", CODE, nullable=False),
        sa.Column("batch", CODE, nullable=False),
        sa.PrimaryKeyConstraint("job", "batch", name="pk_job_batch"),
    )
