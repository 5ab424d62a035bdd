"""Rule 3: a process that slept while another took its partitions over must not count anything again."""

from __future__ import annotations

import asyncio

from tests.counting.worker import Worker, counts, counts_and_freezes, wait_until
from tests.counting.world import World


async def test_a_consumer_frozen_past_its_session_counts_nothing_twice(servers: World) -> None:
    urls = (servers.database_url, servers.bus_url)
    async with servers.leading():
        await servers.tell(450)
        with Worker(counts_and_freezes, *urls) as sleeper:
            await asyncio.to_thread(wait_until, lambda: sleeper.frozen, 30, "the process stopped itself")
            with Worker(counts, *urls):
                # Its session ends after 2 s; then the other has all partitions.
                found = await servers.until(lambda found: found.effects == 450, seconds=40)
                found.check(450)
                sleeper.thaw()
                await servers.tell(50)
                await servers.until(lambda found: found.effects == 500, seconds=40)
                # Time for the one that woke up to do what it should not, and to join again.
                await asyncio.sleep(3)
                await servers.tell(50)
                found = await servers.until(lambda found: found.effects == 550, seconds=40)
                assert sleeper.running
    found.check(550)
