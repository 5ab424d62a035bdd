"""Whatever the evaluator judges of random agreements, the program reckons again, and finds in the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from docs.verify import verify
from services.evaluation.domain import evidence as leaves
from services.evaluation.store import evidence as store
from tests.evaluation.engine import Engine
from tests.oracle import composed, passages, promises
from tests.oracle.test_everything import fresh, live
from tests.oracle.worlds import Made

__all__ = ["fresh"]

MAKERS = (promises.measured, passages.passing, composed.composed)


@pytest.mark.parametrize("seed", range(24))
def test_the_program_agrees_and_every_final_result_has_its_leaf(fresh: Callable[[], Any], seed: int) -> None:
    chance = Random(seed)
    made = MAKERS[seed % len(MAKERS)](chance)
    with fresh() as engine:
        live(engine, made, chance)
        results = engine.results(newest=False)
        assert results or seed >= len(MAKERS)
        verify.check_agreed(_revisions(made), results)
        verify.each_of(results, verify.check_arithmetic)
        final = [one for one in results if one["window"]["state"] == "final"]
        verify.check_chain(final)
        assert _logged(engine) == sorted(leaves.digest(one) for one in final)


def _revisions(made: Made) -> list[dict[str, Any]]:
    return [{"hash": one.digest, "document": one.document} for one in made.world.revisions]


def _logged(engine: Engine) -> list[str]:
    def read(connection: sa.Connection) -> list[str]:
        rows = connection.execute(sa.select(store.leaf.c.data).where(store.leaf.c.kind == leaves.RESULT))
        return sorted(json.loads(row.data)["hash"] for row in rows)

    return engine.db.snapshot(read)
