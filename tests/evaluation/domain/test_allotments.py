"""Time against allotments, journey by journey: exact sums, and who comes first."""

from __future__ import annotations

from fractions import Fraction

from services.evaluation.domain.allotments import WORST, used
from services.evaluation.domain.attribution import Passage, elapsed
from tests.evaluation.domain.test_attribution import SLOT, event, read


def case(first: int, gap: int, second: int) -> Passage:
    """``first`` slots of t01 by city, a gap, ``second`` slots of t02 by land."""
    begun = first + gap
    return read(
        event("start t01", "city", 0),
        event("end t01", "city", first),
        event("start t02", "land", begun),
        event("end t02", "land", begun + second),
        start=0,
        end=begun + second,
    )


def test_what_one_journey_saved_makes_up_for_no_other() -> None:
    journeys = [("a", case(4, 2, 3), elapsed), ("b", case(1, 0, 9), elapsed), ("c", case(3, 1, 3), elapsed)]
    found = used(journeys, {"t01": 3 * SLOT, "t02": 3 * SLOT})
    city, land = found.agencies["city"], found.agencies["land"]
    assert (found.journeys, found.total) == (3, 26 * SLOT)
    assert (city.time, city.over, city.allotted, city.exceeded) == (11 * SLOT, SLOT, 9 * SLOT, 1)
    assert (land.time, land.over, land.allotted, land.exceeded) == (15 * SLOT, 6 * SLOT, 9 * SLOT, 1)
    assert found.share("city") == Fraction(11, 26)
    assert (city.elapsed, land.elapsed, land.journeys) == (11 * SLOT, 15 * SLOT, 3)
    # The gap is city's time, and against no step's allotment.
    assert (city.steps["t01"].time, city.steps["t01"].journeys, city.steps["t01"].over) == (8 * SLOT, 3, SLOT)
    assert (dict(city.gave), land.awaited) == ({"land": 3 * SLOT}, 3 * SLOT)
    assert [agency for agency, _ in found.ordered()] == ["land", "city"]
    assert land.worst == [(6 * SLOT, 9 * SLOT, "b"), (0, 3 * SLOT, "a"), (0, 3 * SLOT, "c")]
    assert city.worst == [(SLOT, 6 * SLOT, "a"), (0, 4 * SLOT, "c"), (0, SLOT, "b")]


def test_exactly_the_allotment_is_not_exceeded_and_without_one_there_is_none() -> None:
    found = used([("a", case(3, 0, 4), elapsed)], {"t01": 3 * SLOT})
    city, land = found.agencies["city"], found.agencies["land"]
    assert (city.over, city.exceeded, city.steps["t01"].exceeded) == (0, 0, 0)
    assert (land.over, land.allotted, land.exceeded) == (None, None, 0)
    assert used([], {}).share("city") is None


def test_who_had_most_comes_first_then_by_code_and_nobody_last() -> None:
    def held(agency: str | None, slots: int) -> Passage:
        return read(event("start t01", agency, 0), event("end t01", agency, slots), start=0, end=slots)

    parts = [("a", None, 9), ("b", "land", 2), ("c", "city", 2), ("d", "agri", 5)]
    found = used([(name, held(agency, slots), elapsed) for name, agency, slots in parts], {})
    assert [agency for agency, _ in found.ordered()] == ["agri", "city", "land", None]


def test_only_the_worst_are_kept() -> None:
    journeys = [(f"{number:02}", case(number + 1, 0, 1), elapsed) for number in range(WORST + 5)]
    kept = used(journeys, {}).agencies["city"].worst
    assert [name for _, _, name in kept] == [f"{number:02}" for number in range(WORST + 4, 4, -1)]
