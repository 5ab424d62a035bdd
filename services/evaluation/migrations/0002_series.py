"""Panes are shared by all that is judged from the same numbers."""

from __future__ import annotations

revision = "evaluation_0002"
down_revision = "evaluation_0001"


def upgrade() -> None:
    """Filled by what it is named after."""
