"""Retention: what a producer no longer keeps is gone for who had not read it, and for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.bus import OutsideLog
from shared.clock import to_micros
from shared.db import Database, UnitOfWork
from shared.db.tables import outbox
from shared.outbox import mark_published, trim
from tests.counting import declared, number, open_database
from tests.counting.world import World, opened

OLD = datetime.now(UTC) - timedelta(days=401)


def _age(names: list[str], uow: UnitOfWork) -> None:
    uow.connection.execute(sa.update(outbox).where(outbox.c.event_id.in_(names)).values(at=to_micros(OLD)))


async def _cut(world: World, *names: str) -> int:
    await world.teller.write(_age, list(names))
    return await world.teller.write(trim)


async def test_who_had_read_goes_on(tmp_path: Path) -> None:
    async with opened({"data_dir": tmp_path}) as world:
        await world.tell_these(number(0))
        async with world.counting():
            await world.until(lambda found: found.effects == 1)
        assert await _cut(world, "n0") == 1
        async with world.counting():
            await world.tell_these(number(1))
            await world.until(lambda found: found.effects == 2)
        assert await _cut(world, "n1") == 1
        await world.tell_these(number(2))
        async with world.counting():
            await world.until(lambda found: found.effects == 3)


async def test_who_had_not_read_is_told(tmp_path: Path) -> None:
    async with opened({"data_dir": tmp_path}) as world:
        await world.tell_these(number(0))
        async with world.counting():
            await world.until(lambda found: found.effects == 1)
        await world.tell_these(number(1), number(2))
        assert await _cut(world, "n0", "n1") == 2
        async with world.counting():
            with pytest.raises(OutsideLog):
                await world.until(lambda found: False)


async def test_who_comes_new_reads_what_there_is(tmp_path: Path) -> None:
    async with opened({"data_dir": tmp_path}) as world:
        await world.tell_these(number(0), number(1), number(2))
        assert await _cut(world, "n0", "n2") == 2
        async with world.counting():
            found = await world.until(lambda found: found.effects == 1)
        assert [row.event_id for row in found.deliveries] == ["n1"]


def test_what_is_not_published_is_kept(postgres_url: str) -> None:
    with declared():
        db: Database = open_database("teller", postgres_url)
        try:
            db.transact(lambda _c, uow: uow.emit(number(0), number(1)))
            db.transact(_age, ["n0", "n1"])
            ids = db.snapshot(
                lambda c: c.execute(sa.select(outbox.c.id).order_by(outbox.c.id)).scalars().all()
            )
            db.transact(mark_published, [ids[0]])
            assert db.transact(trim) == 1
            assert db.transact(trim) == 0
        finally:
            db.close()
