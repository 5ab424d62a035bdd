"""The evidence log: each fact has its leaf once, places are given in one order, and nothing moves again."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.evaluation.domain import evidence as leaves
from services.evaluation.domain import merkle, notes
from services.evaluation.handlers import sequencing
from services.evaluation.handlers.evidence import note_revision
from services.evaluation.handlers.sequencing import Writing
from services.evaluation.store import evidence as store
from services.evaluation.store import signers
from services.evaluation.store.evidence import Noted, Signed
from shared.db import Connection
from shared.events.metrics import pack
from shared.events.sla import AcceptanceSigned
from shared.signatures import KEY_BYTES, decode
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    at,
    batch,
    exclusion,
    indicator,
    objective,
    open_engine,
    revision,
    tick,
    voided,
)

UP = "permit.availability"
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
ORIGIN = "test/evidence"
NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    found.db.clock = lambda: NOON
    yield found
    found.db.close()


def sequence(engine: Engine) -> None:
    while engine.db.transact(lambda _command, uow: sequencing.sequence(Writing(ORIGIN), uow)):
        pass


def logged(engine: Engine, kind: str | None = None) -> list[Noted]:
    """The leaves, in their order; those without a place last."""

    def read(connection: Connection) -> list[Noted]:
        rows = connection.execute(sa.select(store.leaf)).all()
        found = [Noted(**row._asdict()) for row in rows if kind in (None, row.kind)]
        return sorted(found, key=lambda one: (one.position is None, one.position or 0, one.hash))

    return engine.db.snapshot(read)


def checkpoint(engine: Engine) -> Signed:
    found = engine.db.snapshot(store.newest_checkpoint)
    assert found is not None
    return found


def ratio(name: str, when: str, good: int, total: int, received: str = "2026-01-05T10:00") -> Any:
    return accepted(batch(name, UP, [{"at": when, "good": good, "total": total}], received=received))


def judged(engine: Engine) -> None:
    """Two days that are final, and one that is only closed."""
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, window=DAILY, grace="P1D")))
    engine.feed(ratio("b1", "2026-01-05T09:00", 9, 10), ratio("b2", "2026-01-06T09:00", 7, 10))
    engine.feed(ratio("b3", "2026-01-07T09:00", 1, 1))
    engine.feed(tick("2026-01-08T00:01"))


def test_a_final_result_is_noted_when_it_is_final_and_so_is_each_later_revision(engine: Engine) -> None:
    judged(engine)
    final = [one for one in engine.results() if one["window"]["state"] == "final"]
    assert final
    assert {json.loads(one.data)["id"] for one in logged(engine, leaves.RESULT)} == {
        one["id"] for one in final
    }
    engine.feed(exclusion("x1", "2026-01-05T08:00", "2026-01-05T10:00"))
    engine.feed(tick("2026-01-08T00:02"))
    again = [one for one in engine.results(newest=False) if one["window"]["state"] == "final"]
    assert len(again) > len(final)
    told = {json.loads(one.data)["hash"] for one in logged(engine, leaves.RESULT)}
    assert told == {leaves.digest(one) for one in again}


def test_decisions_and_revisions_are_noted_once_however_often_they_are_told(engine: Engine) -> None:
    judged(engine)
    for _ in range(2):
        engine.feed(revision(objective("up", UP, window=DAILY, grace="P1D")))
        engine.feed(exclusion("x1", "2026-01-05T08:00", "2026-01-05T10:00"))
    engine.feed(exclusion("x1", "2026-01-05T08:00", "2026-01-05T10:00", state="revoked", version=3))
    assert len(logged(engine, leaves.REVISION)) == 1
    decided = logged(engine, leaves.EXCLUSION)
    assert sorted(json.loads(one.data)["state"] for one in decided) == ["approved", "revoked"]
    assert all(json.loads(one.data)["hash"] == leaves.digest(one.document or {}) for one in decided)


def test_an_acceptance_is_noted_by_what_was_signed(engine: Engine) -> None:
    fact = AcceptanceSigned(
        version=1,
        agreement=AGREEMENT,
        revision="a" * 64,
        agency="land",
        at=at("2026-01-01T00:00"),
        statement='{"agency":"land"}',
        signature="s",
    )
    engine.feed(fact.event())
    engine.feed(fact.event())
    (found,) = logged(engine, leaves.ACCEPTANCE)
    assert json.loads(found.data)["hash"] == hashlib.sha256(b'{"agency":"land"}').hexdigest()


def test_the_batches_of_an_hour_are_noted_when_a_tick_has_passed_it(engine: Engine) -> None:
    first, second, third = (
        batch(name, UP, [{"at": "2026-01-05T09:00", "good": 1, "total": 1}], received=when)
        for name, when in (
            ("b2", "2026-01-05T10:59:59"),
            ("b1", "2026-01-05T10:00"),
            ("b3", "2026-01-05T11:00"),
        )
    )
    engine.feed(*(accepted(one) for one in (first, second, third)), tick("2026-01-05T10:59:59"))
    sequence(engine)
    assert logged(engine, leaves.BATCHES) == []
    engine.feed(voided(second), tick("2026-01-05T11:00"))
    sequence(engine)
    (found,) = logged(engine, leaves.BATCHES)
    entries = [
        leaves.form({"batch": one.batch, "hash": hashlib.sha256(pack(one)).hexdigest()})
        for one in (second, first)
    ]
    assert json.loads(found.data) == {
        "type": "sanya.evidence.batches.v1",
        "service": "permit",
        "hour": "2026-01-05T03:00:00Z",
        "part": 1,
        "count": 2,
        "root": merkle.root_of(entries).hex(),
    }
    # One that committed behind the tick of its hour.
    engine.feed(ratio("b0", "2026-01-05T09:01", 1, 1, received="2026-01-05T10:30"), tick("2026-01-05T11:01"))
    sequence(engine)
    assert [json.loads(one.data)["part"] for one in logged(engine, leaves.BATCHES)] == [1, 2]


def test_hours_that_wait_are_noted_in_steps_and_each_batch_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a stop there may be weeks of them: no transaction holds them all."""
    monkeypatch.setattr(sequencing, "BATCHES_IN_A_LEAF", 2)
    engine.feed(
        *(ratio(f"b{hour}", "2026-01-05T09:00", 1, 1, f"2026-01-05T{hour}:30") for hour in range(10, 15)),
        tick("2026-01-05T15:00"),
    )
    steps: list[tuple[bool, int]] = []
    while not steps or steps[-1][0]:
        more = engine.db.transact(lambda _command, uow: sequencing.sequence(Writing(ORIGIN), uow))
        steps.append((more, len(logged(engine, leaves.BATCHES))))
    assert steps == [(True, 2), (True, 4), (False, 5)]
    assert {json.loads(one.data)["count"] for one in logged(engine, leaves.BATCHES)} == {1}
    assert engine.db.snapshot(store.complete_hours) == []


