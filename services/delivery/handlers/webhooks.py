"""The writes of webhooks: by their agency, and by the courier that delivers."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.delivery import store as feed
from services.delivery.domain.webhooks import next_attempt, url_fault
from services.delivery.store import webhooks as store
from services.delivery.store.webhooks import Webhook
from shared.auth import Principal
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, Unprocessable
from shared.events.delivery import WebhookDisabled
from shared.timers import Timer

ACTIVE, DISABLED = "active", "disabled"
TEST = "sanya.delivery.webhook.test.v1"
KEPT = timedelta(days=30)
QUEUES = "delivery.webhooks"
"""What `UnitOfWork.touch` is told when a webhook may have something new to deliver."""


@dataclass(frozen=True, slots=True)
class Make:
    caller: Principal
    url: str
    types: tuple[str, ...]
    private: bool
    most: int


@dataclass(frozen=True, slots=True)
class Change:
    caller: Principal
    id: str
    url: str | None
    types: tuple[str, ...] | None
    state: str | None
    private: bool
    unchanged: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Named:
    caller: Principal
    id: str


@dataclass(frozen=True, slots=True)
class Rotate(Named):
    overlap: timedelta


@dataclass(frozen=True, slots=True)
class Attempted:
    """One attempt to deliver an event: ``error`` None means that the receiver took it."""

    webhook: str
    event_id: str
    type: str
    seq: int | None
    code: int | None
    error: str | None
    gone: bool
    give_up: timedelta


def agency_of(caller: Principal) -> str:
    """The agency whose webhooks these are; the operator has none."""
    if caller.agency is None:
        raise Forbidden("webhooks belong to an agency; the operator belongs to none")
    return caller.agency


def no_webhook(webhook_id: str) -> NotFound:
    """The one answer for a missing webhook and for another agency's."""
    return NotFound(f"no webhook {webhook_id!r} is open to you")


def make(command: Make, uow: UnitOfWork) -> tuple[Webhook, str]:
    """A new webhook with its secret. It hears what comes from now on, as a stream without a cursor does."""
    agency = agency_of(command.caller)
    _check_url(command.url, command.private)
    if store.count_of(uow.connection, agency) >= command.most:
        raise Conflict(f"{agency} has {command.most} webhooks, the most there can be; remove one first")
    _, newest = feed.bounds(uow.connection)
    made = Webhook(
        id=uuid4().hex,
        agency=agency,
        url=command.url,
        types=command.types,
        state=ACTIVE,
        disabled_because=None,
        reached=newest,
        attempts=0,
        failing_since=None,
        next_at=None,
        made_by=command.caller.subject,
        made_at=uow.now,
        version=1,
    )
    store.add(uow.connection, made)
    secret = _new_secret()
    store.add_secret(uow.connection, made.id, secret, uow.now, uow.now)
    return made, secret


def change(command: Change, uow: UnitOfWork) -> Webhook:
    """Another address, other types, or another state. Enabled again, it goes on where it stopped."""
    found = own(command.caller, command.id, uow)
    command.unchanged(found.version)
    values: dict[str, Any] = {"version": found.version + 1}
    if command.url is not None:
        _check_url(command.url, command.private)
        values["url"] = command.url
    if command.types is not None and command.types != found.types:
        values["types"] = list(command.types)
        waiting = feed.after(uow.connection, found.reached, found.agency, found.types, 1)
        if not waiting:
            # What was passed over under the old types does not come back under the new ones.
            values["reached"] = feed.bounds(uow.connection)[1]
    if command.state == DISABLED and found.state == ACTIVE:
        values |= {"state": DISABLED, "disabled_because": "asked", "next_at": None}
    if command.state == ACTIVE or (command.url is not None and found.state == ACTIVE):
        # A new address, or a new start, has the whole time again, and is tried at once.
        values |= {"state": ACTIVE, "disabled_because": None}
        values |= {"attempts": 0, "failing_since": None, "next_at": None}
    store.change(uow.connection, found.id, **values)
    uow.touch(QUEUES)
    return own(command.caller, command.id, uow)


def remove(command: Named, uow: UnitOfWork) -> None:
    """Takes a webhook away, with its secrets and what is known of its deliveries."""
    store.remove(uow.connection, own(command.caller, command.id, uow).id)


