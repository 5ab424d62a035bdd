"""Comments, delegations and terminations."""

from __future__ import annotations

revision = "sla_0006"
down_revision = "sla_0005"


def upgrade() -> None:
    """Filled by what it is named after."""
