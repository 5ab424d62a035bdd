"""The teller and the counter in this process, over either pair of URLs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog

from shared.bus import Bus, open_bus, prepare
from shared.db import Database
from shared.events.envelope import Event
from shared.inbox import Progress, Subscription, consume
from shared.leader import lead
from shared.settings import Settings
from tests.counting import Seen, declared, one_by_one, open_database, seen, tell, tell_these


class World:
    """Opened by `opened`; `leading` and `counting` run what a worker process runs."""

    def __init__(self, database: str, bus: str) -> None:
        self.database_url, self.bus_url = database, bus
        self.teller = open_database("teller", database)
        self.counter = open_database("counter", database)
        self.bus: Bus = open_bus(bus)
        self.progress = Progress()
        self._work: list[asyncio.Task[None]] = []

    @property
    def embedded(self) -> bool:
        return self.teller.embedded

    async def tell(self, count: int) -> int:
        return await self.teller.write(tell, count)

    async def tell_these(self, *events: Event) -> None:
        await self.teller.write(tell_these, list(events))

    async def seen(self) -> Seen:
        return await self.counter.read(seen)

    @asynccontextmanager
    async def leading(self, db: Database | None = None) -> AsyncIterator[None]:
        """The teller's leader: on Kafka its relay."""
        async with self._running(lead(db or self.teller, self.bus, timers={}, daily=(), tasks=())):
            yield

    @asynccontextmanager
    async def counting(self, subscription: Subscription = one_by_one) -> AsyncIterator[None]:
        async with self._running(consume(self.counter, self.bus, subscription, self.progress)):
            yield

    @asynccontextmanager
    async def travelling(self, subscription: Subscription = one_by_one) -> AsyncIterator[None]:
        """All that brings a fact from one to the other."""
        async with self.leading(), self.counting(subscription):
            yield

    @asynccontextmanager
    async def _running(self, work: Any) -> AsyncIterator[None]:
        task = asyncio.ensure_future(work)
        self._work.append(task)
        try:
            yield
        finally:
            self._work.remove(task)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, condition: Callable[[Seen], bool], seconds: float = 30.0) -> Seen:
        """Waits until the counter's database is so; fails with what ended meanwhile."""
        deadline = time.monotonic() + seconds
        while True:
            found = await self.seen()
            if condition(found):
                return found
            for task in self._work:
                if task.done():
                    task.result()
            assert time.monotonic() < deadline, f"after {seconds:.0f} s only {summary(found)}"
            await asyncio.sleep(0.02)


def summary(found: Seen) -> str:
    return (
        f"{len(found.deliveries)} deliveries, {found.effects} effects, {len(found.dead)} dead, "
        f"positions {found.positions}"
    )


def plain_logs() -> None:
    """Tracebacks without colours and the values of variables, which take seconds."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@asynccontextmanager
async def opened(seam: dict[str, Any]) -> AsyncIterator[World]:
    """A world over the settings of the `seam` fixture; its topics are the declared ones."""
    settings = Settings(**seam)
    plain_logs()
    with declared():
        await prepare(settings.bus)
        world = World(settings.database, settings.bus)
        world.teller.listen(world.bus.committed)
        world.counter.listen(world.bus.committed)
        try:
            yield world
        finally:
            await world.bus.close()
            world.teller.close()
            world.counter.close()
