"""One suite for both databases: units of work (rule 1 of "How a fact travels") and timers (rule 9)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shared.db import MOST_BYTES, Database, UnitOfWork
from shared.db.tables import dead_letter, outbox, timer
from shared.errors import Conflict
from shared.events.envelope import Event
from shared.timers import AGAIN, Timer, fire_due
from tests.counting import NUMBERS, declared, number, open_database, tally

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    with declared():
        db = open_database("teller", database_url)
        yield db
        db.close()


def add(key: str, uow: UnitOfWork) -> int:
    """Read, add, write back: what goes wrong when two do it at once."""
    before = uow.connection.execute(sa.select(tally.c.n).where(tally.c.key == key)).scalar()
    if before is None:
        uow.connection.execute(sa.insert(tally).values(key=key, n=1, version=1))
        return 1
    uow.connection.execute(sa.update(tally).where(tally.c.key == key).values(n=before + 1))
    return int(before) + 1


def value(connection: sa.Connection, key: str) -> int | None:
    found: int | None = connection.execute(sa.select(tally.c.n).where(tally.c.key == key)).scalar()
    return found


def told(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.select(outbox.c.event_id).order_by(outbox.c.id)).scalars())


async def test_what_a_handler_did_is_there_after_it(db: Database) -> None:
    def handler(_command: Any, uow: UnitOfWork) -> str:
        add("a", uow)
        uow.emit(number(1))
        return "done"

    heard: list[set[str]] = []
    db.listen(heard.append)
    assert await db.write(handler) == "done"
    assert await db.read(value, "a") == 1
    assert await db.read(told) == ["n1"]
    assert heard == [{NUMBERS}]


async def test_a_handler_that_raises_leaves_nothing(db: Database) -> None:
    undone: list[str] = []

    def handler(_command: Any, uow: UnitOfWork) -> None:
        add("a", uow)
        uow.emit(number(1))
        uow.schedule("kind", "key", NOW)
        uow.on_rollback(lambda: undone.append("cache"))
        raise Conflict("not like this")

    heard: list[set[str]] = []
    db.listen(heard.append)
    with pytest.raises(Conflict):
        await db.write(handler)
    assert await db.read(value, "a") is None
    assert await db.read(told) == []
    assert await db.read(lambda connection: connection.execute(sa.select(timer)).all()) == []
    assert undone == ["cache"]
    assert heard == []


async def test_a_savepoint_fails_alone(db: Database) -> None:
    undone: list[str] = []

    def inner(uow: UnitOfWork) -> None:
        with uow.savepoint():
            uow.on_rollback(lambda: undone.append("inner"))
            add("lost", uow)
            uow.emit(number(2))
            uow.connection.execute(sa.insert(tally).values(key="kept", n=1, version=1))

    def handler(_command: Any, uow: UnitOfWork) -> None:
        uow.on_rollback(lambda: undone.append("outer"))
        add("kept", uow)
        with pytest.raises(sa.exc.IntegrityError):
            inner(uow)
        uow.emit(number(1))
        add("kept too", uow)

    await db.write(handler)
    assert [await db.read(value, key) for key in ("kept", "lost", "kept too")] == [1, None, 1]
    assert await db.read(told) == ["n1"]
    assert undone == ["inner"]


def test_two_at_once_cannot_both_see_the_old_state(db: Database) -> None:
    """Rule 1: under READ COMMITTED both would, and one addition would be lost."""
    meet = threading.Barrier(2)
    answers: list[int] = []
    tries = threading.Semaphore(2)

    def handler(_command: Any, uow: UnitOfWork) -> int:
        before = uow.connection.execute(sa.select(tally.c.n).where(tally.c.key == "a")).scalar_one()
        if not db.embedded and tries.acquire(blocking=False):
            meet.wait(10)
        uow.connection.execute(sa.update(tally).where(tally.c.key == "a").values(n=before + 1))
        return int(before) + 1

    db.transact(lambda _command, uow: add("a", uow))
    _side_by_side(2, lambda: answers.append(db.transact(handler)))
    assert sorted(answers) == [2, 3]
    assert db.snapshot(value, "a") == 3


def test_two_that_only_looked_at_each_other_cannot_both_pass(db: Database) -> None:
    """Rule 1: two parties accept at once, and each sees the other missing: nobody would activate."""
    meet = threading.Barrier(2)
    tries = threading.Semaphore(2)
    names = iter(("first", "second"))

    def accept(name: str, uow: UnitOfWork) -> bool:
        uow.connection.execute(sa.insert(tally).values(key=name, n=1, version=1))
        both = uow.connection.execute(sa.select(sa.func.count()).select_from(tally)).scalar_one() == 2
        if not db.embedded and tries.acquire(blocking=False):
            meet.wait(10)
        if both:
            uow.emit(number(1))
        return both

    completed: list[bool] = []
    _side_by_side(2, lambda: completed.append(db.transact(accept, next(names))))
    assert sorted(completed) == [False, True]
    assert db.snapshot(told) == ["n1"]


def test_a_writer_of_sqlite_waits_at_its_door(tmp_path: Path) -> None:
    """Rule 1: BEGIN IMMEDIATE. A deferred one finds out only at its first write that it comes too late."""
    url = f"sqlite:///{tmp_path}"
    with declared(), closing(open_database("teller", url)) as one, closing(Database("teller", url)) as two:
        runs: list[str] = []
        inside = threading.Event()

        def slow(name: str, uow: UnitOfWork) -> None:
            runs.append(name)
            value(uow.connection, "a")
            inside.set()
            threading.Event().wait(0.3)
            add("a", uow)

        first = threading.Thread(target=one.transact, args=(slow, "one"))
        first.start()
        assert inside.wait(10)
        two.transact(slow, "two")
        first.join(10)
        assert one.snapshot(value, "a") == 2
    assert runs == ["one", "two"]


def test_many_at_once_lose_nothing(db: Database) -> None:
    def handler(_command: Any, uow: UnitOfWork) -> None:
        uow.emit(number(add("a", uow)))

    _side_by_side(8, lambda: [db.transact(handler) for _ in range(5)])
    assert db.snapshot(value, "a") == 40
    assert sorted(db.snapshot(told)) == sorted(f"n{n}" for n in range(1, 41))


async def test_instants_come_back_as_they_went(db: Database) -> None:
    moments = [
        datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC),
        datetime(2569 - 543, 3, 1, 19, 0, tzinfo=timezone(timedelta(hours=7))),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ]

    def handler(_command: Any, uow: UnitOfWork) -> None:
        for n, moment in enumerate(moments):
            uow.schedule("kind", str(n), moment)

    await db.write(handler)
    rows = await db.read(lambda c: c.execute(sa.select(timer.c.due).order_by(timer.c.key)).scalars().all())
    assert rows == moments
    assert all(row.tzinfo is UTC for row in rows)
    with pytest.raises(sa.exc.StatementError, match="an instant needs an offset"):
        await db.write(lambda _c, uow: uow.schedule("kind", "naive", datetime(2026, 1, 1)))


async def test_an_event_that_no_topic_takes_is_refused_at_once(db: Database) -> None:
    with pytest.raises(ValueError, match="more than one event may carry"):
        await db.write(lambda _c, uow: uow.emit(Event(NUMBERS, "x", "x", "x", bytes(MOST_BYTES + 1))))
    await db.write(lambda _c, uow: uow.emit(Event(NUMBERS, "x", "x", "x", bytes(MOST_BYTES), id="big")))
    assert await db.read(told) == ["big"]


async def test_readers_see_one_state(db: Database) -> None:
    def query(connection: sa.Connection) -> tuple[int | None, int | None]:
        before = value(connection, "a")
        threading.Thread(target=db.transact, args=(lambda _c, uow: add("a", uow),)).start()
        _wait_for(lambda: db.snapshot(value, "a") == 2)
        return before, value(connection, "a")

    await db.write(lambda _c, uow: add("a", uow))
    assert await db.read(query) == (1, 1)
    assert await db.read(value, "a") == 2


def test_a_timer_fires_once_however_many_look(db: Database) -> None:
    """Rule 9: its row and its effect go together."""
    fired: list[str] = []

    def handler(due: Timer, uow: UnitOfWork) -> None:
        fired.append(due.key)
        uow.emit(number(add(due.key, uow), due.key.encode()))

    def set_up(_command: Any, uow: UnitOfWork) -> None:
        for n in range(5):
            uow.schedule("kind", f"t{n}", uow.now - timedelta(seconds=n))
        uow.schedule("kind", "later", uow.now + timedelta(hours=1))
        uow.schedule("other kind", "t0", uow.now)

    db.transact(set_up)
    _side_by_side(4, lambda: db.transact(lambda _c, uow: fire_due({"kind": handler}, uow)))
    assert [db.snapshot(value, f"t{n}") for n in range(5)] == [1] * 5
    assert len(db.snapshot(told)) == 5
    assert set(fired) == {f"t{n}" for n in range(5)}
    left = db.snapshot(lambda c: c.execute(sa.select(timer.c.key).order_by(timer.c.kind)).scalars().all())
    assert left == ["later", "t0"]


def test_a_timer_whose_process_dies_fires_again(db: Database) -> None:
    def dies(due: Timer, uow: UnitOfWork) -> None:
        add(due.key, uow)
        raise KeyboardInterrupt

    db.transact(lambda _c, uow: uow.schedule("kind", "t", uow.now))
    with pytest.raises(KeyboardInterrupt):
        db.transact(lambda _c, uow: fire_due({"kind": dies}, uow))
    assert db.snapshot(value, "t") is None
    assert db.transact(lambda _c, uow: fire_due({"kind": lambda due, uow: None}, uow)) == 1
    assert db.transact(lambda _c, uow: fire_due({"kind": lambda due, uow: None}, uow)) == 0


def test_a_timer_that_fails_stops_no_other(db: Database) -> None:
    def handler(due: Timer, uow: UnitOfWork) -> None:
        add(due.key, uow)
        if due.key == "bad":
            raise Conflict("never")

    def set_up(_command: Any, uow: UnitOfWork) -> None:
        uow.schedule("kind", "bad", uow.now - timedelta(seconds=1))
        uow.schedule("kind", "good", uow.now)

    db.transact(set_up)
    db.transact(lambda _c, uow: fire_due({"kind": handler}, uow))
    assert [db.snapshot(value, key) for key in ("bad", "good")] == [None, 1]
    (due,) = db.snapshot(lambda c: c.execute(sa.select(timer.c.due)).scalars().all())
    assert due > datetime.now(UTC) + AGAIN - timedelta(minutes=1)


async def test_every_service_has_the_shared_tables(db: Database) -> None:
    assert await db.read(lambda c: c.execute(sa.select(dead_letter)).all()) == []


def _side_by_side(count: int, work: Any) -> None:
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]


def _wait_for(condition: Any) -> None:
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("never so")
