"""Exclusions: proposed by one party, approved by the others."""

from __future__ import annotations

revision = "sla_0002"
down_revision = "sla_0001"


def upgrade() -> None:
    """Filled by what it is named after."""
