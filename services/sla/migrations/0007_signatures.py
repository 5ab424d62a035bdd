"""Signatures of acceptances, the deployment's keys, and the copy of agencies' own keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Instant

revision = "sla_0007"
down_revision = "sla_0006"

KID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "witness_key",
        sa.Column("kid", KID, nullable=False),
        sa.Column("private", sa.Text),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("valid_from", Instant, nullable=False),
        sa.Column("valid_until", Instant),
        sa.PrimaryKeyConstraint("kid", name="pk_witness_key"),
    )
    op.create_table(
        "agency_keys",
        sa.Column("agency", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("agency", name="pk_agency_keys"),
    )
    op.create_table(
        "acceptance_signature",
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("signature", sa.String(100), nullable=False),
        sa.Column("kid", KID, nullable=False),
        sa.Column("own_kid", KID),
        sa.Column("name", sa.String(32)),
        sa.PrimaryKeyConstraint("revision", "agency", name="pk_acceptance_signature"),
        sa.ForeignKeyConstraint(
            ["revision", "agency"],
            ["revision_party.revision", "revision_party.agency"],
            name="fk_acceptance_signature_party",
        ),
        sa.ForeignKeyConstraint(["kid"], ["witness_key.kid"], name="fk_acceptance_signature_kid"),
    )
