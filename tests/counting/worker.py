"""The teller's and the counter's work in processes of their own, for tests that kill or freeze them."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psutil

from shared.bus import Consumer, Positions, Run, open_bus
from shared.bus.kafka import KafkaBus
from shared.db import Database
from shared.inbox import Progress, consume
from shared.leader import lead
from tests.counting import by_runs, declared, open_database
from tests.counting.world import opened, plain_logs

SESSION_SECONDS = 2.0

# A new process is forked from one that has imported everything, so that many can be killed in short time.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class Worker:
    """One process. Killed at the latest when the test ends."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self._work, self._arguments = work, arguments
        self._process = self._start()

    def _start(self) -> Any:
        process = _processes.Process(target=self._work, args=self._arguments, daemon=True)
        process.start()
        return process

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def running(self) -> bool:
        return bool(self._process.is_alive())

    @property
    def exit_code(self) -> int | None:
        code: int | None = self._process.exitcode
        return code

    @property
    def frozen(self) -> bool:
        return psutil.Process(self._process.pid).status() == psutil.STATUS_STOPPED

    def thaw(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL: no chance to finish anything."""
        self._process.kill()
        self._process.join()

    def start_again(self) -> None:
        self.kill()
        self._process.close()
        self._process = self._start()

    def wait(self, seconds: float) -> None:
        self._process.join(seconds)


def leads(database: str, bus: str) -> None:
    """A process that relays what the teller tells."""

    async def work(teller: Database) -> None:
        await lead(teller, open_bus(bus), timers={}, daily=(), tasks=())

    with _at_work("teller", database) as teller:
        asyncio.run(work(teller))


def counts(database: str, bus: str) -> None:
    """A process that counts."""

    async def work(counter: Database) -> None:
        kafka = KafkaBus(bus, session_seconds=SESSION_SECONDS)
        await consume(counter, kafka, by_runs, Progress())

    with _at_work("counter", database) as counter:
        asyncio.run(work(counter))


def counts_and_freezes(database: str, bus: str) -> None:
    """A process that counts, but freezes with the first records in its hands."""

    async def work(counter: Database) -> None:
        kafka = _FreezesOnce(bus, session_seconds=SESSION_SECONDS)
        await consume(counter, kafka, by_runs, Progress())

    with _at_work("counter", database) as counter:
        asyncio.run(work(counter))


def everything(folder: str, numbers: int) -> None:
    """The embedded mode's one process: tells up to ``numbers``, counts them, and ends."""

    async def work() -> None:
        async with opened({"data_dir": folder}) as world, world.travelling(by_runs):
            # One that died may have told them all.
            count = await world.tell(0)
            while count < numbers:
                count = await world.tell(25)
                await asyncio.sleep(0.005)
            await world.until(lambda found: found.effects == numbers, seconds=120)

    asyncio.run(work())


@contextlib.contextmanager
def _at_work(service: str, url: str) -> Any:
    plain_logs()
    with declared(), contextlib.closing(open_database(service, url)) as db:
        yield db


class _FreezesOnce(KafkaBus):
    @asynccontextmanager
    async def consumer(self, group: str, topics: Sequence[str], positions: Positions) -> AsyncIterator[Any]:
        async with super().consumer(group, topics, positions) as consumer:
            yield _Freezing(consumer)


class _Freezing:
    """A consumer whose process stops right after it was handed its first records."""

    def __init__(self, inner: Consumer) -> None:
        self._inner = inner
        self._stopped = False
        self.holds, self.done, self.rewind, self.lag = inner.holds, inner.done, inner.rewind, inner.lag

    async def runs(self, wait: float = 1.0) -> list[Run]:
        found = await self._inner.runs(wait)
        if found and not self._stopped:
            self._stopped = True
            os.kill(os.getpid(), signal.SIGSTOP)
        return found


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)
