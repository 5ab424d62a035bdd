"""A connection that broke while it rested is replaced before anybody uses it."""

from __future__ import annotations

from contextlib import closing

import pytest
import sqlalchemy as sa

from tests.counting import declared, open_database, tell
from tests.servers.postgres import PostgresServer


async def test_a_server_that_was_restarted_meanwhile_costs_no_transaction(
    own_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.db.RESTED_SECONDS", 0.0)
    with declared(), closing(open_database("teller", own_postgres.new_database())) as db:
        assert await db.write(tell, 1) == 1
        await db.ping()
        own_postgres.kill()
        own_postgres.start()
        assert await db.write(tell, 1) == 2
        assert await db.read(lambda connection: connection.execute(sa.text("SELECT 1")).scalar()) == 1
