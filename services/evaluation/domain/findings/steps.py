"""Which step (or agency) overran, and how much of the late journeys' overrun was its.

In each journey in which any step overran, the step is sought that overran its measure most, in proportion.
The measure is what the agreement allots to it; where nothing is allotted, the median of all journeys. If all
steps overran alike each would be that step equally often; that one is it more often is an exact binomial
tail. All journeys are asked, not the late ones: a journey is late by its longest steps, whatever the cause.
Steps that a journey did not pass are none of its, so the chance is the mean of the journeys' chances: with it
the tail is never too small (W. Hoeffding, Ann. Math. Stat. 27, 1956).

What-if: each late journey with that step held to its measure, and nothing else changed; good where it then
keeps its limit. One that is still open stays late: nobody knows its end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluation.domain.findings.finding import AGENCY, LEAST_SHARE, STEP
from services.evaluation.domain.significance import at_least

FINEST = 1000
MOST_NAMED = 10
"""Journeys that are named as evidence."""

Key = tuple[str, str | None]
"""(kind, step or agency)."""


@dataclass(frozen=True, slots=True)
class Held:
    """A journey's time by (agency, step), in µs of its clock; ``spare``: what it had left of its limit, below
    0 where it was late; ``waits``: (who had it, who took it over) -> time; ``unassigned``: nobody's."""

    journey: str
    good: bool
    ended: bool
    time: int
    spare: int | None
    steps: Mapping[tuple[str | None, str], int]
    waits: Mapping[tuple[str | None, str | None], int]
    unassigned: int

    @property
    def by_step(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for (_, step), time in self.steps.items():
            found[step] += time
        return found

    def saved_by(self, time: int, *, strict: bool) -> bool:
        """Whether it would have kept its limit with so much less."""
        if not self.ended or self.spare is None:
            return False
        return self.spare + time > 0 if strict else self.spare + time >= 0


@dataclass(frozen=True, slots=True)
class Overrun:
    """``most``: journeys in which it overran most, of ``asked`` in which any step overran. ``over``: its part
    of ``all_over`` in ``late`` journeys, in µs. ``saved``: those that would have kept their limit."""

    kind: str
    name: str
    agency: str | None
    most: int
    asked: int
    late: int
    over: int
    all_over: int
    saved: int
    chance: Fraction
    journeys: tuple[str, ...]
    measure: int | None
    """Of a step: what it was allotted, or usually takes."""
    allotted: bool

    @property
    def explains(self) -> Fraction:
        return Fraction(self.over, self.all_over) if self.all_over else Fraction(0)

    @property
    def p(self) -> Fraction:
        return at_least(self.most, self.asked, self.chance)


def usual(journeys: Sequence[Held]) -> dict[str, int]:
    """The median time of each step (the lower one of two)."""
    times: dict[str, list[int]] = defaultdict(list)
    for one in journeys:
        for step, time in one.by_step.items():
            times[step].append(time)
    return {step: sorted(found)[(len(found) - 1) // 2] for step, found in times.items()}


def overruns(
    journeys: Sequence[Held], allotted: Mapping[str, int], least: int, *, strict: bool
) -> list[Overrun]:
    """Steps, and agencies that have several of them; none where fewer than ``least`` journeys were late."""
    measure = {**usual(journeys), **allotted}
    most: Counter[Key] = Counter()
    over: Counter[Key] = Counter()
    saved: Counter[Key] = Counter()
    chances: dict[Key, Fraction] = defaultdict(Fraction)
    named: dict[Key, list[tuple[int, str]]] = defaultdict(list)
    whose: dict[str, Counter[str | None]] = defaultdict(Counter)
    asked = late = 0
    for one in journeys:
        mine = {step: time for step, time in one.by_step.items() if step in measure}
        beyond = {step: max(0, time - measure[step]) for step, time in mine.items()}
        if len(mine) < 2 or not any(beyond.values()):
            continue
        asked += 1
        holder = _holders(one)
        worst = max(sorted(beyond), key=lambda step: _relative(beyond[step], measure[step]))
        most[STEP, worst] += 1
        most[AGENCY, holder[worst]] += 1
        for step in mine:
            whose[step][holder[step]] += 1
            chances[STEP, step] += Fraction(1, len(mine))
            chances[AGENCY, holder[step]] += Fraction(1, len(mine))
        if one.good:
            continue
        late += 1
        together: Counter[Key] = Counter()
        for step, time in beyond.items():
            together[STEP, step] += time
            together[AGENCY, holder[step]] += time
        over.update(together)
        for key, time in together.items():
            saved[key] += one.saved_by(time, strict=strict)
            if time:
                named[key].append((-time, one.journey))
    if late < least:
        return []
    holders = {step: found.most_common(1)[0][0] for step, found in whose.items()}
    several = {agency for agency, number in Counter(holders.values()).items() if agency and number > 1}
    everything = sum(time for (kind, _), time in over.items() if kind == STEP)

    def overrun(kind: str, name: str, agency: str | None, limit: int | None, by_agreement: bool) -> Overrun:
        key = (kind, name)
        return Overrun(
            kind=kind,
            name=name,
            agency=agency,
            most=most[key],
            asked=asked,
            late=late,
            over=over[key],
            all_over=everything,
            saved=saved[key],
            chance=Fraction(-(-chances[key] * FINEST // asked), FINEST),
            journeys=tuple(journey for _, journey in sorted(named[key])[:MOST_NAMED]),
            measure=limit,
            allotted=by_agreement,
        )

    found = [overrun(STEP, step, holders[step], measure[step], step in allotted) for step in sorted(holders)]
    for agency in sorted(several):
        own = [step for step, holder in holders.items() if holder == agency]
        found.append(overrun(AGENCY, agency, agency, None, any(step in allotted for step in own)))
    return found


def worth_naming(found: Overrun, least: int) -> bool:
    """Whether it explains enough, in enough journeys to be shown, and not merely its part."""
    return found.most >= least and found.explains >= LEAST_SHARE and found.most > found.chance * found.asked


def _holders(one: Held) -> dict[str, str | None]:
    """Who had each step for the longest."""
    found: dict[str, tuple[int, str | None]] = {}
    for (agency, step), time in sorted(one.steps.items(), key=lambda item: (item[0][1], item[0][0] or "")):
        if step not in found or time > found[step][0]:
            found[step] = (time, agency)
    return {step: agency for step, (_, agency) in found.items()}


def _relative(over: int, measure: int) -> Fraction:
    return Fraction(over, max(measure, 1))
