"""10,000 numbers while processes are killed at random: each is counted exactly once (rules 1 to 3)."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.counting import open_database, seen
from tests.counting.worker import Worker, counts, everything, leads
from tests.counting.world import World

NUMBERS = 10_000


async def test_relay_and_consumers_die_again_and_again(servers: World) -> None:
    urls = (servers.database_url, servers.bus_url)
    chance = random.Random(20_260_301)
    with Worker(leads, *urls) as relay, Worker(counts, *urls) as one, Worker(counts, *urls) as two:
        told = kills = 0
        while told < NUMBERS or kills < 12:
            for _ in range(chance.randrange(5, 20)):
                if told < NUMBERS:
                    told = await servers.tell(50)
                await asyncio.sleep(0.02)
            victim = chance.choice((relay, relay, one, two))
            await asyncio.to_thread(victim.start_again)
            kills += 1
        found = await servers.until(lambda found: found.effects == NUMBERS, seconds=90)
    # A relay that died between the broker's answer and its own note has published a round twice.
    assert len(found.deliveries) >= NUMBERS
    found.check(NUMBERS, delivered_once=False)


def test_the_embedded_process_dies_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(7)
    kills = 0
    with Worker(everything, str(tmp_path), NUMBERS) as process:
        while process.running:
            process.wait(chance.uniform(0.2, 1.5))
            if process.running and kills < 12:
                process.start_again()
                kills += 1
        assert process.exit_code == 0
    assert kills >= 5
    counter = open_database("counter", f"sqlite:///{tmp_path}")
    found = counter.snapshot(seen)
    counter.close()
    found.check(NUMBERS)
