"""The writes of subscriptions: by who has them, and by whoever holds a link of a mail.

Nothing but the request to confirm goes to an address before its holder said yes (double opt-in): anybody
can type anybody's address. (tests/delivery/test_subscriptions.py)
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.delivery.domain.mail import (
    ANNOUNCEMENTS,
    ASKED_KEPT,
    CONFIRM_WITHIN,
    address_fault,
    ask_again_after,
    folded,
)
from services.delivery.handlers.notices import QUEUE, new_mail
from services.delivery.store import mail as store
from services.delivery.store.mail import ACTIVE, SUSPENDED, UNCONFIRMED, Subscriber
from shared.auth import Principal
from shared.db import UnitOfWork
from shared.errors import Conflict, Fault, NotFound, NotYetKnown, TooManyRequests, Unprocessable

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to hear of. None in a change: as it was."""

    kinds: tuple[str, ...] | None
    agencies: tuple[str, ...] | None
    services: tuple[str, ...] | None
    agreements: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Subscribe:
    caller: Principal
    address: str
    language: str
    wanted: Wanted
    most: int


@dataclass(frozen=True, slots=True)
class Follow:
    """Somebody of the public follows the announcements of some services."""

    address: str
    language: str
    services: tuple[str, ...]
    hourly: int


@dataclass(frozen=True, slots=True)
class Change:
    caller: Principal
    id: str
    language: str | None
    state: str | None
    wanted: Wanted
    unchanged: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Named:
    caller: Principal
    id: str


def no_subscription(subscription_id: str) -> NotFound:
    """The one answer for a missing subscription and for somebody else's."""
    return NotFound(f"no subscription {subscription_id!r} is open to you")


def no_link() -> NotFound:
    return NotFound("this link was used, has expired, or never was; subscribe again")


def subscribe(command: Subscribe, uow: UnitOfWork) -> Subscriber:
    """A subscription of a person, or of an agency's system. Active at once where the address is confirmed."""
    _check_address(command.address)
    _check_wanted(command.caller, command.wanted, uow)
    owner = command.caller.subject
    if store.count_of(uow.connection, owner) >= command.most:
        raise Conflict(f"you have {command.most} subscriptions, the most there can be; end one first")
    theirs = store.of_address(uow.connection, folded(command.address), owner)
    known = any(each.state == ACTIVE for each in theirs)
    wanted = command.wanted
    made = _new(
        uow,
        owner=owner,
        agency=command.caller.agency,
        kinds=wanted.kinds or (),
        agencies=wanted.agencies or (),
        services=wanted.services or (),
        agreements=wanted.agreements or (),
        language=command.language,
        state=ACTIVE if known else UNCONFIRMED,
    )
    store.add(uow.connection, made, command.address, folded(command.address))
    if known:
        return made
    wait = _left_alone(command.address, uow)
    if wait is not None:
        raise _asked_already(wait)
    return _ask(made, command.address, uow)


def follow(command: Follow, uow: UnitOfWork) -> None:
    """Asks an address of the public. Whether it is one that was asked already, nobody learns."""
    _check_address(command.address)
    _check_services(command.services, uow)
    if store.asked_since(uow.connection, uow.now - HOUR) >= command.hourly:
        raise TooManyRequests("many people subscribe at the moment; try again later", retry_after=600)
    if _left_alone(command.address, uow) is not None:
        return
    for each in store.of_address(uow.connection, folded(command.address), None):
        if each.state == UNCONFIRMED:
            store.remove(uow.connection, each.id)
    made = _new(
        uow,
        owner=None,
        agency=None,
        kinds=(ANNOUNCEMENTS,),
        agencies=(),
        services=command.services,
        agreements=(),
        language=command.language,
        state=UNCONFIRMED,
    )
    store.add(uow.connection, made, command.address, folded(command.address))
    _ask(made, command.address, uow)


def ask_again(command: Named, uow: UnitOfWork) -> Subscriber:
    """Another mail with the link that confirms, for who lost the first."""
    found = own(command.caller, command.id, uow)
    if found.state != UNCONFIRMED:
        raise Conflict("the address is confirmed already")
    address = store.address_of(uow.connection, found.id)
    assert address is not None
    wait = _left_alone(address, uow)
    if wait is not None:
        raise _asked_already(wait)
    return _ask(found, address, uow)


def confirm(key: str, uow: UnitOfWork) -> Subscriber:
    """The holder of the address said yes. All that the same person asked for at this address begins."""
    found = store.by_key(uow.connection, key)
    if found is None or found.confirm != key or found.state != UNCONFIRMED:
        raise no_link()
    if found.confirm_until is None or uow.now >= found.confirm_until:
        raise no_link()
    address = store.address_of(uow.connection, found.id)
    assert address is not None
    for each in store.of_address(uow.connection, folded(address), found.owner):
        if each.state == UNCONFIRMED:
            values = {"state": ACTIVE, "confirm": None, "confirm_until": None, "version": each.version + 1}
            store.change(uow.connection, each.id, **values)
    if found.owner is None:
        _gather(found, folded(address), uow)
    return _found(found.id, uow)


def _gather(found: Subscriber, address: str, uow: UnitOfWork) -> None:
    """One subscription an address of the public: the older ones are taken into the one just confirmed."""
    older = [each for each in store.of_address(uow.connection, address, None) if each.id != found.id]
    services = {*found.services, *(service for each in older for service in each.services)}
    for each in older:
        store.remove(uow.connection, each.id)
    store.change(uow.connection, found.id, services=sorted(services))


