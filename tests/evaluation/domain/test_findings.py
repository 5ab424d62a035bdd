"""Planted causes are found, and none where there is none: false alarms are counted over 200 seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest

from services.evaluation.domain.findings.choosing import Seen, findings
from services.evaluation.domain.findings.facets import Facet, parts
from services.evaluation.domain.findings.finding import Finding
from services.evaluation.domain.findings.flow import Queue
from services.evaluation.domain.findings.promises import ease
from services.evaluation.domain.findings.steps import Held
from services.evaluation.domain.findings.text import duration, percent

SEEDS = range(200)
PLANTED = range(40)
DAYS = 30
HOUR = 3_600_000_000
ALLOTTED = {"t01": 8 * HOUR, "t02": 40 * HOUR, "t03": 24 * HOUR, "t04": 24 * HOUR}
AGENCIES = {"t01": "city", "t02": "land", "t03": "health", "t04": "city"}
LIMIT = 120 * HOUR

Draw = Callable[[Random, int, int, str, str], float]
"""(random, day, hour, channel, province) -> chance of a bad case."""


def _facets(journeys: bool = False) -> list[Facet]:
    return [
        Facet("hour", "hour"),
        Facet("weekday", "weekday"),
        Facet("label", "value", {"label": "channel"}),
        Facet("label", "value", {"label": "province"}),
    ]


def _add(facets: list[Facet], day: int, hour: int, channel: str, province: str, bad: int, total: int) -> None:
    hours, weekdays, channels, provinces = facets
    hours.add(day, hour, bad, total)
    weekdays.add(day // 7, day % 7 + 1, bad, total)
    channels.add(day, channel, bad, total)
    provinces.add(day, province, bad, total)


def cases(seed: int, chance: Draw) -> Seen:
    """A month of cases, about 40 a day in office hours, by channel and province."""
    draw = Random(seed)
    facets = _facets()
    for day in range(DAYS):
        for _ in range(draw.randint(30, 50)):
            hour = draw.choice(range(8, 17))
            channel, province = draw.choice(["web", "desk", "post"]), draw.choice(["10", "50", "90", "30"])
            bad = draw.random() < chance(draw, day, hour, channel, province)
            _add(facets, day, hour, channel, province, bad, 1)
    return Seen(facets)


def plain(draw: Random, day: int, hour: int, channel: str, province: str) -> float:
    return 0.1


def named(found: list[Finding]) -> set[tuple[object, ...]]:
    return {(one.kind, *one.subject.values()) for one in found}


def test_where_there_is_no_cause_hardly_anything_is_claimed() -> None:
    alarms = Counter(one.kind for seed in SEEDS for one in findings(cases(seed, plain)))
    # At the promised 5 % of the months up to 10 of 200 might be wrong.
    assert alarms.total() <= 10, alarms


def test_a_bad_day_or_morning_says_nothing_of_days_and_mornings() -> None:
    """All cases of one day are late, or all of one morning; Fisher's test alone would claim both."""
    for seed in PLANTED:
        morning = Random(seed).randrange(DAYS)

        def outage(
            draw: Random, day: int, hour: int, channel: str, province: str, bad: int = morning, of: int = seed
        ) -> float:
            return 0.95 if day == bad and (of % 2 or hour == 9) else 0.03

        assert [one for one in findings(cases(seed, outage)) if one.kind in ("hour", "weekday")] == []


@pytest.mark.parametrize(
    ("cause", "chance"),
    [
        (("hour", 9), lambda _r, _d, hour, _c, _p: 0.4 if hour == 9 else 0.08),
        (("weekday", 1), lambda _r, day, _h, _c, _p: 0.35 if day % 7 == 0 else 0.08),
        (("label", "channel", "post"), lambda _r, _d, _h, channel, _p: 0.25 if channel == "post" else 0.05),
        (("label", "province", "50"), lambda _r, _d, _h, _c, province: 0.25 if province == "50" else 0.05),
    ],
)
def test_a_planted_cause_is_found_and_no_other(cause: tuple[object, ...], chance: Draw) -> None:
    found = [named(findings(cases(seed, chance))) for seed in PLANTED]
    assert sum(cause in one for one in found) == len(PLANTED)
    assert sum(bool(one - {cause}) for one in found) <= 2


