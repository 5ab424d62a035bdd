"""Comments, delegations and terminations."""

from __future__ import annotations

revision = "sla_0004"
down_revision = "sla_0003"


def upgrade() -> None:
    """Filled by what it is named after."""
