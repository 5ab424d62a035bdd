"""What a leader does goes on when a database in demand turned it away; any other fault ends it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from shared.bus import open_bus
from shared.errors import Unavailable
from shared.leader import lead
from tests.counting import open_database


async def test_a_task_outlives_others_who_changed_the_same_too_often(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}"
    db, bus = open_database("teller", url), open_bus(url)
    begun: list[str] = []
    worked = asyncio.Event()

    async def in_demand() -> None:
        begun.append("in demand")
        if begun.count("in demand") < 3:
            raise Unavailable("others are changing the same objects", retry_after=0.01)
        worked.set()
        await asyncio.Event().wait()

    async def beside() -> None:
        begun.append("beside")
        await asyncio.Event().wait()

    async def broken() -> None:
        await worked.wait()
        raise ValueError("a fault of its own")

    with pytest.raises(ValueError, match="of its own"):
        await asyncio.wait_for(
            lead(db, bus, timers={}, daily=(), tasks=(in_demand, beside, broken)), timeout=30
        )
    assert (begun.count("in demand"), begun.count("beside")) == (3, 1)
    await bus.close()
    db.close()