def test_places_are_given_once_and_proofs_hold_as_the_log_grows(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencing, "LEAVES_AT_ONCE", 2)
    judged(engine)
    sequence(engine)
    before = logged(engine)
    assert [one.position for one in before] == list(range(len(before)))
    old = checkpoint(engine)
    assert old.size == len(before)
    engine.feed(exclusion("x1", "2026-01-05T08:00", "2026-01-05T10:00"))
    engine.feed(tick("2026-01-09T00:01"))
    engine.db.clock = lambda: NOON + timedelta(hours=1)
    sequence(engine)
    after, new = logged(engine), checkpoint(engine)
    assert after[: len(before)] == before
    assert [one.position for one in after] == list(range(len(after)))
    assert new.size == len(after) > old.size
    assert new.root == merkle.root_of(one.data.encode() for one in after).hex()

    def prove(connection: Connection) -> None:
        path = merkle.consistency(old.size, new.size)
        proof = merkle.proof(path, store.nodes(connection, merkle.nodes_of([path])).__getitem__)
        roots = [bytes.fromhex(one.root) for one in (old, new)]
        assert merkle.is_consistent(old.size, new.size, roots[0], roots[1], proof)
        for one in after:
            assert one.position is not None
            path = merkle.inclusion(one.position, new.size)
            proof = merkle.proof(path, store.nodes(connection, merkle.nodes_of([path])).__getitem__)
            reached = merkle.root_from_inclusion(one.position, new.size, bytes.fromhex(one.hash), proof)
            assert reached == roots[1]

    engine.db.snapshot(prove)


def test_a_checkpoint_an_hour_where_something_came(engine: Engine) -> None:
    judged(engine)

    def due(when: datetime) -> bool:
        return engine.db.snapshot(sequencing.has_work, Writing(ORIGIN), int(when.timestamp() * 1_000_000))

    assert due(NOON)
    sequence(engine)
    first = checkpoint(engine)
    assert not due(NOON)
    assert not due(NOON + timedelta(hours=1))
    engine.feed(exclusion("x1", "2026-01-05T08:00", "2026-01-05T10:00"))
    sequence(engine)
    assert checkpoint(engine) == first
    assert not due(NOON + timedelta(minutes=59))
    assert due(NOON + timedelta(hours=1))
    engine.db.clock = lambda: NOON + timedelta(hours=1)
    sequence(engine)
    assert checkpoint(engine).size > first.size
    assert not due(NOON + timedelta(hours=2))


def test_a_checkpoint_is_signed_by_the_key_in_force_and_the_log_keeps_its_name(engine: Engine) -> None:
    judged(engine)
    sequence(engine)
    first = checkpoint(engine)
    engine.db.clock = lambda: NOON + timedelta(hours=1)
    engine.db.transact(lambda _command, uow: sequencing.rotate_key("another/name", uow))
    engine.feed(exclusion("x1", "2026-01-05T08:00", "2026-01-05T10:00"))
    sequence(engine)
    second = checkpoint(engine)
    old, new = engine.db.snapshot(signers.log_keys)
    assert (old.private, old.origin, new.origin) == (None, ORIGIN, ORIGIN)
    for found, key in ((first, old), (second, new)):
        public = decode(key.jwk["x"], KEY_BYTES)
        assert public is not None
        signature = base64.b64decode(found.line.rsplit(" ", 1)[1])[4:]
        assert found.kid == key.kid
        assert found.body.startswith(f"{ORIGIN}\n{found.size}\n")
        assert notes.verifies(public, found.body.encode(), signature)


def test_several_processes_note_at_once_and_none_is_lost(engine: Engine) -> None:
    """Writers beside the sequencer; each of them sees the leaves of the others or is run again."""

    def note(number: int) -> None:
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        # Two of them note the same.
        engine.db.transact(lambda _command, uow: note_revision(uow, AGREEMENT, digest, number))
        if number % 5 == 0:
            sequence(engine)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, [*range(40), *range(40)]))
    engine.db.clock = lambda: NOON + timedelta(hours=1)
    sequence(engine)
    found = logged(engine)
    assert [one.position for one in found] == list(range(40))
    assert checkpoint(engine).root == merkle.root_of(one.data.encode() for one in found).hex()


def test_a_number_beyond_what_json_holds_exactly_is_noted_too() -> None:
    assert leaves.form({"total": 1 << 60, "rest": [True, -(1 << 60)]}) == (
        b'{"rest":[true,"-1152921504606846976"],"total":"1152921504606846976"}'
    )