def journeys(seed: int, factor: dict[str, float], wait: float = 0) -> list[Held]:
    """Three hundred journeys; each step takes its allotment times something that is alike for all steps."""
    draw = Random(seed)
    found = []
    for number in range(300):
        steps = {
            step: int(allotted * factor.get(step, 1) * draw.lognormvariate(-0.15, 0.5))
            for step, allotted in ALLOTTED.items()
        }
        gap = int(LIMIT * wait * draw.random())
        time = sum(steps.values()) + gap
        found.append(
            Held(
                journey=f"j{number}",
                good=time <= LIMIT,
                ended=True,
                time=time,
                spare=LIMIT - time,
                steps={(AGENCIES[step], step): taken for step, taken in steps.items()},
                waits={("city", "land"): gap} if gap else {},
                unassigned=0,
            )
        )
    return found


def found_in(passed: list[Held]) -> list[Finding]:
    return findings(Seen(journeys=passed, allotments=ALLOTTED))


def test_steps_that_overrun_alike_are_no_cause() -> None:
    alarms = [one for seed in SEEDS for one in found_in(journeys(seed, {}))]
    assert len(alarms) <= 10, Counter(str(one.subject) for one in alarms)


@pytest.mark.parametrize("step", ALLOTTED)
def test_a_slow_step_is_found(step: str) -> None:
    missed = 0
    for seed in PLANTED:
        subjects = [one.subject for one in found_in(journeys(seed, {step: 2.5})) if one.kind == "step"]
        missed += subjects != [{"step": step}]
    assert missed == 0


def test_an_agency_whose_steps_are_slow_is_found() -> None:
    found = [found_in(journeys(seed, {"t01": 2, "t04": 2})) for seed in PLANTED]
    assert sum(any(one.subject == {"agency": "city"} for one in each) for each in found) == len(PLANTED)


def test_what_would_have_been_is_counted_journey_by_journey() -> None:
    passed = journeys(3, {"t02": 2.5})
    (step,) = [one for one in found_in(passed) if one.kind == "step"]
    by_hand = 0
    for one in passed:
        time = one.time - max(0, one.by_step["t02"] - ALLOTTED["t02"])
        by_hand += time <= LIMIT
    assert step.what_if is not None
    assert (step.what_if.good, step.what_if.total) == (by_hand, 300)
    late = [one for one in passed if not one.good]
    over = {name: sum(max(0, one.by_step[name] - ALLOTTED[name]) for one in late) for name in ALLOTTED}
    assert step.explains == Fraction(over["t02"], sum(over.values()))
    assert set(step.journeys) <= {one.journey for one in late}


def test_a_step_without_allotment_is_measured_by_journeys_in_time() -> None:
    slow = [
        one
        for number, one in enumerate(journeys(5, {}))
        for one in [one if number % 4 else _slower(one, "t03")]
    ]
    (found,) = [one for one in findings(Seen(journeys=slow)) if one.kind == "step"]
    assert found.subject == {"step": "t03"}
    assert found.numbers["allotted"] == 0


def _slower(one: Held, step: str) -> Held:
    steps = {key: time * (4 if key[1] == step else 1) for key, time in one.steps.items()}
    time = sum(steps.values())
    return Held(one.journey, time <= LIMIT, True, time, LIMIT - time, steps, {}, 0)


def test_hand_overs_that_wait_are_counted() -> None:
    passed = journeys(1, {}, wait=0.8)
    (wait,) = [one for one in found_in(passed) if one.kind == "handover"]
    late = [one for one in passed if not one.good]
    assert wait.explains == Fraction(
        sum(sum(one.waits.values()) for one in late), sum(one.time for one in late)
    )
    assert wait.what_if is not None
    assert wait.what_if.good == sum(one.time - sum(one.waits.values()) <= LIMIT for one in passed)
    assert [one for one in found_in(journeys(1, {})) if one.kind == "handover"] == []


def test_an_open_journey_is_never_supposed_to_have_been_in_time() -> None:
    passed = [
        Held(one.journey, one.good, one.good, one.time, one.spare, one.steps, one.waits, 0)
        for one in journeys(3, {"t02": 2.5})
    ]
    (step,) = [one for one in found_in(passed) if one.kind == "step"]
    assert step.numbers["saved"] == 0


