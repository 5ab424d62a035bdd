"""How sure a claim is: exact tests on counts, permutation tests on values, and what many looks cost.

Sources: Fisher's exact test, two-sided as the sum over all tables with the same margins that are no more
likely than the one seen (R. A. Fisher, Statistical Methods for Research Workers, section 21.02; J. O. Irwin,
Metron 12, 1935; `fisher.test` of R does the same). Permutation test: E. J. G. Pitman, 1937; p of a sampled
one as (hits + 1) / (samples + 1): B. Phipson and G. K. Smyth, 2010. Holm: S. Holm, Scand. J. Stat. 6, 1979.

Nothing is read through a float, and what is sampled is sampled by the numbers themselves, so that the same
numbers give the same p for ever.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, lcm
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

ALPHA = Fraction(1, 20)
EXACT_UP_TO = 2000
"""Tables with so many cases are summed in whole numbers; larger ones to 2^-300, far below what is shown."""
BITS = 320
SLACK = 1 << 64
"""More than all roundings of the longest walk add up to, in units of 2^-BITS of the most likely table."""

MOST_ENUMERATED = 200_000
SAMPLES = 9_999


@dataclass(frozen=True, slots=True)
class Tested:
    """``method``: fisher, permutation (all of them) or permutation-sampled. ``least``: the smallest p that
    so few numbers can give; where it is not below 0.05 nothing can be shown by them."""

    method: str
    p: Fraction
    least: Fraction


def fisher(one: tuple[int, int], other: tuple[int, int]) -> Fraction:
    """Two-sided p of two shares (part, whole) being of the same rate."""
    part, first = one
    hits = part + other[0]
    whole = first + other[1]
    low, high = max(0, hits - other[1]), min(hits, first)
    if low == high:
        return Fraction(1)
    if whole <= EXACT_UP_TO:
        weights = {x: comb(first, x) * comb(other[1], hits - x) for x in range(low, high + 1)}
        seen = weights[part]
        return Fraction(sum(one for one in weights.values() if one <= seen), comb(whole, hits))
    return _fisher_of_many(part, first, other[1], hits)


def _fisher_of_many(part: int, first: int, second: int, hits: int) -> Fraction:
    """Walks from the most likely table to both sides until nothing is left, in fixed point."""
    low, high = max(0, hits - second), min(hits, first)
    mode = min(high, max(low, (first + 1) * (hits + 1) // (first + second + 2)))
    weights = {mode: 1 << BITS}
    weight = 1 << BITS
    for x in range(mode, high):
        weight = weight * (first - x) * (hits - x) // ((x + 1) * (second - hits + x + 1))
        if not weight:
            break
        weights[x + 1] = weight
    weight = 1 << BITS
    for x in range(mode, low, -1):
        weight = weight * x * (second - hits + x) // ((first - x + 1) * (hits - x + 1))
        if not weight:
            break
        weights[x - 1] = weight
    seen = weights.get(part, 0)
    # Tables that are as likely as the one seen differ from it by roundings alone.
    tail = sum(one for one in weights.values() if one <= seen + SLACK)
    return Fraction(tail + SLACK, sum(weights.values()) + SLACK)


def at_least(hits: int, tries: int, chance: Fraction) -> Fraction:
    """P(X >= hits) of so many tries, each with a chance: an exact binomial tail."""
    top, bottom = chance.numerator, chance.denominator
    rest = bottom - top
    return Fraction(
        sum(comb(tries, x) * top**x * rest ** (tries - x) for x in range(hits, tries + 1)), bottom**tries
    )


def compared_shares(before: tuple[int, int], after: tuple[int, int]) -> Tested:
    """Fisher's exact test of (part, whole) before against after."""
    whole, hits = before[1] + after[1], before[0] + after[0]
    low, high = max(0, hits - after[1]), min(hits, before[1])
    least = min(fisher((x, before[1]), (hits - x, after[1])) for x in {low, high}) if whole else Fraction(1)
    return Tested("fisher", fisher(before, after), least)


def compared_values(before: Sequence[Fraction], after: Sequence[Fraction]) -> Tested:
    """Two-sided permutation test of the difference of the means of some windows' values.

    Every way to part the windows is tried where there are few enough; else a sample, drawn by the values.
    """
    scale = lcm(*(value.denominator for value in (*before, *after)))
    values = [int(value * scale) for value in (*before, *after)]
    many, first = len(values), len(before)
    total = sum(values)

    def distance(part: int) -> int:
        """Proportional to |mean of the part - mean of the rest|."""
        return abs(part * many - total * first)

    seen = distance(sum(values[:first]))
    ways = comb(many, first)
    same = 2 if first * 2 == many else 1
    if ways <= MOST_ENUMERATED:
        hits = sum(distance(sum(part)) >= seen for part in combinations(values, first))
        return Tested("permutation", Fraction(hits, ways), Fraction(same, ways))
    draw = drawn_by(*values)
    hits = sum(distance(sum(draw.sample(values, first))) >= seen for _ in range(SAMPLES))
    return Tested("permutation-sampled", Fraction(hits + 1, SAMPLES + 1), Fraction(1, SAMPLES + 1))


def drawn_by(*numbers: object) -> random.Random:
    """A generator that the numbers alone decide."""
    text = "/".join(str(number) for number in numbers)
    return random.Random(hashlib.sha256(text.encode()).digest())


def holm(raw: Mapping[K, Fraction]) -> dict[K, Fraction]:
    """p of each of several looks, as it stands once all of them are reckoned with (at most 1)."""
    found: dict[K, Fraction] = {}
    worst = Fraction(0)
    ordered = sorted(raw.items(), key=lambda item: item[1])
    for place, (name, p) in enumerate(ordered):
        worst = max(worst, min(Fraction(1), p * (len(ordered) - place)))
        found[name] = worst
    return found


def shown_p(p: Fraction) -> str:
    """As a decimal, rounded to nine digits; never 0, since nothing is impossible."""
    rounded = max(1, round(p * 10**9))
    whole, rest = divmod(rounded, 10**9)
    digits = f"{rest:09d}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
