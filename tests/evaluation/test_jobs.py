"""Long what-ifs: each agency has a few on the way at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.evaluation.handlers import jobs
from services.evaluation.handlers.jobs import Ask, Asked
from services.evaluation.store import jobs as store
from shared.db import UnitOfWork
from shared.errors import TooManyRequests
from tests.evaluation.engine import (
    AGREEMENT,
    SERVICE,
    Engine,
    accepted,
    at,
    batch,
    indicator,
    objective,
    open_engine,
    revision,
    tick,
)


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    found.feed(indicator("availability", "ratio"))
    found.feed(revision(objective("up", "availability")))
    found.feed(
        accepted(batch("b", "availability", [{"at": "2026-01-10T10:00", "good": 1, "total": 1}])),
        tick("2026-02-01T00:00"),
    )
    yield found
    found.db.close()


def ask(engine: Engine, agency: str = "city") -> Any:
    start, end = at("2026-01-01T00:00"), at("2026-02-01T00:00")
    asked = Asked(AGREEMENT, "up", None, start, end, start, {"target": "0.5"}, None, (), None)
    return engine.db.transact(jobs.ask, Ask(agency, SERVICE, False, asked))


def test_a_sixth_waits_until_one_is_done(engine: Engine) -> None:
    waiting = [ask(engine) for _ in range(jobs.MOST_WAITING)]
    with pytest.raises(TooManyRequests, match="5 what-ifs of your agency") as refused:
        ask(engine)
    assert (refused.value.status, refused.value.retry_after) == (429, 10)
    # Others are not kept waiting by it.
    ask(engine, "land")

    def finish(found: Any, uow: UnitOfWork) -> None:
        store.finish(uow.connection, found.id, at("2026-02-01T00:00"))

    engine.db.transact(finish, waiting[0])
    ask(engine)
    with pytest.raises(TooManyRequests):
        ask(engine)
