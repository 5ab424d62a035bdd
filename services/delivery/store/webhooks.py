"""Webhooks, each with its own place in the feed: what lies behind it is that webhook's queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.delivery import store as feed
from services.delivery.store import Entry, tables
from shared.db.types import Code, Instant, Json

webhook = sa.Table(
    "webhook",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("agency", Code, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    # Empty: every type.
    sa.Column("types", Json, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("disabled_because", sa.String(16)),
    # All of the feed up to here was delivered, or is none of its business.
    sa.Column("reached", sa.BigInteger, nullable=False),
    # Of the event that is next.
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("failing_since", Instant),
    sa.Column("next_at", Instant),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)

webhook_secret = sa.Table(
    "webhook_secret",
    tables,
    sa.Column("webhook", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    # As it is: whoever signs needs the key itself.
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("ends_at", Instant),
)

webhook_delivery = sa.Table(
    "webhook_delivery",
    tables,
    sa.Column("webhook", sa.String(32), primary_key=True),
    sa.Column("event_id", sa.String(64), primary_key=True),
    # None: a test, which stands in no feed.
    sa.Column("seq", sa.BigInteger),
    sa.Column("type", sa.String(128), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("code", sa.Integer),
    sa.Column("error", sa.String(200)),
    sa.Column("first_at", Instant, nullable=False),
    sa.Column("last_at", Instant),
)


@dataclass(frozen=True, slots=True)
class Webhook:
    id: str
    agency: str
    url: str
    types: tuple[str, ...]
    state: str
    disabled_because: str | None
    reached: int
    attempts: int
    failing_since: datetime | None
    next_at: datetime | None
    made_by: str
    made_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Secret:
    number: int
    secret: str
    made_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    event_id: str
    seq: int | None
    type: str
    status: str
    attempts: int
    code: int | None
    error: str | None
    first_at: datetime
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What is next for a webhook: a test, else an event of the feed.

    Where it is the feed's turn and there is nothing for it, ``passed`` says up to where.
    """

    webhook: Webhook
    secrets: tuple[str, ...]
    test: Delivery | None
    entry: Entry | None
    passed: int


def _read(row: Any) -> Webhook:
    return Webhook(**{**row._asdict(), "types": tuple(row.types)})


def find(connection: sa.Connection, webhook_id: str) -> Webhook | None:
    row = connection.execute(sa.select(webhook).where(webhook.c.id == webhook_id)).first()
    return None if row is None else _read(row)


def of_agency(
    connection: sa.Connection, agency: str, after: tuple[datetime, str] | None, limit: int
) -> list[Webhook]:
    """In the order in which they were made."""
    query = sa.select(webhook).where(webhook.c.agency == agency)
    if after is not None:
        query = query.where(sa.tuple_(webhook.c.made_at, webhook.c.id) > sa.tuple_(*_bound(after)))
    query = query.order_by(webhook.c.made_at, webhook.c.id).limit(limit)
    return [_read(row) for row in connection.execute(query)]


def _bound(place: tuple[datetime, str]) -> tuple[Any, Any]:
    return sa.literal(place[0], Instant), sa.literal(place[1])


def count_of(connection: sa.Connection, agency: str) -> int:
    query = sa.select(sa.func.count()).select_from(webhook).where(webhook.c.agency == agency)
    return int(connection.execute(query).scalar_one())


def add(connection: sa.Connection, made: Webhook) -> None:
    values = {name: getattr(made, name) for name in made.__slots__}
    connection.execute(sa.insert(webhook).values({**values, "types": list(made.types)}))


def change(connection: sa.Connection, webhook_id: str, **values: Any) -> None:
    connection.execute(sa.update(webhook).where(webhook.c.id == webhook_id).values(**values))


def remove(connection: sa.Connection, webhook_id: str) -> None:
    for table in (webhook_delivery, webhook_secret):
        connection.execute(sa.delete(table).where(table.c.webhook == webhook_id))
    connection.execute(sa.delete(webhook).where(webhook.c.id == webhook_id))


def secrets_of(connection: sa.Connection, ids: Sequence[str], now: datetime) -> dict[str, list[Secret]]:
    """Those that still sign, the newest first."""
    found: dict[str, list[Secret]] = {each: [] for each in ids}
    query = (
        sa.select(webhook_secret)
        .where(
            webhook_secret.c.webhook.in_(list(ids)),
            webhook_secret.c.ends_at.is_(None) | (webhook_secret.c.ends_at > now),
        )
        .order_by(webhook_secret.c.number.desc())
    )
    for row in connection.execute(query):
        found[row.webhook].append(Secret(row.number, row.secret, row.made_at, row.ends_at))
    return found


