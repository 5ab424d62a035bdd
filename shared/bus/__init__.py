"""The bus: facts in order, per partition, at least once.

Guarantees that both backends keep (tests/contract/test_bus.py):

- Records of one partition come in offset order; an offset always names the next record to be read.
- A consumer starts at the position its own database stored, or at the log's beginning when it has none.
- A stored position that the log no longer (or not yet) holds is `OutsideLog`: fatal, never skipped.
- What a producer committed is delivered even if the producer dies right after its commit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from shared.events.envelope import Record

Partition = tuple[str, int]
Positions = Callable[[Sequence[Partition]], Awaitable[dict[Partition, int]]]
"""Reads the stored positions of some partitions; a partition never read before is left out."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive records of one partition. Its effect moves the position from ``start`` to ``next``."""

    topic: str
    partition: int
    start: int
    next: int
    records: tuple[Record, ...]
    fresh: bool = False
    """No position was stored when this partition was taken up: the run's effect stores the first."""


class Unreachable(Exception):
    """The broker does not answer (now): waiting for it is no fault of this process."""


class OutsideLog(Exception):
    """A stored position lies outside what the log holds. `sanya republish` is the way back."""


class LostOwnership(Exception):
    """Another consumer took the partition over: what was being done here must not count."""


class Consumer(Protocol):
    async def runs(self, wait: float = 1.0) -> list[Run]:
        """The next runs of the partitions this consumer owns; empty after ``wait`` seconds without any."""
        ...

    def holds(self, run: Run) -> bool:
        """Whether the run is still to be applied here: nothing took its partition away or moved it back."""
        ...

    async def done(self, run: Run) -> None:
        """Says that a run's effect and position are committed."""
        ...

    async def rewind(self) -> None:
        """Goes back to the stored positions, after a run could not be committed."""
        ...

    async def lag(self) -> dict[Partition, int]:
        """How many records each owned partition holds beyond what is `done`. `Unreachable`: nobody knows."""
        ...


class Bus(Protocol):
    """Opened by `open_bus`; knows nothing of any service's tables but the outbox."""

    def consumer(
        self, group: str, topics: Sequence[str], positions: Positions
    ) -> AbstractAsyncContextManager[Consumer]:
        """Joins ``group`` and reads ``topics``."""
        ...

    def committed(self, topics: set[str]) -> None:
        """Wakes whoever waits for facts of these topics: they were just committed in this process.

        May be called from any thread.
        """
        ...

    async def close(self) -> None: ...


async def prepare(url: str) -> None:
    """Creates the declared topics, or brings them to what is declared (`sanya migrate`)."""
    if url.startswith("kafka://"):
        from shared.bus.kafka import create_topics

        await create_topics(url)


async def check(url: str) -> None:
    """Raises `TopicMismatch` when the topics are not as declared. Waits for a broker that is down."""
    if url.startswith("kafka://"):
        from shared.bus.kafka import check_topics

        await check_topics(url)


class TopicMismatch(Exception):
    """The broker's topics are not the declared ones: keys would change their partition, or facts get lost."""


def open_bus(url: str) -> Bus:
    """The bus of a URL: `sqlite:///FOLDER` or `kafka://HOST:PORT[,HOST:PORT]`."""
    if url.startswith("sqlite:///"):
        from shared.bus.sqlite import SqliteBus

        return SqliteBus(url)
    if url.startswith("kafka://"):
        from shared.bus.kafka import KafkaBus

        return KafkaBus(url)
    raise ValueError(f"SANYA_BUS_URL has an unknown scheme: {url!r} (sqlite:///… or kafka://…)")
