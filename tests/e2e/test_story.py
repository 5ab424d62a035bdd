"""The story of one service, from registration to breach and explanation, in both modes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
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
    return found_agency(instance, "city"), found_agency(instance, "land")


class Stream(threading.Thread):
    """Follows the breaches of a party over SSE."""

    def __init__(self, party: Party) -> None:
        super().__init__(daemon=True)
        self.party = party
        self.heard: list[dict[str, Any]] = []
        self.cursors: list[str] = []
        self.opened = threading.Event()

    def run(self) -> None:
        api = self.party.office
        url = f"{api.url}/api/delivery/v1/events/stream"
        try:
            with httpx.stream("GET", url, headers=api.authorization(), timeout=60) as answer:
                self.opened.set()
                for line in answer.iter_lines():
                    if line.startswith("id: "):
                        self.cursors.append(line.removeprefix("id: "))
                    if line.startswith("data: "):
                        self.heard.append(json.loads(line.removeprefix("data: ")))
        except httpx.TransportError:
            self.opened.set()


def breach_events(heard: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [
        (event["type"].split(".")[3], event["data"]["breach"]["id"], event["data"]["breach"]["revision"])
        for event in heard
        if ".breach." in event["type"]
    ]


def test_a_promise_is_shared_systems_report_a_breach_is_found_and_heard(
    instance: Instance, parties: tuple[Party, Party]
) -> None:
    city, land = parties
    digest = agree(
        city,
        land,
        objective("up", "permit.availability", target="0.99"),
        objective("slowest", "permit.response-time", aggregation="maximum", comparator="<=", target="800"),
        objective(
            "confirm",
            "permit.confirmation-time",
            good={"comparator": "<=", "value": "P3D"},
            count_at="completion",
        ),
    )
    agreement = eventually(
        lambda: city.office.get(f"/api/sla/v1/agreements/{AGREEMENT}"), lambda one: one["in_force"]
    )
    assert agreement["in_force"] == digest

    # Everything happens on the fifth of last month, but for what is said of the current one.
    fifth = month_start(1) + timedelta(days=4, hours=10)
    stream = Stream(land)
    stream.start()
    assert stream.opened.wait(10)
    measurements = [
        {"indicator": "permit.availability", "at": fifth.isoformat(), "good": 98, "total": 100},
        {"indicator": "permit.response-time", "at": fifth.isoformat(), "value": "312.5"},
        {"indicator": "permit.unheard-of", "at": fifth.isoformat(), "value": 1},
    ]
    body = {"source": "land-api", "service": SERVICE, "measurements": measurements}
    answer = land.systems.post("/api/metrics/v1/measurements", body, key="one")
    assert answer["accepted"] == 2
    assert answer["set_aside"] == [{"reason": "unknown_indicator", "rows": 1}]
    again = land.systems.post("/api/metrics/v1/measurements", body, key="one")
    assert again["batch"] == answer["batch"]
    events = [
        {
            "id": "e1",
            "journey": "c-1",
            "step": "t01",
            "agency": "city",
            "edge": "point",
            "at": (fifth - timedelta(days=2)).isoformat(),
            "labels": {},
        },
        {
            "id": "e2",
            "journey": "c-1",
            "step": "t05",
            "agency": "land",
            "edge": "point",
            "at": fifth.isoformat(),
            "labels": {},
        },
    ]
    land.systems.post(
        "/api/metrics/v1/journey-events",
        {"source": "land-api", "service": SERVICE, "events": events},
        key="two",
    )

    ends = month_start()

    def last_month() -> dict[str, dict[str, Any]]:
        page = city.office.get(
            f"{EVALUATION}/results",
            agreement=AGREEMENT,
            **{"from": ends.isoformat(), "to": (ends + timedelta(seconds=1)).isoformat()},
        )
        return {one["objective"]: one for one in page["items"]}

    # Each report is judged by the tick behind it, so the three need not come to light at once.
    found = eventually(
        last_month,
        lambda ones: (
            len(ones) == 3
            and (ones["up"]["total"], ones["slowest"]["total"], ones["confirm"]["total"]) == (100, 1, 1)
        ),
    )
    assert {name: one["verdict"] for name, one in found.items()} == {
        "up": "breached",
        "slowest": "met",
        "confirm": "met",
    }
    assert found["up"]["exact"] == "49/50"

    # The explanation goes down to the batch, and its owner reads the rows again.
    explained = city.office.get(f"{EVALUATION}/results/{found['up']['id']}/explanation")
    assert [one["id"] for one in explained["batches"]] == [answer["batch"]]
    rows = land.systems.get(f"/api/metrics/v1/batches/{answer['batch']}/measurements")
    assert {row["indicator"] for row in rows["items"]} == {"permit.availability", "permit.response-time"}

    # The breach is one of the parties' list, with the agency that has to act.
    (told,) = city.office.get(f"{EVALUATION}/breaches", agreement=AGREEMENT)["items"]
    assert (told["objective"], told["state"], told["responsible"]) == ("up", "open", "land")

    # An open window says at once what no later measurement could mend.
    slow = {"indicator": "permit.response-time", "at": datetime.now(UTC).isoformat(), "value": 800.5}
    trace = f"00-{'5a' * 16}-{'7b' * 8}-01"
    wrong = land.systems.call(
        "POST",
        "/api/metrics/v1/measurements",
        json={"source": "land-api", "service": SERVICE, "measurements": [slow]},
        headers={"Idempotency-Key": "three", "traceparent": trace},
    )
    eventually(lambda: breach_events(stream.heard), lambda heard: len(heard) >= 2)
    land.systems.post(f"/api/metrics/v1/batches/{wrong['batch']}/void", {"reason": "wrong unit"}, key="void")
    heard = eventually(lambda: breach_events(stream.heard), lambda heard: len(heard) >= 3)
    assert [kind for kind, _, _ in heard] == ["opened", "opened", "withdrawn"]
    assert heard[1][1] == heard[2][1]
    assert [revision for _, _, revision in heard] == [1, 1, 2]

    # An open window is judged when it is asked for, and is explained like any other; for parties only.
    coming = city.office.get(f"{EVALUATION}/results", agreement=AGREEMENT, state="open")["items"]
    assert {one["objective"] for one in coming} == {"up", "slowest", "confirm"}
    why = city.office.get(f"{EVALUATION}/results/{coming[0]['id']}/explanation")
    assert why["result"]["id"] == coming[0]["id"]
    with pytest.raises(Refused) as hidden:
        instance.api().get(f"{EVALUATION}/results/{coming[0]['id']}")
    assert hidden.value.status == 404

    # The list says the same, and goes on from any cursor; another agency hears nothing of it.
    page = land.office.get("/api/delivery/v1/events")
    assert breach_events(page["items"]) == heard
    rest = land.office.get("/api/delivery/v1/events", after=stream.cursors[0])
    assert rest["items"] == page["items"][page["items"].index(stream.heard[0]) + 1 :]
    other = found_agency(instance, "other")
    assert breach_events(other.office.get("/api/delivery/v1/events")["items"]) == []
    with pytest.raises(Refused) as refused:
        other.office.get(f"{EVALUATION}/breaches/{told['id']}")
    assert refused.value.status == 404

    # One trace goes from the request to the breach that it caused.
    caused = [event for event in page["items"] if event["data"].get("breach", {}).get("id") == heard[1][1]]
    assert caused[0]["traceparent"] == trace

    # Stopped and started again it goes on with its data; nothing counts twice.
    assert instance.stop() == 0, instance.tail()
    stream.join(10)
    instance.start()
    eventually(last_month, lambda ones: ones.get("up", {}).get("exact") == "49/50")
    assert land.systems.post("/api/metrics/v1/measurements", body, key="one")["batch"] == answer["batch"]
    stay = city.office.get(f"{EVALUATION}/breaches", agreement=AGREEMENT)["items"]
    assert {one["id"] for one in stay} == {told["id"], heard[1][1]}
