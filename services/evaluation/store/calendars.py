"""Versions of working calendars as the registry told them, and which ones agreements adopted for the past."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from services.evaluation.domain.working_time import Calendars, WorkingCalendar, read_calendar
from services.evaluation.store.tables import ID, contribution, tables
from shared.db.types import Code, Json, Micros

calendar_version = sa.Table(
    "calendar_version",
    tables,
    sa.Column("calendar", Code, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.PrimaryKeyConstraint("calendar", "version", name="pk_calendar_version"),
)

# A retroactive version judges an agreement from here on: all its parties said so.
calendar_adoption = sa.Table(
    "calendar_adoption",
    tables,
    sa.Column("agreement", Code, nullable=False),
    sa.Column("calendar", Code, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("correction", ID, nullable=False),
    sa.Column("adopted_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("agreement", "calendar", "version", name="pk_calendar_adoption"),
)


_TEXT = sa.type_coerce(calendar_version.c.document, sa.Text)
"""Documents as they are stored: a calendar is found by its text, so that its spans are made once."""


def put_version(connection: sa.Connection, code: str, version: int, document: Mapping[str, Any]) -> bool:
    """Keeps a version. False: it is known; a version never changes."""
    if version_of(connection, code, version) is not None:
        return False
    connection.execute(
        sa.insert(calendar_version).values(calendar=code, version=version, document=dict(document))
    )
    return True


def version_of(connection: sa.Connection, code: str, version: int) -> WorkingCalendar | None:
    found = connection.execute(
        sa.select(_TEXT).where(calendar_version.c.calendar == code, calendar_version.c.version == version)
    ).scalar()
    return None if found is None else _read(found)


def calendars_of(connection: sa.Connection, code: str | None, agreement: str) -> dict[str, Calendars]:
    """The calendar that an agreement names, with the versions that judge it; empty if it knows none."""
    if code is None:
        return {}
    adopted = adoptions(connection, agreement, code)
    texts = connection.execute(
        sa.select(_TEXT).where(calendar_version.c.calendar == code).order_by(calendar_version.c.version)
    ).scalars()
    versions = [_read(text) for text in texts]
    judging = tuple(one for one in versions if not one.retroactive or one.version in adopted)
    return {code: Calendars(judging)} if judging else {}


def adoptions(connection: sa.Connection, agreement: str, code: str) -> set[int]:
    """The retroactive versions that an agreement adopted."""
    found = sa.select(calendar_adoption.c.version).where(
        calendar_adoption.c.agreement == agreement, calendar_adoption.c.calendar == code
    )
    return set(connection.execute(found).scalars())


def adopt(
    connection: sa.Connection, agreement: str, code: str, version: int, correction: str, at: int
) -> None:
    connection.execute(
        sa.insert(calendar_adoption).values(
            agreement=agreement, calendar=code, version=version, correction=correction, adopted_at=at
        )
    )


def versions_in(connection: sa.Connection, track_id: int, start: int, end: int) -> list[int]:
    """The versions by which journeys in [start, end) were judged, the oldest first."""
    found = (
        sa.select(contribution.c.calendar)
        .where(
            contribution.c.track == track_id,
            contribution.c.at >= start,
            contribution.c.at < end,
            contribution.c.calendar.is_not(None),
        )
        .distinct()
        .order_by(contribution.c.calendar)
    )
    return list(connection.execute(found).scalars())


def journeys_from(
    connection: sa.Connection, revision: str, started: int | None, after: str, limit: int
) -> Sequence[str]:
    """The journeys that a revision judges and that started at ``started`` or later, by id."""
    query = (
        sa.select(contribution.c.journey)
        .where(contribution.c.revision == revision, contribution.c.journey > after)
        .distinct()
        .order_by(contribution.c.journey)
        .limit(limit)
    )
    if started is not None:
        query = query.where(contribution.c.started >= started)
    return connection.execute(query).scalars().all()


@lru_cache(maxsize=1000)
def _read(document: str) -> WorkingCalendar:
    return read_calendar(json.loads(document))
