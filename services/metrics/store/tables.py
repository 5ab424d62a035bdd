"""The tables of the metrics service, as the migrations make them. Times are microseconds UTC."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db.types import Code, Identity, Json, Micros

tables = sa.MetaData()

projection = sa.Table(
    "projection",
    tables,
    # agency, service, source or indicator
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("code", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("body", Json, nullable=False),
)

picture = sa.Table(
    "picture",
    tables,
    # One row. Its version rises with every change of `projection`: what was judged by an older one is
    # judged again before it is stored, so that no row is set aside behind its indicator's back.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

batch = sa.Table(
    "batch",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    # measurements or journeys
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("source", Code, nullable=False),
    # NULL for a batch of rows that had been set aside; `parent` names the batch they came with.
    sa.Column("idempotency_key", sa.String(255)),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("agency", Code, nullable=False),
    # Where the packed rows are; NULL where all rows were set aside.
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
    sa.UniqueConstraint("source", "idempotency_key", name="uq_batch_source_key"),
)

aside = sa.Table(
    "aside",
    tables,
    sa.Column("id", Identity, primary_key=True, autoincrement=True),
    sa.Column("batch", sa.String(32), sa.ForeignKey("batch.id"), nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    # Empty for journey events.
    sa.Column("indicator", sa.String(64), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("received_at", Micros, nullable=False),
    # A packed `Batch` or `JourneyBatch` of these rows alone.
    sa.Column("data", sa.LargeBinary, nullable=False),
    # Whether the rows may still be driven again.
    sa.Column("waiting", sa.Boolean, nullable=False),
)

backfill = sa.Table(
    "backfill",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
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
)

replay = sa.Table(
    "replay",
    tables,
    sa.Column("request", sa.String(64), primary_key=True),
    sa.Column("service", Code, nullable=False),
    sa.Column("from_at", Micros, nullable=False),
    sa.Column("to_at", Micros, nullable=False),
    # Batches up to this outbox id are told again already, of those up to `until`.
    sa.Column("reached", sa.BigInteger, nullable=False),
    sa.Column("until", sa.BigInteger, nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("done_at", Micros),
)
