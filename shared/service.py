"""A service, and a process made of some of them.

``create_app(*services)`` builds one FastAPI application: routers are included, never mounted, so every
service has its lifespan, one middleware stack and one error renderer, and the paths are the same whether a
process runs one service or all. What a process does is its role: ``api`` answers requests, ``worker``
consumes, relays and fires timers, ``all`` does both (embedded, and small services).
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from shared import auth, health
from shared.auth import Authenticator
from shared.bus import Bus, open_bus
from shared.clock import Clock, system_clock
from shared.compression import Compressed
from shared.db import Database
from shared.http import MAX_BODY, install_problems
from shared.idempotency import forget
from shared.inbox import Progress, Subscription, consume
from shared.leader import lead
from shared.middleware import QUIET, Telemetry
from shared.migrations import migrate
from shared.settings import Settings
from shared.telemetry import configure_logs
from shared.timers import TimerHandler

log = structlog.get_logger(__name__)

ROLES = ("all", "api", "worker")
RESTARTS = 3
DRAIN_SECONDS = 20


@dataclass
class Context:
    """What the wiring gives a running service."""

    service: Service
    settings: Settings
    clock: Clock
    bus: Bus
    db: Database
    authenticator: Authenticator
    app: FastAPI
    progress: Progress = field(default_factory=Progress)
    parts: dict[str, Any] = field(default_factory=dict)
    """Whatever the service's own lifespan keeps for its routes."""


