"""Published answers, and the same by other means: tests of a claim are exact, and the same for ever."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import comb
from random import Random

import pytest

from services.evaluation.domain import significance
from services.evaluation.domain.significance import (
    at_least,
    compared_shares,
    compared_values,
    fisher,
    holm,
    shown_p,
)


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [
        # R. A. Fisher, The Design of Experiments, 1935: the lady tasting tea; `fisher.test` of R: 0.4857.
        ((3, 4), (1, 4), Fraction(17, 35)),
        # A. Agresti, Categorical Data Analysis: all eight cups told right; two tables of C(8, 4).
        ((4, 4), (0, 4), Fraction(2, 70)),
        # Fisher's twins (Statistical Methods, 1935; `?fisher.test` of R, two-sided 0.0005367).
        ((2, 17), (10, 13), Fraction(5367241, 10**10)),
    ],
)
def test_published_tables(one: tuple[int, int], other: tuple[int, int], p: Fraction) -> None:
    assert abs(fisher(one, other) - p) < Fraction(1, 10**9)


def by_definition(part: int, first: int, hits: int, whole: int) -> Fraction:
    low, high = max(0, hits - (whole - first)), min(hits, first)
    found = [comb(first, x) * comb(whole - first, hits - x) for x in range(low, high + 1)]
    seen = found[part - low]
    return Fraction(sum(one for one in found if one <= seen), sum(found))


def test_large_tables_are_summed_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(significance, "EXACT_UP_TO", 0)
    draw = Random(7)
    for _ in range(500):
        first, second = draw.randint(1, 300), draw.randint(1, 300)
        if draw.random() < 0.3:
            second = first  # tables on either side that are equally likely
        part, other = draw.randint(0, first), draw.randint(0, second)
        exact = by_definition(part, first, part + other, first + second)
        assert abs(fisher((part, first), (other, second)) - exact) < Fraction(1, 2**200)


def test_millions_of_cases_are_no_matter() -> None:
    assert fisher((1_990_000, 2_000_000), (1_989_500, 2_000_000)) < Fraction(1, 1000)
    assert fisher((1_990_000, 2_000_000), (1_989_900, 2_000_000)) > Fraction(1, 20)
    assert 0 < fisher((0, 2_000_000), (2_000_000, 2_000_000)) < Fraction(1, 10**60)


def test_windows_values_are_permuted_in_every_way() -> None:
    before, after = [Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)], [Fraction(3, 4), Fraction(4, 5)]
    every = list(permutations([*before, *after]))
    seen = abs(sum(after) / 2 - sum(before) / 3)
    hits = sum(abs(sum(one[3:]) / 2 - sum(one[:3]) / 3) >= seen for one in every)
    found = compared_values(before, after)
    assert (found.method, found.p) == ("permutation", Fraction(hits, len(every)))


def test_three_windows_a_side_can_never_be_sure() -> None:
    low, high = [Fraction(n) for n in range(3)], [Fraction(n + 100) for n in range(3)]
    assert compared_values(low, high).p == compared_values(low, high).least == Fraction(1, 10)
    four = compared_values([*low, Fraction(3)], [*high, Fraction(103)])
    assert four.p == four.least == Fraction(2, 70)


def test_a_sample_is_drawn_by_the_values_alone() -> None:
    before = [Fraction(n * n % 17, 20) for n in range(12)]
    after = [Fraction(n * n % 13 + 5, 20) for n in range(12)]
    one, again = compared_values(before, after), compared_values(before, after)
    assert one == again
    assert one.method == "permutation-sampled"
    assert Fraction(1, 10_000) <= one.p < Fraction(1, 5)


def test_the_least_p_of_counts() -> None:
    assert compared_shares((1, 2), (2, 2)).least == 1
    assert compared_shares((0, 4), (4, 4)).least == Fraction(2, 70)


def test_a_binomial_tail() -> None:
    assert at_least(2, 3, Fraction(1, 2)) == Fraction(1, 2)
    assert at_least(0, 9, Fraction(1, 3)) == 1
    assert at_least(3, 3, Fraction(1, 4)) == Fraction(1, 64)


def test_many_looks_cost() -> None:
    # S. Holm's procedure by hand: 0.01 x 4, 0.02 x 3, then never less than the one before.
    raw = {"a": Fraction(1, 100), "b": Fraction(4, 100), "c": Fraction(2, 100), "d": Fraction(3, 100)}
    assert holm(raw) == {
        "a": Fraction(4, 100),
        "c": Fraction(6, 100),
        "d": Fraction(6, 100),
        "b": Fraction(6, 100),
    }
    assert holm({"a": Fraction(9, 10), "b": Fraction(8, 10)}) == {"a": Fraction(1), "b": Fraction(1)}


def test_p_is_shown_rounded_and_never_as_nothing() -> None:
    assert shown_p(Fraction(1, 3)) == "0.333333333"
    assert shown_p(Fraction(1)) == "1"
    assert shown_p(Fraction(1, 10**30)) == "0.000000001"
