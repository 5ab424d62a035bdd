"""The server is killed in the middle of its work: what it acknowledged is there, and counts once."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from services.metrics.store.tables import batch
from shared.db import Database
from shared.db.tables import outbox
from tests.metrics.conftest import MEASURES, House, open_house
from tests.servers.process import ServerProcess, answers, free_port

ROOT = Path(__file__).parents[2]


class Server(ServerProcess):
    def __init__(self, folder: Path) -> None:
        super().__init__("metrics", folder / "server.log")
        self.port = free_port()
        self.folder = folder

    def command(self) -> list[str]:
        settings = {
            "SANYA_PORT": str(self.port),
            "SANYA_DATA_DIR": str(self.folder),
            "SANYA_LOG_LEVEL": "warning",
            "SANYA_METRICS_DISK_FLOOR_MB": "0",
            "PYTHONPATH": str(ROOT),
        }
        given = [f"{name}={value}" for name, value in settings.items()]
        run = "import services.metrics.app as app, shared.service as s; s.run(app.service, role='api')"
        return ["env", *given, sys.executable, "-c", run]

    def ready(self) -> bool:
        return answers(self.port)


async def send_all(server: Server, house: House, keys: list[str], until: int) -> dict[str, str]:
    """Sends a batch for each key, eight at once; stops killing the server after ``until`` answers."""
    acknowledged: dict[str, str] = {}
    waiting = iter(keys)
    headers = {"authorization": f"Bearer {house.token()}", "content-type": "application/json"}

    async def worker(client: httpx.AsyncClient) -> None:
        for key in waiting:
            content = json.dumps(content_of(house, key))
            try:
                answer = await client.post(
                    MEASURES, content=content, headers={**headers, "idempotency-key": key}
                )
            except httpx.TransportError:
                return
            if answer.status_code == 202:
                acknowledged[key] = answer.json()["batch"]
            if len(acknowledged) == until and server.running:
                os.kill(server.pid, 9)

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        await asyncio.gather(*(worker(client) for _ in range(8)))
    return acknowledged


def content_of(house: House, key: str) -> dict[str, Any]:
    rows = [
        {"indicator": "permit.response-time", "at": house.at(minutes=n + 1), "value": f"{key}.{n}"}
        for n in range(20)
    ]
    return {"source": "land-office-api", "service": "permit", "measurements": rows}


def stored(folder: Path) -> dict[str, str]:
    """Key -> batch of what stands in the log."""
    db = Database("metrics", f"sqlite:///{folder}")
    query = sa.select(batch.c.idempotency_key, batch.c.id).join(outbox, outbox.c.id == batch.c.outbox_id)
    try:
        return {row[0]: row[1] for row in db.snapshot(lambda connection: connection.execute(query).all())}
    finally:
        db.close()


async def test_what_was_acknowledged_before_a_kill_is_there_and_counts_once(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}") as house:
        house.now = datetime.now(UTC)
    server = Server(tmp_path)
    keys = [str(n) for n in range(400)]
    server.start()
    try:
        first = await send_all(server, house, keys, until=60)
        server.kill()
        assert len(first) >= 60
        kept = stored(tmp_path)
        assert first.items() <= kept.items()
        assert len(kept) < len(keys)
        server.start()
        second = await send_all(server, house, keys, until=-1)
    finally:
        server.stop()
    assert second.keys() == set(keys)
    assert kept.items() <= second.items()
    assert stored(tmp_path) == second
