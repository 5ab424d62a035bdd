"""Working calendars and their versions."""

from __future__ import annotations

revision = "evaluation_0005"
down_revision = "evaluation_0004"


def upgrade() -> None:
    """Filled by what it is named after."""
