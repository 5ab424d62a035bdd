"""Exclusions, corrections, and why a result changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Json

revision = "evaluation_0003"
down_revision = "evaluation_0002"

CODE = sa.String(64)
BIG = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "exclusion",
        sa.Column("id", CODE, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exclusion"),
    )
    op.create_index("ix_exclusion_agreement", "exclusion", ["agreement"])
    op.create_table(
        "cause",
        sa.Column("track", BIG, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("by", CODE),
        sa.Column("from_at", BIG, nullable=False),
        sa.Column("to_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("track", "kind", "id", name="pk_cause"),
    )
    op.create_table(
        "aside",
        sa.Column("service", CODE, nullable=False),
        sa.Column("journey", sa.String(128), nullable=False),
        sa.Column("revision", CODE, nullable=False),
        sa.Column("objective", CODE, nullable=False),
        sa.Column("batch", CODE, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("service", "journey", "revision", "objective", "batch", name="pk_aside"),
    )
    op.create_index("ix_aside_batch", "aside", ["batch"])
    op.create_table(
        "correction",
        sa.Column("id", CODE, nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("proposed_by", CODE, nullable=False),
        sa.Column("proposed_at", BIG, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("approved_at", BIG),
        sa.Column("rejected_at", BIG),
        sa.Column("withdrawn_at", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_agreement", "correction", ["agreement", "proposed_at"])
    op.create_table(
        "correction_party",
        sa.Column("correction", CODE, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("approved_at", BIG),
        sa.Column("signatory", sa.String(128)),
        sa.Column("rejected_at", BIG),
        sa.Column("reason", CODE),
        sa.PrimaryKeyConstraint("correction", "agency", name="pk_correction_party"),
    )
    op.create_index("ix_correction_party_agency", "correction_party", ["agency"])
    op.create_table(
        "correction_applied",
        sa.Column("correction", CODE, nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("track", BIG, nullable=False),
        sa.Column("window_start", BIG, nullable=False),
        sa.Column("window_end", BIG, nullable=False),
        sa.PrimaryKeyConstraint(
            "correction", "track", "window_start", "window_end", name="pk_correction_applied"
        ),
    )
    op.create_index("ix_correction_applied_agreement", "correction_applied", ["agreement"])
    op.add_column("breach", sa.Column("cause", Json))
