"""Signatures, by the deployment's key or an agency's own."""

from __future__ import annotations

revision = "sla_0007"
down_revision = "sla_0006"


def upgrade() -> None:
    """Filled by what it is named after."""
