"""Composites and consequences."""

from __future__ import annotations

revision = "evaluation_0008"
down_revision = "evaluation_0007"


def upgrade() -> None:
    """Filled by what it is named after."""
