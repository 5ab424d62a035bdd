"""Webhooks: where an agency hears of facts, with its place in the feed, its secrets and what came of each."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from shared.db.tables import timer
from shared.db.types import Code, Instant, Json

revision = "delivery_0002"
down_revision = "delivery_0001"

ID = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("types", Json, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("disabled_because", sa.String(16)),
        sa.Column("reached", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failing_since", Instant),
        sa.Column("next_at", Instant),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
    )
    op.create_index("ix_webhook_agency", "webhook", ["agency", "made_at", "id"])
    op.create_table(
        "webhook_secret",
        sa.Column("webhook", ID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("ends_at", Instant),
        sa.PrimaryKeyConstraint("webhook", "number", name="pk_webhook_secret"),
        sa.ForeignKeyConstraint(["webhook"], ["webhook.id"], name="fk_webhook_secret_webhook"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("webhook", ID, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("code", sa.Integer),
        sa.Column("error", sa.String(200)),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant),
        sa.PrimaryKeyConstraint("webhook", "event_id", name="pk_webhook_delivery"),
        sa.ForeignKeyConstraint(["webhook"], ["webhook.id"], name="fk_webhook_delivery_webhook"),
    )
    op.create_index("ix_webhook_delivery_first_at", "webhook_delivery", ["webhook", "first_at", "event_id"])
    op.create_index("ix_webhook_delivery_status", "webhook_delivery", ["status"])
    op.bulk_insert(timer, [{"kind": "forget-deliveries", "key": "", "due": datetime(2026, 1, 1, tzinfo=UTC)}])
