"""The journey map of a service: whose steps, what they took, what they may take."""

from __future__ import annotations

from typing import Any

from services.portal.views.journey_map import journey_map, whole_journey
from services.portal.views.words import Agencies, Reader
from tests.portal.test_views import CITY, INDICATORS, data, month, objective, result, spaced

SERVICE = {
    "code": "permit",
    "name": {"en": "Permit"},
    "owner": "city",
    "steps": [
        {"code": "a", "name": {"en": "Receive"}, "agency": "city"},
        {"code": "b", "name": {"en": "Inspect"}, "agency": "health"},
        {"code": "c", "name": {"en": "Issue"}, "agency": "city"},
    ],
}
ENGLISH = Reader("en")


def step(code: str, seconds: str, journeys: int, exceeded: int = 0) -> dict[str, Any]:
    return {"step": code, "seconds": seconds, "journeys": journeys, "exceeded": exceeded}


def part(agency: str, *steps: dict[str, Any], gap: str = "0") -> dict[str, Any]:
    return {"agency": agency, "steps": list(steps), "handover": {"seconds": gap, "to": []}}


ATTRIBUTION = {
    "allotments": {"a": "86400", "b": "P1D"},
    "agencies": [
        part("city", step("a", "86400", 2), gap="7200"),
        part("health", step("b", "259200", 2, 1)),
        part("other", step("b", "1", 1)),
    ],
    "attributed": {"summed": 2},
}


def test_each_step_shows_its_mean_beside_its_time_and_who_is_slower_than_it() -> None:
    passed = whole_journey(ENGLISH, [data([result(month(10))])], INDICATORS)
    assert passed is not None
    found = journey_map(ENGLISH, SERVICE, Agencies(ENGLISH, [CITY]), passed, ATTRIBUTION)

    first, second, third = found.steps
    assert (first.mean, first.allotted, first.tone, first.beyond) == (
        "12\u00a0hours",
        "1\u00a0day",
        "on_track",
        None,
    )
    # 259,201 s of three cases: what two agencies had of a step is added up.
    assert (second.mean, second.tone) == ("1\u00a0day", "at_risk")
    assert spaced(second.beyond) == "1 case over its time"
    assert (third.mean, third.allotted) == (None, None)
    assert spaced(found.gap).startswith("Nobody held a case for 1 hour on average")
    assert (
        spaced(found.together)
        == "The steps are allotted 2 days together; recipients are promised at most 3 days."
    )
    assert spaced(found.window) == "October 2026"


def test_without_attribution_the_steps_stand_alone() -> None:
    found = journey_map(ENGLISH, SERVICE, Agencies(ENGLISH, [CITY]), None, None)

    assert [each.step.name.text for each in found.steps] == ["Receive", "Inspect", "Issue"]
    assert all(each.mean is None and each.tone == "no_data" for each in found.steps)
    assert (found.window, found.gap, found.together) == (None, None, None)


def test_the_promise_that_allots_its_time_stands_for_the_journey() -> None:
    plain = objective(code="plain", headline=True)
    allots = objective(code="allots", allotments={"a": "P1D"})
    speed = objective(code="speed", indicator="speed")
    results = {
        "plain": [result(month(10), id="p")],
        "allots": [
            result(month(9), id="old"),
            result(month(10), id="new"),
            result(month(11), "on_track", id="o"),
        ],
        "speed": [result(month(10), id="s")],
    }
    found = whole_journey(ENGLISH, [data(results, speed, plain, allots)], INDICATORS)

    assert found is not None
    assert found.result == "new"
    assert whole_journey(ENGLISH, [data({"speed": results["speed"]}, speed)], INDICATORS) is None
