"""People sign in by OpenID Connect too: who is whom at the provider, and what is under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Instant

revision = "registry_0005"
down_revision = "registry_0004"


def _id() -> sa.String:
    return sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "oidc_identity",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("sub", sa.String(255), nullable=False),
        sa.Column("person", _id(), nullable=False),
        sa.Column("linked_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "sub", name="pk_oidc_identity"),
        sa.UniqueConstraint("person", "issuer", name="uq_oidc_identity_person"),
    )
    op.create_table(
        "oidc_attempt",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("session", sa.String(64)),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_oidc_attempt"),
    )
    op.create_table(
        "oidc_ticket",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("authenticated_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_oidc_ticket"),
    )
