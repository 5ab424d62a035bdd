"""Attribution and disputes."""

from __future__ import annotations

revision = "evaluation_0007"
down_revision = "evaluation_0006"


def upgrade() -> None:
    """Filled by what it is named after."""
