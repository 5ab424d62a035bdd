"""Subscriptions, their addresses, and each mail with what came of it. How things are called: `named`.

`mail_address` is the one table with mail addresses; its row goes with the subscription.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.delivery.domain.mail import About, Wish
from services.delivery.store import feed, tables
from shared.db.types import Code, Instant, Json

subscription = sa.Table(
    "subscription",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    # Who may change it, and for which agency it hears; NULL: somebody of the public.
    sa.Column("owner", sa.String(128)),
    sa.Column("agency", Code),
    sa.Column("kinds", Json, nullable=False),
    sa.Column("agencies", Json, nullable=False),
    sa.Column("services", Json, nullable=False),
    sa.Column("agreements", Json, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("because", sa.String(16)),
    # In every mail's link that ends it: as it is, since each mail needs it.
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("confirm", sa.String(64)),
    sa.Column("confirm_until", Instant),
    sa.Column("asked_at", Instant),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)

mail_address = sa.Table(
    "mail_address",
    tables,
    sa.Column("subscription", sa.String(32), primary_key=True),
    sa.Column("address", sa.String(320), nullable=False),
    sa.Column("folded", sa.String(320), nullable=False),
)

# What a subscription names, row by row: whom a fact may reach is found by it.
subscription_wish = sa.Table(
    "subscription_wish",
    tables,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("code", Code, primary_key=True),
    sa.Column("subscription", sa.String(32), primary_key=True),
)

# How often an address was asked to confirm: by its hash, so that none is kept when its subscription is gone.
mail_asked = sa.Table(
    "mail_asked",
    tables,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
)

mail = sa.Table(
    "mail",
    tables,
    # Also its Message-ID: who gets it twice, because the process died behind the server's yes, can tell.
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("subscription", sa.String(32), nullable=False),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(32)),
    sa.Column("event_id", sa.String(64)),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # NULL: nothing more is tried.
    sa.Column("next_at", Instant),
    sa.Column("code", sa.Integer),
    sa.Column("error", sa.String(200)),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("last_at", Instant),
)

named = sa.Table(
    "named",
    tables,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("code", Code, primary_key=True),
    sa.Column("name", Json, nullable=False),
    # Of an agreement: its service, who may know of it, and the wording of its objectives.
    sa.Column("service", Code),
    sa.Column("parties", Json, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("objectives", Json, nullable=False),
    sa.Column("told_at", sa.BigInteger, nullable=False),
)

UNCONFIRMED, ACTIVE, SUSPENDED = "unconfirmed", "active", "suspended"
WAITING, RETRYING, SENT, FAILED = "waiting", "retrying", "sent", "failed"
CONFIRMATION, NOTICE, TEST = "confirmation", "notice", "test"


@dataclass(frozen=True, slots=True)
class Subscriber:
    id: str
    owner: str | None
    agency: str | None
    kinds: tuple[str, ...]
    agencies: tuple[str, ...]
    services: tuple[str, ...]
    agreements: tuple[str, ...]
    language: str
    state: str
    because: str | None
    key: str
    confirm: str | None
    confirm_until: datetime | None
    asked_at: datetime | None
    made_at: datetime
    version: int

    @property
    def wish(self) -> Wish:
        return Wish(self.agency, self.kinds, self.agencies, self.services, self.agreements)


@dataclass(frozen=True, slots=True)
class Mail:
    id: str
    subscription: str
    purpose: str
    kind: str | None
    event_id: str | None
    status: str
    attempts: int
    next_at: datetime | None
    code: int | None
    error: str | None
    made_at: datetime
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Named:
    kind: str
    code: str
    name: dict[str, str]
    service: str | None
    parties: tuple[str, ...]
    public: bool
    objectives: dict[str, dict[str, str]]
    told_at: int


_LISTS = ("kinds", "agencies", "services", "agreements")
_WISHES = {"agencies": "agency", "services": "service", "agreements": "agreement"}


def _subscriber(row: Any) -> Subscriber:
    values = row._asdict()
    return Subscriber(**{**values, **{name: tuple(values[name]) for name in _LISTS}})


def _values(made: Any, *lists: str) -> dict[str, Any]:
    values = {name: getattr(made, name) for name in made.__slots__}
    return {**values, **{name: list(values[name]) for name in lists}}


def _bound(place: tuple[datetime, str]) -> tuple[Any, Any]:
    return sa.literal(place[0], Instant), sa.literal(place[1])


# --- subscriptions -----------------------------------------------------------------------------------


def find(connection: sa.Connection, subscription_id: str) -> Subscriber | None:
    row = connection.execute(sa.select(subscription).where(subscription.c.id == subscription_id)).first()
    return None if row is None else _subscriber(row)


def by_key(connection: sa.Connection, key: str) -> Subscriber | None:
    """By the key that ends it, or the one that confirms it."""
    query = sa.select(subscription).where((subscription.c.key == key) | (subscription.c.confirm == key))
    row = connection.execute(query).first()
    return None if row is None else _subscriber(row)


def of_owner(
    connection: sa.Connection, owner: str, after: tuple[datetime, str] | None, limit: int
) -> list[Subscriber]:
    """In the order in which they were made."""
    query = sa.select(subscription).where(subscription.c.owner == owner)
    if after is not None:
        query = query.where(sa.tuple_(subscription.c.made_at, subscription.c.id) > sa.tuple_(*_bound(after)))
    query = query.order_by(subscription.c.made_at, subscription.c.id).limit(limit)
    return [_subscriber(row) for row in connection.execute(query)]


def count_of(connection: sa.Connection, owner: str) -> int:
    query = sa.select(sa.func.count()).select_from(subscription).where(subscription.c.owner == owner)
    return int(connection.execute(query).scalar_one())


def of_address(connection: sa.Connection, folded: str, owner: str | None) -> list[Subscriber]:
    """The subscriptions of one person (None: of the public) that go to an address."""
    query = (
        sa.select(subscription)
        .join(mail_address, mail_address.c.subscription == subscription.c.id)
        .where(mail_address.c.folded == folded, subscription.c.owner == owner)
        .order_by(subscription.c.made_at, subscription.c.id)
    )
    return [_subscriber(row) for row in connection.execute(query)]


def asked(connection: sa.Connection, hashed: str, since: datetime) -> tuple[int, datetime] | None:
    """How often an address was asked to confirm, and when last; None: not since then."""
    query = sa.select(mail_asked.c.times, mail_asked.c.last_at)
    row = connection.execute(query.where(mail_asked.c.hash == hashed, mail_asked.c.last_at > since)).first()
    return None if row is None else (row.times, row.last_at)


def put_asked(connection: sa.Connection, hashed: str, times: int, now: datetime) -> None:
    connection.execute(sa.delete(mail_asked).where(mail_asked.c.hash == hashed))
    connection.execute(sa.insert(mail_asked).values(hash=hashed, times=times, last_at=now))


def asked_since(connection: sa.Connection, since: datetime) -> int:
    """How many addresses of the public were asked since then."""
    query = (
        sa.select(sa.func.count())
        .select_from(subscription)
        .where(subscription.c.owner.is_(None), subscription.c.asked_at > since)
    )
    return int(connection.execute(query).scalar_one())


def add(connection: sa.Connection, made: Subscriber, address: str, folded: str) -> None:
    connection.execute(sa.insert(subscription).values(_values(made, *_LISTS)))
    connection.execute(sa.insert(mail_address).values(subscription=made.id, address=address, folded=folded))
    for column in _WISHES:
        _put_wishes(connection, made.id, column, getattr(made, column))


def change(connection: sa.Connection, subscription_id: str, **values: Any) -> None:
    connection.execute(sa.update(subscription).where(subscription.c.id == subscription_id).values(**values))
    for column in _WISHES:
        if column in values:
            _put_wishes(connection, subscription_id, column, values[column])


def _put_wishes(connection: sa.Connection, subscription_id: str, column: str, codes: Iterable[str]) -> None:
    kind = _WISHES[column]
    of_it = (subscription_wish.c.subscription == subscription_id) & (subscription_wish.c.kind == kind)
    connection.execute(sa.delete(subscription_wish).where(of_it))
    rows = [{"kind": kind, "code": code, "subscription": subscription_id} for code in sorted(set(codes))]
    if rows:
        connection.execute(sa.insert(subscription_wish), rows)


def change_of_owner(
    connection: sa.Connection, owner: str, state: str, because: str | None, values: Mapping[str, Any]
) -> None:
    """Changes those of one owner that are in a state for a reason; each has another version then."""
    connection.execute(
        sa.update(subscription)
        .where(
            subscription.c.owner == owner,
            subscription.c.state == state,
            subscription.c.because.is_not_distinct_from(because),
        )
        .values(**values, version=subscription.c.version + 1)
    )


def remove(connection: sa.Connection, subscription_id: str) -> None:
    """With its address, and all that is known of its mails."""
    for table in (mail, mail_address, subscription_wish):
        connection.execute(sa.delete(table).where(table.c.subscription == subscription_id))
    connection.execute(sa.delete(subscription).where(subscription.c.id == subscription_id))


def address_of(connection: sa.Connection, subscription_id: str) -> str | None:
    query = sa.select(mail_address.c.address).where(mail_address.c.subscription == subscription_id)
    return connection.execute(query).scalar()


def addresses_of(connection: sa.Connection, ids: Sequence[str]) -> dict[str, str]:
    query = sa.select(mail_address.c.subscription, mail_address.c.address).where(
        mail_address.c.subscription.in_(list(ids))
    )
    return {row.subscription: row.address for row in connection.execute(query)}


def listening(connection: sa.Connection, about: About) -> list[Subscriber]:
    """Active ones that a fact may reach: of the agencies that hear of it, and where it is public those that
    name what it is about. Who is reached says `reaches`."""
    own = subscription.c.agency.in_(about.audience.agencies)
    query = sa.select(subscription).where(subscription.c.state == ACTIVE)
    if not about.audience.public:
        return [_subscriber(row) for row in connection.execute(query.where(own))]
    named_by = subscription_wish.c
    codes = [("service", about.service), ("agreement", about.agreement)]
    codes += [("agency", agency) for agency in about.audience.agencies]
    names = [(named_by.kind == kind) & (named_by.code == code) for kind, code in codes if code is not None]
    naming = sa.select(named_by.subscription).where(sa.or_(sa.false(), *names))
    either = sa.union(sa.select(subscription.c.id).where(own), naming)
    return [_subscriber(row) for row in connection.execute(query.where(subscription.c.id.in_(either)))]


def forget_unconfirmed(connection: sa.Connection, now: datetime, asked_before: datetime) -> None:
    """Whoever did not confirm in time never was here."""
    connection.execute(sa.delete(mail_asked).where(mail_asked.c.last_at <= asked_before))
    _remove_unconfirmed(connection, subscription.c.confirm_until <= now)


def forget_unconfirmed_of(connection: sa.Connection, owner: str) -> None:
    _remove_unconfirmed(connection, subscription.c.owner == owner)


def _remove_unconfirmed(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    query = sa.select(subscription.c.id).where(subscription.c.state == UNCONFIRMED, which)
    for subscription_id in connection.execute(query).scalars().all():
        remove(connection, subscription_id)


# --- mails -------------------------------------------------------------------------------------------


def add_mails(connection: sa.Connection, mails: Sequence[Mail]) -> None:
    if mails:
        connection.execute(sa.insert(mail), [_values(each) for each in mails])


def find_mail(connection: sa.Connection, mail_id: str) -> Mail | None:
    row = connection.execute(sa.select(mail).where(mail.c.id == mail_id)).first()
    return None if row is None else Mail(**row._asdict())


def change_mail(connection: sa.Connection, mail_id: str, **values: Any) -> None:
    connection.execute(sa.update(mail).where(mail.c.id == mail_id).values(**values))


def waiting_of(connection: sa.Connection, subscription_id: str, purpose: str) -> Mail | None:
    query = sa.select(mail).where(
        mail.c.subscription == subscription_id, mail.c.purpose == purpose, mail.c.next_at.is_not(None)
    )
    row = connection.execute(query.limit(1)).first()
    return None if row is None else Mail(**row._asdict())


def due(connection: sa.Connection, now: datetime, limit: int) -> list[str]:
    """Mails to be tried now, the oldest first."""
    query = sa.select(mail.c.id).where(mail.c.next_at <= now).order_by(mail.c.next_at, mail.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def mails_of(
    connection: sa.Connection,
    owner: str,
    subscription_id: str | None,
    status: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Mail]:
    """Newest first."""
    query = (
        sa.select(mail)
        .join(subscription, subscription.c.id == mail.c.subscription)
        .where(subscription.c.owner == owner)
    )
    if subscription_id is not None:
        query = query.where(mail.c.subscription == subscription_id)
    if status is not None:
        query = query.where(mail.c.status == status)
    if after is not None:
        query = query.where(sa.tuple_(mail.c.made_at, mail.c.id) < sa.tuple_(*_bound(after)))
    query = query.order_by(mail.c.made_at.desc(), mail.c.id.desc()).limit(limit)
    return [Mail(**row._asdict()) for row in connection.execute(query)]


def count_by_status(connection: sa.Connection) -> dict[str, int]:
    query = sa.select(mail.c.status, sa.func.count().label("number")).group_by(mail.c.status)
    return {row.status: int(row.number) for row in connection.execute(query)}


def forget_mails(connection: sa.Connection, instant: datetime) -> None:
    """Deletes what is older; what is still tried stays."""
    connection.execute(sa.delete(mail).where(mail.c.made_at < instant, mail.c.next_at.is_(None)))


def event_of(connection: sa.Connection, event_id: str) -> str | None:
    """A fed fact as CloudEvent in JSON, while it is kept."""
    return connection.execute(sa.select(feed.c.event).where(feed.c.event_id == event_id)).scalar()


# --- names -------------------------------------------------------------------------------------------


def name_of(connection: sa.Connection, kind: str, code: str) -> Named | None:
    row = connection.execute(sa.select(named).where(named.c.kind == kind, named.c.code == code)).first()
    return None if row is None else Named(**{**row._asdict(), "parties": tuple(row.parties)})


def put_name(connection: sa.Connection, made: Named) -> None:
    """Keeps how something is called, if that is newer."""
    known = name_of(connection, made.kind, made.code)
    if known is not None and known.told_at > made.told_at:
        return
    connection.execute(sa.delete(named).where(named.c.kind == made.kind, named.c.code == made.code))
    connection.execute(sa.insert(named).values(_values(made, "parties")))


def names_of(connection: sa.Connection, kind: str, codes: Sequence[str]) -> dict[str, Named]:
    query = sa.select(named).where(named.c.kind == kind, named.c.code.in_(list(codes)))
    rows = connection.execute(query)
    return {row.code: Named(**{**row._asdict(), "parties": tuple(row.parties)}) for row in rows}
