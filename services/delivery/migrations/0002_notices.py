"""Subscriptions, webhooks and mail."""

from __future__ import annotations

revision = "delivery_0002"
down_revision = "delivery_0001"


def upgrade() -> None:
    """Filled by what it is named after."""
