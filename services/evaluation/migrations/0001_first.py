"""Panes, journeys, results, breaches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.tables import create_infrastructure_v1
from shared.db.types import Identity, Json

revision = "evaluation_0001"
down_revision = None


CODE = sa.String(64)
SCOPE = sa.String(1000)
BIG = sa.BigInteger


def upgrade() -> None:
    create_infrastructure_v1()
    op.create_table(
        "indicator",
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_indicator"),
    )
    op.create_table(
        "revision",
        sa.Column("hash", CODE, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("parent", CODE),
        sa.Column("parties", Json, nullable=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("effective_from", BIG, nullable=False),
        sa.Column("effective_to", BIG),
        sa.Column("known_at", BIG, nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_revision"),
    )
    op.create_table(
        "control",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_control"),
    )
    op.create_table(
        "tick",
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.PrimaryKeyConstraint("partition", name="pk_tick"),
    )
    op.create_table(
        "batch",
        sa.Column("id", CODE, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("source", CODE, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("first_at", BIG, nullable=False),
        sa.Column("last_at", BIG, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("topic", CODE, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", BIG, nullable=False),
        sa.Column("indicators", sa.Text),
        sa.Column("backfill", CODE),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
    )
    op.create_table(
        "applied",
        sa.Column("batch", CODE, nullable=False),
        sa.Column("revision", CODE, nullable=False),
        sa.PrimaryKeyConstraint("batch", "revision", name="pk_applied"),
    )
    op.create_table(
        "staged",
        sa.Column("batch", CODE, nullable=False),
        sa.Column("backfill", CODE, nullable=False),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("batch", name="pk_staged"),
    )
    op.create_table(
        "track",
        sa.Column("id", Identity, autoincrement=True, nullable=False),
        sa.Column("revision", CODE, nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("objective", CODE, nullable=False),
        sa.Column("scope", SCOPE, nullable=False),
        sa.Column("closed_to", BIG, nullable=False),
        sa.Column("final_to", BIG, nullable=False),
        sa.Column("due", BIG),
        sa.Column("started", BIG, nullable=False),
        sa.Column("dirty_from", BIG),
        sa.Column("dirty_to", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_track"),
        sa.UniqueConstraint("revision", "objective", "scope", name="uq_track_scope"),
    )
    op.create_table(
        "pane",
        sa.Column("track", BIG, nullable=False),
        sa.Column("minute", BIG, nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.Column("good", BIG, nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("sum_hi", BIG, nullable=False),
        sa.Column("sum_lo", BIG, nullable=False),
        sa.PrimaryKeyConstraint("track", "minute", name="pk_pane"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "extreme",
        sa.Column("track", BIG, nullable=False),
        sa.Column("minute", BIG, nullable=False),
        sa.Column("batch", CODE, nullable=False),
        sa.Column("minimum", BIG, nullable=False),
        sa.Column("maximum", BIG, nullable=False),
        sa.PrimaryKeyConstraint("track", "minute", "batch", name="pk_extreme"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "after_final",
        sa.Column("track", BIG, nullable=False),
        sa.Column("window_start", BIG, nullable=False),
        sa.Column("batch", CODE, nullable=False),
        sa.Column("rows", BIG, nullable=False),
        sa.PrimaryKeyConstraint("track", "window_start", "batch", name="pk_after_final"),
    )
    op.create_table(
        "journey_event",
        sa.Column("service", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("journey", sa.String(128), nullable=False),
        sa.Column("batch", CODE, nullable=False),
        sa.Column("step", CODE, nullable=False),
        sa.Column("agency", CODE),
        sa.Column("edge", sa.String(8), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.PrimaryKeyConstraint("service", "id", name="pk_journey_event"),
    )
    op.create_table(
        "contribution",
        sa.Column("revision", CODE, nullable=False),
        sa.Column("objective", CODE, nullable=False),
        sa.Column("journey", sa.String(128), nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("track", BIG, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", BIG),
        sa.Column("good", sa.Boolean, nullable=False),
        sa.Column("duration", BIG),
        sa.Column("started", BIG, nullable=False),
        sa.Column("ended", BIG),
        sa.Column("deadline", BIG),
        sa.Column("due", BIG),
        sa.Column("flags", Json, nullable=False),
        sa.PrimaryKeyConstraint("revision", "objective", "journey", name="pk_contribution"),
    )
    op.create_table(
        "result",
        sa.Column("id", CODE, nullable=False),
        sa.Column("track", BIG, nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("agreement_revision", CODE, nullable=False),
        sa.Column("objective", CODE, nullable=False),
        sa.Column("scope", SCOPE, nullable=False),
        sa.Column("window_start", BIG, nullable=False),
        sa.Column("window_end", BIG, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("newest", sa.Boolean, nullable=False),
        sa.Column("supersedes", CODE),
        sa.Column("computed_at", BIG, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_result"),
        sa.UniqueConstraint("track", "window_end", "window_start", "number", name="uq_result_window_number"),
    )
    op.create_table(
        "breach",
        sa.Column("id", CODE, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("agreement", CODE, nullable=False),
        sa.Column("agreement_revision", CODE, nullable=False),
        sa.Column("objective", CODE, nullable=False),
        sa.Column("scope", SCOPE, nullable=False),
        sa.Column("responsible", CODE, nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("closed_at", BIG),
        sa.Column("superseded_by", CODE),
        sa.Column("window_start", BIG, nullable=False),
        sa.Column("window_end", BIG, nullable=False),
        sa.Column("result", CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_breach"),
    )
    op.create_index("ix_revision_service", "revision", ["service"])
    op.create_index("ix_track_due", "track", ["due"])
    op.create_index("ix_track_agreement", "track", ["agreement", "objective"])
    op.create_index("ix_batch_service", "batch", ["service", "first_at"])
    op.create_index("ix_staged_backfill", "staged", ["backfill"])
    op.create_index("ix_extreme_batch", "extreme", ["batch"])
    op.create_index("ix_journey_event_journey", "journey_event", ["service", "journey"])
    op.create_index("ix_journey_event_batch", "journey_event", ["batch"])
    op.create_index("ix_contribution_due", "contribution", ["due"])
    op.create_index("ix_contribution_track_at", "contribution", ["track", "at"])
    op.create_index("ix_result_objective", "result", ["agreement", "objective", "window_end"])
    op.create_index("ix_breach_objective", "breach", ["agreement", "objective", "window_start"])
    op.execute("INSERT INTO control (id, version) VALUES (1, 0)")
