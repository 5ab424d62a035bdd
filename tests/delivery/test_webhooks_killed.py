"""Webhooks over REST, of a real process that is killed while it delivers; and the example of the docs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from services.cli.client import Refused
from tests.delivery.receiving import receiving
from tests.e2e.instance import Instance, agree, eventually, found_agency, free_port, objective

WEBHOOKS = "/api/delivery/v1/webhooks"
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "receive_webhook.py"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    found = Instance({"data_dir": tmp_path, "delivery_webhook_private": True})
    found.start()
    yield found
    found.close()


def test_a_process_killed_while_it_delivers_loses_nothing_and_changes_no_order(instance: Instance) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    with receiving() as receiver:
        made = land.office.post(WEBHOOKS, {"url": receiver.url})
        receiver.hold.clear()
        agree(city, land, objective("up", "permit.availability"))
        eventually(lambda: receiver.posts, bool)
        instance.kill()
        receiver.hold.set()
        instance.start()

        def shown() -> list[str]:
            """The feed, which the started process goes on to fill; whole with the last of `agree`."""
            events = land.office.get("/api/delivery/v1/events")["items"]
            whole = any(each["type"] == "sanya.sla.agreement.in-force.v1" for each in events)
            return [each["id"] for each in events] if whole else []

        eventually(lambda: (list(dict.fromkeys(receiver.ids())), shown()), lambda both: both[0] == both[1])
        first = shown()[0]
        assert receiver.ids()[:2] == [first, first]
        for post in receiver.posts:
            Verifier(made["secret"]).verify(post.body, post.headers)
        address = f"{WEBHOOKS}/{made['id']}"
        eventually(lambda: land.office.get(address)["reached"], lambda reached: reached == str(len(shown())))

        def statuses() -> set[str]:
            return {each["status"] for each in land.office.get(f"{address}/deliveries")["items"]}

        eventually(statuses, lambda found: found == {"delivered"})


def test_an_agency_keeps_its_own_webhooks_and_the_example_takes_their_events(
    instance: Instance, tmp_path: Path
) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    port = free_port()
    wanted = {"url": f"http://127.0.0.1:{port}/", "types": ["sanya.sla.agreement.in-force.v1"]}
    made = land.admin.post(WEBHOOKS, wanted)
    address = f"{WEBHOOKS}/{made['id']}"
    assert "secret" not in land.office.get(address)
    assert [each["id"] for each in land.office.get(WEBHOOKS)["items"]] == [made["id"]]
    assert city.office.get(WEBHOOKS)["items"] == []
    moves: list[Callable[[], Any]] = [
        lambda: city.office.get(address),
        lambda: land.systems.get(address),
        lambda: land.office.post(WEBHOOKS, {**wanted, "types": ["sanya.nothing.v1"]}),
        lambda: land.office.post(WEBHOOKS, {**wanted, "url": "ftp://agency.example/"}),
        lambda: instance.operator().post(WEBHOOKS, wanted),
    ]
    for refused in moves:
        with pytest.raises(Refused):
            refused()
    rotated = land.office.post(f"{address}/secrets")
    assert len(rotated["secrets"]) == 2
    agree(city, land, objective("up", "permit.availability"))

    def statuses() -> list[Any]:
        return [each["status"] for each in land.office.get(f"{address}/deliveries")["items"]]

    example = subprocess.Popen(
        [sys.executable, EXAMPLE, str(port), tmp_path / "taken"],
        env={**os.environ, "SANYA_WEBHOOK_SECRET": rotated["secret"]},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert example.stdout is not None
        assert example.stdout.readline().startswith("sanya.sla.agreement.in-force.v1 permit-2026/")
        land.office.post(f"{address}/test")
        assert example.stdout.readline().split() == ["sanya.delivery.webhook.test.v1", made["id"]]
        # It says so before it answers: what is stopped too early has not taken the event.
        eventually(statuses, lambda found: found == ["delivered", "delivered"])
    finally:
        example.terminate()
        example.communicate()
    assert land.office.call("PATCH", address, json={"state": "disabled"})["disabled_because"] == "asked"
    land.office.call("DELETE", address)
    assert land.office.get(WEBHOOKS)["items"] == []
