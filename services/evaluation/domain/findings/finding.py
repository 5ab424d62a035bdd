"""What a finding is. Its sentence is made of its numbers (text.py), never written by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

STEP, AGENCY, HOUR, WEEKDAY, LABEL = "step", "agency", "hour", "weekday", "label"
QUEUE, HANDOVER, UNASSIGNED = "queue", "handover", "unassigned"
TOO_EASY, IMPOSSIBLE = "too_easy", "impossible"

LEAST_SHARE = Fraction(1, 10)
"""What explains less of the shortfall than this is no finding, however sure it is."""


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure a claim is. ``p``: of this look alone; ``adjusted``: with all ``looks`` reckoned (Holm)."""

    method: str
    p: Fraction
    adjusted: Fraction
    looks: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the share would have been: ``good`` of ``total``; a whole number of cases, or of the rest's."""

    good: int
    total: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.good, self.total)


@dataclass(frozen=True, slots=True)
class Finding:
    """``subject``: what it is about; ``numbers``: exact integers and fractions; ``explains``: its part of
    the shortfall. ``sure`` None: it states what was counted, and claims no more."""

    kind: str
    subject: Mapping[str, Any]
    numbers: Mapping[str, int | Fraction]
    explains: Fraction | None = None
    sure: Sure | None = None
    what_if: WhatIf | None = None
    agency: str | None = None
    """Who could act; None: whoever is responsible for the objective."""
    journeys: tuple[str, ...] = ()

    def id_of(self, *window: object) -> str:
        """The same for the same finding of the same window, whoever computes it."""
        text = json.dumps(
            [*map(str, window), self.kind, dict(sorted(self.subject.items()))], ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()[:24]
