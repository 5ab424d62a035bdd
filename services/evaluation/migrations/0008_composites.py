"""Composites and consequences: kept among the other results and reckoned from them, without tables."""

from __future__ import annotations

revision = "evaluation_0008"
down_revision = "evaluation_0007"


def upgrade() -> None:
    """A place in the chain, so that what follows has its number."""
