"""Working calendars."""

from __future__ import annotations

revision = "registry_0002"
down_revision = "registry_0001"


def upgrade() -> None:
    """Filled by what it is named after."""
