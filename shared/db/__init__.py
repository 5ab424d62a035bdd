"""One service's own database, and the unit of work.

Everything that touches a database is a plain function; a whole transaction is one hop into a thread::

    await db.write(register_agency, command)   # register_agency(command, uow) in one transaction
    await db.read(store.agency_by_code, code)  # agency_by_code(connection, code) on a snapshot

``write`` runs SERIALIZABLE on PostgreSQL and BEGIN IMMEDIATE on SQLite, and runs the handler again when
the database says that two transactions got in each other's way. So a handler has no effect but through
its unit of work. (Rule 1 of "How a fact travels"; tests/contract/test_database.py.)
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import uuid4

import sqlalchemy as sa
import stamina
from sqlalchemy.pool import QueuePool

from shared.clock import Clock, system_clock, to_micros
from shared.db.tables import outbox, timer
from shared.errors import Unavailable
from shared.events.envelope import Event
from shared.telemetry import current_trace, use_trace

P = ParamSpec("P")
T = TypeVar("T")

Connection = sa.Connection
Row = sa.Row[Any]
"""For the signatures of those who pass them on; only stores use SQLAlchemy itself (.importlinter)."""

RESTED_SECONDS = 1.0
WRITERS = 8
READERS = 8
MOST_BYTES = 8 << 20
"""How large the data of one event may be; a topic's `max.message.bytes` leaves room for it."""
_CLASHES = {"40001", "40P01"}


@dataclass(slots=True)
class UnitOfWork:
    """One transaction: its connection, its instant, and the facts it leaves behind."""

    connection: sa.Connection
    now: datetime
    service: str
    topics: set[str] = field(default_factory=set)
    _undo: list[Callable[[], None]] = field(default_factory=list)

    def emit(self, *events: Event) -> list[int]:
        """Appends events to the outbox, in this transaction. Returns their ids there."""
        if not events:
            return []
        for event in events:
            if len(event.data) > MOST_BYTES:
                raise ValueError(f"{event.type}: {len(event.data)} bytes are more than one event may carry")
        trace = current_trace()
        ids = self.connection.execute(
            _append,
            [
                {
                    "topic": event.topic,
                    "key": event.key,
                    "type": event.type,
                    "event_id": event.id or uuid4().hex,
                    "subject": event.subject,
                    "version": event.version,
                    "at": event.at if event.at is not None else to_micros(self.now),
                    "trace": event.trace or trace,
                    "data": event.data,
                    "published": False,
                }
                for event in events
            ],
        )
        self.topics.update(event.topic for event in events)
        return [row.id for row in ids]

    def touch(self, topic: str) -> None:
        """Tells the listeners of this process, after the commit, that ``topic`` has something new."""
        self.topics.add(topic)

    def schedule(self, kind: str, key: str, due: datetime) -> None:
        """Sets the timer (kind, key), or moves it."""
        self.cancel(kind, key)
        self.connection.execute(sa.insert(timer).values(kind=kind, key=key, due=due))

    def cancel(self, kind: str, key: str) -> None:
        """Takes the timer (kind, key) away, if there is one."""
        self.connection.execute(sa.delete(timer).where(timer.c.kind == kind, timer.c.key == key))

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Runs ``undo`` when this transaction, or the savepoint open now, is rolled back (for caches)."""
        self._undo.append(undo)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone; the rest of the unit of work stays."""
        undo, self._undo = self._undo, []
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.rolled_back()
            self._undo = undo
            raise
        self._undo = undo + self._undo

    def rolled_back(self) -> None:
        while self._undo:
            self._undo.pop()()

    def announce(self) -> None:
        """Tells other processes of this service what was touched: PostgreSQL rings at the commit."""
        if self.topics and self.connection.dialect.name == "postgresql":
            self.connection.execute(
                sa.text("SELECT pg_notify(:channel, :topics)"),
                {"channel": channel(self.service), "topics": ",".join(sorted(self.topics))},
            )


_append = sa.insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True)


def channel(service: str) -> str:
    """The NOTIFY channel on which a service's units of work say which topics have something new."""
    return f"sanya_{service}"


