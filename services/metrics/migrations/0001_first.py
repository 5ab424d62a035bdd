"""Batches, what is set aside, backfills, replays, and the projections the intake judges by."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from shared.db.tables import create_infrastructure_v1, timer
from shared.db.types import Code, Identity, Micros

revision = "metrics_0001"
down_revision = None


def upgrade() -> None:
    create_infrastructure_v1()
    op.create_table(
        "projection",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("code", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_projection"),
    )
    picture = op.create_table(
        "picture",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture"),
    )
    op.bulk_insert(picture, [{"id": 1, "version": 0}])
    op.create_table(
        "batch",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", Code, nullable=False),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("outbox_id", sa.BigInteger),
        sa.Column("received_at", Micros, nullable=False),
        sa.Column("first_at", Micros),
        sa.Column("last_at", Micros),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("backfill", sa.String(32)),
        sa.Column("parent", sa.String(32)),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("voided_at", Micros),
        sa.Column("void_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.UniqueConstraint("source", "idempotency_key", name="uq_batch_source_key"),
    )
    op.create_index("ix_batch_agency", "batch", ["agency", "id"])
    op.create_index("ix_batch_service", "batch", ["service", "outbox_id"])
    op.create_index("ix_batch_parent", "batch", ["parent"])
    op.create_index("ix_batch_received_at", "batch", ["received_at"])
    op.create_table(
        "aside",
        sa.Column("id", Identity, nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("indicator", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("received_at", Micros, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_aside"),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name="fk_aside_batch", ondelete="CASCADE"),
    )
    op.create_index("ix_aside_batch", "aside", ["batch"])
    op.create_index("ix_aside_waiting", "aside", ["service", "indicator", "waiting"])
    op.create_table(
        "backfill",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("source", Code, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("from_at", Micros, nullable=False),
        sa.Column("to_at", Micros, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("opened_at", Micros, nullable=False),
        sa.Column("sealed_at", Micros),
        sa.Column("batches", sa.Integer, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_backfill"),
    )
    op.create_index("ix_backfill_agency", "backfill", ["agency", "id"])
    op.create_table(
        "replay",
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("from_at", Micros, nullable=False),
        sa.Column("to_at", Micros, nullable=False),
        sa.Column("reached", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("done_at", Micros),
        sa.PrimaryKeyConstraint("request", name="pk_replay"),
    )
    op.bulk_insert(timer, [{"kind": "forget", "key": "", "due": datetime(2026, 1, 1, tzinfo=UTC)}])