def test_queues_that_grow_are_found_and_those_that_breathe_are_not() -> None:
    def seen(came: int, went: int) -> list[Finding]:
        return findings(
            Seen(queues=[Queue("t02", "land", 20, came, went), Queue("t01", "city", 5, 300, 300)])
        )

    assert [one.subject for one in seen(300, 200)] == [{"step": "t02"}]
    assert seen(300, 290) == []
    assert seen(200, 300) == []
    draw = Random(1)
    alarms = 0
    for _ in SEEDS:
        came, went = draw.randint(180, 220), draw.randint(180, 220)
        alarms += bool(seen(came, went))
    assert alarms == 0


# --- small groups ------------------------------------------------------------------------------------


def test_small_groups_are_shown_in_nothing_also_by_subtraction() -> None:
    facet = Facet("label", "value", {"label": "province"})
    for day in range(5):
        facet.add(day, "10", 0, 60)
        facet.add(day, "50", 30, 60)
    facet.add(0, "90", 9, 9)
    assert set(parts(facet, 10)) == {"10", "50"}
    assert set(parts(facet, 9)) == {"10", "50", "90"}
    alone = Facet("label", "value", {"label": "province"})
    alone.add(0, "10", 100, 200)
    alone.add(0, "50", 0, 9)
    assert parts(alone, 10) == {}
    assert findings(Seen([alone])) == []


def test_two_groups_that_would_leave_a_small_third_are_not_both_shown() -> None:
    facet = Facet("label", "value", {"label": "province"})
    for day in range(40):
        facet.add(day, "10", 30, 60)
        facet.add(day, "50", 35, 60)
        facet.add(day, "30", 0, 60)
    shown = findings(Seen([facet]))
    assert {one.subject["value"] for one in shown} == {"10", "50"}
    small = Facet("label", "value", {"label": "province"})
    for day in range(40):
        small.add(day, "10", 30, 60)
        small.add(day, "50", 35, 60)
        small.add(day, "30", 0, 1)
    # 40 are enough; of a group of 41 they are not.
    assert len(findings(Seen([small], least=41))) <= 1


# --- promises ----------------------------------------------------------------------------------------


def values(*percents: int) -> list[Fraction]:
    return [Fraction(one, 100) for one in percents]


def test_promises_that_are_too_easy_or_impossible() -> None:
    target = Fraction(80, 100)
    easy = ease(values(99, 98, 99, 97, 99, 96), ">=", target, share=True)
    assert easy is not None
    assert (easy.kind, easy.met, easy.worst, easy.suggested, easy.kept) == (
        "too_easy",
        6,
        Fraction(96, 100),
        Fraction(97, 100),
        5,
    )
    hopeless = ease(values(50, 60, 70, 55, 65, 58), ">=", target, share=True)
    assert hopeless is not None
    assert (hopeless.kind, hopeless.best, hopeless.suggested, hopeless.kept) == (
        "impossible",
        Fraction(70, 100),
        Fraction(55, 100),
        5,
    )
    assert ease(values(99, 98, 99, 97, 99), ">=", target, share=True) is None
    assert ease(values(99, 98, 99, 97, 99, 94), ">=", target, share=True) is None
    assert ease(values(50, 60, 70, 55, 65, 80), ">=", target, share=True) is None
    slow = ease([Fraction(one) for one in (400, 410, 420, 430, 440, 450)], "<=", Fraction(300), share=False)
    assert slow is not None
    assert (slow.kind, slow.best, slow.suggested, slow.kept) == ("impossible", 400, 440, 5)


# --- words -------------------------------------------------------------------------------------------


def test_a_number_in_words_never_says_more_than_it_is() -> None:
    assert percent(Fraction(842, 893)) == "94.29"
    assert percent(Fraction(1)) == "100.00"
    assert percent(Fraction(99999, 100000)) == "99.999"
    assert percent(Fraction(1, 100_000)) == "0.001"
    assert percent(Fraction(94996, 100_000), Fraction(95, 100)) == "94.996"
    assert percent(Fraction(95, 100), Fraction(95, 100)) == "95.00"


def test_spans_of_time_in_two_units_at_most() -> None:
    assert duration(HOUR * 36 + 60_000_000, working=False) == ("1 วัน 12 ชั่วโมง", "1 day 12 h")
    assert duration(HOUR * 36, working=True)[1] == "36 h of working time"
    assert duration(1_500_000, working=False)[1] == "1.5 s"
