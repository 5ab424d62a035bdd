"""What subscriptions name, row by row: whom a fact reaches is looked up, and not everybody is asked."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code

revision = "delivery_0004"
down_revision = "delivery_0003"

KINDS = {"agencies": "agency", "services": "service", "agreements": "agreement"}


def upgrade() -> None:
    wish = op.create_table(
        "subscription_wish",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("code", Code, nullable=False),
        sa.Column("subscription", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", "subscription", name="pk_subscription_wish"),
        sa.ForeignKeyConstraint(
            ["subscription"],
            ["subscription.id"],
            name="fk_subscription_wish_subscription",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_subscription_wish_subscription", "subscription_wish", ["subscription"])
    known = op.get_bind().execute(sa.text("SELECT id, agencies, services, agreements FROM subscription"))
    rows = []
    for found in known.mappings():
        for column, kind in KINDS.items():
            given = found[column]
            codes = json.loads(given) if isinstance(given, str) else given
            rows += [{"kind": kind, "code": code, "subscription": found["id"]} for code in sorted(set(codes))]
    op.bulk_insert(wish, rows)
