"""Mails: made in the transaction in which a fact enters the feed, tried until they went or failed.

The rows are the queue. A mail is marked after the server took it, so a process that dies between the two
sends it again, under the same Message-ID (tests/delivery/test_mail_killed.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.delivery.domain import Audience
from services.delivery.domain.mail import ASKED_KEPT, About, kind_of, next_attempt, reaches
from services.delivery.letters import Post
from services.delivery.store import mail as store
from shared.db import Connection, UnitOfWork
from shared.events.envelope import Record
from shared.events.registry import SubjectChanged
from shared.events.sla import ACKNOWLEDGEMENT_TYPES
from shared.timers import Timer

QUEUE = "delivery.mail"
"""What `UnitOfWork.touch` is told when there may be a mail to send."""

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one attempt. ``error`` None: the server took the mail.

    ``final``: trying again would not help. ``refused``: it is the address that is refused.
    """

    mail: str
    code: int | None
    error: str | None
    final: bool
    refused: bool
    give_up: timedelta


def notify(record: Record, audience: Audience, uow: UnitOfWork) -> None:
    """A mail for everyone who subscribed to such a fact and may hear of it."""
    data = json.loads(record.data)
    kind = kind_of(record.type, data)
    if kind is None:
        return
    about = _about(kind, audience, data, uow)
    heard = store.listening(uow.connection, about)
    if record.type in ACKNOWLEDGEMENT_TYPES:
        # A reminder is for who is reminded; the others see it in the feed.
        heard = [each for each in heard if each.agency == data["agency"]]
    mails = [
        new_mail(each, store.NOTICE, uow, kind, record.id) for each in heard if reaches(each.wish, about)
    ]
    store.add_mails(uow.connection, mails)
    if mails:
        uow.touch(QUEUE)


def _about(kind: str, audience: Audience, data: Mapping[str, Any], uow: UnitOfWork) -> About:
    agreement, service = data.get("agreement"), data.get("service")
    if service is None and agreement is not None:
        known = store.name_of(uow.connection, "agreement", agreement)
        service = None if known is None else known.service
    return About(kind, audience, service, agreement)


def new_mail(
    subscriber: store.Subscriber,
    purpose: str,
    uow: UnitOfWork,
    kind: str | None = None,
    event_id: str | None = None,
) -> store.Mail:
    return store.Mail(
        id=uuid4().hex,
        subscription=subscriber.id,
        purpose=purpose,
        kind=kind,
        event_id=event_id,
        status=store.WAITING,
        attempts=0,
        next_at=uow.now,
        code=None,
        error=None,
        made_at=uow.now,
        last_at=None,
    )


def post_of(connection: Connection, mail_id: str) -> Post | None:
    """All that a mail is made of; None: it is not to be sent (any more)."""
    mail = store.find_mail(connection, mail_id)
    subscriber = None if mail is None else store.find(connection, mail.subscription)
    if mail is None or mail.next_at is None or subscriber is None:
        return None
    address = store.address_of(connection, subscriber.id)
    event = None if mail.event_id is None else store.event_of(connection, mail.event_id)
    wanted = store.UNCONFIRMED if mail.purpose == store.CONFIRMATION else store.ACTIVE
    if address is None or subscriber.state != wanted or (mail.event_id is not None and event is None):
        return None
    told = None if event is None else json.loads(event)
    return Post(mail, subscriber, address, told, _names(connection, told))


def _names(connection: Connection, event: Mapping[str, Any] | None) -> dict[tuple[str, str], store.Named]:
    """How all that a fact names is called."""
    if event is None:
        return {}
    agencies: set[str] = set()
    services: set[str] = set()
    agreements: set[str] = set()
    places = {"agency": agencies, "responsible": agencies, "service": services, "agreement": agreements}
    places |= dict.fromkeys(("proposed_by", "recorded_by", "announced_by"), agencies)
    data = event["data"]
    for part in (data, *(each for each in data.values() if isinstance(each, dict))):
        for name, found in places.items():
            if isinstance(part.get(name), str):
                found.add(part[name])
        agencies.update(each for name in ("missing", "about") for each in part.get(name) or ())
    known = store.names_of(connection, "agreement", sorted(agreements))
    services.update(each.service for each in known.values() if each.service is not None)
    return {
        (kind, code): named
        for kind, codes in (("agency", agencies), ("service", services), ("agreement", agreements))
        for code, named in store.names_of(connection, kind, sorted(codes)).items()
    }


def note_tried(command: Tried, uow: UnitOfWork) -> None:
    """What came of an attempt."""
    found = store.find_mail(uow.connection, command.mail)
    if found is None or found.next_at is None:
        return
    attempts = found.attempts + 1
    status, again = store.SENT, None
    if command.error is not None:
        if not command.final:
            again = next_attempt(found.made_at, attempts, uow.now, command.give_up)
        status = store.FAILED if again is None else store.RETRYING
    store.change_mail(
        uow.connection,
        found.id,
        status=status,
        attempts=attempts,
        next_at=again,
        code=command.code,
        error=command.error,
        last_at=uow.now,
    )
    if command.refused:
        _suspend(found.subscription, uow)


def _suspend(subscription: str, uow: UnitOfWork) -> None:
    """An address that is refused for good is not written to until its owner says so."""
    subscriber = store.find(uow.connection, subscription)
    if subscriber is not None and subscriber.state == store.ACTIVE:
        if subscriber.owner is None:
            # Nobody could ever wake it up again, and the address is of no more use.
            store.remove(uow.connection, subscription)
            return
        values = {"state": store.SUSPENDED, "because": "refused", "version": subscriber.version + 1}
        store.change(uow.connection, subscription, **values)


def drop(mail_id: str, uow: UnitOfWork) -> None:
    """A mail that is not to be sent any more: its subscription is not confirmed, suspended, or otherwise.

    One that is done with stays as it is noted: who lost the lead meanwhile may still have it on the list.
    """
    found = store.find_mail(uow.connection, mail_id)
    if found is None or found.next_at is None:
        return
    values = {"status": store.FAILED, "next_at": None, "error": "no longer wanted", "last_at": uow.now}
    store.change_mail(uow.connection, mail_id, **values)


def on_subject_changed(record: Record, uow: UnitOfWork) -> None:
    """Who is disabled gets no mail until enabled again; who is erased never had an address here."""
    fact = SubjectChanged.model_validate_json(record.data)
    values: dict[str, str | None]
    if fact.state == "erased":
        for each in store.of_owner(uow.connection, fact.subject, None, 10_000):
            store.remove(uow.connection, each.id)
    elif fact.state == "disabled":
        values = {"state": store.SUSPENDED, "because": "disabled"}
        # What was not confirmed could still be, by the link; it is asked for anew by who is enabled again.
        store.forget_unconfirmed_of(uow.connection, fact.subject)
        store.change_of_owner(uow.connection, fact.subject, store.ACTIVE, None, values)
    elif fact.state == "active":
        values = {"state": store.ACTIVE, "because": None}
        store.change_of_owner(uow.connection, fact.subject, store.SUSPENDED, "disabled", values)


def forget(timer: Timer, uow: UnitOfWork) -> None:
    """Daily: what came of each mail is kept for 30 days; who did not confirm in time is forgotten."""
    store.forget_mails(uow.connection, uow.now - KEPT)
    store.forget_unconfirmed(uow.connection, uow.now, uow.now - ASKED_KEPT)
    uow.schedule(timer.kind, timer.key, uow.now + timedelta(days=1))
