"""Exclusions, corrections, and why a result changed."""

from __future__ import annotations

revision = "evaluation_0003"
down_revision = "evaluation_0002"


def upgrade() -> None:
    """Filled by what it is named after."""
