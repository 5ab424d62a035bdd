"""Two tiny services, the smallest that need every rule of "How a fact travels".

The *teller* tells numbers; the *counter* counts them. Each number moves a tally (read, add, write back), so
that a number counted twice, or lost, shows; and the counter tells on what it counted, so that effect, own
event and position have to go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared.db import Database, UnitOfWork
from shared.db.tables import dead_letter, outbox, position
from shared.events.envelope import Event, Record
from shared.events.topics import TOPICS, Topic
from shared.inbox import Subscription
from shared.migrations import migrate

NUMBERS = "test.number.v1"
COUNTED = "test.counted.v1"
NUMBER = "sanya.test.number.v1"
KEYS = 7
PARTITIONS = 4

_TOPICS = (
    Topic(NUMBERS, "teller", PARTITIONS, 14, 400, "numbers; key: k0 to k6"),
    Topic(COUNTED, "counter", 1, None, None, "what was counted"),
)

tables = sa.MetaData()
told = sa.Table("told", tables, sa.Column("name", sa.String(8)), sa.Column("n", sa.BigInteger))
delivery = sa.Table(
    "delivery",
    tables,
    sa.Column("at", sa.BigInteger),
    sa.Column("topic", sa.String(64)),
    sa.Column("partition", sa.Integer),
    sa.Column("offset", sa.BigInteger),
    sa.Column("event_id", sa.String(64)),
    sa.Column("key", sa.String(64)),
    sa.Column("version", sa.BigInteger),
)
effect = sa.Table("effect", tables, sa.Column("event_id", sa.String(64)))
tally = sa.Table(
    "tally",
    tables,
    sa.Column("key", sa.String(64)),
    sa.Column("n", sa.BigInteger),
    sa.Column("version", sa.BigInteger),
)


@contextmanager
def declared() -> Iterator[None]:
    """For as long as it is open, these two topics are the declared ones."""
    before = dict(TOPICS)
    TOPICS.clear()
    TOPICS.update({topic.name: topic for topic in _TOPICS})
    try:
        yield
    finally:
        TOPICS.clear()
        TOPICS.update(before)


def open_database(service: str, url: str) -> Database:
    """The migrated database of the teller or the counter."""
    db = Database(service, url)
    migrate(db, Path(__file__).parent / "migrations")
    return db


# --- the teller --------------------------------------------------------------------------------------


def number(n: int, data: bytes = b"{}") -> Event:
    """The fact of a number: versions rise along its key."""
    key = f"k{n % KEYS}"
    return Event(NUMBERS, NUMBER, key, key, data, version=n // KEYS + 1, id=f"n{n}")


def tell(count: int, uow: UnitOfWork) -> int:
    """Tells the next ``count`` numbers. Returns how many were told in all."""
    connection = uow.connection
    first = connection.execute(sa.select(told.c.n).where(told.c.name == "n")).scalar()
    if first is None:
        first = 0
        connection.execute(sa.insert(told).values(name="n", n=count))
    else:
        connection.execute(sa.update(told).where(told.c.name == "n").values(n=first + count))
    uow.emit(*(number(n) for n in range(first, first + count)))
    return int(first) + count


def tell_these(events: list[Event], uow: UnitOfWork) -> None:
    """Tells some facts as they are."""
    uow.emit(*events)


# --- the counter -------------------------------------------------------------------------------------


def count(record: Record, uow: UnitOfWork) -> None:
    """Counts a number, once however often it is delivered."""
    if record.data == b"poison":
        raise ValueError("this number is poison")
    connection = uow.connection
    connection.execute(sa.insert(delivery), [_delivery(record)])
    if connection.execute(sa.select(effect).where(effect.c.event_id == record.id)).first():
        return
    connection.execute(sa.insert(effect).values(event_id=record.id))
    key = record.key or "-"
    before = connection.execute(sa.select(tally.c.n).where(tally.c.key == key)).scalar()
    if before is None:
        connection.execute(sa.insert(tally).values(key=key, n=1, version=record.version))
    else:
        connection.execute(
            sa.update(tally).where(tally.c.key == key).values(n=before + 1, version=record.version)
        )
    uow.emit(Event(COUNTED, "sanya.test.counted.v1", record.id, record.id, b"{}"))


def count_all(records: Sequence[Record], uow: UnitOfWork) -> None:
    """The same for a whole run at once, in few statements."""
    if any(record.data == b"poison" for record in records):
        raise ValueError("this number is poison")
    connection = uow.connection
    connection.execute(sa.insert(delivery), [_delivery(record) for record in records])
    ids = {record.id: record for record in records}
    known = connection.execute(sa.select(effect).where(effect.c.event_id.in_(ids))).scalars()
    for old in known.all():
        del ids[old]
    if not ids:
        return
    connection.execute(sa.insert(effect), [{"event_id": new} for new in ids])
    before = {row.key: row.n for row in connection.execute(sa.select(tally))}
    for key, more in Counter(record.key or "-" for record in ids.values()).items():
        connection.execute(sa.delete(tally).where(tally.c.key == key))
        connection.execute(sa.insert(tally).values(key=key, n=before.get(key, 0) + more, version=0))
    uow.emit(*(Event(COUNTED, "sanya.test.counted.v1", new, new, b"{}") for new in ids))


def _delivery(record: Record) -> dict[str, Any]:
    return {
        "at": record.at,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "event_id": record.id,
        "key": record.key,
        "version": record.version,
    }


one_by_one = Subscription(topics=(NUMBERS,), handlers={NUMBER: count})
by_runs = Subscription(topics=(NUMBERS,), runs={NUMBERS: count_all})


# --- what came of it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What the counter's database holds."""

    deliveries: list[Any]
    effects: int
    tallies: dict[str, int]
    told_on: int
    positions: dict[int, int]
    dead: list[Any]

    @property
    def counted(self) -> int:
        return sum(self.tallies.values())

    def check(self, numbers: int, *, delivered_once: bool = True) -> None:
        """Each number counted exactly once, each record applied exactly once, each key in order."""
        assert self.effects == numbers
        assert self.counted == numbers
        assert self.told_on == numbers
        assert self.tallies == dict(Counter(f"k{n % KEYS}" for n in range(numbers)))
        places = Counter((row.partition, row.offset) for row in self.deliveries)
        assert max(places.values()) == 1, "a record was applied twice"
        if delivered_once:
            assert len(places) == numbers
        self.check_order()

    def check_order(self) -> None:
        """Along each key, a number is met for the first time only after all before it."""
        newest: dict[str, int] = {}
        for row in sorted(self.deliveries, key=lambda row: (row.partition, row.offset)):
            assert row.version <= newest.get(row.key, 0) + 1, f"{row.key}: {row.version} came too early"
            newest[row.key] = max(row.version, newest.get(row.key, 0))


def seen(connection: sa.Connection) -> Seen:
    return Seen(
        deliveries=list(connection.execute(sa.select(delivery))),
        effects=connection.execute(sa.select(sa.func.count()).select_from(effect)).scalar_one(),
        tallies={row.key: row.n for row in connection.execute(sa.select(tally))},
        told_on=connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one(),
        positions={row.partition: row.offset for row in connection.execute(sa.select(position))},
        dead=list(connection.execute(sa.select(dead_letter).order_by(dead_letter.c.id))),
    )
