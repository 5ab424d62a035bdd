"""Announcements and acknowledgements."""

from __future__ import annotations

revision = "sla_0008"
down_revision = "sla_0007"


def upgrade() -> None:
    """Filled by what it is named after."""
