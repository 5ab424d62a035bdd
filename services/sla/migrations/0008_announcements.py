"""Announcements with who acknowledged them. What is in force already is announced at the first start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.tables import timer
from shared.db.types import Code, Instant

revision = "sla_0008"
down_revision = "sla_0007"

HASH = sa.String(64)
PERSON = sa.String(128)


def upgrade() -> None:
    op.add_column("revision", sa.Column("announced_at", Instant))
    op.create_table(
        "announcement",
        sa.Column("id", HASH, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("revision", HASH, nullable=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("announced_by", Code),
        sa.Column("person", PERSON),
        sa.Column("announced_at", Instant, nullable=False),
        sa.Column("acknowledge_by", Instant, nullable=False),
        sa.Column("supersedes", HASH),
        sa.Column("superseded_by", HASH),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
        sa.UniqueConstraint("revision", name="uq_announcement_revision"),
        sa.UniqueConstraint("service", "visibility", "number", name="uq_announcement_number"),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name="fk_announcement_revision"),
    )
    op.create_index("ix_announcement_agreement", "announcement", ["agreement"])
    op.create_index("ix_announcement_announced_at", "announcement", ["announced_at", "id"])
    op.create_table(
        "acknowledgement",
        sa.Column("announcement", HASH, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("acknowledged_at", Instant),
        sa.Column("person", PERSON),
        sa.Column("role", sa.String(32)),
        sa.PrimaryKeyConstraint("announcement", "agency", name="pk_acknowledgement"),
        sa.ForeignKeyConstraint(
            ["announcement"], ["announcement.id"], name="fk_acknowledgement_announcement"
        ),
    )
    op.create_index("ix_acknowledgement_agency", "acknowledgement", ["agency", "acknowledged_at"])
    _announce_what_is_accepted()


def _announce_what_is_accepted() -> None:
    """The timer of what comes in force; one whose time is over announces nothing."""
    connection = op.get_bind()
    accepted = sa.table("revision", sa.column("hash"), sa.column("in_force_from", Instant))
    found = connection.execute(sa.select(accepted).where(accepted.c.in_force_from.is_not(None))).all()
    for row in found:
        connection.execute(sa.insert(timer).values(kind="announcement", key=row.hash, due=row.in_force_from))
