"""Announcements with who acknowledged them; what the life cycle asks for; reviews and what they look at.

What is in force already is announced, and looked at, at the first start.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from shared.db.tables import timer
from shared.db.types import Code, Instant

revision = "sla_0008"
down_revision = "sla_0007"

HASH = sa.String(64)
ID = sa.String(32)
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
    _watches()
    _reviews()
    _announce_what_is_accepted()


def _watches() -> None:
    op.create_table(
        "watch",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("revision", HASH, nullable=False),
        sa.Column("parties", sa.Text, nullable=False),
        sa.Column("raised_at", Instant, nullable=False),
        sa.Column("cleared_at", Instant),
        sa.Column("due", Instant),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
        sa.UniqueConstraint("agreement", "kind", "version", name="uq_watch_version"),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name="fk_watch_revision"),
    )
    op.create_index("ix_watch_revision", "watch", ["revision", "cleared_at"])


def _reviews() -> None:
    op.create_table(
        "review",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("revision", HASH, nullable=False),
        sa.Column("recorded_by", Code, nullable=False),
        sa.Column("person", PERSON, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("held_at", Instant, nullable=False),
        sa.Column("attended", sa.Text, nullable=False),
        sa.Column("decision", ID, nullable=False),
        sa.Column("decision_hash", HASH, nullable=False),
        sa.Column("next_review_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name="fk_review_revision"),
    )
    op.create_index("ix_review_agreement", "review", ["agreement", "held_at"])
    # Copies of what the evaluator told; no foreign keys, since facts come in any order.
    op.create_table(
        "kept_result",
        sa.Column("base", HASH, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("revision", HASH, nullable=False),
        sa.Column("objective", Code, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("window_start", Instant, nullable=False),
        sa.Column("window_end", Instant, nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("exact", sa.Text),
        sa.Column("comparator", sa.String(4), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("base", name="pk_kept_result"),
    )
    op.create_index("ix_kept_result_agreement", "kept_result", ["agreement", "window_end"])
    op.create_table(
        "dispute",
        sa.Column("id", HASH, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("parties", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dispute"),
    )
    op.create_index("ix_dispute_agreement", "dispute", ["agreement", "opened_at"])


def _announce_what_is_accepted() -> None:
    """The timers of what comes in force, and of its watch; one whose time is over finds nothing to do."""
    connection = op.get_bind()
    accepted = sa.table(
        "revision", sa.column("hash"), sa.column("agreement"), sa.column("in_force_from", Instant)
    )
    found = connection.execute(sa.select(accepted).where(accepted.c.in_force_from.is_not(None))).all()
    timers = [{"kind": "announcement", "key": row.hash, "due": row.in_force_from} for row in found]
    firsts: dict[str, datetime] = {}
    for row in found:
        firsts[row.agreement] = min(row.in_force_from, firsts.get(row.agreement, row.in_force_from))
    timers += [{"kind": "watch", "key": code, "due": due} for code, due in firsts.items()]
    if timers:
        connection.execute(sa.insert(timer), timers)
