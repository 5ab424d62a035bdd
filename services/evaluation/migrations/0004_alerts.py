"""What open windows say: forecasts and burn alerts."""

from __future__ import annotations

revision = "evaluation_0004"
down_revision = "evaluation_0003"


def upgrade() -> None:
    """Filled by what it is named after."""
