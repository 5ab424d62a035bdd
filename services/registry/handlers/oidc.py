"""Signing in at an OpenID provider: begun, come back from, linked, and used in place of the password.

An identity (issuer, sub) becomes a person's only while that person is signed in and gives the password: what
a provider says of somebody's mail address links nothing (docs/adr/0018-openid-connect.md).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.registry.handlers.clients import may_see
from services.registry.handlers.sessions import Opened
from services.registry.provider import Identity
from services.registry.store import oidc as store
from services.registry.store import subjects
from services.registry.tokens import digest, new_secret
from shared.auth import Principal
from shared.db import Row, UnitOfWork
from shared.errors import Conflict, NotFound, Unauthenticated

SIGN_IN, LINK, STEP_UP = "sign-in", "link", "step-up"
UNDER_WAY = timedelta(minutes=10)
MOST_UNDER_WAY = 10_000
"""Sign-ins begun by whoever: beyond any number of people, and few enough to keep."""
TICKET_GOOD = timedelta(minutes=5)
CLOCKS_APART = timedelta(seconds=30)
"""How far the provider's clock may lag behind ours, when it says that somebody signed in just now."""


@dataclass(frozen=True, slots=True)
class Begin:
    purpose: str
    session: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    """``attempt`` stays in the browser's cookie, ``state`` travels to the provider and back."""

    attempt: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An attempt that came back in the browser that began it."""

    purpose: str
    nonce: str
    verifier: str
    session: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Return:
    attempt: str
    state: str


@dataclass(frozen=True, slots=True)
class SignIn:
    identity: Identity
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Prove:
    """Link, or step up: for the session that began it."""

    taken: Taken
    identity: Identity


@dataclass(frozen=True, slots=True)
class Unlink:
    caller: Principal
    person: str


def begin(command: Begin, uow: UnitOfWork) -> Begun:
    """Anybody may begin, so that there is a bound to what is kept of it: beyond it the oldest go, which most
    likely nobody will come back to."""
    if command.session is None:
        store.tidy(uow.connection, uow.now)
        store.make_room(uow.connection, MOST_UNDER_WAY)
    made = Begun(new_secret(), new_secret(), new_secret(), secrets.token_urlsafe(64))
    store.add_attempt(
        uow.connection,
        hash=digest(made.attempt),
        state=digest(made.state),
        nonce=made.nonce,
        verifier=made.verifier,
        purpose=command.purpose,
        session=None if command.session is None else digest(command.session),
        asked_at=uow.now,
        expires_at=uow.now + UNDER_WAY,
    )
    return made


def take(command: Return, uow: UnitOfWork) -> Taken | None:
    """The attempt, which is used up by this, also where the state is wrong. None: there is none."""
    row = store.take_attempt(uow.connection, digest(command.attempt), uow.now)
    if row is None or not hmac.compare_digest(row.state, digest(command.state)):
        return None
    return Taken(row.purpose, row.nonce, row.verifier, row.session, row.asked_at)


def sign_in(command: SignIn, uow: UnitOfWork) -> Opened | None:
    """A session of the person whose identity it is. None: nobody's, or of one who cannot sign in."""
    identity = command.identity
    person = store.person_of(uow.connection, identity.issuer, identity.sub)
    row = None if person is None else subjects.person_by_id(uow.connection, person)
    if row is None or row.state != "active":
        return None
    secret = new_secret()
    subjects.add_session(uow.connection, digest(secret), row.id, uow.now, uow.now + command.lifetime)
    return Opened(secret, row)


def link(command: Prove, uow: UnitOfWork) -> None:
    """The identity is the signed-in person's from now on."""
    person = _person_of(command.taken, uow)
    identity = command.identity
    holder = store.person_of(uow.connection, identity.issuer, identity.sub)
    if holder is not None and holder != person.id:
        raise Conflict("this identity signs in to another account; end that link first")
    if holder == person.id:
        return
    if store.identity_of(uow.connection, person.id, identity.issuer) is not None:
        raise Conflict("your account is linked to another identity of this provider; end that link first")
    store.link(uow.connection, identity.issuer, identity.sub, person.id, uow.now)


def step_up(command: Prove, uow: UnitOfWork) -> str:
    """A ticket that stands for the password once, within minutes, in the session that began it."""
    person = _person_of(command.taken, uow)
    identity = command.identity
    if store.person_of(uow.connection, identity.issuer, identity.sub) != person.id:
        raise Unauthenticated("that identity is not the one that your account is linked to")
    at = identity.authenticated_at
    if at is None or at < command.taken.asked_at - CLOCKS_APART:
        raise Unauthenticated("the provider did not ask you again who you are; sign with your password")
    ticket = new_secret()
    assert command.taken.session is not None
    store.add_ticket(
        uow.connection,
        hash=digest(ticket),
        session=command.taken.session,
        authenticated_at=min(at, uow.now),
        expires_at=uow.now + TICKET_GOOD,
    )
    return ticket


@dataclass(frozen=True, slots=True)
class Ticket:
    session: str
    ticket: str


def use_ticket(command: Ticket, uow: UnitOfWork) -> datetime | None:
    """When the ticket's holder proved who they are; it is used up. None: it is no good."""
    row = store.take_ticket(uow.connection, digest(command.ticket), digest(command.session), uow.now)
    found: datetime | None = None if row is None else row.authenticated_at
    return found


def unlink(command: Unlink, uow: UnitOfWork) -> None:
    row = subjects.person_by_id(uow.connection, command.person)
    if row is None or not may_see(command.caller, row):
        raise NotFound("there is no person with this id, or they belong to another agency")
    if not store.unlink(uow.connection, row.id):
        raise Conflict("the person is linked to no identity of an OpenID provider")


def _person_of(taken: Taken, uow: UnitOfWork) -> Row:
    """The person of the session that began it, which may have ended meanwhile."""
    session = subjects.session_by_hash(uow.connection, taken.session or "", uow.now)
    person = None if session is None else subjects.person_by_id(uow.connection, session.person)
    if person is None or person.state != "active":
        raise Unauthenticated("the session is over; sign in again")
    return person
