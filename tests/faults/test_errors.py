"""Rules 4 and 5: an error of the database is no record's fault, and a stall ends the process."""

from __future__ import annotations

import asyncio
import threading

import pytest
import sqlalchemy as sa

from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.inbox import Stalled, Subscription
from tests.counting import NUMBER, NUMBERS, count
from tests.counting.world import World


async def test_an_error_of_the_database_is_tried_again(world: World) -> None:
    """Rule 4: the record waits, nothing becomes a dead letter."""
    tries = 0

    def handler(record: Record, uow: UnitOfWork) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            uow.connection.execute(sa.text("SELECT * FROM missing_for_now"))
        count(record, uow)

    async with world.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: handler})):
        await world.tell(1)
        found = await world.until(lambda found: found.effects + len(found.dead) == 1)
    assert (found.effects, found.dead, tries) == (1, [], 3)


async def test_an_error_that_stays_ends_the_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.inbox.PATIENCE_ATTEMPTS", 3)

    def handler(record: Record, uow: UnitOfWork) -> None:
        uow.connection.execute(sa.text("SELECT * FROM missing_for_ever"))

    async with world.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: handler})):
        await world.tell(1)
        with pytest.raises(sa.exc.DBAPIError, match="missing_for_ever"):
            await world.until(lambda found: False)
    found = await world.seen()
    assert (found.positions, found.dead) == ({}, [])


async def test_a_connection_cut_in_the_middle_loses_nothing(servers: World) -> None:
    tries = 0

    def handler(record: Record, uow: UnitOfWork) -> None:
        nonlocal tries
        tries += 1
        count(record, uow)
        if tries in (5, 20):
            uow.connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async with servers.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: handler})):
        await servers.tell(40)
        found = await servers.until(lambda found: found.effects == 40)
    found.check(40)
    assert found.dead == []


async def test_a_handler_that_hangs_is_a_stall(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule 5: behind, and the position has not moved for a minute (here: a second)."""
    monkeypatch.setattr("shared.inbox.STALLED_AFTER", 1.0)
    monkeypatch.setattr("shared.inbox.WATCH_SECONDS", 0.2)
    release = threading.Event()

    def handler(record: Record, uow: UnitOfWork) -> None:
        release.wait(60)

    try:
        async with world.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: handler})):
            await world.tell(1)
            with pytest.raises(Stalled, match="not moving"):
                await world.until(lambda found: False)
    finally:
        release.set()


async def test_having_nothing_to_do_is_no_stall(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.inbox.STALLED_AFTER", 3.0)
    monkeypatch.setattr("shared.inbox.WATCH_SECONDS", 0.1)
    async with world.travelling():
        await world.tell(3)
        await world.until(lambda found: found.effects == 3)
        await asyncio.sleep(3.5)
        await world.tell(3)
        found = await world.until(lambda found: found.effects == 6)
    found.check(6)
