"""Notices by mail from the pages: subscribed, confirmed by the link, tested, ended; a service followed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from services.delivery.domain.mail import KINDS as ALL_KINDS
from services.portal.text import words
from tests.delivery.mailing import MailServer, Taken, mail_server
from tests.delivery.working import until
from tests.portal.conftest import EMAIL, HTML, PASSWORD, REGISTRY, Site, invitation, person, running, token_in

__all__ = ["invitation", "person"]

KINDS = ("breaches", "negotiation")
NAMES = ["registry", "sla", "metrics", "evaluation", "delivery", "portal"]
"""Delivery listens to all of them."""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture
async def site(tmp_path: Path, server: MailServer) -> AsyncIterator[Site]:
    settings = {
        "public_url": "http://sanya.test",
        "delivery_smtp_host": "127.0.0.1",
        "delivery_smtp_port": server.port,
        "delivery_smtp_tls": "none",
        "delivery_mail_from": "sanya@sanya.test",
    }
    async with running(NAMES, tmp_path, **settings) as found:
        yield found


async def subscribe(site: Site, **fields: object) -> httpx.Response:
    page = await site.page("/app/mail")
    data = {
        "form_token": token_in(page.text),
        "email": "somsri@city.example",
        "kinds": KINDS,
        "service": "",
        "language": "en",
        **fields,
    }
    return await site.browser.post("/app/mail", data=data, headers=HTML)


async def act(site: Site, name: str) -> httpx.Response:
    page = await site.page("/app/mail")
    (action,) = re.findall(r'action="(/app/mail/[0-9a-f]{32})"', page.text)
    assert f'value="{name}"' in page.text
    data = {"form_token": token_in(page.text), "act": name}
    return await site.browser.post(action, data=data, headers=HTML)


def link_in(mail: Taken) -> str:
    found = re.search(r"http://sanya\.test(/mail/[\w-]+)", mail.text)
    assert found is not None
    return found[1]


async def test_an_official_subscribes_confirms_tests_and_ends(
    site: Site, server: MailServer, person: str
) -> None:
    assert (await site.page("/app/mail")).headers["location"].startswith("/sign-in")
    await site.sign_in()
    assert "No notices come to you by mail yet." in (await site.page("/app/mail")).text
    assert (await subscribe(site)).headers["location"] == "/app/mail?done=1"
    page = await site.page("/app/mail?done=1")
    for said in ("Done.", "Breaches, Moves of negotiations", "Waits for the address to confirm"):
        assert said in page.text
    assert "To somsri@city.example" in page.text
    again = await act(site, "again")
    assert "The mail to confirm was sent a while ago." in again.text
    await until(lambda: server.mails)
    confirmed = await site.browser.post(link_in(server.mails[0]), data={"act": "confirm"}, headers=HTML)
    assert "<h1>Confirmed</h1>" in confirmed.text
    assert (await act(site, "test")).status_code == 303
    await until(lambda: len(server.mails) == 2)
    assert server.mails[1].message["Subject"] == "Test mail"
    assert (await act(site, "end")).status_code == 303
    assert "No notices come to you by mail yet." in (await site.page("/app/mail")).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": ""}, "Enter your e-mail address"),
        ({"email": "somsri"}, "Write a mail address such as"),
        ({"kinds": ()}, "Choose at least one."),
    ],
)
async def test_wrong_input_comes_back_with_what_was_typed(
    site: Site, person: str, fields: dict[str, object], said: str
) -> None:
    await site.sign_in()
    answer = await subscribe(site, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="kind-breaches" name="kinds" value="breaches"' in answer.text
    assert ("checked" in answer.text) is bool(fields.get("kinds", KINDS))


def test_every_kind_of_notice_has_its_words() -> None:
    assert [kind for kind in ALL_KINDS if f"kind_{kind.replace('-', '_')}" not in words.ALL] == []


async def test_a_form_of_another_site_is_refused(site: Site, person: str) -> None:
    await site.sign_in()
    answer = await site.browser.post("/app/mail", data={"email": "a@b.example"}, headers=HTML)
    assert answer.status_code == 400


async def test_the_public_follows_a_service_and_the_answer_tells_nothing(
    site: Site, server: MailServer, invitation: str
) -> None:
    await site.send(invitation, password=PASSWORD)
    signed = await site.browser.post(f"{REGISTRY}/sessions", json={"email": EMAIL, "password": PASSWORD})
    headers = {"authorization": f"Bearer {signed.json()['access_token']}"}
    service = {"code": "permit", "name": {"en": "Permit"}, "owner": "city", "steps": []}
    await site.browser.post(f"{REGISTRY}/services", json=service, headers=headers)
    assert 'href="/services/permit/follow"' in (await site.page("/services/permit")).text
    form = await site.page("/services/permit/follow")
    assert '<a href="/services/permit">Permit</a>' in form.text
    data = {"form_token": token_in(form.text), "email": "somchai@home.example"}
    first, second = [
        (await site.browser.post("/services/permit/follow", data=data, headers=HTML)).text.split("<main")[1]
        for _ in range(2)
    ]
    assert first == second
    assert "Please look into your mailbox" in first
    await until(lambda: server.mails)
    assert (await site.page(link_in(server.mails[0]))).headers["cache-control"] == "no-store"
    nothing = await site.browser.post(link_in(server.mails[0]), data={"act": "everything"}, headers=HTML)
    assert nothing.status_code == 400
    assert (await site.page("/services/nothing/follow")).status_code == 404
    assert (await site.page("/mail/" + "x" * 43)).status_code == 404


async def test_where_mail_is_off_the_page_says_so(tmp_path: Path) -> None:
    async with running(NAMES, tmp_path) as plain:
        assert (await plain.browser.get("/api/delivery/v1/mail")).json()["on"] is False
        refused = await plain.browser.post(
            "/api/delivery/v1/public-subscriptions", json={"email": "a@b.example", "services": ["permit"]}
        )
        assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "mail-off")
