"""A silence reaches who listens: from the tick through the outbox, the relay and a real broker."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shared.bus import Bus, open_bus, prepare
from shared.db import Database, UnitOfWork
from shared.events.envelope import Record
from shared.events.topics import REPORTING
from shared.inbox import Progress, Subscription, consume
from shared.leader import lead
from tests.counting import open_database
from tests.metrics.conftest import House, open_house
from tests.metrics.test_silence import PLAN, agree, report, said, ticks


@asynccontextmanager
async def travelling(
    told_by: Database, heard_by: Database, bus: Bus, into: list[Record]
) -> AsyncIterator[None]:
    """The relay of who tells, and a consumer on a database of its own."""

    def hear(record: Record, uow: UnitOfWork) -> None:
        into.append(record)

    kinds = [f"sanya.metrics.source.{change}.v1" for change in ("silent", "recovered")]
    subscription = Subscription(topics=(REPORTING,), handlers=dict.fromkeys(kinds, hear))
    work = [
        asyncio.ensure_future(lead(told_by, bus, timers={}, daily=(), tasks=())),
        asyncio.ensure_future(consume(heard_by, bus, subscription, Progress())),
    ]
    try:
        yield
    finally:
        for one in work:
            one.cancel()
        await asyncio.gather(*work, return_exceptions=True)


async def until(heard: list[Record], number: int) -> None:
    deadline = time.monotonic() + 60
    while len(heard) < number:
        assert time.monotonic() < deadline, heard
        await asyncio.sleep(0.05)


async def test_a_silence_and_its_end_travel_over_kafka(postgres_url: str, kafka_url: str) -> None:
    await prepare(kafka_url)
    bus, listener = open_bus(kafka_url), open_database("counter", postgres_url)
    heard: list[Record] = []
    try:
        async with open_house(postgres_url, bus_url=kafka_url) as house:
            house.db.listen(bus.committed)
            await agree(house, PLAN)
            async with travelling(house.db, listener, bus, heard):
                await ticks(house, 15)
                await until(heard, 1)
                await report(house)
                await ticks(house, 1)
                await until(heard, 2)
            await compare(house, heard)
    finally:
        await bus.close()
        listener.close()


async def compare(house: House, heard: list[Record]) -> None:
    """What was heard is what was told, byte for byte, in its order; keyed by the agreement."""
    told = await said(house)
    assert [kind for kind, _ in told] == ["silent", "recovered"]
    arrived: list[tuple[str, dict[str, Any]]] = [
        (one.type.split(".")[-2], json.loads(one.data)) for one in heard
    ]
    assert arrived == told
    assert {one.key for one in heard} == {"permit-2026"}
