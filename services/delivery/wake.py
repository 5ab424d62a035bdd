"""Wakes the streams of this process when the feed grew (streams of other replicas look twice a second)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from services.delivery.handlers import FEED


class Wake:
    def __init__(self, topics: Collection[str] = (FEED,)) -> None:
        self._topics = frozenset(topics)
        self.count = 0
        self._grown = asyncio.Event()

    def __call__(self, topics: set[str]) -> None:
        if not self._topics.isdisjoint(topics):
            self.count += 1
            grown, self._grown = self._grown, asyncio.Event()
            grown.set()

    async def beyond(self, seen: int, seconds: float) -> None:
        """Returns when the count has passed ``seen``, at the latest after some seconds."""
        if self.count > seen:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._grown.wait()
        except TimeoutError:
            return
