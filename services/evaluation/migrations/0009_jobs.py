"""Long what-ifs as jobs."""

from __future__ import annotations

revision = "evaluation_0009"
down_revision = "evaluation_0008"


def upgrade() -> None:
    """Filled by what it is named after."""
