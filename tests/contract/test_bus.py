"""One suite for both buses, through two tiny services: rules 2 to 4 of "How a fact travels"."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from shared.bus import LostOwnership, OutsideLog, Run
from shared.db import UnitOfWork
from shared.db.tables import position
from shared.events.envelope import Event, Record
from shared.inbox import Subscription, apply_run, redrive
from tests.counting import (
    KEYS,
    NUMBER,
    NUMBERS,
    PARTITIONS,
    by_runs,
    count,
    count_all,
    number,
    one_by_one,
)
from tests.counting.world import World


async def test_all_facts_arrive_once_and_in_the_order_of_their_key(world: World) -> None:
    async with world.travelling():
        for _ in range(10):
            await world.tell(30)
        found = await world.until(lambda found: found.effects == 300)
    found.check(300)


async def test_runs_are_handed_over_whole(world: World) -> None:
    sizes: list[int] = []

    def take(records: Sequence[Record], uow: UnitOfWork) -> None:
        sizes.append(len(records))
        assert len({record.partition for record in records}) == 1
        offsets = [record.offset for record in records]
        assert offsets == sorted(offsets)
        count_all(records, uow)

    await world.tell(400)
    async with world.travelling(Subscription(topics=(NUMBERS,), runs={NUMBERS: take})):
        found = await world.until(lambda found: found.effects == 400)
    found.check(400)
    assert max(sizes) > 50


async def test_a_consumer_goes_on_where_its_database_says(world: World) -> None:
    async with world.leading():
        await world.tell(100)
        async with world.counting():
            await world.until(lambda found: found.effects == 100)
        await world.tell(100)
        async with world.counting(by_runs):
            found = await world.until(lambda found: found.effects == 200)
    found.check(200)


async def test_a_record_is_what_its_producer_told(world: World) -> None:
    got: list[Record] = []
    event = Event(
        NUMBERS,
        NUMBER,
        subject="สัญญา/1",
        key="บริการ",
        data='{"n":"ก"}'.encode(),
        version=12,
        id="one",
        at=1_700_000_000_123_456,
        trace="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )

    def take(record: Record, uow: UnitOfWork) -> None:
        got.append(record)
        count(record, uow)

    async with world.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: take})):
        await world.tell_these(event, Event(NUMBERS, "sanya.test.unheard-of.v1", "x", "x", b"{}"))
        await world.until(lambda found: found.effects == 1)
    (record,) = got
    for name in ("topic", "type", "subject", "key", "data", "version", "id", "at", "trace"):
        assert getattr(record, name) == getattr(event, name)
    assert record.source == "/sanya/teller"
    assert record.partitions == (1 if world.embedded else PARTITIONS)


async def test_effect_event_and_position_go_together(world: World) -> None:
    """Rule 3: what fails after the handler takes all of it back."""
    run = _run(0, 10, fresh=True)

    def fails(_command: None, uow: UnitOfWork) -> None:
        apply_run(run, uow, one_by_one)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await world.counter.write(fails)
    found = await world.seen()
    assert (found.effects, found.told_on, found.positions) == (0, 0, {})
    await world.counter.write(_apply, run)
    found = await world.seen()
    assert (found.effects, found.told_on, found.positions) == (10, 10, {0: 10})


async def test_a_position_moves_only_from_where_it_stands(world: World) -> None:
    """Rule 3: who reads on after another took the partition over, changes nothing."""
    await world.counter.write(_apply, _run(0, 10, fresh=True))
    for wrong in (_run(0, 10, fresh=True), _run(5, 15), _run(12, 15)):
        with pytest.raises(LostOwnership):
            await world.counter.write(_apply, wrong)
    found = await world.seen()
    assert (found.effects, found.positions) == (10, {0: 10})
    await world.counter.write(_apply, _run(10, 15))
    assert (await world.seen()).positions == {0: 15}


async def test_a_first_position_is_stored_only_by_who_found_none(world: World) -> None:
    with pytest.raises(LostOwnership):
        await world.counter.write(_apply, _run(5, 10))
    assert (await world.seen()).positions == {}


async def test_a_fact_that_comes_twice_counts_once(world: World) -> None:
    async with world.travelling():
        await world.tell(50)
        await world.tell_these(*(number(n) for n in range(50)))
        found = await world.until(lambda found: len(found.deliveries) == 100)
    found.check(50, delivered_once=False)


async def test_poison_goes_aside_and_the_rest_is_kept(world: World) -> None:
    """Rule 4, for handlers of single records and of whole runs."""
    events = [number(n, b"poison" if n in (3, 50) else b"{}") for n in range(100)]
    async with world.leading():
        await world.tell_these(*events)
        async with world.counting(by_runs):
            found = await world.until(lambda found: found.effects + len(found.dead) == 100)
        assert sorted(row.event_id for row in found.dead) == ["n3", "n50"]
        assert all("this number is poison" in row.reason for row in found.dead)
        assert found.counted == found.told_on == 98
        assert sum(found.positions.values()) >= 100
        async with world.counting(one_by_one):
            await world.tell_these(*events[:10], *(number(n) for n in range(100, 110)))
            found = await world.until(lambda found: found.effects == 108 and len(found.dead) == 3)


async def test_dead_letters_are_redriven(world: World) -> None:
    def heals(record: Record, uow: UnitOfWork) -> None:
        assert record.data == b"poison"
        count_all([_without_poison(record)], uow)

    await world.tell_these(number(1, b"poison"), number(2))
    async with world.travelling():
        await world.until(lambda found: found.effects + len(found.dead) == 2)

    def again(subscription: Subscription, uow: UnitOfWork) -> tuple[int, int]:
        return redrive(10, uow, subscription)

    assert await world.counter.write(again, one_by_one) == (0, 1)
    healed = Subscription(topics=(NUMBERS,), handlers={NUMBER: heals})
    assert await world.counter.write(again, healed) == (1, 0)
    assert await world.counter.write(again, healed) == (0, 0)
    assert (await world.seen()).effects == 2


@pytest.mark.parametrize("text", ["x\0y", "x" * 5000])
async def test_a_reason_of_any_form_can_be_written_down(world: World, text: str) -> None:
    def fails(record: Record, uow: UnitOfWork) -> None:
        raise ValueError(text)

    async with world.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: fails})):
        await world.tell(1)
        await world.until(lambda found: len(found.dead) == 1)


async def test_a_neighbours_doing_is_not_blamed_on_a_record(world: World) -> None:
    """A constraint that fails is tried again in a new transaction before the record is put aside."""
    tries = 0

    def contends(record: Record, uow: UnitOfWork) -> None:
        nonlocal tries
        tries += 1
        count(record, uow)
        if tries == 1:
            count(record, uow)
            uow.connection.execute(sa.text("INSERT INTO effect (event_id) VALUES ('n0')"))

    async with world.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: contends})):
        await world.tell(1)
        found = await world.until(lambda found: found.effects + len(found.dead) == 1)
    assert (found.effects, found.dead, tries) == (1, [], 2)


async def test_a_position_outside_the_log_is_fatal_and_says_what_to_do(world: World) -> None:
    """Rule 3: never skipped, never read from somewhere else."""
    await world.tell(10 * KEYS)
    async with world.travelling():
        await world.until(lambda found: found.effects == 10 * KEYS)
        await world.counter.write(_move_all, 1_000)
    async with world.leading(), world.counting():
        with pytest.raises(OutsideLog, match="sanya republish"):
            await world.until(lambda found: False)
    assert (await world.seen()).effects == 10 * KEYS


async def test_a_fact_without_key_goes_to_every_partition(world: World) -> None:
    """A tick stands behind what was told before it, in each partition."""
    await world.tell(50)
    await world.tell_these(Event(NUMBERS, NUMBER, "tick", None, b"{}", id="tick"))
    await world.tell_these(*(number(n) for n in range(50, 100)))
    partitions = 1 if world.embedded else PARTITIONS
    async with world.travelling():
        found = await world.until(lambda found: len(found.deliveries) == 100 + partitions)
    for partition in range(partitions):
        rows = [row for row in found.deliveries if row.partition == partition]
        (tick,) = (row.offset for row in rows if row.event_id == "tick")
        for row in rows:
            if row.event_id != "tick":
                assert (row.offset < tick) == (int(row.event_id[1:]) < 50)


async def test_who_waits_is_woken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to poll: without any polling at all a fact still arrives."""
    monkeypatch.setattr("shared.bus.kafka.publisher.POLL_SECONDS", 3600.0)
    monkeypatch.setattr("shared.inbox.WAIT_SECONDS", 3600.0)
    async with world.travelling():
        await world.tell(1)
        await world.until(lambda found: found.effects == 1)
        for n in range(2, 6):
            await asyncio.sleep(0.2)
            await world.tell(1)
            await world.until(lambda found, n=n: found.effects == n, seconds=15)  # type: ignore[misc]


