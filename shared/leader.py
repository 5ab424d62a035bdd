"""Who leads a service: one process at a time relays its outbox, fires its timers and runs its tasks.

On PostgreSQL the leader holds a session advisory lock on a connection of its own; when that connection is
lost the process ends, for another may lead by then. Embedded there is one process, which leads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from shared.bus import Bus
from shared.db import Database, UnitOfWork
from shared.errors import Unavailable
from shared.outbox import trim
from shared.tasks import together
from shared.timers import PER_TRANSACTION, TimerHandler, fire_due

log = structlog.get_logger(__name__)

TIMER_SECONDS = 0.5
FIRST_CHORES_SECONDS = 300
DAY = timedelta(days=1).total_seconds()


class LostLead(Exception):
    """The advisory lock's connection is gone: another process may lead, this one ends."""


async def lead(
    db: Database,
    bus: Bus,
    *,
    timers: Mapping[str, TimerHandler],
    daily: Sequence[Callable[[Any, UnitOfWork], int]],
    tasks: Sequence[Callable[[], Awaitable[None]]],
) -> None:
    """Waits for the lead, then does a leader's work until cancelled or lost."""
    work: list[Callable[[], Coroutine[Any, Any, None]]] = [
        *(partial(_run, task) for task in tasks),
        partial(_housekeeping, db, (*daily, trim)),
    ]
    if timers:
        work.append(partial(_timers, db, timers))
    if db.embedded:
        await together(*(_outliving(task) for task in work))
        return
    from shared.bus.kafka import KafkaBus, relay
    from shared.db.lock import advisory_lock

    assert isinstance(bus, KafkaBus)
    async with advisory_lock(db, bus.committed) as lost:
        log.info("leads", service=db.service)
        await together(*(_outliving(task) for task in work), relay(db, bus), _until_lost(lost))


async def _run(task: Callable[[], Awaitable[None]]) -> None:
    await task()


async def _outliving(task: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begins again what gave way to others too often: a database in demand is no reason to lead no more.

    Every task can begin at any time, for that is what a new leader does.
    """
    while True:
        try:
            await task()
            return
        except Unavailable as error:
            log.warning("begins again", reason=error.detail)
            await asyncio.sleep(error.retry_after or 1)


async def _until_lost(lost: Awaitable[None]) -> None:
    await lost
    raise LostLead("the connection that holds the lead is gone")


async def _timers(db: Database, handlers: Mapping[str, TimerHandler]) -> None:
    def fire(_command: Any, uow: UnitOfWork) -> int:
        return fire_due(handlers, uow)

    while True:
        if await db.write(fire) < PER_TRANSACTION:
            await asyncio.sleep(TIMER_SECONDS)


async def _housekeeping(db: Database, chores: Sequence[Callable[[Any, UnitOfWork], int]]) -> None:
    # Not at once: who was stopped for days first reads what is kept, and only then is it cut.
    await asyncio.sleep(FIRST_CHORES_SECONDS)
    while True:
        for chore in chores:
            await db.write(chore)
        await asyncio.sleep(DAY)
