"""The tables that every service has in its own schema, and the migration that makes them."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db.types import Identity, Instant

infrastructure = sa.MetaData()

outbox = sa.Table(
    "outbox",
    infrastructure,
    sa.Column("id", Identity, primary_key=True, autoincrement=True),
    sa.Column("topic", sa.String(64), nullable=False),
    # NULL: one record for every partition of the topic (a tick).
    sa.Column("key", sa.String(64)),
    sa.Column("type", sa.String(128), nullable=False),
    sa.Column("event_id", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(256), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("trace", sa.String(64)),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("published", sa.Boolean, nullable=False, default=False),
    sqlite_autoincrement=True,
)

outbox_trimmed = sa.Table(
    "outbox_trimmed",
    infrastructure,
    sa.Column("topic", sa.String(64), primary_key=True),
    # The highest id of the topic that retention has deleted: the log begins behind it.
    sa.Column("upto", sa.BigInteger, nullable=False),
)

position = sa.Table(
    "position",
    infrastructure,
    sa.Column("topic", sa.String(64), primary_key=True),
    sa.Column("partition", sa.Integer, primary_key=True),
    # The next offset to be read: everything below it has taken effect.
    sa.Column("offset", sa.BigInteger, nullable=False),
)

dead_letter = sa.Table(
    "dead_letter",
    infrastructure,
    sa.Column("id", Identity, primary_key=True, autoincrement=True),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("key", sa.String(64)),
    sa.Column("type", sa.String(128), nullable=False),
    sa.Column("event_id", sa.String(64), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(256), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("trace", sa.String(64)),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("died_at", Instant, nullable=False),
    sa.Column("redriven_at", Instant),
)

timer = sa.Table(
    "timer",
    infrastructure,
    sa.Column("kind", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(256), primary_key=True),
    sa.Column("due", Instant, nullable=False),
)

idempotency = sa.Table(
    "idempotency",
    infrastructure,
    sa.Column("caller", sa.String(128), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("request_hash", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("stored_at", Instant, nullable=False),
)

auth_key = sa.Table(
    "auth_key",
    infrastructure,
    sa.Column("kid", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("jwk", sa.Text, nullable=False),
    sa.Column("not_after", Instant),
)

auth_disabled = sa.Table(
    "auth_disabled",
    infrastructure,
    sa.Column("subject", sa.String(128), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    # Tokens issued before this instant are refused; NULL: enabled again.
    sa.Column("since", Instant),
)


def create_infrastructure_v1() -> None:
    """First migration of every service: the shared tables as of version 1. Never edited once released."""
    from alembic import op  # only a migration pays for it

    for table in infrastructure.sorted_tables:
        op.create_table(
            table.name,
            *[column._copy() for column in table.columns],
            sa.PrimaryKeyConstraint(*[column.name for column in table.primary_key], name=f"pk_{table.name}"),
            # An offset of the embedded log is never given twice, not even after the log was trimmed.
            sqlite_autoincrement=table.name == "outbox",
        )
    op.create_index("ix_outbox_topic_id", "outbox", ["topic", "id"])
    op.create_index("ix_timer_due", "timer", ["due"])
    op.create_index("ix_idempotency_stored_at", "idempotency", ["stored_at"])
    op.create_index("ix_dead_letter_topic", "dead_letter", ["topic", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_outbox_unpublished", "outbox", ["id"], postgresql_where=sa.text("NOT published"))
        # Batches are compressed already; TOAST shall not try again.
        op.execute("ALTER TABLE outbox ALTER COLUMN data SET STORAGE EXTERNAL")
