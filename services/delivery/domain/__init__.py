"""Who may hear of a fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Audience:
    """The agencies that hear of a fact; ``public``: whoever has a token."""

    agencies: tuple[str, ...]
    public: bool


class OfParties(Protocol):
    @property
    def parties(self) -> list[str]: ...


class Shown(OfParties, Protocol):
    @property
    def visibility(self) -> str: ...


def parties_alone(fact: OfParties) -> Audience:
    """Breaches, silences, moves of a negotiation, a dispute, an exclusion or a correction: each party hears
    of it at the same moment, and nobody else."""
    return Audience(tuple(sorted(set(fact.parties))), public=False)


def as_agreed(fact: Shown) -> Audience:
    """Agreements in force and final results: public, or for the parties, as the agreement says."""
    return Audience(parties_alone(fact).agencies, public=fact.visibility == "public")
