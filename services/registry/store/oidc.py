"""OpenID Connect: identities, attempts under way, and tickets for one signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry.store.tables import binary, tables
from shared.db.types import Instant

Row = sa.Row[Any]

# Who a person is at a provider. Found by (issuer, sub) alone: a mail address that it tells is no proof.
oidc_identity = sa.Table(
    "oidc_identity",
    tables,
    sa.Column("issuer", sa.String(255), primary_key=True),
    sa.Column("sub", sa.String(255), primary_key=True),
    sa.Column("person", binary(64), nullable=False),
    sa.Column("linked_at", Instant, nullable=False),
)

# Somebody was sent to the provider. `hash`: of the secret in their browser's cookie; `state`: of the other
# one, which travels. Both have to come back, once.
oidc_attempt = sa.Table(
    "oidc_attempt",
    tables,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(64), nullable=False),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("session", sa.String(64)),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

oidc_ticket = sa.Table(
    "oidc_ticket",
    tables,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("session", sa.String(64), nullable=False),
    sa.Column("authenticated_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)


def person_of(connection: sa.Connection, issuer: str, sub: str) -> str | None:
    query = sa.select(oidc_identity.c.person).where(
        oidc_identity.c.issuer == issuer, oidc_identity.c.sub == sub
    )
    return connection.execute(query).scalar()


def identity_of(connection: sa.Connection, person: str, issuer: str) -> Row | None:
    query = sa.select(oidc_identity).where(oidc_identity.c.person == person, oidc_identity.c.issuer == issuer)
    return connection.execute(query).first()


def link(connection: sa.Connection, issuer: str, sub: str, person: str, now: datetime) -> None:
    connection.execute(sa.insert(oidc_identity).values(issuer=issuer, sub=sub, person=person, linked_at=now))


def unlink(connection: sa.Connection, person: str) -> bool:
    """All of a person. -> whether there was any."""
    done = connection.execute(sa.delete(oidc_identity).where(oidc_identity.c.person == person))
    return done.rowcount > 0


def add_attempt(connection: sa.Connection, **values: Any) -> None:
    connection.execute(sa.insert(oidc_attempt).values(**values))


def make_room(connection: sa.Connection, most: int) -> None:
    """Leaves room for one more of the ``most`` attempts that no session began: the oldest go."""
    newest = (
        sa.select(oidc_attempt.c.hash)
        .where(oidc_attempt.c.session.is_(None))
        .order_by(oidc_attempt.c.asked_at.desc(), oidc_attempt.c.hash)
        .offset(most - 1)
    )
    gone = connection.execute(newest).scalars().all()
    for start in range(0, len(gone), 500):
        connection.execute(sa.delete(oidc_attempt).where(oidc_attempt.c.hash.in_(gone[start : start + 500])))


def take_attempt(connection: sa.Connection, hash: str, now: datetime) -> Row | None:
    """An attempt that is still good; it is gone then, whatever comes of it."""
    query = sa.select(oidc_attempt).where(oidc_attempt.c.hash == hash)
    row = connection.execute(query).first()
    connection.execute(sa.delete(oidc_attempt).where(oidc_attempt.c.hash == hash))
    return row if row is not None and row.expires_at > now else None


def add_ticket(connection: sa.Connection, **values: Any) -> None:
    connection.execute(sa.insert(oidc_ticket).values(**values))


def take_ticket(connection: sa.Connection, hash: str, session: str, now: datetime) -> Row | None:
    """A ticket of this session that is still good; it is gone then."""
    query = sa.select(oidc_ticket).where(oidc_ticket.c.hash == hash, oidc_ticket.c.session == session)
    row = connection.execute(query).first()
    connection.execute(sa.delete(oidc_ticket).where(oidc_ticket.c.hash == hash))
    return row if row is not None and row.expires_at > now else None


def tidy(connection: sa.Connection, now: datetime) -> None:
    """Deletes what can have no effect any more."""
    for table in (oidc_attempt, oidc_ticket):
        connection.execute(sa.delete(table).where(table.c.expires_at <= now))
