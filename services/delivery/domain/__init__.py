"""Who may hear of a fact."""

from __future__ import annotations

from dataclasses import dataclass

KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Audience:
    """The agencies that hear of a fact; ``public``: whoever has a token."""

    agencies: tuple[str, ...]
    public: bool


def audience(parties: list[str], visibility: str, *, for_parties_only: bool) -> Audience:
    """Breaches and silences are for the parties; agreements and final results follow the agreement."""
    public = visibility == "public" and not for_parties_only
    return Audience(tuple(sorted(set(parties))), public)
