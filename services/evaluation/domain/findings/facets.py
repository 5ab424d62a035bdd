"""Which value of a facet (hour, weekday, label) has more than its part of what went wrong.

A value is claimed when two tests agree, with all looks at the window reckoned (Holm):

- Fisher's exact test of its cases against all others: right where cases are independent;
- a permutation test of the facet's values within each block (a day; for weekdays a week): right where a bad
  day makes many cases bad at once. An outage of one morning says nothing about mornings.

The larger p of both counts. Then there is a part of the shortfall to be explained: what the value has more of
than it would have had at the rate of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from services.evaluation.domain.significance import drawn_by, fisher

SHUFFLES = 4_999
SCALE = 10**9
"""Shares of cells as whole numbers; a sum of many of them stays within 64 bits."""

Value = str | int | None


@dataclass(slots=True)
class Facet:
    """Cases by block and value. ``subject``: what names the facet besides its value."""

    kind: str
    key: str
    subject: Mapping[str, str] = field(default_factory=dict)
    cells: dict[tuple[Hashable, Value], tuple[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: (0, 0))
    )
    """(block, value) -> (bad, total)."""

    def add(self, block: Hashable, value: Value, bad: int, total: int) -> None:
        before = self.cells[block, value]
        self.cells[block, value] = (before[0] + bad, before[1] + total)

    def values(self) -> dict[Value, tuple[int, int]]:
        found: dict[Value, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for (_, value), (bad, total) in self.cells.items():
            found[value] = (found[value][0] + bad, found[value][1] + total)
        return dict(found)


@dataclass(frozen=True, slots=True)
class Part:
    """A value and all others."""

    bad: int
    total: int
    rest_bad: int
    rest_total: int

    @property
    def worse(self) -> bool:
        return self.bad * self.rest_total > self.rest_bad * self.total

    @property
    def excess(self) -> Fraction:
        """How many of its bad cases it has more than at the rate of the others."""
        return self.bad - Fraction(self.total * self.rest_bad, self.rest_total)

    @property
    def explains(self) -> Fraction:
        return self.excess / (self.bad + self.rest_bad)

    @property
    def p(self) -> Fraction:
        return fisher((self.bad, self.total), (self.rest_bad, self.rest_total))


def parts(facet: Facet, least: int) -> dict[Value, Part]:
    """The values that may be shown: no group under ``least``, neither it nor what is left without it."""
    values = facet.values()
    bad = sum(one for one, _ in values.values())
    total = sum(one for _, one in values.values())
    return {
        value: Part(mine, whole, bad - mine, total - whole)
        for value, (mine, whole) in values.items()
        if whole >= least and total - whole >= least
    }


def shuffled(facet: Facet) -> dict[Value, Fraction]:
    """p of each value's mean share over the blocks being so high, if values changed places within a block.

    Sampled, by the numbers themselves. A value that is alone in its blocks changes with none: p = 1.
    """
    values = sorted({value for _, value in facet.cells}, key=lambda one: (one is None, str(one)))
    places = {value: place for place, value in enumerate(values)}
    blocks: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
    for (block, value), (bad, total) in facet.cells.items():
        if total:
            blocks[block].append((places[value], bad * SCALE // total))
    rows = [sorted(blocks[block]) for block in sorted(blocks, key=str)]
    draw = np.random.default_rng(drawn_by(rows).getrandbits(128))
    seen = np.zeros(len(values), dtype=np.int64)
    sums = np.zeros((SHUFFLES, len(values)), dtype=np.int64)
    for row in rows:
        columns = np.array([place for place, _ in row])
        shares = np.array([share for _, share in row], dtype=np.int64)
        seen[columns] += shares
        if shares.min() == shares.max():
            sums[:, columns] += shares
        else:
            sums[:, columns] += shares[draw.random((SHUFFLES, len(row))).argsort(axis=1)]
    hits = (sums >= seen).sum(axis=0).tolist()
    return {value: Fraction(hits[place] + 1, SHUFFLES + 1) for value, place in places.items()}


def without_neighbours(shown: Iterable[tuple[Value, Part]], least: int) -> list[tuple[Value, Part]]:
    """Those whose publishing together leaves no group under ``least`` to be found by subtraction."""
    kept: list[tuple[Value, Part]] = []
    for value, part in shown:
        left = part.total + part.rest_total - sum(one.total for _, one in kept) - part.total
        if left == 0 or left >= least:
            kept.append((value, part))
    return kept
