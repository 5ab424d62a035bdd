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
    # |code|code|: of which it has rows, or for which it is complete; NULL for journey events.
    sa.Column("indicators", sa.Text),
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

plan = sa.Table(
    # What agreements plan to be reported: by which source, how often. One row a revision and plan.
    "plan",
    tables,
    sa.Column("revision", sa.String(64), primary_key=True),
    sa.Column("indicator", Code, primary_key=True),
    sa.Column("source", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("parties", Json, nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("post", sa.Text),
    sa.Column("frequency", sa.String(40), nullable=False),
    sa.Column("silence_after", Micros, nullable=False),
    # In force in [from_at, to_at); known here since known_at.
    sa.Column("from_at", Micros, nullable=False),
    sa.Column("to_at", Micros),
    sa.Column("known_at", Micros, nullable=False),
)

reporting = sa.Table(
    # When a planned source was last heard, and since when it is silent.
    "reporting",
    tables,
    sa.Column("agreement", Code, primary_key=True),
    sa.Column("indicator", Code, primary_key=True),
    sa.Column("source", Code, primary_key=True),
    # From when on it is listened for; NULL: no plan of it is in force.
    sa.Column("started_at", Micros),
    sa.Column("heard_at", Micros),
    sa.Column("silent_since", Micros),
    # Rises with every fact told about it.
    sa.Column("version", sa.BigInteger, nullable=False),
)

listening = sa.Table(
    # One row: up to when batches were looked at for reports, and since when without a pause.
    "listening",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("since", Micros, nullable=False),
    sa.Column("looked_at", Micros, nullable=False),
)