Task = Callable[[Context], Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """The wiring of one service; the only instance is `service` in its `app.py`.

    `routes` names the module whose `router` answers requests. It is imported when the first request for it
    comes (`create_app`), and never by a worker: routes and the models of their bodies are most of an import.
    `migrations` None: the service has no database (and no subscription, timers or idempotency).
    `leading` tasks run in one process at a time, the holder of the service's lock, until cancelled.
    `lifespan` is open while the process answers requests.
    """

    name: str
    routes: str
    settings: type[Settings] = Settings
    migrations: Path | None = None
    subscription: Subscription = field(default_factory=Subscription)
    timers: Mapping[str, TimerHandler] = field(default_factory=dict)
    leading: Sequence[Task] = ()
    lifespan: Callable[[Context], AbstractAsyncContextManager[None]] | None = None
    after_migrate: Callable[[Database, Settings], None] | None = None

    @property
    def router(self) -> APIRouter:
        """What answers requests; imported when first asked for."""
        router = import_module(self.routes).router
        assert isinstance(router, APIRouter)
        return router

    def open_database(self, settings: Settings, clock: Clock = system_clock) -> Database:
        return Database(self.name, settings.database, password=settings.database_password, clock=clock)

    def migrate(self, settings: Settings, clock: Clock = system_clock) -> list[str]:
        """Brings this service's schema to its newest version."""
        if self.migrations is None:
            return []
        db = self.open_database(settings, clock)
        try:
            steps = migrate(db, self.migrations)
            if self.after_migrate is not None:
                self.after_migrate(db, settings)
            return steps
        finally:
            db.close()


class Fatal(Exception):
    """Why the process has to end with a non-zero exit code."""


class _App(FastAPI):
    """An application that takes a service's routes in when a request for that service first comes.

    Only one at a time is taken in, and a request that has to wait for it does. What has a prefix of its own,
    `/api/<service>/`, takes in that service; any other address may be anybody's and takes in all.
    """

    def __init__(self, services: Sequence[Service], **options: Any) -> None:
        super().__init__(**options)
        self._later = {service.name: service for service in services}
        self._including = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._later and scope["type"] == "http" and scope["path"] not in QUIET:
            parts = scope["path"].split("/", 3)
            await self.include(parts[2] if len(parts) > 2 and parts[1] == "api" else None)
        await super().__call__(scope, receive, send)

    async def include(self, name: str | None = None) -> None:
        """Takes in the routes of one service, or of all that are not yet."""
        async with self._including:
            for service in [s for s in self._later.values() if name in (None, s.name)]:
                router = await asyncio.to_thread(getattr, service, "router")
                self.router.routes.extend(router.routes)
                del self._later[service.name]

    def build_middleware_stack(self) -> ASGIApp:
        """`Telemetry` outermost: it sees, too, what the framework answers past every error handler."""
        return Telemetry(Compressed(super().build_middleware_stack()))


def create_app(
    *services: Service,
    role: str = "all",
    clock: Clock = system_clock,
    settings: Mapping[str, Any] | None = None,
    on_fatal: Callable[[BaseException], None] | None = None,
) -> _App:
    """One application of ``services`` in ``role``. ``settings`` override the environment (tests)."""
    if role not in ROLES:
        raise ValueError(f"unknown role {role!r}: one of {', '.join(ROLES)}")
    overrides = dict(settings or {})

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.stopping = asyncio.Event()
        app.state.fatal = None
        app.state.contexts = {}

        def fatal(error: BaseException) -> None:
            app.state.fatal = error
            log.critical("the process ends", reason=str(error), exc_info=error)
            if on_fatal is not None:
                on_fatal(error)

        app.state.end = fatal
        async with AsyncExitStack() as stack:
            common = Settings(**overrides)
            bus = open_bus(common.bus)
            stack.push_async_callback(bus.close)
            for service in services:
                own = service.settings(**overrides)
                db = service.open_database(own, clock)
                db.listen(bus.committed)
                stack.callback(db.close)
                app.state.contexts[service.name] = Context(
                    service, own, clock, bus, db, Authenticator(db, clock, own.token_issuer), app
                )
            contexts: list[Context] = list(app.state.contexts.values())
            if role != "worker":
                for context in contexts:
                    if context.service.lifespan is not None:
                        await stack.enter_async_context(context.service.lifespan(context))
            tasks = [
                asyncio.create_task(work, name=name) for name, work in _background(contexts, role, fatal)
            ]
            stack.push_async_callback(_stop, tasks)
            yield
            app.state.stopping.set()

    app = _App(
        () if role == "worker" else services,
        title="Sanya",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY,
        redirect_slashes=False,
    )
    app.state.role = role
    install_problems(app)
    app.router.routes.extend(health.router.routes)
    if role != "worker":
        app.router.routes.extend(health.documents(services).routes)
    return app


def _background(
    contexts: Sequence[Context], role: str, fatal: Callable[[BaseException], None]
) -> list[tuple[str, Any]]:
    """What runs beside the requests. An api needs only the keys that verify tokens."""
    work: list[tuple[str, Any]] = []
    for context in contexts:
        service = context.service
        if service.migrations is None:
            continue
        if role != "api":
            work.append((f"{service.name}-consumer", _kept_alive(context, _consume, fatal)))
            work.append((f"{service.name}-leader", _kept_alive(context, _lead, fatal)))
    return work


async def _consume(context: Context) -> None:
    subscription = context.service.subscription.joined(auth.subscription)
    await consume(context.db, context.bus, subscription, context.progress)


async def _lead(context: Context) -> None:
    await lead(
        context.db,
        context.bus,
        timers=context.service.timers,
        daily=(forget,),
        tasks=[lambda task=task: task(context) for task in context.service.leading],  # type: ignore[misc]
    )


async def _kept_alive(context: Context, work: Task, fatal: Callable[[BaseException], None]) -> None:
    """Runs ``work``; embedded it is restarted three times, else the process ends at the first failure."""
    left = RESTARTS if context.settings.embedded else 0
    while True:
        try:
            await work(context)
            return
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            if left == 0:
                fatal(error)
                return
            left -= 1
            log.error("restarted", service=context.service.name, left=left, exc_info=error)
            await asyncio.sleep(1)


async def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# --- a process ---------------------------------------------------------------------------------------


GC_THRESHOLDS = (50_000, 20, 50)
"""The rows of a batch are thousands of objects that refer to nothing in a circle: looking through them for
circles after every 700 took a tenth of the intake's time and a quarter of the evaluator's."""


_LARGEST_BLOCK = 64 << 20


def keep_memory() -> None:
    """Has the C library keep what arrays gave back. By default a block of more than 128 KiB is a mapping of
    its own: every array of a batch had its pages given by the system anew, which took longer than the sums.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        # The threshold of mappings has a bound of its own (32 MiB on 64 bits): beyond it nothing is set.
        library.mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK // 2)
        library.mallopt(_M_TRIM_THRESHOLD, _LARGEST_BLOCK)
        library.mallopt(_M_TOP_PAD, _LARGEST_BLOCK // 4)


_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
"""Of glibc's mallopt; other libraries have none and lose nothing."""


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers, and tells streams to end when it is asked to stop, so that SIGTERM
    drains."""

    on_started: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self.on_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        stopping = getattr(self.config.app.state, "stopping", None)  # type: ignore[union-attr]
        if stopping is not None:
            asyncio.get_running_loop().call_soon_threadsafe(stopping.set)
        super().handle_exit(sig, frame)
        # Uvicorn would raise the signal again once it has drained; a stop that was asked for is exit code 0.
        self._captured_signals.clear()


class DataLock:
    """Keeps a second server, and commands that open the stores, out of an embedded data folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "lock").open("a+")

    def take(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            owner = self._file.read().strip() or "?"
            raise Fatal(
                f"{Path(self._file.name).parent} is in use by a running server (process {owner}); "
                "stop it first, or set SANYA_DATA_DIR to another folder"
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.close()


async def _include_rest(app: _App, fatal: Callable[[BaseException], None]) -> None:
    """Takes in what no request has asked for yet, so that later ones need not wait for it.

    A process whose routes cannot be imported could answer nothing: it ends.
    """
    gc.disable()  # as in `services.__main__`: what an import makes stays
    try:
        await app.include()
    except Exception as error:
        fatal(error)
    finally:
        gc.freeze()
        gc.enable()


def run(
    *services: Service,
    role: str = "all",
    announce: Callable[[str, Settings], None] | None = None,
) -> int:
    """Serves until SIGTERM or SIGINT. Returns the exit code: 0, or 3 when something fatal ended it.

    Embedded: takes the data folder's lock and migrates first.
    """
    settings = Settings()
    configure_logs(settings.log_level, settings.log_format)
    began = time.monotonic()
    lock = None
    if settings.embedded:
        lock = DataLock(Path(settings.database.removeprefix("sqlite:///")))
        lock.take()
        for service in services:
            service.migrate(service.settings())
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()
    keep_memory()
    server: _Server
    last = threading.Timer(2 * DRAIN_SECONDS, os._exit, (3,))
    last.daemon = True

    def stop(_error: BaseException) -> None:
        server.should_exit = True
        # A handler that hangs in its thread must not keep the process from ending.
        if not last.is_alive():
            last.start()

    app = create_app(*services, role=role, on_fatal=stop)
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            h11_max_incomplete_event_size=64 << 10,
        )
    )

    def started() -> None:
        log.info("ready", seconds=round(time.monotonic() - began, 2))
        if announce is not None:
            port = server.servers[0].sockets[0].getsockname()[1]
            announce(f"http://{settings.host}:{port}", settings)
        app.state.including = asyncio.create_task(_include_rest(app, app.state.end))

    server.on_started = started
    try:
        asyncio.run(server.serve())
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        last.cancel()
        if lock is not None:
            lock.release()
    if getattr(app.state, "fatal", None) is not None:
        return 3
    if not server.started:
        print("the server could not start; see the log above", file=sys.stderr)
        return 3
    return 0
