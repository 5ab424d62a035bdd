"""Clients and people: queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry import domain
from services.registry.store.tables import client_secret, failure, link, personal, session, subject

Row = sa.Row[Any]

_PERSON = sa.select(
    subject, personal.c.name.label("person_name"), personal.c.email, personal.c.sort_key
).outerjoin(personal, sa.and_(personal.c.kind == "person", personal.c.id == subject.c.id))


def add_subject(connection: sa.Connection, **values: Any) -> None:
    connection.execute(sa.insert(subject).values(**values))


def change_subject(connection: sa.Connection, id: str, **values: Any) -> None:
    connection.execute(sa.update(subject).where(subject.c.id == id).values(**values))


def has_admin(connection: sa.Connection, agency: str) -> bool:
    """Whether an agency has an admin that can act."""
    rows = connection.execute(
        sa.select(subject.c.roles).where(
            subject.c.agency == agency, subject.c.state.in_(("active", "invited"))
        )
    )
    return any(domain.AGENCY_ADMIN in row.roles for row in rows)


# --- clients -----------------------------------------------------------------------------------------


def client_by_id(connection: sa.Connection, id: str) -> Row | None:
    return connection.execute(
        sa.select(subject).where(subject.c.id == id, subject.c.kind == "client")
    ).first()


def clients(
    connection: sa.Connection, agency: str | None, admins_only: bool, after: str | None, limit: int
) -> list[Row]:
    """Clients of an agency (None: of the operator) in the order of their ids."""
    query = (
        sa.select(subject)
        .where(subject.c.kind == "client", subject.c.agency == agency)
        .order_by(subject.c.id)
    )
    if after is not None:
        query = query.where(subject.c.id > after)
    return _some(connection.execute(query), admins_only, limit)


def operator_exists(connection: sa.Connection) -> bool:
    return (
        connection.execute(sa.select(subject.c.id).where(subject.c.agency.is_(None)).limit(1)).first()
        is not None
    )


def secrets_of(connection: sa.Connection, clients: Sequence[str], now: datetime) -> dict[str, list[Row]]:
    """The secrets in force, oldest first."""
    found: dict[str, list[Row]] = {id: [] for id in clients}
    rows = connection.execute(
        sa.select(client_secret)
        .where(
            client_secret.c.client.in_(clients),
            sa.or_(client_secret.c.expires_at.is_(None), client_secret.c.expires_at > now),
        )
        .order_by(client_secret.c.created_at, client_secret.c.hash)
    )
    for row in rows:
        found[row.client].append(row)
    return found


def add_secret(connection: sa.Connection, client: str, hash: str, now: datetime) -> None:
    connection.execute(sa.insert(client_secret).values(client=client, hash=hash, created_at=now))


def expire_secrets(connection: sa.Connection, client: str, at: datetime) -> None:
    """Gives the secrets in force an end, where they have none or a later one."""
    connection.execute(
        sa.update(client_secret)
        .where(
            client_secret.c.client == client,
            sa.or_(client_secret.c.expires_at.is_(None), client_secret.c.expires_at > at),
        )
        .values(expires_at=at)
    )


# --- people ------------------------------------------------------------------------------------------


def person_by_id(connection: sa.Connection, id: str) -> Row | None:
    return connection.execute(_PERSON.where(subject.c.id == id, subject.c.kind == "person")).first()


def person_by_sign_in(connection: sa.Connection, sign_in: str) -> Row | None:
    return connection.execute(_PERSON.where(personal.c.sign_in == sign_in)).first()


def people(
    connection: sa.Connection, agency: str, admins_only: bool, after: Sequence[str] | None, limit: int
) -> list[Row]:
    """People of an agency by name; who was erased has none and is not listed."""
    query = _PERSON.where(
        subject.c.kind == "person", subject.c.agency == agency, personal.c.sort_key.is_not(None)
    ).order_by(personal.c.sort_key, subject.c.id)
    if after is not None:
        query = query.where(sa.tuple_(personal.c.sort_key, subject.c.id) > sa.tuple_(*after))
    return _some(connection.execute(query), admins_only, limit)


def put_personal(connection: sa.Connection, person: str, name: str, email: str, sign_in: str) -> None:
    erase_personal(connection, person)
    connection.execute(
        sa.insert(personal).values(
            kind="person",
            id=person,
            name=name,
            sort_key=domain.sort_key(name),
            email=email,
            sign_in=sign_in,
        )
    )


def erase_personal(connection: sa.Connection, person: str) -> None:
    connection.execute(sa.delete(personal).where(personal.c.kind == "person", personal.c.id == person))


def _some(rows: sa.CursorResult[Any], admins_only: bool, limit: int) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if not admins_only or domain.AGENCY_ADMIN in row.roles:
            found.append(row)
            if len(found) == limit:
                break
    rows.close()
    return found


# --- one-time links ----------------------------------------------------------------------------------


def add_link(connection: sa.Connection, hash: str, purpose: str, person: str, expires_at: datetime) -> None:
    """A new link of a person; older ones are void."""
    end_links(connection, person)
    connection.execute(
        sa.insert(link).values(hash=hash, purpose=purpose, person=person, expires_at=expires_at)
    )


def link_by_hash(connection: sa.Connection, hash: str, purpose: str, now: datetime) -> Row | None:
    return connection.execute(
        sa.select(link).where(link.c.hash == hash, link.c.purpose == purpose, link.c.expires_at > now)
    ).first()


def end_links(connection: sa.Connection, person: str) -> None:
    connection.execute(sa.delete(link).where(link.c.person == person))


# --- sessions and guesses ----------------------------------------------------------------------------


def add_session(
    connection: sa.Connection, hash: str, person: str, now: datetime, expires_at: datetime
) -> None:
    connection.execute(
        sa.insert(session).values(hash=hash, person=person, signed_in_at=now, expires_at=expires_at)
    )


def session_by_hash(connection: sa.Connection, hash: str, now: datetime) -> Row | None:
    return connection.execute(
        sa.select(session).where(session.c.hash == hash, session.c.expires_at > now)
    ).first()


def end_session(connection: sa.Connection, hash: str) -> None:
    connection.execute(sa.delete(session).where(session.c.hash == hash))


def end_sessions(connection: sa.Connection, person: str) -> None:
    connection.execute(sa.delete(session).where(session.c.person == person))


def failures(connection: sa.Connection, target: str, since: datetime) -> Row | None:
    return connection.execute(
        sa.select(failure).where(failure.c.target == target, failure.c.last_at > since)
    ).first()


def put_failures(connection: sa.Connection, target: str, count: int, now: datetime) -> None:
    forgive(connection, target)
    connection.execute(sa.insert(failure).values(target=target, guesses=count, last_at=now))


def forgive(connection: sa.Connection, target: str) -> None:
    connection.execute(sa.delete(failure).where(failure.c.target == target))


def tidy(connection: sa.Connection, now: datetime, failures_before: datetime) -> None:
    """Deletes what has no effect any more."""
    connection.execute(sa.delete(session).where(session.c.expires_at <= now))
    connection.execute(sa.delete(link).where(link.c.expires_at <= now))
    connection.execute(sa.delete(client_secret).where(client_secret.c.expires_at <= now))
    connection.execute(sa.delete(failure).where(failure.c.last_at <= failures_before))
