"""Working calendars: queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry.store.tables import calendar, calendar_version

Row = sa.Row[Any]

_COLUMNS: tuple[sa.Column[Any], ...] = (
    calendar.c.code,
    calendar.c.owner,
    *(calendar_version.c[name] for name in ("version", "published_at", "document", "reason")),
)
_NEWEST = sa.select(*_COLUMNS).join(calendar_version, calendar_version.c.calendar == calendar.c.code)
_IS_NEWEST = calendar_version.c.version == calendar.c.version


def newest(connection: sa.Connection, code: str) -> Row | None:
    return connection.execute(_NEWEST.where(calendar.c.code == code, _IS_NEWEST)).first()


def version(connection: sa.Connection, code: str, number: int) -> Row | None:
    found = _NEWEST.where(calendar.c.code == code, calendar_version.c.version == number)
    return connection.execute(found).first()


def calendars(connection: sa.Connection, owner: str | None, after: str | None, limit: int) -> Sequence[Row]:
    """The newest version of each, by code."""
    query = _NEWEST.where(_IS_NEWEST).order_by(calendar.c.code).limit(limit)
    if owner is not None:
        query = query.where(calendar.c.owner == owner)
    if after is not None:
        query = query.where(calendar.c.code > after)
    return connection.execute(query).all()


def versions(connection: sa.Connection, code: str, after: int | None, limit: int) -> Sequence[Row]:
    """All versions of one, newest first."""
    query = _NEWEST.where(calendar.c.code == code).order_by(calendar_version.c.version.desc()).limit(limit)
    if after is not None:
        query = query.where(calendar_version.c.version < after)
    return connection.execute(query).all()


def put_version(
    connection: sa.Connection,
    document: Mapping[str, Any],
    *,
    reason: str | None,
    now: datetime,
) -> None:
    """Stores a version; the calendar goes by its name and number from now on."""
    code, number = document["code"], document["version"]
    values = {"owner": document["owner"], "name": document["name"], "version": number}
    if number == 1:
        connection.execute(sa.insert(calendar).values(code=code, **values))
    else:
        connection.execute(sa.update(calendar).where(calendar.c.code == code).values(**values))
    connection.execute(
        sa.insert(calendar_version).values(
            calendar=code, version=number, published_at=now, document=document, reason=reason
        )
    )
