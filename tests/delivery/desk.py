"""A feed, subscriptions to it, and a postman; without HTTP. Time passes when a test says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.delivery.app import service
from services.delivery.handlers import subscribing
from services.delivery.postman import Postman
from services.delivery.settings import DeliverySettings
from services.delivery.store import mail as store
from shared.auth import Principal, Role
from shared.db import Database
from shared.events.envelope import Event
from tests.delivery.mailing import MailServer
from tests.delivery.test_feed import record
from tests.delivery.working import at_work, opened, until

SENDER = "sanya@city.example"
PUBLIC = "https://sanya.example"
CITY = Principal("p_city", "city", frozenset({Role.NEGOTIATOR}), "person", "Ploy")
FAR = Principal("p_far", "far", frozenset({Role.NEGOTIATOR}), "person", "Fai")


@dataclass
class MailDesk:
    db: Database
    settings: DeliverySettings
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def hear(self, event: Event, name: str) -> None:
        # No two facts at one instant, so that mails have an order.
        self.now += timedelta(milliseconds=1)
        found = record(event, name)
        handler = service.subscription.handlers[event.type]
        self.db.transact(lambda _command, uow: handler(found, uow))

    def ask(self, *kinds: str, caller: Principal = CITY, **more: Any) -> store.Subscriber:
        """A subscription that is not confirmed yet, unless its address is."""
        address = more.pop("address", "ploy@city.example")
        language = more.pop("language", "th")
        parts = {name: more.get(name) for name in ("agencies", "services", "agreements")}
        wanted = subscribing.Wanted(kinds or ("breaches",), **parts)
        command = subscribing.Subscribe(caller, address, language, wanted, 50)
        return self.db.transact(subscribing.subscribe, command)

    def subscribe(self, *kinds: str, caller: Principal = CITY, **more: Any) -> str:
        """A confirmed subscription, without the mail that asked. -> its id."""
        made = self.ask(*kinds, caller=caller, **more)
        if made.state == store.UNCONFIRMED:
            assert made.confirm is not None
            self.db.transact(subscribing.confirm, made.confirm)
            for mail in self.mails(made.id):
                self.db.transact(lambda _, uow: store.change_mail(uow.connection, mail.id, next_at=None))  # noqa: B023
        return made.id

    def find(self, subscription: str) -> store.Subscriber:
        found = self.db.snapshot(store.find, subscription)
        assert found is not None
        return found

    def mails(self, subscription: str) -> list[store.Mail]:
        """Oldest first, without those that asked to confirm."""
        owner = self.find(subscription).owner
        assert owner is not None
        return self.db.snapshot(store.mails_of, owner, subscription, None, None, 100)[::-1]

    def notices(self, subscription: str) -> list[store.Mail]:
        return [each for each in self.mails(subscription) if each.purpose == store.NOTICE]

    async def settled(self, subscription: str) -> None:
        """Nothing waits any more: what the server answered is noted."""
        await until(lambda: all(each.next_at is None for each in self.mails(subscription)))

    @asynccontextmanager
    async def posting(self) -> AsyncIterator[None]:
        async with at_work(Postman(self.db, self.settings)):
            yield


def open_desk(database_url: str, folder: Path, server: MailServer | None, **more: Any) -> MailDesk:
    values: dict[str, Any] = {
        "delivery_smtp_host": "127.0.0.1",
        "delivery_smtp_port": server.port if server else 1,
        "delivery_smtp_tls": "none",
        "delivery_mail_from": SENDER,
        "public_url": PUBLIC,
        **more,
    }
    db, settings = opened(database_url, folder, **values)
    found = MailDesk(db, settings)
    db.clock = lambda: found.now
    return found
