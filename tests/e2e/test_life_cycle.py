"""From the last signature on, in both modes: announced though the process was killed, then reviewed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.instance import (
    AGREEMENT,
    Instance,
    agree,
    eventually,
    found_agency,
    month_start,
    objective,
)

SLA = "/api/sla/v1"
EVENTS = "/api/delivery/v1/events"


@pytest.fixture
def instance(seam: dict[str, Any]) -> Iterator[Instance]:
    found = Instance(seam)
    if "bus_url" in seam:
        done = found.command("migrate")
        assert done.returncode == 0, done.stderr
    found.start()
    yield found
    found.close()


def test_an_agreement_is_announced_acknowledged_and_reviewed(instance: Instance) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    # Three months of the past, final as soon as a tick has closed them.
    fast = objective("fast", "permit.response-time", aggregation="maximum", comparator="<=", target="800")
    digest = agree(city, land, {**fast, "grace": "PT0S"}, since=month_start(3))
    instance.kill()
    instance.start()

    def announced() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = instance.api().get(f"{SLA}/announcements")["items"]
        return items

    (found,) = eventually(announced, bool)
    assert (found["number"], found["revision"], found["announced_by"]) == (1, digest, None)
    for party in (city, land):
        kinds = [task["kind"] for task in party.office.get(f"{SLA}/tasks")["items"]]
        assert "acknowledgement" in kinds
        party.office.post(f"{SLA}/announcements/{found['id']}/acknowledgements", {"hash": found["id"]})
    assert announced()[0]["acknowledged"] == 2

    address = f"{SLA}/agreements/{AGREEMENT}"
    pack = eventually(
        lambda: land.office.get(f"{address}/review-pack"), lambda one: one["kept"][0]["windows"] == 3, 60
    )
    # Nothing was reported: the pack says so, and calls nothing kept.
    assert (pack["kept"][0]["met"], pack["kept"][0]["not_determined"]) == (0, 3)
    assert [each["kind"] for each in pack["watches"]] == ["unplanned"]
    held = {"held_at": datetime.now(UTC).isoformat(), "attended": ["city", "land"], "decision": "go on"}
    land.office.post(f"{address}/reviews", held)

    def fed() -> Counter[str]:
        items = city.office.get(f"{EVENTS}?limit=1000")["items"]
        return Counter(each["type"] for each in items if each["type"].startswith("sanya.sla."))

    counted = eventually(fed, lambda one: one["sanya.sla.review.recorded.v1"] == 1)
    assert counted["sanya.sla.announcement.published.v1"] == 1
    assert counted["sanya.sla.announcement.acknowledged.v1"] == 2
    assert counted["sanya.sla.watch.raised.v1"] == 1
