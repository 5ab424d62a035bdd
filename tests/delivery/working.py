"""Delivery without HTTP: its database, and a postman or a courier at work while a test looks on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from services.delivery.app import service
from services.delivery.courier import Courier
from services.delivery.postman import Postman
from services.delivery.settings import DeliverySettings
from shared.db import Database


def opened(database_url: str, folder: Path, **values: Any) -> tuple[Database, DeliverySettings]:
    if database_url.startswith("postgresql"):
        values |= {"database_url": database_url, "bus_url": "kafka://127.0.0.1:1"}
    settings = DeliverySettings(data_dir=folder, **values)
    service.migrate(settings)
    return service.open_database(settings), settings


@asynccontextmanager
async def at_work(worker: Courier | Postman) -> AsyncIterator[None]:
    work = asyncio.create_task(worker.run())
    try:
        yield
        assert not work.done(), work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await worker.close()


async def until(holds: Any) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in databases and other threads
            await asyncio.sleep(0.02)
