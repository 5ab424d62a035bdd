"""How a source's point events are read."""

from __future__ import annotations

revision = "registry_0003"
down_revision = "registry_0002"


def upgrade() -> None:
    """Filled by what it is named after."""
