"""Group commit: accepted means committed, each batch with an outcome of its own; bounded; durable."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.metrics.domain.prepared import Prepared
from services.metrics.handlers.accept import Accepted, accept_group
from services.metrics.intake import DiskFloor, GroupCommit
from services.metrics.settings import MetricsSettings
from shared.errors import Conflict, TooManyRequests, Unavailable
from shared.events.metrics import Batch
from tests.metrics.conftest import House, open_house


def row(house: House, **more: Any) -> dict[str, Any]:
    return {"indicator": "permit.response-time", "at": house.at(minutes=1), "value": 1, **more}


async def test_many_at_once_share_commits_and_each_counts_once(house: House) -> None:
    commits = 0

    def count(_topics: set[str]) -> None:
        nonlocal commits
        commits += 1

    house.db.listen(count)
    answers = await asyncio.gather(*(house.measure(row(house), key=f"k{n}") for n in range(30)))
    assert {answer.status_code for answer in answers} == {202}
    told = {batch.batch for batch in await house.told() if isinstance(batch, Batch)}
    assert told == {answer.json()["batch"] for answer in answers}
    assert commits < 30


async def test_the_same_key_at_once_counts_once_and_everybody_gets_the_same_answer(house: House) -> None:
    sent = row(house)
    answers = await asyncio.gather(*(house.measure(sent, key="same") for _ in range(12)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False] + [True] * 11
    assert len(await house.told()) == 1


async def test_one_key_for_two_contents_at_once_takes_one_of_them(house: House) -> None:
    answers = await asyncio.gather(*(house.measure(row(house, value=n), key="same") for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 7
    assert len(await house.told()) == 1


async def prepared(house: House, count: int) -> list[Prepared]:
    """Batches as they come before the commit."""
    found: list[Prepared] = []

    async def keep(_self: GroupCommit, item: Prepared) -> Accepted:
        found.append(item)
        return Accepted(item.answer)

    with patch.object(GroupCommit, "commit", keep):
        for n in range(count):
            await house.measure(row(house), key=f"p{n}")
    return found


async def test_what_can_not_be_stored_fails_alone(house: House) -> None:
    items = await prepared(house, 5)
    items[2] = replace(items[2], origin=replace(items[2].origin, agency=None))  # type: ignore[arg-type]
    group = GroupCommit(house.db, MetricsSettings())
    writer = asyncio.create_task(group.run())
    outcomes = await asyncio.gather(*map(group.commit, items), return_exceptions=True)
    writer.cancel()
    assert [isinstance(outcome, Accepted) for outcome in outcomes] == [True, True, False, True, True]
    assert isinstance(outcomes[2], sa.exc.IntegrityError)
    told = [batch.batch for batch in await house.told() if isinstance(batch, Batch)]
    assert told == [item.id for n, item in enumerate(items) if n != 2]


async def test_a_key_that_another_process_stored_meanwhile_is_a_replay(house: House) -> None:
    [item] = await prepared(house, 1)
    twin = replace(item, id=uuid4().hex)
    first, second = await house.db.write(accept_group, [item, twin])
    assert (first, second) == (Accepted(item.answer), Accepted(item.answer, replayed=True))
    other = replace(twin, origin=replace(item.origin, content_hash="other"))
    [outcome] = await house.db.write(accept_group, [other])
    assert isinstance(outcome, Conflict)


async def test_a_full_queue_is_told_with_retry_after(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}", metrics_queue_batches=2) as house:
        answers = await asyncio.gather(*(house.measure(row(house)) for _ in range(12)))
        codes = {answer.status_code for answer in answers}
        assert codes == {202, 429}
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.headers["retry-after"] == "1"
        accepted = [answer for answer in answers if answer.status_code == 202]
        assert len(await house.told()) == len(accepted)
        assert (await house.measure(row(house))).status_code == 202


async def test_bytes_in_work_are_bounded_too(embedded: House) -> None:
    group = GroupCommit(embedded.db, MetricsSettings(metrics_queue_bytes=4 << 20))
    with group.working(3 << 20):
        group.check_room()
        with group.working(1 << 20), pytest.raises(TooManyRequests):
            group.check_room()
    group.check_room()


async def test_a_disk_that_is_almost_full_refuses_before_it_is_full(tmp_path: Path) -> None:
    DiskFloor(tmp_path, 0).check()
    with pytest.raises(Unavailable) as refused:
        DiskFloor(tmp_path, 1 << 60).check()
    assert refused.value.retry_after == 60
    async with open_house(f"sqlite:///{tmp_path}", metrics_disk_floor_mb=1 << 40) as house:
        answer = await house.measure(row(house))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


async def test_a_database_that_does_not_answer_is_503_and_heals(house: House) -> None:
    await house.measure(row(house))
    lost = sa.exc.OperationalError("BEGIN", None, Exception("connection lost"))
    with patch.object(type(house.db), "_transact", side_effect=lost):
        answer = await house.measure(row(house))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await house.measure(row(house))).status_code == 202


async def test_large_bodies_are_read_beside_the_loop(embedded: House) -> None:
    rows = [row(embedded, value=n) for n in range(5000)]
    answer = await embedded.measure(*rows)
    assert answer.json()["accepted"] == 5000


async def test_two_processes_that_store_the_same_keys_at_once_count_each_once(house: House) -> None:
    items = await prepared(house, 24)
    twins = [replace(item, id=uuid4().hex) for item in items]
    groups = [GroupCommit(house.db, MetricsSettings(metrics_group_batches=4)) for _ in range(2)]
    writers = [asyncio.create_task(group.run()) for group in groups]
    outcomes = await asyncio.gather(
        *(group.commit(item) for group, own in zip(groups, (items, twins), strict=True) for item in own)
    )
    for writer in writers:
        writer.cancel()
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    replayed = [outcome.replayed for outcome in outcomes if isinstance(outcome, Accepted)]
    assert (replayed.count(False), replayed.count(True)) == (24, 24)
    assert len(await house.told()) == 24
