"""Needs and factors, their themes and coverage."""

from __future__ import annotations

revision = "sla_0005"
down_revision = "sla_0004"


def upgrade() -> None:
    """Filled by what it is named after."""
