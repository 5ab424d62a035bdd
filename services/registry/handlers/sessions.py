"""Guesses counted, sessions opened and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.registry import domain
from services.registry.store import oidc
from services.registry.store import subjects as store
from services.registry.tokens import digest, new_secret
from shared.db import Row, UnitOfWork
from shared.timers import Timer


@dataclass(frozen=True, slots=True)
class Guess:
    """What a guess is judged by. ``wait``: nobody may guess for so many seconds; None: this one counts.

    ``hash`` None: there is no such account, or none that can sign in.
    """

    wait: float | None
    person: str | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    person: str
    sign_in: str
    hash: str
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Opened:
    secret: str
    person: Row


def target(name: str, kind: str = "person") -> str:
    """Under which failed guesses are counted: no address of a stranger is kept."""
    return digest(f"{kind}:{name}")


def begin_guess(sign_in: str, uow: UnitOfWork) -> Guess:
    """Counts a guess as failed before it is judged, so that a hundred at once are a hundred.

    An address without an account is counted alike: who asks must not learn which exist.
    """
    wait = count_failure(target(sign_in), uow)
    if wait is not None:
        return Guess(wait)
    row = store.person_by_sign_in(uow.connection, sign_in)
    if row is None or row.state != "active":
        return Guess(None)
    return Guess(None, row.id, row.hash)


def count_failure(counted: str, uow: UnitOfWork) -> float | None:
    """Seconds that no guess is heard, or None after this one was counted."""
    known = store.failures(uow.connection, counted, uow.now - domain.FAILURES_KEPT)
    if known is not None:
        until = domain.locked_until(known.guesses, known.last_at)
        if until is not None and until > uow.now:
            return (until - uow.now).total_seconds()
    store.put_failures(uow.connection, counted, (known.guesses if known else 0) + 1, uow.now)
    return None


def open_session(command: OpenSession, uow: UnitOfWork) -> Opened | None:
    """The password was right. None: meanwhile the person was disabled or has another one."""
    row = store.person_by_id(uow.connection, command.person)
    if row is None or row.state != "active" or row.hash != command.hash:
        return None
    store.forgive(uow.connection, target(command.sign_in))
    secret = new_secret()
    store.add_session(uow.connection, digest(secret), row.id, uow.now, uow.now + command.lifetime)
    return Opened(secret, row)


def forgive(sign_in: str, uow: UnitOfWork) -> None:
    """The password was right: what was counted before is forgotten."""
    store.forgive(uow.connection, target(sign_in))


def end_session(secret: str, uow: UnitOfWork) -> None:
    store.end_session(uow.connection, digest(secret))


def tidy(timer: Timer, uow: UnitOfWork) -> None:
    """Daily: deletes expired sessions, links, secrets and old failures."""
    store.tidy(uow.connection, uow.now, uow.now - domain.FAILURES_KEPT)
    oidc.tidy(uow.connection, uow.now)
    uow.schedule(timer.kind, timer.key, uow.now + timedelta(days=1))
