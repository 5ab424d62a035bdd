"""Exclusions: proposed by one party, approved by the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Instant

revision = "sla_0002"
down_revision = "sla_0001"


def upgrade() -> None:
    op.create_table(
        "exclusion",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("proposed_by", Code, nullable=False),
        sa.Column("proposed_at", Instant, nullable=False),
        sa.Column("expires_at", Instant),
        sa.Column("approved_at", Instant),
        sa.Column("rejected_at", Instant),
        sa.Column("withdrawn_at", Instant),
        sa.Column("revoked_at", Instant),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exclusion"),
        sa.ForeignKeyConstraint(["agreement"], ["agreement.code"], name="fk_exclusion_agreement"),
    )
    op.create_table(
        "exclusion_party",
        sa.Column("exclusion", sa.String(64), nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("approved_at", Instant),
        sa.Column("signatory", sa.String(128)),
        sa.Column("rejected_at", Instant),
        sa.Column("reason", sa.String(32)),
        sa.Column("revoked_at", Instant),
        sa.PrimaryKeyConstraint("exclusion", "agency", name="pk_exclusion_party"),
        sa.ForeignKeyConstraint(["exclusion"], ["exclusion.id"], name="fk_exclusion_party_exclusion"),
    )
    op.create_index("ix_exclusion_agreement", "exclusion", ["agreement", "proposed_at"])
    op.create_index("ix_exclusion_party_agency", "exclusion_party", ["agency"])
