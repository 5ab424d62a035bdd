"""The bus over Kafka. Only this folder imports aiokafka.

A consumer is a member of the group `sanya.<service>`, but its positions are those of the service's own
database: on every assignment it seeks there, and what the broker keeps is a courtesy to people who look at
lag. Partitions are divided by range, so that partition n of all topics with equally many partitions has one
owner (measurements and their replays).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

from shared.bus import Positions
from shared.bus.kafka.common import servers
from shared.bus.kafka.consumer import KafkaConsumer
from shared.bus.kafka.publisher import relay
from shared.bus.kafka.topics import check_topics, create_topics
from shared.events.topics import TOPICS

SESSION_SECONDS = 10.0


class KafkaBus:
    def __init__(self, url: str, *, session_seconds: float = SESSION_SECONDS) -> None:
        self.url = url
        self.servers = servers(url)
        self.session_seconds = session_seconds
        self._checked = False
        self._relays: list[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = []

    @asynccontextmanager
    async def consumer(
        self, group: str, topics: Sequence[str], positions: Positions
    ) -> AsyncIterator[KafkaConsumer]:
        consumer = KafkaConsumer(
            group,
            topics,
            positions,
            servers=self.servers,
            session_seconds=self.session_seconds,
            before=self.checked,
        )
        try:
            yield consumer
        finally:
            await consumer.close()

    def committed(self, topics: set[str]) -> None:
        producers = {TOPICS[topic].producer for topic in topics if topic in TOPICS}
        for service, loop, woken in self._relays:
            if service in producers:
                loop.call_soon_threadsafe(woken.set)

    @contextmanager
    def bell(self, service: str) -> Iterator[asyncio.Event]:
        """Set whenever a service committed facts, for as long as its relay runs here."""
        woken = asyncio.Event()
        entry = (service, asyncio.get_running_loop(), woken)
        self._relays.append(entry)
        try:
            yield woken
        finally:
            self._relays.remove(entry)

    async def checked(self) -> None:
        """Checks the topics once, before the first use."""
        if not self._checked:
            await check_topics(self.url)
            self._checked = True

    async def close(self) -> None:
        return None


__all__ = ["KafkaBus", "check_topics", "create_topics", "relay"]
