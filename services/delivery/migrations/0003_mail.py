"""Mail: who subscribes to what, where to, and each mail with what came of it; and how things are called.

What agreements, agencies and services are called was told before mail was thought of. Agencies and services
are read from their topics' beginning; agreements from the feed, which has those of the last 90 days, and
from then on from their topic.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from shared.db.tables import timer
from shared.db.types import Code, Instant, Json

revision = "delivery_0003"
down_revision = "delivery_0002"

ID = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner", sa.String(128)),
        sa.Column("agency", Code),
        sa.Column("kinds", Json, nullable=False),
        sa.Column("agencies", Json, nullable=False),
        sa.Column("services", Json, nullable=False),
        sa.Column("agreements", Json, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("because", sa.String(16)),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("confirm", sa.String(64)),
        sa.Column("confirm_until", Instant),
        sa.Column("asked_at", Instant),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("key", name="uq_subscription_key"),
        sa.UniqueConstraint("confirm", name="uq_subscription_confirm"),
    )
    op.create_index("ix_subscription_owner", "subscription", ["owner", "made_at", "id"])
    op.create_index("ix_subscription_agency", "subscription", ["agency"])
    op.create_index("ix_subscription_asked_at", "subscription", ["asked_at"])
    op.create_index("ix_subscription_state", "subscription", ["state"])
    op.create_table(
        "mail_address",
        sa.Column("subscription", ID, nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("folded", sa.String(320), nullable=False),
        sa.PrimaryKeyConstraint("subscription", name="pk_mail_address"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscription.id"], name="fk_mail_address_subscription", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mail_address_folded", "mail_address", ["folded"])
    op.create_table(
        "mail_asked",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_mail_asked"),
    )
    op.create_table(
        "mail",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscription", ID, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(32)),
        sa.Column("event_id", sa.String(64)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Instant),
        sa.Column("code", sa.Integer),
        sa.Column("error", sa.String(200)),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("last_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscription.id"], name="fk_mail_subscription", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("subscription", "event_id", name="uq_mail_subscription"),
    )
    op.create_index("ix_mail_next_at", "mail", ["next_at"])
    op.create_index("ix_mail_made_at", "mail", ["made_at", "id"])
    named = op.create_table(
        "named",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("code", Code, nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("service", Code),
        sa.Column("parties", Json, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("objectives", Json, nullable=False),
        sa.Column("told_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_named"),
    )
    op.bulk_insert(named, _agreements_of_the_feed())
    op.bulk_insert(timer, [{"kind": "forget-mail", "key": "", "due": datetime(2026, 1, 1, tzinfo=UTC)}])


def _agreements_of_the_feed() -> list[dict[str, object]]:
    rows = op.get_bind().execute(
        sa.text("SELECT event FROM feed WHERE type = 'sanya.sla.agreement.in-force.v1' ORDER BY seq")
    )
    found: dict[str, dict[str, object]] = {}
    for (text,) in rows:
        event = json.loads(text)
        data = event["data"]
        document = data["document"]
        found[data["agreement"]] = {
            "kind": "agreement",
            "code": data["agreement"],
            "name": document["title"],
            "service": data["service"],
            "parties": data["parties"],
            "public": data["visibility"] == "public",
            "objectives": {
                each["code"]: each["public_wording"]
                for each in document["objectives"]
                if each.get("public_wording")
            },
            # Whatever is told from now on is newer.
            "told_at": 0,
        }
    return list(found.values())
