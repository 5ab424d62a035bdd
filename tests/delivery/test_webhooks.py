"""Webhooks: what the agency's stream shows, signed, in order, at least once, to public addresses only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from services.delivery import store as feed_store
from services.delivery.app import service
from services.delivery.courier import Courier
from services.delivery.domain.webhooks import DELAYS, is_refused, next_attempt, url_fault
from services.delivery.handlers import webhooks as handlers
from services.delivery.sending import Sender
from services.delivery.settings import DeliverySettings
from services.delivery.store import webhooks as store
from shared.auth import Principal, Role
from shared.db import Database
from shared.db.tables import outbox
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events.envelope import Event, Record
from tests.delivery.receiving import Receiver, receiving
from tests.delivery.test_feed import breach, final, record
from tests.delivery.working import at_work, opened, until

CITY = Principal("city-office", "city", frozenset({Role.NEGOTIATOR}))
FAR = Principal("far-office", "far", frozenset({Role.NEGOTIATOR}))
DAY = timedelta(days=1)


@dataclass
class Desk:
    """A feed, and the webhooks that read it. Time passes when a test says so."""

    db: Database
    settings: DeliverySettings
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def feed(self, event: Event, name: str) -> None:
        self.hear(record(event, name))

    def hear(self, found: Record) -> None:
        handler = service.subscription.handlers[found.type]
        self.db.transact(lambda _command, uow: handler(found, uow))

    def make(self, receiver: Receiver, *types: str, caller: Principal = CITY) -> tuple[str, str]:
        """-> the webhook's id and its secret."""
        command = handlers.Make(caller, receiver.url, types, True, 20)
        made, secret = self.db.transact(handlers.make, command)
        return made.id, secret

    def change(self, webhook: str, caller: Principal = CITY, **changes: Any) -> store.Webhook:
        values = {"url": None, "types": None, "state": None, "private": True, "unchanged": lambda _: None}
        return self.db.transact(handlers.change, handlers.Change(caller, webhook, **{**values, **changes}))

    def find(self, webhook: str) -> store.Webhook:
        found = self.db.snapshot(store.find, webhook)
        assert found is not None
        return found

    def deliveries(self, webhook: str) -> list[store.Delivery]:
        return self.db.snapshot(store.deliveries_of, webhook, None, None, 100)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        async with at_work(Courier(self.db, self.settings)):
            yield


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    db, settings = opened(database_url, tmp_path, delivery_webhook_private=True)
    found = Desk(db, settings)
    db.clock = lambda: found.now
    yield found
    db.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


async def test_a_webhook_hears_what_its_agencys_stream_shows_in_that_order(
    desk: Desk, receiver: Receiver
) -> None:
    desk.feed(breach(), "before")
    webhook, _ = desk.make(receiver)
    for number in range(5):
        desk.feed(breach(version=number + 1), f"e{number}")
    desk.feed(breach(parties=("land", "far")), "of-others")
    desk.feed(final("public"), "public")
    async with desk.delivering():
        await until(lambda: len(receiver.posts) == 6)
        desk.feed(breach(), "later")
        await until(lambda: desk.find(webhook).reached == 9)
    assert receiver.ids() == ["e0", "e1", "e2", "e3", "e4", "public", "later"]
    shown = desk.db.snapshot(feed_store.after, 1, "city", (), 100)
    assert [post.event for post in receiver.posts] == [json.loads(entry.event) for entry in shown]
    assert {each.status for each in desk.deliveries(webhook)} == {"delivered"}


async def test_only_the_types_that_were_asked_for_are_sent(desk: Desk, receiver: Receiver) -> None:
    desk.make(receiver, "sanya.evaluation.result.final.v1")
    desk.feed(breach(), "e1")
    desk.feed(final("parties"), "e2")
    async with desk.delivering():
        await until(lambda: receiver.posts)
    assert receiver.ids() == ["e2"]


async def test_the_specifications_library_verifies_and_a_flipped_byte_is_found(
    desk: Desk, receiver: Receiver
) -> None:
    _, secret = desk.make(receiver)
    desk.feed(breach(), "e1")
    async with desk.delivering():
        await until(lambda: receiver.posts)
    (post,) = receiver.posts
    assert Verifier(secret).verify(post.body, post.headers)["id"] == "e1"
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(post.body.replace(b"opened", b"opener"), post.headers)
    lower = {name.lower(): value for name, value in post.headers.items()}
    assert (lower["webhook-id"], lower["content-type"]) == ("e1", "application/cloudevents+json")


