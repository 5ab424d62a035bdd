"""Logs, metrics, and the one trace id that follows a request through its events to the result.

The trace is a W3C `traceparent`; an HTTP request brings it or gets one, events carry it on.
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram("sanya_http_request_seconds", "HTTP requests", ["service", "method", "route", "status"])
RECORDS = Counter("sanya_consumed_records", "Records consumed", ["service", "topic", "outcome"])
POSITION_AGE = Gauge("sanya_consumer_lag_records", "Records not yet consumed", ["service"])
PUBLISHED = Counter("sanya_published_records", "Records published by the relay", ["service"])

_trace: ContextVar[str | None] = ContextVar("trace", default=None)


def current_trace() -> str | None:
    """The `traceparent` of what is being done, if it came from a request."""
    return _trace.get()


def trace_id() -> str | None:
    """The 32 hexadecimal digits that name the trace."""
    trace = _trace.get()
    return trace.split("-")[1] if trace else None


def new_trace() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def valid_trace(text: str | None) -> bool:
    parts = (text or "").split("-")
    return (
        len(parts) == 4
        and [len(part) for part in parts] == [2, 32, 16, 2]
        and set("".join(parts)) <= set("0123456789abcdef")
        and parts[0] == "00"
        and set(parts[1]) != {"0"}
    )


@contextmanager
def use_trace(trace: str | None) -> Iterator[None]:
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)


def _add_trace(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    trace = trace_id()
    if trace:
        event["trace_id"] = trace
    return event


class Seldom(logging.Filter):
    """Lets each message of a library through once in ``seconds``.

    While the broker is down aiokafka says the same a hundred times a second, in every process.
    """

    def __init__(self, library: str, seconds: float) -> None:
        super().__init__()
        self._library = library
        self._seconds = seconds
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] != self._library:
            return True
        message = (record.name, str(record.msg))
        if record.created - self._said.get(message, 0.0) < self._seconds:
            return False
        self._said[message] = record.created
        return True


def configure_logs(level: str, style: str) -> None:
    """One format for our own logs and those of libraries: JSON lines, or text on a terminal."""
    text = style == "text" or (style == "auto" and sys.stderr.isatty())
    shared_steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if text
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared_steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    steps: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not text:
        steps.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared_steps, processors=[*steps, renderer])
    )
    handler.addFilter(Seldom("aiokafka", 30))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    for chatty in ("aiokafka", "alembic", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
