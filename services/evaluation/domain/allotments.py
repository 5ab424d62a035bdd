"""What many journeys' time comes to for each agency, and what of it was more than its steps were allotted.

A step's allotment is compared with what of each journey's time was put down to that step; hand-over gaps
count against none, and are named beside. What one journey saved does not make up for what another took too
long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from services.evaluation.domain.attribution import Measure, Passage, elapsed, shares

WORST = 10
"""How many journeys are named as evidence; all of them are paged elsewhere."""


@dataclass(slots=True)
class StepUse:
    """What a step took over some journeys. ``over``: the sum of what was more than its allotment."""

    time: int = 0
    journeys: int = 0
    over: int = 0
    exceeded: int = 0


@dataclass(slots=True)
class AgencyUse:
    """What an agency had of some journeys' time (microseconds of the objective's clock).

    ``elapsed``: the same by the wall clock, as recipients feel it. ``gave``: agency that took over (None:
    nobody did yet) -> time. ``allotted``: what its steps were allotted in the journeys in which it had them;
    None where none of them has an allotment. ``worst``: (over, time, journey), the longest first.
    """

    time: int = 0
    elapsed: int = 0
    journeys: int = 0
    steps: dict[str, StepUse] = field(default_factory=lambda: defaultdict(StepUse))
    gave: dict[str | None, int] = field(default_factory=lambda: defaultdict(int))
    awaited: int = 0
    allotted: int | None = None
    over: int | None = None
    exceeded: int = 0
    worst: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Use:
    """The use of all agencies; ``total`` is the sum of their times. ``flags``: how many journeys had each."""

    agencies: dict[str | None, AgencyUse] = field(default_factory=lambda: defaultdict(AgencyUse))
    total: int = 0
    journeys: int = 0
    flags: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def share(self, agency: str | None) -> Fraction | None:
        return Fraction(self.agencies[agency].time, self.total) if self.total else None

    def ordered(self) -> list[tuple[str | None, AgencyUse]]:
        """Who exceeded most first, then who had most, then by code; nobody's last."""
        return sorted(
            self.agencies.items(),
            key=lambda item: (-(item[1].over or 0), item[0] is None, -item[1].time, item[0] or ""),
        )


def used(journeys: Iterable[tuple[str, Passage, Measure]], allotments: Mapping[str, int]) -> Use:
    """Sums up journeys, each by its clock; in any order the same."""
    found = Use()
    for journey, passage, measure in journeys:
        add(found, journey, passage, allotments, measure)
    for use in found.agencies.values():
        use.worst = sorted(use.worst, key=lambda one: (-one[0], -one[1], one[2]))[:WORST]
    return found


def add(
    found: Use, journey: str, passage: Passage, allotments: Mapping[str, int], measure: Measure = elapsed
) -> None:
    """Adds one journey."""
    found.journeys += 1
    for flag in passage.flags:
        found.flags[flag] += 1
    split = shares(passage, measure)
    plain = split if measure is elapsed else shares(passage)
    for agency, share in split.items():
        use = found.agencies[agency]
        use.time += share.time
        use.elapsed += plain[agency].time
        use.awaited += share.awaited
        found.total += share.time
        for taker, time in share.gave.items():
            use.gave[taker] += time
        over = 0
        for step, time in share.steps.items():
            over += _add_step(use, step, time, allotments.get(step))
        if plain[agency].time:
            use.journeys += 1
            use.worst.append((over, share.time, journey))
        use.exceeded += over > 0


def _add_step(use: AgencyUse, step: str, time: int, allotment: int | None) -> int:
    """Adds what a step took in one journey. Returns what was more than its allotment."""
    mine = use.steps[step]
    mine.time += time
    mine.journeys += 1
    if allotment is None:
        return 0
    over = max(0, time - allotment)
    mine.over += over
    mine.exceeded += over > 0
    use.allotted = (use.allotted or 0) + allotment
    use.over = (use.over or 0) + over
    return over