async def test_old_and_new_secret_sign_side_by_side_until_the_overlap_ends(
    desk: Desk, receiver: Receiver
) -> None:
    webhook, old = desk.make(receiver)
    desk.now -= timedelta(minutes=3)
    _, new = desk.db.transact(handlers.rotate, handlers.Rotate(CITY, webhook, timedelta(minutes=2)))
    desk.feed(breach(), "e1")
    async with desk.delivering():
        await until(lambda: len(receiver.posts) == 1)
        for secret in (old, new):
            Verifier(secret).verify(receiver.posts[0].body, receiver.posts[0].headers)
        desk.now += timedelta(minutes=2)
        desk.feed(breach(version=2), "e2")
        await until(lambda: len(receiver.posts) == 2)
    Verifier(new).verify(receiver.posts[1].body, receiver.posts[1].headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(receiver.posts[1].body, receiver.posts[1].headers)


async def test_what_is_not_taken_comes_again_and_nothing_overtakes_it(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = lambda before: 500 if before < 2 else 204
    webhook, _ = desk.make(receiver)
    desk.feed(breach(), "e1")
    desk.feed(breach(BREACH, 2), "e2")
    async with desk.delivering():
        for attempt, delay in enumerate(DELAYS[:2], 1):
            await until(lambda: desk.find(webhook).attempts == attempt)  # noqa: B023
            assert desk.find(webhook).next_at == desk.now + delay
            assert desk.deliveries(webhook)[0].status == "retrying"
            desk.now += delay
        await until(lambda: desk.find(webhook).reached == 2)
    assert receiver.ids() == ["e1", "e1", "e1", "e2"]
    found = desk.find(webhook)
    assert (found.attempts, found.failing_since, found.next_at) == (0, None, None)
    told = {each.event_id: (each.status, each.attempts, each.code) for each in desk.deliveries(webhook)}
    assert told == {"e1": ("delivered", 3, 204), "e2": ("delivered", 1, 204)}


async def test_after_a_day_it_is_disabled_its_agency_told_and_enabled_it_goes_on(
    desk: Desk, receiver: Receiver
) -> None:
    receiver.answer = lambda before: 503
    webhook, _ = desk.make(receiver)
    began = desk.now
    desk.feed(breach(), "e1")
    async with desk.delivering():
        while desk.find(webhook).state == "active":
            tried = len(receiver.posts)
            await until(lambda: len(receiver.posts) > tried)  # noqa: B023
            await until(lambda: [each.attempts for each in desk.deliveries(webhook)] == [len(receiver.posts)])
            found = desk.find(webhook)
            desk.now = found.next_at or desk.now
        assert desk.now == began + DAY
        assert (found.state, found.disabled_because) == ("disabled", "undelivered")
        assert desk.deliveries(webhook)[0].status == "failed"
        (told,) = _told(desk)
        assert (told.type, json.loads(told.data)["undelivered"]) == (DISABLED, "e1")
        desk.hear(told)
        heard = desk.db.snapshot(feed_store.after, 1, "city", (), 10)
        assert [each.type for each in heard] == [DISABLED]
        assert desk.db.snapshot(feed_store.after, 1, "land", (), 10) == []
        receiver.answer = lambda before: 200
        desk.change(webhook, state="active")
        await until(lambda: desk.find(webhook).reached == 2)
    assert receiver.ids(200) == ["e1", "n1"]


async def test_who_answers_gone_is_not_asked_again(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = lambda before: 410
    webhook, _ = desk.make(receiver)
    desk.feed(breach(), "e1")
    async with desk.delivering():
        await until(lambda: desk.find(webhook).disabled_because == "gone")
    assert len(receiver.posts) == len(_told(desk)) == 1


async def test_a_redirect_is_not_followed(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = lambda before: 307
    webhook, _ = desk.make(receiver)
    desk.feed(breach(), "e1")
    async with desk.delivering():
        await until(lambda: desk.deliveries(webhook))
    assert [post.path for post in receiver.posts] == ["/hook"]
    assert desk.deliveries(webhook)[0].error == "answered 307; redirects are not followed"


async def test_one_that_does_not_answer_keeps_no_other_waiting(desk: Desk, receiver: Receiver) -> None:
    desk.settings = desk.settings.model_copy(update={"delivery_webhook_timeout": 1.0})
    with receiving() as slow:
        slow.hold.clear()
        webhook, _ = desk.make(slow)
        desk.make(receiver)
        desk.feed(breach(), "e1")
        async with desk.delivering():
            await until(lambda: receiver.posts)
            await until(lambda: desk.deliveries(webhook))
    assert desk.deliveries(webhook)[0].error == "no answer within 1 s"


async def test_a_test_event_is_sent_once_also_when_disabled(desk: Desk, receiver: Receiver) -> None:
    webhook, secret = desk.make(receiver)
    desk.change(webhook, state="disabled")
    desk.feed(breach(), "e1")
    asked = desk.db.transact(handlers.ask_test, handlers.Named(CITY, webhook))
    with pytest.raises(Conflict):
        desk.db.transact(handlers.ask_test, handlers.Named(CITY, webhook))
    async with desk.delivering():
        await until(lambda: desk.deliveries(webhook)[0].status == "delivered")
    (post,) = receiver.posts
    assert Verifier(secret).verify(post.body, post.headers)["type"] == handlers.TEST
    assert post.event["id"] == asked.event_id


def test_another_agencys_webhook_does_not_exist(desk: Desk, receiver: Receiver) -> None:
    webhook, _ = desk.make(receiver)
    for change in (
        lambda: desk.change(webhook, FAR, state="disabled"),
        lambda: desk.db.transact(handlers.remove, handlers.Named(FAR, webhook)),
        lambda: desk.db.transact(handlers.rotate, handlers.Rotate(FAR, webhook, DAY)),
        lambda: desk.db.transact(handlers.ask_test, handlers.Named(FAR, webhook)),
    ):
        with pytest.raises(NotFound):
            change()


def test_what_came_of_events_is_forgotten_and_a_webhook_leaves_nothing_behind(
    desk: Desk, receiver: Receiver
) -> None:
    webhook, _ = desk.make(receiver)
    note = handlers.Attempted(webhook, "e1", "t", 1, 200, None, False, DAY)
    desk.db.transact(handlers.note_attempt, note)
    desk.now += timedelta(days=31)
    desk.db.transact(lambda _, uow: store.forget_deliveries(uow.connection, uow.now - handlers.KEPT))
    assert desk.deliveries(webhook) == []
    desk.db.transact(handlers.remove, handlers.Named(CITY, webhook))
    assert desk.db.snapshot(store.find, webhook) is None
    assert desk.db.transact(handlers.note_attempt, note) is False


# --- where it may lead -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
async def test_a_name_that_leads_inside_is_refused_at_each_attempt(receiver: Receiver, name: str) -> None:
    sender = Sender(private=False, timeout=5)
    outcome = await sender.send(f"http://{name}:{receiver.port}/", (SECRET,), "e1", "{}", datetime.now(UTC))
    await sender.close()
    assert outcome.error == "the name leads to an address that is not public"
    assert receiver.posts == []


async def test_the_name_is_looked_up_once_and_the_connection_goes_where_it_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def answer(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer, raising=False)
    sender = Sender(private=True, timeout=5)
    url = f"http://agency.example:{receiver.port}/"
    assert (await sender.send(url, (SECRET,), "e1", "{}", datetime.now(UTC))).code == 204
    await sender.close()
    assert asked[:1] == ["agency.example"]
    assert "agency.example" not in asked[1:]
    assert receiver.posts[0].headers["Host"] == f"agency.example:{receiver.port}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:7f00:1::", "ff02::1", "192.0.2.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(address: str) -> None:
    assert is_refused(address, private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_not(address: str) -> None:
    assert not is_refused(address, private=False)


def test_an_intranet_may_be_allowed_but_never_where_machines_keep_credentials() -> None:
    assert not is_refused("10.1.2.3", private=True)
    assert not is_refused("127.0.0.1", private=True)
    for address in ("169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0"):
        assert is_refused(address, private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.go.th/", "ftp://example.go.th/", "https://", "https://u:p@example.go.th/", "nonsense",
        "https://example.go.th/#x", "https://10.0.0.1/", "https://[::1]/", "https://exa mple.th/",
        "https://ตัวอย่าง.ไทย/", "https://example.go.th:99999/", "https://[x/",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_at_once(url: str) -> None:
    assert url_fault(url, private=False) is not None
    command = handlers.Make(CITY, url, (), False, 20)
    with pytest.raises(Unprocessable):
        handlers.make(command, None)  # type: ignore[arg-type]


def test_an_address_that_can_be_is_taken() -> None:
    assert url_fault("https://example.go.th:8443/sanya?x=1", private=False) is None


@given(st.lists(st.integers(0, 3600), max_size=40))
def test_attempts_end_exactly_when_the_day_is_over(late: list[int]) -> None:
    began = now = datetime(2026, 11, 1, tzinfo=UTC)
    for attempts in range(1, 200):
        found = next_attempt(began, attempts, now, DAY)
        if found is None:
            assert now >= began + DAY
            return
        assert now < found <= began + DAY
        now = found + timedelta(seconds=late.pop() if late else 0)
    raise AssertionError("never ends")


BREACH = "sanya.evaluation.breach.revised.v1"
DISABLED = "sanya.delivery.webhook.disabled.v1"
SECRET = "whsec_" + "c2FueWE" * 4


def _told(desk: Desk) -> list[Record]:
    """What delivery told, as its own subscription meets it."""
    rows = desk.db.snapshot(lambda connection: connection.execute(outbox.select()).all())
    return [
        Record(row.topic, 0, row.id, row.key, row.type, f"n{number}", "/sanya/delivery", row.subject,
               row.version, row.at, None, bytes(row.data))
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
