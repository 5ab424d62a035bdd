"""Indicators, agreements, and the copies of agencies and services."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.tables import create_infrastructure_v1
from shared.db.types import Instant

revision = "sla_0001"
down_revision = None

CODE = sa.String(64)
HASH = sa.String(64)


def upgrade() -> None:
    create_infrastructure_v1()
    op.create_table(
        "agency",
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_agency"),
    )
    op.create_table(
        "service",
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("owner", CODE, nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_service"),
    )
    op.create_table(
        "indicator",
        sa.Column("code", CODE, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("changed_by", sa.String(128), nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_indicator"),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name="fk_indicator_service"),
    )
    op.create_index("ix_indicator_service", "indicator", ["service", "code"])
    _agreements()


def _agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("code", CODE, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_agreement"),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name="fk_agreement_service"),
    )
    op.create_index("ix_agreement_service", "agreement", ["service", "code"])
    op.create_table(
        "revision",
        sa.Column("hash", HASH, nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("parent", HASH),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("retroactive", sa.Boolean, nullable=False),
        sa.Column("effective_from", Instant, nullable=False),
        sa.Column("effective_until", Instant),
        sa.Column("contacts", sa.Text, nullable=False),
        sa.Column("made_by", CODE, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("offered_at", Instant),
        sa.Column("expires_at", Instant),
        sa.Column("rejected_at", Instant),
        sa.Column("withdrawn_at", Instant),
        sa.Column("superseded_at", Instant),
        sa.Column("in_force_from", Instant),
        sa.Column("in_force_to", Instant),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_revision"),
        sa.UniqueConstraint("agreement", "number", name="uq_revision_number"),
        sa.ForeignKeyConstraint(["agreement"], ["agreement.code"], name="fk_revision_agreement"),
        sa.ForeignKeyConstraint(["parent"], ["revision.hash"], name="fk_revision_parent"),
    )
    op.create_table(
        "revision_party",
        sa.Column("revision", HASH, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("opened_at", Instant),
        sa.Column("accepted_at", Instant),
        sa.Column("signatory", sa.String(128)),
        sa.Column("role", sa.String(32)),
        sa.Column("rejected_at", Instant),
        sa.PrimaryKeyConstraint("revision", "agency", name="pk_revision_party"),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name="fk_revision_party_revision"),
    )
    op.create_index("ix_revision_party_agency", "revision_party", ["agency"])
    op.create_table(
        "revision_indicator",
        sa.Column("revision", HASH, nullable=False),
        sa.Column("indicator", CODE, nullable=False),
        sa.PrimaryKeyConstraint("revision", "indicator", name="pk_revision_indicator"),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name="fk_revision_indicator_revision"),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name="fk_revision_indicator_indicator"),
    )
    op.create_index("ix_revision_indicator_indicator", "revision_indicator", ["indicator"])
    op.create_table(
        "remark",
        sa.Column("revision", HASH, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("clause", sa.Text),
        sa.PrimaryKeyConstraint("revision", "agency", name="pk_remark"),
        sa.ForeignKeyConstraint(
            ["revision", "agency"],
            ["revision_party.revision", "revision_party.agency"],
            name="fk_remark_party",
        ),
    )
