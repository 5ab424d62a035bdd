"""A rating outside of its indicator's scale is no measurement of it."""

from __future__ import annotations

import numpy as np

from services.metrics.domain.columns import Group
from services.metrics.domain.judging import misfit
from services.metrics.domain.known import Indicator

STARS = Indicator("permit", "rating", {}, (1_000_000, 5_500_000))


def group(*values: int) -> Group:
    column = np.array(values, dtype=np.int64)
    return Group("stars", column, np.arange(len(values)), {}, column)


def test_the_ends_of_the_scale_belong_to_it() -> None:
    assert misfit(group(1_000_000, 5_500_000), STARS) is None


def test_what_lies_outside_is_told_apart() -> None:
    found = misfit(group(999_999, 3_000_000, 5_500_001), STARS)
    assert found is not None
    outside, where, why = found
    assert outside.tolist() == [True, False, True]
    assert (where, why) == ("value", "outside the scale of the ratings, 1 to 5.5")


def test_a_rating_of_before_there_were_scales_takes_what_is_not_negative() -> None:
    assert misfit(group(0, 99_000_000), Indicator("permit", "rating", {})) is None