async def test_lag_counts_what_has_not_taken_effect(world: World) -> None:
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    def waits(record: Record, uow: UnitOfWork) -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(30)
        count(record, uow)

    await world.tell(1)
    async with world.travelling(Subscription(topics=(NUMBERS,), handlers={NUMBER: waits})):
        await world.until(lambda found: sum(world.progress.lag.values()) == 1)
        release.set()
        await world.until(lambda found: found.effects == 1)
        await world.until(lambda found: sum(world.progress.lag.values()) == 0)


def _apply(run: Run, uow: UnitOfWork) -> int:
    return apply_run(run, uow, one_by_one)


def _run(start: int, after: int, *, fresh: bool = False) -> Run:
    records = (
        Record(NUMBERS, 0, n, "k0", NUMBER, f"n{n}", "/sanya/teller", "k0", n, 0, None, b"{}")
        for n in range(start, after)
    )
    return Run(NUMBERS, 0, start, after, tuple(records), fresh=fresh)


def _move_all(by: int, uow: UnitOfWork) -> None:
    uow.connection.execute(sa.update(position).values(offset=position.c.offset + by))


def _without_poison(record: Record) -> Record:
    values = {name: getattr(record, name) for name in Record.__dataclass_fields__}
    return Record(**values | {"data": b"{}"})
