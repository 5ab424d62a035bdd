"""The feed."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from shared.db.tables import create_infrastructure_v1, timer
from shared.db.types import Instant

revision = "delivery_0001"
down_revision = None


def upgrade() -> None:
    create_infrastructure_v1()
    op.create_table(
        "feed",
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("fed_at", Instant, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_feed"),
        sa.UniqueConstraint("event_id", name="uq_feed_event_id"),
    )
    op.create_index("ix_feed_fed_at", "feed", ["fed_at"])
    op.create_table(
        "feed_agency",
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("agency", "seq", name="pk_feed_agency"),
    )
    op.create_index("ix_feed_agency_seq", "feed_agency", ["seq"])
    op.bulk_insert(timer, [{"kind": "forget-feed", "key": "", "due": datetime(2026, 1, 1, tzinfo=UTC)}])