def add_secret(
    connection: sa.Connection, webhook_id: str, secret: str, now: datetime, others_end: datetime
) -> None:
    """A new secret; those before it end, where they do not end earlier."""
    mine = webhook_secret.c.webhook == webhook_id
    connection.execute(sa.delete(webhook_secret).where(mine, webhook_secret.c.ends_at <= now))
    connection.execute(
        sa.update(webhook_secret)
        .where(mine, webhook_secret.c.ends_at.is_(None) | (webhook_secret.c.ends_at > others_end))
        .values(ends_at=others_end)
    )
    number = connection.execute(sa.select(sa.func.max(webhook_secret.c.number)).where(mine)).scalar() or 0
    values = {"webhook": webhook_id, "number": number + 1, "secret": secret, "made_at": now}
    connection.execute(sa.insert(webhook_secret).values(values))


# --- what came of each event -------------------------------------------------------------------------


def deliveries_of(
    connection: sa.Connection,
    webhook_id: str,
    status: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Delivery]:
    """Newest first."""
    table = webhook_delivery
    query = sa.select(table).where(table.c.webhook == webhook_id)
    if status is not None:
        query = query.where(table.c.status == status)
    if after is not None:
        query = query.where(sa.tuple_(table.c.first_at, table.c.event_id) < sa.tuple_(*_bound(after)))
    query = query.order_by(table.c.first_at.desc(), table.c.event_id.desc()).limit(limit)
    return [_delivery(row) for row in connection.execute(query)]


def _delivery(row: Any) -> Delivery:
    values = row._asdict()
    values.pop("webhook")
    return Delivery(**values)


def find_delivery(connection: sa.Connection, webhook_id: str, event_id: str) -> Delivery | None:
    table = webhook_delivery
    row = connection.execute(
        sa.select(table).where(table.c.webhook == webhook_id, table.c.event_id == event_id)
    ).first()
    return None if row is None else _delivery(row)


def add_delivery(connection: sa.Connection, webhook_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(sa.insert(webhook_delivery).values(webhook=webhook_id, **values))


def change_delivery(connection: sa.Connection, webhook_id: str, event_id: str, **values: Any) -> None:
    table = webhook_delivery
    connection.execute(
        sa.update(table).where(table.c.webhook == webhook_id, table.c.event_id == event_id).values(**values)
    )


def forget_deliveries(connection: sa.Connection, instant: datetime) -> int:
    """Deletes what is older; what still waits stays."""
    table = webhook_delivery
    return connection.execute(
        sa.delete(table).where(table.c.first_at < instant, table.c.status.not_in(["waiting", "retrying"]))
    ).rowcount


# --- the queue ---------------------------------------------------------------------------------------

WAITING = "waiting"


def due(connection: sa.Connection, now: datetime, passed: Mapping[str, int]) -> list[str]:
    """Webhooks that may have something to deliver now. ``passed``: up to where there is nothing for each."""
    _, newest = feed.bounds(connection)
    queued = connection.execute(
        sa.select(webhook.c.id, webhook.c.reached).where(
            webhook.c.state == "active",
            webhook.c.reached < newest,
            webhook.c.next_at.is_(None) | (webhook.c.next_at <= now),
        )
    )
    found = [row.id for row in queued if passed.get(row.id, 0) < newest]
    tests = sa.select(webhook_delivery.c.webhook).where(webhook_delivery.c.status == WAITING).distinct()
    return list(dict.fromkeys([*found, *connection.execute(tests).scalars()]))


def turn(connection: sa.Connection, webhook_id: str, now: datetime, passed: int) -> Turn | None:
    """What is next for a webhook; None when there is no such webhook any more."""
    found = find(connection, webhook_id)
    if found is None:
        return None
    secrets = tuple(each.secret for each in secrets_of(connection, [webhook_id], now)[webhook_id])
    table = webhook_delivery
    test = connection.execute(
        sa.select(table)
        .where(table.c.webhook == webhook_id, table.c.status == WAITING)
        .order_by(table.c.first_at)
        .limit(1)
    ).first()
    if test is not None:
        return Turn(found, secrets, _delivery(test), None, passed)
    if found.state != "active" or (found.next_at is not None and found.next_at > now):
        return Turn(found, secrets, None, None, passed)
    _, newest = feed.bounds(connection)
    entries = feed.after(connection, max(found.reached, passed), found.agency, found.types, 1)
    return Turn(found, secrets, None, entries[0] if entries else None, passed if entries else newest)
