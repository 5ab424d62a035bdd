"""Agencies' own keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Instant

revision = "registry_0004"
down_revision = "registry_0002"


def _code() -> sa.String:
    return sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "agency_signing",
        sa.Column("agency", _code(), nullable=False),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("agency", name="pk_agency_signing"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_agency_signing_agency"),
    )
    op.create_table(
        "agency_key",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("agency", _code(), nullable=False),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("valid_from", Instant, nullable=False),
        sa.Column("valid_until", Instant),
        sa.Column("registered_by", _code(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_agency_key"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_agency_key_agency"),
    )
    op.create_index("ix_agency_key_agency", "agency_key", ["agency", "valid_from", "kid"])
