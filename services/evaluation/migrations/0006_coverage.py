"""Measurement plans, coverage and reports of nothing."""

from __future__ import annotations

revision = "evaluation_0006"
down_revision = "evaluation_0005"


def upgrade() -> None:
    """Filled by what it is named after."""
