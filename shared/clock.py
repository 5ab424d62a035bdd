"""Time as a dependency: nothing below the wiring asks the machine what time it is.

Two forms are used. People and documents: aware ``datetime`` in UTC. Events and the hot road: integer
microseconds since 1970-01-01T00:00Z, which compare, hash and pack without a zone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime, exactly (no float in between)."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


def rfc3339(instant: datetime | int) -> str:
    """An instant as people and programs read it: RFC 3339 in UTC, fractions only where there are any."""
    moment = from_micros(instant) if isinstance(instant, int) else instant.astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")