def change(command: Change, uow: UnitOfWork) -> Subscriber:
    """Other kinds, another language; or awake again, which has the next mail try the address anew."""
    found = own(command.caller, command.id, uow)
    command.unchanged(found.version)
    _check_wanted(command.caller, _completed(command.wanted, found), uow)
    values: dict[str, Any] = {"version": found.version + 1}
    for name in ("kinds", "agencies", "services", "agreements"):
        given = getattr(command.wanted, name)
        if given is not None:
            values[name] = list(given)
    if command.language is not None:
        values["language"] = command.language
    if command.state is not None:
        if found.state == UNCONFIRMED:
            raise Conflict(
                "the address is not confirmed yet: follow the link in the mail that was sent to it"
            )
        values |= {"state": command.state, "because": "asked" if command.state == SUSPENDED else None}
    store.change(uow.connection, found.id, **values)
    return own(command.caller, command.id, uow)


def _completed(wanted: Wanted, found: Subscriber) -> Wanted:
    given = {name: getattr(wanted, name) for name in ("kinds", "agencies", "services", "agreements")}
    return replace(wanted, **{name: getattr(found, name) for name, value in given.items() if value is None})


def remove(command: Named, uow: UnitOfWork) -> None:
    """Ends it for good, with its address."""
    store.remove(uow.connection, own(command.caller, command.id, uow).id)


def end(key: str, uow: UnitOfWork) -> None:
    """Whoever holds a mail's link ends it, without signing in. A second time is no error (RFC 8058 clients
    may repeat the request)."""
    found = store.by_key(uow.connection, key)
    if found is not None:
        store.remove(uow.connection, found.id)


def ask_test(command: Named, uow: UnitOfWork) -> store.Mail:
    """Has a test mail sent, to an address that is confirmed."""
    found = own(command.caller, command.id, uow)
    if found.state != ACTIVE:
        raise Conflict(f"the subscription is {found.state}; a test goes to an address that is written to")
    if store.waiting_of(uow.connection, found.id, store.TEST) is not None:
        raise Conflict("a test is on its way already")
    made = new_mail(found, store.TEST, uow)
    store.add_mails(uow.connection, [made])
    uow.touch(QUEUE)
    return made


def own(caller: Principal, subscription_id: str, uow: UnitOfWork) -> Subscriber:
    found = store.find(uow.connection, subscription_id)
    if found is None or found.owner != caller.subject:
        raise no_subscription(subscription_id)
    return found


def _found(subscription_id: str, uow: UnitOfWork) -> Subscriber:
    found = store.find(uow.connection, subscription_id)
    assert found is not None
    return found


def _new(uow: UnitOfWork, **values: Any) -> Subscriber:
    return Subscriber(
        id=uuid4().hex,
        key=secrets.token_urlsafe(32),
        because=None,
        confirm=None,
        confirm_until=None,
        asked_at=None,
        made_at=uow.now,
        version=1,
        **values,
    )


def _ask(made: Subscriber, address: str, uow: UnitOfWork) -> Subscriber:
    hashed = _hashed(address)
    known = store.asked(uow.connection, hashed, uow.now - ASKED_KEPT)
    store.put_asked(uow.connection, hashed, (known[0] if known else 0) + 1, uow.now)
    values = {
        "confirm": secrets.token_urlsafe(32),
        "confirm_until": uow.now + CONFIRM_WITHIN,
        "asked_at": uow.now,
    }
    store.change(uow.connection, made.id, **values)
    if store.waiting_of(uow.connection, made.id, store.CONFIRMATION) is None:
        store.add_mails(uow.connection, [new_mail(made, store.CONFIRMATION, uow)])
    uow.touch(QUEUE)
    return _found(made.id, uow)


def _hashed(address: str) -> str:
    return hashlib.sha256(f"mail:{folded(address)}".encode()).hexdigest()


def _left_alone(address: str, uow: UnitOfWork) -> float | None:
    """For how many seconds an address may not be asked again; None: it may."""
    known = store.asked(uow.connection, _hashed(address), uow.now - ASKED_KEPT)
    until = None if known is None else known[1] + ask_again_after(known[0])
    return None if until is None or until <= uow.now else (until - uow.now).total_seconds()


def _asked_already(wait: float) -> TooManyRequests:
    return TooManyRequests(
        "this address was asked to confirm a while ago; follow the link in that mail, or wait",
        retry_after=wait,
    )


def _check_address(address: str) -> None:
    fault = address_fault(address)
    if fault is not None:
        raise Unprocessable("no mail can go there", errors=[Fault("/email", fault)])


def _check_wanted(caller: Principal, wanted: Wanted, uow: UnitOfWork) -> None:
    if caller.agency is None and not (wanted.agencies or wanted.services or wanted.agreements):
        raise Unprocessable(
            "you belong to no agency: say what to hear of",
            errors=[Fault("/services", "name at least one service, agreement or agency")],
        )
    _check_services(wanted.services or (), uow)
    _check_known("agency", "/agencies", wanted.agencies or (), uow)
    agreements = wanted.agreements or ()
    known = store.names_of(uow.connection, "agreement", agreements)
    for code in agreements:
        found = known.get(code)
        if found is None or not (found.public or caller.agency in found.parties):
            raise NotYetKnown(
                f"no agreement {code!r} is open to you",
                errors=[Fault("/agreements", f"{code!r} is not known")],
            )


def _check_services(codes: Sequence[str], uow: UnitOfWork) -> None:
    _check_known("service", "/services", codes, uow)


def _check_known(kind: str, pointer: str, codes: Sequence[str], uow: UnitOfWork) -> None:
    known = store.names_of(uow.connection, kind, codes)
    missing = [code for code in codes if code not in known]
    if missing:
        raise NotYetKnown(
            f"no {kind} {missing[0]!r} is known here (yet)",
            errors=[Fault(pointer, f"{code!r} is not known") for code in missing],
        )