def rotate(command: Rotate, uow: UnitOfWork) -> tuple[Webhook, str]:
    """A new secret; the old one signs beside it until the overlap ends."""
    found = own(command.caller, command.id, uow)
    secret = _new_secret()
    store.add_secret(uow.connection, found.id, secret, uow.now, uow.now + command.overlap)
    store.change(uow.connection, found.id, version=found.version + 1)
    return own(command.caller, command.id, uow), secret


def ask_test(command: Named, uow: UnitOfWork) -> store.Delivery:
    """Has a test event sent once, also by a disabled webhook."""
    found = own(command.caller, command.id, uow)
    waiting = store.deliveries_of(uow.connection, found.id, store.WAITING, None, 1)
    if waiting:
        raise Conflict(f"a test is on its way already: {waiting[0].event_id}")
    made = store.Delivery(uuid4().hex, None, TEST, store.WAITING, 0, None, None, uow.now, None)
    values = {name: getattr(made, name) for name in made.__slots__}
    store.add_delivery(uow.connection, found.id, values)
    uow.touch(QUEUES)
    return made


def own(caller: Principal, webhook_id: str, uow: UnitOfWork) -> Webhook:
    found = store.find(uow.connection, webhook_id)
    if found is None or found.agency != agency_of(caller):
        raise no_webhook(webhook_id)
    return found


def note_attempt(command: Attempted, uow: UnitOfWork) -> bool:
    """What came of an attempt, with the place in the feed, in one transaction. -> whether to go on at once.

    The place moves only behind what the receiver took: a process that dies between the answer and here sends
    the event again (tests/delivery/test_webhooks_killed.py).
    """
    found = store.find(uow.connection, command.webhook)
    if found is None:
        return False
    known = store.find_delivery(uow.connection, found.id, command.event_id)
    told = {
        "status": "delivered" if command.error is None else "failed",
        "attempts": (known.attempts if known else 0) + 1,
        "code": command.code,
        "error": command.error,
        "last_at": uow.now,
    }
    go_on = True
    if command.seq is not None:
        go_on = command.error is None
        if command.error is None:
            store.change(
                uow.connection,
                found.id,
                reached=max(command.seq, found.reached),
                attempts=0,
                failing_since=None,
                next_at=None,
            )
        elif not _failed(command, found, uow):
            told["status"] = "retrying"
    if known is not None:
        store.change_delivery(uow.connection, found.id, command.event_id, **told)
    else:
        values = {"event_id": command.event_id, "seq": command.seq, "type": command.type}
        store.add_delivery(uow.connection, found.id, {**values, "first_at": uow.now, **told})
    return go_on


def _failed(command: Attempted, found: Webhook, uow: UnitOfWork) -> bool:
    """Sets the next attempt, or disables the webhook and tells its agency. -> whether that was the last."""
    since = found.failing_since or uow.now
    attempts = found.attempts + 1
    next_at = None if command.gone else next_attempt(since, attempts, uow.now, command.give_up)
    state: dict[str, Any] = {"attempts": attempts, "failing_since": since, "next_at": next_at}
    if next_at is not None or found.state != ACTIVE:
        store.change(uow.connection, found.id, **state)
        return False
    because = "gone" if command.gone else "undelivered"
    version = found.version + 1
    state |= {"state": DISABLED, "disabled_because": because, "version": version}
    store.change(uow.connection, found.id, **state)
    uow.emit(
        WebhookDisabled(
            version=version,
            webhook=found.id,
            agency=found.agency,
            because=because,
            undelivered=command.event_id,
            failing_since=to_micros(since),
            disabled_at=to_micros(uow.now),
        ).event()
    )
    return True


def forget_deliveries(timer: Timer, uow: UnitOfWork) -> None:
    """Daily: what came of each event is kept for 30 days."""
    store.forget_deliveries(uow.connection, uow.now - KEPT)
    uow.schedule(timer.kind, timer.key, uow.now + timedelta(days=1))


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _check_url(url: str, private: bool) -> None:
    fault = url_fault(url, private=private)
    if fault is not None:
        raise Unprocessable("a webhook cannot lead there", errors=[Fault("/url", fault)])