class Database:
    """The store of one service. `url` is `sqlite:///FOLDER` or `postgresql://…`."""

    def __init__(
        self,
        service: str,
        url: str,
        *,
        password: str = "",
        clock: Clock = system_clock,
    ) -> None:
        self.service = service
        self.clock = clock
        self._listeners: list[Callable[[set[str]], None]] = []
        self.embedded = url.startswith("sqlite:")
        if self.embedded:
            folder = Path(url.removeprefix("sqlite:///"))
            folder.mkdir(parents=True, exist_ok=True)
            self.file = folder / f"{service}.sqlite"
            self.engine = sqlite_engine(self.file, "BEGIN IMMEDIATE", pool_size=1)
            self.reader = sqlite_engine(self.file, "BEGIN", pool_size=READERS)
        else:
            self.url = postgres_url(service, url, password)
            self.engine = postgres_engine(self.url, service, "SERIALIZABLE", WRITERS)
            self.reader = postgres_engine(self.url, service, "REPEATABLE READ", READERS)
        self._write_pool = ThreadPoolExecutor(1 if self.embedded else WRITERS, f"{service}-write")
        self._read_pool = ThreadPoolExecutor(READERS, f"{service}-read")

    async def write(
        self,
        handler: Callable[Concatenate[Any, UnitOfWork, P], T],
        command: Any = None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs ``handler(command, uow)`` in one transaction and returns what it returns."""
        loop = asyncio.get_running_loop()
        trace = current_trace()
        result: T
        result, topics = await loop.run_in_executor(
            self._write_pool, lambda: self._transact(handler, command, trace, args, kwargs)
        )
        self._tell(topics)
        return result

    def listen(self, listener: Callable[[set[str]], None]) -> None:
        """Calls ``listener`` after each commit of this process with the topics it touched."""
        self._listeners.append(listener)

    def _tell(self, topics: set[str]) -> None:
        if topics:
            for listener in self._listeners:
                listener(topics)

    def transact(self, handler: Callable[[Any, UnitOfWork], T], command: Any = None) -> T:
        """``write`` for a caller that is a thread of its own already (migrations, tools)."""
        result: T
        result, topics = self._transact(handler, command, current_trace(), (), {})
        self._tell(topics)
        return result

    def _transact(self, handler: Any, command: Any, trace: str | None, args: Any, kwargs: Any) -> Any:
        try:
            for attempt in stamina.retry_context(
                on=_clashed, attempts=12, wait_initial=0.005, wait_max=0.3, wait_jitter=0.02, timeout=10
            ):
                with attempt, use_trace(trace), self.engine.connect() as connection:
                    uow = UnitOfWork(connection, self.clock(), self.service)
                    try:
                        with connection.begin():
                            result = handler(command, uow, *args, **kwargs)
                            uow.announce()
                    except BaseException:
                        uow.rolled_back()
                        raise
                    return result, uow.topics
        except sa.exc.OperationalError as error:
            if _clashed(error):
                raise Unavailable(
                    "others are changing the same objects; nothing was stored, send it again",
                    retry_after=1,
                ) from error
            raise
        raise AssertionError("unreachable")

    async def read(
        self, query: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs ``query(connection, ...)`` on a consistent snapshot."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._read_pool, lambda: self.snapshot(query, *args, **kwargs))

    def snapshot(
        self, query: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """``read`` for a caller that is a thread of its own already."""
        with self.reader.connect() as connection, connection.begin():
            return query(connection, *args, **kwargs)

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        await self.read(lambda connection: connection.execute(sa.text("SELECT 1")).scalar_one())

    def close(self) -> None:
        for pool in (self._write_pool, self._read_pool):
            pool.shutdown(wait=True, cancel_futures=True)
        for engine in (self.engine, self.reader):
            engine.dispose()


def unanswered(error: BaseException) -> bool:
    """Whether the database did not answer, so that nothing is known of what was asked."""
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


def is_taken(error: BaseException) -> bool:
    """Whether a row is there already that the new one may not stand beside."""
    return isinstance(error, sa.exc.IntegrityError)


def _clashed(error: BaseException) -> bool:
    """Whether two transactions got in each other's way (so that running again is right)."""
    if not isinstance(error, sa.exc.OperationalError):
        return False
    if getattr(error.orig, "sqlstate", None) in _CLASHES:
        return True
    return isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)


def sqlite_engine(file: Path, begin: str, *, pool_size: int) -> sa.Engine:
    """An engine whose transactions start with ``begin`` (pysqlite's own transaction control is off)."""
    engine = sa.create_engine(
        f"sqlite:///{file}",
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 10},
    )

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-32768",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def postgres_url(service: str, url: str, password: str) -> sa.URL:
    """The SQLAlchemy URL of a service's role; `{service}` in the text stands for its name."""
    parsed = sa.make_url(url.replace("{service}", service)).set(drivername="postgresql+psycopg")
    return parsed.set(password=password) if password and not parsed.password else parsed


def postgres_engine(url: sa.URL, service: str, isolation: Any, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        isolation_level=isolation,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={
            # A process that is frozen inside a transaction must not hold its locks for ever.
            "options": f"-c search_path={service} -c timezone=UTC -c idle_in_transaction_session_timeout=60s",
            "application_name": f"sanya-{service}",
            "connect_timeout": 10,
        },
    )
    _ask_the_rested(engine)
    return engine


def _ask_the_rested(engine: sa.Engine) -> None:
    """Asks a pooled connection that rested whether it still stands; a fresh one takes its place if not.

    SQLAlchemy's own `pool_pre_ping` asks before every transaction, which is one more round trip each.
    """

    @sa.event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED_SECONDS:
            return
        try:
            alive = engine.dialect.do_ping(connection)
        except engine.dialect.dbapi.Error as error:  # type: ignore[union-attr]
            raise sa.exc.DisconnectionError(str(error)) from error
        if not alive:
            raise sa.exc.DisconnectionError("the connection is gone")


__all__ = ["Connection", "Database", "Row", "UnitOfWork", "is_taken", "unanswered"]
