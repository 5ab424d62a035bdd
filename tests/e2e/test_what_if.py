"""What-ifs as parties ask them, in both modes: at once from panes, and as jobs from what was reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from services.cli.client import Refused
from tests.e2e.instance import (
    AGREEMENT,
    SERVICE,
    Instance,
    Party,
    agree,
    eventually,
    found_agency,
    month_start,
    objective,
)

EVALUATION = "/api/evaluation/v1"
FIRST = month_start(2)
AFTER = month_start()
DAILY = {"kind": "calendar", "unit": "day", "count": 1}
VALUES = [100 * (number % 10) for number in range(40)]
"""One a day from FIRST on, in ms."""
HOURS = [12, 30, 60, 90, 20, 47, 49, 100]
"""Of journeys that start five days apart."""


@pytest.fixture
def instance(seam: dict[str, Any]) -> Iterator[Instance]:
    found = Instance(seam)
    if "bus_url" in seam:
        done = found.command("migrate")
        assert done.returncode == 0, done.stderr
    found.start()
    yield found
    found.close()


@pytest.fixture
def parties(instance: Instance) -> tuple[Party, Party]:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    agree(
        city,
        land,
        objective("fast", "permit.response-time", good={"comparator": "<=", "value": "500"}, target="0.6"),
        objective(
            "confirm",
            "permit.confirmation-time",
            good={"comparator": "<=", "value": "P2D"},
            count_at="completion",
            target="0.5",
        ),
        since=FIRST,
    )
    rows = [
        {"indicator": "permit.response-time", "at": at.isoformat(), "value": value}
        for at, value in ((_day(number), value) for number, value in enumerate(VALUES))
    ]
    land.systems.post(
        "/api/metrics/v1/measurements",
        {"source": "land-api", "service": SERVICE, "measurements": rows},
        key="m",
    )
    events = [
        {"id": f"{number}-{step}", "journey": f"case-{number}", "step": step, "agency": agency}
        | {"edge": "point", "at": at.isoformat(), "labels": {}}
        for number, hours in enumerate(HOURS)
        for step, agency, at in (
            ("t01", "city", _day(5 * number)),
            ("t05", "land", _day(5 * number) + timedelta(hours=hours)),
        )
    ]
    body = {"source": "land-api", "service": SERVICE, "events": events}
    land.systems.post("/api/metrics/v1/journey-events", body, key="j")

    def judged() -> int:
        page = city.office.get(f"{EVALUATION}/results", agreement=AGREEMENT)["items"]
        return sum(one["total"] for one in page)

    eventually(judged, lambda total: total == len(VALUES) + len(HOURS))
    return city, land


def _day(number: int) -> datetime:
    return FIRST + timedelta(days=number, hours=9)


def _ask(party: Party, code: str, **changes: Any) -> dict[str, Any]:
    body = {"agreement": AGREEMENT, "objective": code, "from": FIRST.isoformat(), "to": _far()} | changes
    found: dict[str, Any] = party.office.post(f"{EVALUATION}/what-if", body)
    return found


def _far() -> str:
    return (AFTER + timedelta(minutes=1)).isoformat()


def _done(party: Party, job: dict[str, Any]) -> dict[str, Any]:
    assert job["answer"] is None
    found = eventually(
        lambda: party.office.get(f"{EVALUATION}/jobs/{job['id']}"), lambda one: one["state"] == "done"
    )
    assert found["done"] == found["total"] > 0
    answer: dict[str, Any] = found["answer"]
    return answer


def _shares(good: Any, *, months: bool) -> dict[str, Fraction]:
    """Local month (or day) -> the share of good values in it."""
    found: dict[str, list[bool]] = {}
    for number, value in enumerate(VALUES):
        found.setdefault(f"{_day(number):%Y-%m}" if months else f"{_day(number):%Y-%m-%d}", []).append(
            good(value)
        )
    return {name: Fraction(sum(each), len(each)) for name, each in found.items()}


def _told(answer: dict[str, Any], *, months: bool) -> dict[str, Fraction]:
    return {
        _local(one["window"]["start"])[: 7 if months else 10]: Fraction(one["exact"])
        for one in answer["windows"]
        if one["total"]
    }


def _local(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(FIRST.tzinfo).isoformat()


def test_what_ifs_say_what_would_have_been_and_change_nothing(
    instance: Instance, parties: tuple[Party, Party]
) -> None:
    city, land = parties
    before = city.office.get(f"{EVALUATION}/results", agreement=AGREEMENT, state="closed")["items"]

    # Another target: the same numbers, other verdicts, and the whole range beside it.
    shares = _shares(lambda value: value <= 500, months=True)
    supposed = _ask(city, "fast", target="0.65", targets=["0.5", "0.6", "0.7"])
    assert _told(supposed, months=True) == shares
    met = sum(share >= Fraction("0.65") for share in shares.values())
    assert (supposed["supposed"]["met"], supposed["target"]) == (met, "0.65")
    assert supposed["as_agreed"]["met"] == sum(share >= Fraction("0.6") for share in shares.values())
    assert [(point["target"], point["met"]) for point in supposed["curve"]] == [
        (text, sum(share >= Fraction(text) for share in shares.values())) for text in ("0.5", "0.6", "0.7")
    ]

    # Another window, and days that shall not count.
    daily = _ask(city, "fast", window=DAILY)
    assert _told(daily, months=False) == _shares(lambda value: value <= 500, months=False)
    assert daily["as_agreed"] is None
    span = {"from": _day(0).isoformat(), "to": (_day(0) + timedelta(days=3)).isoformat()}
    left = _ask(city, "fast", exclude=[span])
    assert left["windows"][0]["total"] == supposed["windows"][0]["total"] - 3

    # Another bound needs every measurement again; of journeys, another window too.
    strict = _done(city, _ask(city, "fast", good={"comparator": "<", "value": "300"}))
    assert _told(strict, months=True) == _shares(lambda value: value < 300, months=True)
    longer = _done(city, _ask(city, "confirm", good={"comparator": "<=", "value": "P3D"}))
    assert sum(one["good"] for one in longer["windows"]) == sum(hours <= 72 for hours in HOURS)
    each_day = _done(city, _ask(city, "confirm", window=DAILY))
    # Counted where a journey ended, unless its day of grace was over: then as bad, where its limit fell.
    assert sum(one["total"] for one in each_day["windows"]) == len(HOURS)
    assert sum(one["good"] for one in each_day["windows"]) == sum(hours <= 48 for hours in HOURS)

    assert city.office.get(f"{EVALUATION}/results", agreement=AGREEMENT, state="closed")["items"] == before
    job = _ask(land, "fast", good={"comparator": "<", "value": "300"})
    with pytest.raises(Refused, match="404"):
        city.office.get(f"{EVALUATION}/jobs/{job['id']}")
    far = found_agency(instance, "far")
    with pytest.raises(Refused, match="409"):
        _ask(far, "fast")
