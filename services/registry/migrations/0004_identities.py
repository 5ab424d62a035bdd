"""Agencies' own keys, and identities of an OIDC provider."""

from __future__ import annotations

revision = "registry_0004"
down_revision = "registry_0002"


def upgrade() -> None:
    """Filled by what it is named after."""
