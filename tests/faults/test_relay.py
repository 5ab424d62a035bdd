"""Rule 2: the relay loses nothing that commits late, keeps each key's order, and there is one of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from shared.db import Database, UnitOfWork
from shared.db.lock import lock_key
from shared.db.tables import outbox
from shared.leader import LostLead, lead
from shared.outbox import republish
from tests.counting import KEYS, NUMBERS, number, open_database
from tests.counting.world import World


async def test_an_id_taken_first_and_committed_last_is_published(servers: World) -> None:
    """Ids are taken before commit: who asked only for higher ids than the last would lose this one."""
    entered, release = threading.Event(), threading.Event()

    def slow(_command: Any, uow: UnitOfWork) -> None:
        uow.emit(number(0))
        entered.set()
        assert release.wait(30)

    async with servers.travelling():
        late = asyncio.create_task(servers.teller.write(slow))
        await asyncio.to_thread(entered.wait, 30)
        for n in range(1, 21):
            await servers.tell_these(number(n * KEYS + 1))
        await servers.until(lambda found: found.effects == 20)
        release.set()
        await late
        found = await servers.until(lambda found: found.effects == 21)
    first = await servers.teller.read(lambda c: c.execute(sa.select(sa.func.min(outbox.c.id))).scalar())
    ids = await servers.teller.read(
        lambda c: c.execute(sa.select(outbox.c.event_id).where(outbox.c.id == first)).scalar()
    )
    assert ids == "n0"
    assert found.dead == []


async def test_each_key_keeps_its_order_under_concurrent_commits(servers: World) -> None:
    """Each writer has one key; all write at once."""

    def writer(key: int) -> None:
        for turn in range(30):
            servers.teller.transact(lambda _c, uow, n=turn * KEYS + key: uow.emit(number(n)))  # type: ignore[misc]

    async with servers.travelling():
        await asyncio.gather(*(asyncio.to_thread(writer, key) for key in range(KEYS)))
        found = await servers.until(lambda found: found.effects == 30 * KEYS)
    found.check(30 * KEYS)
    for key in {row.key for row in found.deliveries}:
        rows = sorted((row for row in found.deliveries if row.key == key), key=lambda row: row.offset)
        assert [row.version for row in rows] == list(range(1, 31))


async def test_what_is_republished_counts_once(servers: World) -> None:
    async with servers.travelling():
        await servers.tell(100)
        await servers.until(lambda found: found.effects == 100)
        await servers.teller.write(lambda names, uow: republish(names, uow), [NUMBERS])
        found = await servers.until(lambda found: len(found.deliveries) == 200)
    found.check(100, delivered_once=False)


@pytest.fixture
def second(servers: World) -> Iterator[Database]:
    db = open_database("teller", servers.database_url)
    yield db
    db.close()


async def test_one_leads_and_the_next_takes_over_when_its_connection_is_gone(
    servers: World, second: Database
) -> None:
    """Rules 2 and 9: relay and timers run in one process at a time."""
    leading: list[str] = []

    def process(name: str, db: Database) -> asyncio.Task[None]:
        async def works() -> None:
            leading.append(name)
            await asyncio.Event().wait()

        return asyncio.create_task(lead(db, servers.bus, timers={}, daily=(), tasks=(works,)))

    first = process("first", servers.teller)
    await _until(lambda: leading == ["first"])
    other = process("second", second)
    await asyncio.sleep(3)
    assert leading == ["first"]
    await asyncio.to_thread(_cut_off_the_leader, servers.database_url)
    with pytest.raises(LostLead):
        await first
    await _until(lambda: leading == ["first", "second"])
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)


def _cut_off_the_leader(url: str) -> None:
    key = lock_key("teller") % 2**64
    with psycopg.connect(url, autocommit=True) as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s::oid AND objid = %s::oid",
            (key >> 32, key & 0xFFFFFFFF),
        ).fetchall()
    assert cut == [(True,)]


async def _until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
