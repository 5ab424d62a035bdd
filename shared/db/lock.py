"""The lock that makes one process the leader of a service, and the bell that wakes it.

A PostgreSQL session advisory lock lives exactly as long as its connection, so a leader that dies, or whose
host vanishes, makes room without a clock being asked. Keepalives on both ends bound how long a vanished
peer goes unnoticed. The same connection listens for the NOTIFY that each unit of work sends when it leaves
facts behind (`shared/db`), so that the relay need not poll. (Rules 2 and 9; tests/faults/test_relay.py.)
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
import structlog
from psycopg import sql

from shared.db import Database, channel

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
_IDLE, _INTERVAL, _COUNT = 5, 2, 3


def lock_key(service: str) -> int:
    """The 64-bit number that stands for a service's lead."""
    digest = hashlib.sha256(f"sanya.{service}.lead".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@asynccontextmanager
async def advisory_lock(db: Database, heard: Callable[[set[str]], None]) -> AsyncIterator[Awaitable[None]]:
    """Waits for the service's lock and holds it. Yields what completes once the lock is lost.

    ``heard`` is called with the topics that a unit of work of this service, in any process, committed to.
    """
    connection = await _connect(db)
    try:
        await _take(connection, lock_key(db.service))
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel(db.service))))
        lost = asyncio.create_task(_listen(connection, heard), name=f"{db.service}-lock")
        try:
            yield lost
        finally:
            lost.cancel()
            await asyncio.gather(lost, return_exceptions=True)
    finally:
        await connection.close()


async def _connect(db: Database) -> psycopg.AsyncConnection[tuple[bool]]:
    url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return await psycopg.AsyncConnection.connect(
        url,
        autocommit=True,
        application_name=f"sanya-{db.service}-lead",
        connect_timeout=10,
        keepalives=1,
        keepalives_idle=_IDLE,
        keepalives_interval=_INTERVAL,
        keepalives_count=_COUNT,
        tcp_user_timeout=(_IDLE + _INTERVAL * _COUNT) * 1000,
        options=f"-c tcp_keepalives_idle={_IDLE} -c tcp_keepalives_interval={_INTERVAL} "
        f"-c tcp_keepalives_count={_COUNT} -c idle_session_timeout=0",
    )


async def _take(connection: psycopg.AsyncConnection[tuple[bool]], key: int) -> None:
    # Asked for again and again: a wait inside the server would not notice that it is cancelled here.
    while True:
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (key,))
        if await cursor.fetchone() == (True,):
            return
        await asyncio.sleep(POLL_SECONDS)


async def _listen(
    connection: psycopg.AsyncConnection[tuple[bool]], heard: Callable[[set[str]], None]
) -> None:
    try:
        async for bell in connection.notifies():
            heard(set(bell.payload.split(",")))
    except psycopg.Error as error:
        log.error("the connection that holds the lead is gone", reason=str(error))
