"""Merging at once, in both directions, on both databases: no need ever stands behind itself."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.sla.domain.needs import roots
from services.sla.handlers import needs as handlers
from services.sla.schemas.needs import NeedBody
from services.sla.store import needs as store
from shared.errors import Conflict, Problem
from tests.sla.conftest import Table

BODY = {"service": "permit", "statement": {"en": "It shall be fast"}, "source": "survey"}


def gathered(table: Table, agency: str) -> str:
    plain = NeedBody.model_validate(BODY).plain()
    found: dict[str, Any] = table.db.transact(handlers.gather, handlers.Gather(table.caller(agency), plain))
    made: str = found["id"]
    return made


def test_two_that_merge_each_other_at_once_do_not_both(table: Table) -> None:
    for _ in range(5):
        one, two, three = (gathered(table, agency) for agency in ("city", "land-office", "province"))
        ring = [("city", one, two), ("land-office", two, three), ("province", three, one)]
        start = threading.Barrier(len(ring), timeout=5)

        def merge(turn: tuple[str, str, str], start: threading.Barrier = start) -> Any:
            agency, into, other = turn
            start.wait()
            try:
                command = handlers.MergeNeeds(table.caller(agency), into, [other])
                return table.db.transact(handlers.merge, command)
            except Problem as problem:
                return problem

        with ThreadPoolExecutor(len(ring)) as pool:
            answers = list(pool.map(merge, ring))
        refused = [each for each in answers if isinstance(each, Problem)]
        assert 1 <= len(refused) < len(ring)
        assert all(isinstance(each, Conflict) for each in refused)
        behind = {each.id: each.merged_into for each in table.db.snapshot(store.of_service, "permit")}
        assert len(refused) == sum(behind[name] is None for name in (one, two, three))
        # Whoever follows them arrives.
        assert {behind[top] for top in roots(behind).values()} == {None}


def test_a_need_is_split_once(table: Table) -> None:
    one, two = gathered(table, "city"), gathered(table, "city")
    table.db.transact(handlers.merge, handlers.MergeNeeds(table.caller("city"), one, [two]))
    start = threading.Barrier(2, timeout=5)

    def split(agency: str) -> bool:
        start.wait()
        try:
            table.db.transact(handlers.split, handlers.Touch(table.caller(agency), two))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(split, ("city", "land-office"))) == [False, True]
    (trace,) = table.db.snapshot(store.merges_of, two)
    assert trace.split_for in ("city", "land-office")
