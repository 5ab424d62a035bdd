"""Distributions and targets to start from, against counting."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.achieved import PARTS, distribution, sentence, starts
from services.evaluation.domain.amounts import holds

shares = st.lists(st.fractions(0, 1, max_denominator=5000), min_size=1, max_size=40)
amounts = st.lists(st.fractions(-2000, 2000, max_denominator=1000), min_size=1, max_size=40)
comparators = st.sampled_from(["<", "<=", ">", ">="])


@given(amounts)
def test_a_quartile_is_the_smallest_value_that_so_many_are_not_above(values: list[Fraction]) -> None:
    found = distribution(values)
    for name, part in (("lower_quartile", 1), ("median", 2), ("upper_quartile", 3)):
        enough = [
            value for value in values if 4 * sum(each <= value for each in values) >= part * len(values)
        ]
        assert found[name] == min(enough)
    assert (found["least"], found["greatest"]) == (min(values), max(values))


@given(shares | amounts, comparators)
def test_a_target_to_start_from_was_kept_in_so_many_windows(values: list[Fraction], comparator: str) -> None:
    share = all(0 <= value <= 1 for value in values)
    for each in starts(values, comparator, share=share):
        part = dict(PARTS)[each.name]
        assert each.met == sum(holds(value, comparator, each.target) for value in values)
        assert each.met >= part * len(values)
        # The next round target on the stricter side is kept in fewer, or at most by those just at it.
        step = Fraction(1, 1000) if share else Fraction(1)
        stricter = each.target + step * (-1 if comparator in ("<", "<=") else 1)
        kept = sum(holds(value, comparator, stricter) for value in values)
        best = sorted(values, reverse=comparator in (">", ">="))[
            -(-len(values) * part.numerator // part.denominator) - 1
        ]
        assert kept < part * len(values) or not holds(best, comparator, stricter)


def test_a_year_of_shares() -> None:
    values = [Fraction(n, 1000) for n in (990, 950, 912, 999, 870, 934, 961, 977, 943, 905, 988, 996)]
    found = [(each.name, str(float(each.target)), each.met) for each in starts(values, ">=", share=True)]
    assert found == [("all", "0.87", 12), ("three_quarters", "0.934", 9), ("half", "0.961", 6)]
    assert [each.met for each in starts([Fraction(1)] * 3, ">=", share=True)] == [3]
    # A share above 1 cannot be asked for, nor one of less than 0.
    assert starts([Fraction(0)], ">", share=True) == []


@pytest.mark.parametrize(
    ("met", "of", "unit", "th", "en"),
    [
        (7, 12, "month", "บรรลุเป้าหมาย 7 จาก 12 เดือน", "met in 7 of 12 months"),
        (3, 4, "quarter", "บรรลุเป้าหมาย 3 จาก 4 ไตรมาส", "met in 3 of 4 quarters"),
        (1, 1, "month_end", "บรรลุเป้าหมาย 1 จาก 1 สิ้นเดือน", "met in 1 of 1 end of a month"),
        (0, 0, "day", "ไม่มีวันที่สรุปผลได้", "no day that can be judged"),
    ],
)
def test_said_in_words(met: int, of: int, unit: str, th: str, en: str) -> None:
    assert sentence(met, of, unit) == {"th": th, "en": en}
