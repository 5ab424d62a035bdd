"""Mail over REST and pages, of a real process that is killed while the mail server has not answered yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.client import Refused
from tests.delivery.mailing import MailServer, Taken, mail_server
from tests.e2e.instance import Instance, agree, eventually, found_agency, objective

MAIL = "/api/delivery/v1"
IN_FORCE = "sanya.sla.agreement.in-force.v1"
WANTED = {"email": "ploy@land.example", "language": "en", "kinds": ["agreements", "negotiation"]}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture
def instance(tmp_path: Path, server: MailServer) -> Iterator[Instance]:
    found = Instance(
        {
            "data_dir": tmp_path,
            "delivery_smtp_host": "127.0.0.1",
            "delivery_smtp_port": server.port,
            "delivery_smtp_tls": "none",
            "delivery_mail_from": "sanya@city.example",
            "public_url": "https://sanya.example",
        }
    )
    found.start()
    yield found
    found.close()


def link_in(mail: Taken) -> str:
    """The path of the page that a mail leads to."""
    found = re.search(r"https://sanya\.example(/mail/[\w-]+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def test_a_process_killed_while_it_mails_loses_nothing_and_repeats_under_one_name(
    instance: Instance, server: MailServer
) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    made = land.office.post(f"{MAIL}/subscriptions", WANTED)
    assert made["state"] == "unconfirmed"
    assert "email" not in made
    (asked,) = eventually(lambda: server.mails, bool)
    assert asked.message["List-Unsubscribe"] is None
    page = httpx.get(instance.url + link_in(asked), headers={"accept-language": "en"})
    assert "<h1>Confirm your mail address</h1>" in page.text
    # A program that looks into mails has followed the link; nothing began.
    address = f"{MAIL}/subscriptions/{made['id']}"
    assert land.office.get(address)["state"] == "unconfirmed"
    done = httpx.post(instance.url + link_in(asked), data={"act": "confirm"})
    assert done.status_code == 200
    assert land.office.get(address)["state"] == "active"

    server.hold.clear()
    agree(city, land, objective("up", "permit.availability"))
    eventually(lambda: server.mails[1:], bool)
    instance.kill()
    server.hold.set()
    instance.start()

    def statuses() -> list[str]:
        return [each["status"] for each in land.office.get(f"{MAIL}/notices")["items"]]

    def expected() -> list[dict[str, Any]]:
        kinds = ("offered", "accepted")
        events = land.office.get(f"{MAIL}/events")["items"]
        return [each for each in events if each["type"] == IN_FORCE or each["data"].get("move") in kinds]

    # The started process goes on to fill the feed: it is whole once the last of `agree` is in it.
    eventually(expected, lambda events: any(each["type"] == IN_FORCE for each in events))
    eventually(statuses, lambda found: len(found) == 1 + len(expected()) and set(found) == {"sent"})
    notices = land.office.get(f"{MAIL}/notices")["items"]
    assert {each["event"] for each in notices if each["purpose"] == "notice"} == {
        each["id"] for each in expected()
    }
    sent = [each.id for each in server.mails[1:]]
    # The one in the middle of which the process died came twice, and can be told by its name.
    assert sent[0] == sent[1]
    assert len(set(sent)) == len(sent) - 1
    assert {each["message_id"] for each in notices if each["purpose"] == "notice"} == set(sent)

    one_click = str(server.mails[-1].message["List-Unsubscribe"]).strip(" <>")
    path = one_click.removeprefix("https://sanya.example")
    assert "<h1>Unsubscribe</h1>" in httpx.get(instance.url + path, headers={"accept-language": "en"}).text
    for _ in range(2):
        ended = httpx.post(instance.url + path, data={"List-Unsubscribe": "One-Click"})
        assert ended.status_code == 200
    assert land.office.get(f"{MAIL}/subscriptions")["items"] == []
    assert "ploy@land.example" not in instance.log.read_text()


def test_a_subscription_is_its_owners_and_the_public_follows_a_service(
    instance: Instance, server: MailServer
) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    agree(city, land, objective("up", "permit.availability"))
    eventually(lambda: land.office.get(f"{MAIL}/events")["items"], bool)
    made = land.office.post(f"{MAIL}/subscriptions", {**WANTED, "services": ["permit"]})
    address = f"{MAIL}/subscriptions/{made['id']}"
    assert land.office.get(address)["email"] == "ploy@land.example"
    for refused in (
        lambda: land.admin.get(address),
        lambda: city.office.call("DELETE", address),
        lambda: land.office.post(f"{address}/test"),
        lambda: land.office.post(f"{MAIL}/subscriptions", {**WANTED, "email": "a@b@c.example"}),
        lambda: instance.operator().post(f"{MAIL}/subscriptions", WANTED),
    ):
        with pytest.raises(Refused):
            refused()
    (first,) = eventually(lambda: server.mails, bool)
    httpx.post(instance.url + link_in(first), data={"act": "confirm"})
    land.office.post(f"{address}/test")
    eventually(
        lambda: [str(each.message["Subject"]) for each in server.mails], lambda them: "Test mail" in them
    )
    changed = land.office.call("PATCH", address, json={"kinds": ["breaches"], "state": "suspended"})
    assert (changed["kinds"], changed["state"], changed["suspended_because"]) == (
        ["breaches"],
        "suspended",
        "asked",
    )
    land.office.call("DELETE", address)
    assert land.office.get(f"{MAIL}/subscriptions")["items"] == []

    with httpx.Client(base_url=instance.url, headers={"accept-language": "en"}) as browser:
        form = browser.get("/services/permit/follow").text
        token = form.split('name="form_token" value="')[1].split('"')[0]
        fields = {"form_token": token, "email": "somchai@home.example"}
        assert browser.post("/services/permit/follow", data={**fields, "email": "x"}).status_code == 422
        for _ in range(2):
            answer = browser.post("/services/permit/follow", data=fields)
            assert "<h1>Please look into your mailbox</h1>" in answer.text
        asked = eventually(lambda: server.to("somchai@home.example"), bool)
        assert "Confirmed" in browser.post(link_in(asked[0]), data={"act": "confirm"}).text
        assert browser.post(link_in(asked[0]), data={"act": "confirm"}).status_code == 404
    # Once, whoever asks how often.
    assert len(server.to("somchai@home.example")) == 1
    state = instance.operator().get(f"{MAIL}/mail")
    assert state["on"] is True
    assert state["queue"]["sent"] == 1
