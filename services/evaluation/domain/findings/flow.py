"""Queues that grow, and hand-overs that wait. These are counted; only that a queue grows is claimed.

A queue grows where more came in than went out: if both were alike, so great a difference would be an exact
binomial tail. (In a queue that stands still both are tied to each other, and differ less than that.)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluation.domain.attribution import STEP as HELD
from services.evaluation.domain.attribution import Passage
from services.evaluation.domain.findings.finding import HANDOVER, LEAST_SHARE, UNASSIGNED
from services.evaluation.domain.findings.steps import Held
from services.evaluation.domain.significance import at_least
from services.evaluation.domain.windows import Window


@dataclass(frozen=True, slots=True)
class Queue:
    """Journeys in a step at the window's start and end, and those that came and went between."""

    step: str
    agency: str | None
    opening: int
    came: int
    went: int

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.went

    @property
    def p(self) -> Fraction:
        return at_least(self.came, self.came + self.went, Fraction(1, 2))


def queues(passages: Iterable[Passage], window: Window) -> list[Queue]:
    """Each journey as far as the window's end: what it was in then it is still in."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    agencies: dict[str, Counter[str | None]] = defaultdict(Counter)
    for passage in passages:
        spans: dict[str, tuple[int, int]] = {}
        for span in passage.spans:
            if span.kind != HELD:
                continue
            for agency, step in span.holdings:
                if step is not None:
                    first, _ = spans.get(step, (span.start, span.end))
                    spans[step] = (first, span.end)
                    agencies[step][agency] += 1
        for step, (came, went) in spans.items():
            if went >= window.start:
                found[step]["opening" if came < window.start else "came"] += 1
                found[step]["went"] += went < window.end
    return [
        Queue(
            step,
            agencies[step].most_common(1)[0][0],
            counts["opening"],
            counts["came"],
            counts["went"],
        )
        for step, counts in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Time of late journeys in which nobody worked on them, of all their ``time``."""

    kind: str
    giver: str | None
    taker: str | None
    waited: int
    time: int
    journeys: int
    saved: int
    worst: tuple[str, ...]

    @property
    def explains(self) -> Fraction:
        return Fraction(self.waited, self.time)


def waits(journeys: Sequence[Held], least: int, *, strict: bool) -> list[Waiting]:
    """Hand-overs (and time that is nobody's) that take a tenth or more of the late journeys' time."""
    late = [one for one in journeys if not one.good]
    time = sum(one.time for one in late)
    found: dict[tuple[str, str | None, str | None], list[tuple[int, Held]]] = defaultdict(list)
    for one in late:
        for (giver, taker), waited in one.waits.items():
            found[HANDOVER, giver, taker].append((waited, one))
        if one.unassigned:
            found[UNASSIGNED, None, None].append((one.unassigned, one))
    shown = []
    for (kind, giver, taker), rows in found.items():
        waited = sum(part for part, _ in rows)
        if len(rows) < least or not time or Fraction(waited, time) < LEAST_SHARE:
            continue
        saved = sum(one.saved_by(part, strict=strict) for part, one in rows)
        worst = sorted((-part, one.journey) for part, one in rows)[:10]
        shown.append(
            Waiting(kind, giver, taker, waited, time, len(rows), saved, tuple(name for _, name in worst))
        )
    return sorted(shown, key=lambda one: (-one.waited, one.kind, one.giver or "", one.taker or ""))
