"""A broker that is down delays results; it loses nothing, refuses nothing and ends no process."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.counting import by_runs
from tests.counting.world import World
from tests.servers.kafka import KafkaServer


async def test_intake_goes_on_while_kafka_is_down(fragile: World, own_kafka: KafkaServer) -> None:
    await _survive(fragile, own_kafka, down=8)


@pytest.mark.long
async def test_intake_goes_on_while_kafka_is_down_for_a_minute(
    fragile: World, own_kafka: KafkaServer
) -> None:
    await _survive(fragile, own_kafka, down=60)


async def _survive(world: World, kafka: KafkaServer, *, down: float) -> None:
    told = 0
    stop = asyncio.Event()

    async def intake() -> None:
        nonlocal told
        while not stop.is_set():
            told = await world.tell(5)
            await asyncio.sleep(0.02)

    async with world.travelling(by_runs):
        load = asyncio.create_task(intake())
        await world.until(lambda found: found.effects > 50)
        await asyncio.to_thread(kafka.kill)
        before, began = told, time.monotonic()
        while time.monotonic() - began < down:
            at_hand = told
            await asyncio.sleep(1)
            assert told > at_hand, "intake stands still"
        assert told > before
        # A broker that hangs is as bad as one that is gone.
        await asyncio.to_thread(kafka.start)
        await asyncio.to_thread(kafka.pause)
        await asyncio.sleep(2)
        kafka.resume()
        await world.until(lambda found: found.effects > before, seconds=60)
        stop.set()
        await load
        found = await world.until(lambda found: found.effects == told, seconds=60)
    found.check(told, delivered_once=False)


async def test_a_consumer_and_a_relay_wait_for_a_broker_that_is_not_up_yet(
    fragile: World, own_kafka: KafkaServer
) -> None:
    await asyncio.to_thread(own_kafka.kill)
    await fragile.tell(20)
    async with fragile.travelling():
        await asyncio.sleep(2)
        await asyncio.to_thread(own_kafka.start)
        found = await fragile.until(lambda found: found.effects == 20, seconds=60)
    found.check(20)
