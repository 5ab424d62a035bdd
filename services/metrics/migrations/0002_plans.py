"""Plans of what is measured, and when a source was last heard."""

from __future__ import annotations

revision = "metrics_0002"
down_revision = "metrics_0001"


def upgrade() -> None:
    """Filled by what it is named after."""
