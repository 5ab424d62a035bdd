"""Agencies, services, sources; clients, people, sessions; signing keys."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from shared.db.tables import create_infrastructure_v1, timer
from shared.db.types import Instant

revision = "registry_0001"
down_revision = None


def _code(length: int = 64) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _sorted_text() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    create_infrastructure_v1()
    _what_is_public()
    _who_speaks()
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("private_jwk", sa.Text),
        sa.Column("public_jwk", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("signs_from", Instant, nullable=False),
        sa.Column("not_after", Instant),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_key"),
    )
    op.bulk_insert(timer, [{"kind": "tidy", "key": "", "due": datetime(2026, 1, 1, tzinfo=UTC)}])


def _what_is_public() -> None:
    op.create_table(
        "agency",
        sa.Column("code", _code(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sort_key", _sorted_text(), nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_agency"),
    )
    op.create_index("ix_agency_sort_key", "agency", ["sort_key", "code"])
    op.create_table(
        "service",
        sa.Column("code", _code(), nullable=False),
        sa.Column("owner", _code(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sort_key", _sorted_text(), nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_service"),
        sa.ForeignKeyConstraint(["owner"], ["agency.code"], name="fk_service_owner"),
    )
    op.create_index("ix_service_sort_key", "service", ["sort_key", "code"])
    op.create_index("ix_service_owner", "service", ["owner"])
    op.create_table(
        "step",
        sa.Column("service", _code(), nullable=False),
        sa.Column("code", _code(), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("agency", _code(), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("service", "code", name="pk_step"),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name="fk_step_service"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_step_agency"),
    )
    op.create_index("ix_step_agency", "step", ["agency"])
    op.create_table(
        "service_version",
        sa.Column("service", _code(), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("service", "version", name="pk_service_version"),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name="fk_service_version_service"),
    )
    op.create_table(
        "source",
        sa.Column("code", _code(), nullable=False),
        sa.Column("agency", _code(), nullable=False),
        sa.Column("holder", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_source"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_source_agency"),
    )
    op.create_index("ix_source_agency", "source", ["agency", "code"])
    op.create_table(
        "source_service",
        sa.Column("source", _code(), nullable=False),
        sa.Column("service", _code(), nullable=False),
        sa.PrimaryKeyConstraint("source", "service", name="pk_source_service"),
        sa.ForeignKeyConstraint(["source"], ["source.code"], name="fk_source_service_source"),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name="fk_source_service_service"),
    )


def _who_speaks() -> None:
    op.create_table(
        "subject",
        sa.Column("id", _code(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("agency", _code()),
        sa.Column("name", sa.Text),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("void_until", Instant),
        sa.Column("hash", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subject"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_subject_agency"),
    )
    op.create_index("ix_subject_agency", "subject", ["agency", "kind", "id"])
    op.create_table(
        "client_secret",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("client", _code(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant),
        sa.PrimaryKeyConstraint("client", "hash", name="pk_client_secret"),
        sa.ForeignKeyConstraint(["client"], ["subject.id"], name="fk_client_secret_client"),
    )
    op.create_table(
        "personal",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("id", _code(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sort_key", _sorted_text(), nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("sign_in", sa.String(320)),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_personal"),
        sa.UniqueConstraint("sign_in", name="uq_personal_sign_in"),
    )
    op.create_table(
        "link",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("person", _code(), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_link"),
        sa.ForeignKeyConstraint(["person"], ["subject.id"], name="fk_link_person"),
    )
    op.create_index("ix_link_person", "link", ["person"])
    op.create_index("ix_link_expires_at", "link", ["expires_at"])
    op.create_table(
        "session",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signed_in_at", Instant, nullable=False),
        sa.Column("person", _code(), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_session"),
        sa.ForeignKeyConstraint(["person"], ["subject.id"], name="fk_session_person"),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    op.create_table(
        "failure",
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("guesses", sa.Integer, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_failure"),
    )
    op.create_index("ix_failure_last_at", "failure", ["last_at"])
