"""Agencies and services as the registry told them, and this service's own indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.agreements import World
from services.sla.domain.indicators import KnownService
from services.sla.domain.plans import KnownSource
from services.sla.store.tables import (
    agency,
    calendar,
    indicator,
    revision,
    revision_indicator,
    service,
    source,
)
from shared.projection import apply_newer


@dataclass(frozen=True, slots=True)
class Indicator:
    """A stored indicator; `version` is its ETag."""

    code: str
    service: str
    version: int
    document: dict[str, Any]

    def answer(self) -> dict[str, Any]:
        return {**self.document, "version": self.version}


def keep_agency(connection: sa.Connection, code: str, version: int, state: str) -> None:
    apply_newer(connection, agency, {"code": code}, version, {"state": state})


def keep_service(
    connection: sa.Connection, code: str, version: int, owner: str, steps: list[tuple[str, str]]
) -> None:
    values = {"owner": owner, "steps": [list(step) for step in steps]}
    apply_newer(connection, service, {"code": code}, version, values)


def keep_source(
    connection: sa.Connection, code: str, version: int, owner: str, services: list[str], state: str
) -> None:
    values = {"agency": owner, "services": services, "state": state}
    apply_newer(connection, source, {"code": code}, version, values)


def keep_calendar(connection: sa.Connection, code: str, version: int, owner: str) -> None:
    apply_newer(connection, calendar, {"code": code}, version, {"owner": owner})


def known_service(connection: sa.Connection, code: str) -> KnownService | None:
    row = connection.execute(sa.select(service).where(service.c.code == code)).first()
    return None if row is None else KnownService(row.code, row.owner, dict(row.steps))


def world(
    connection: sa.Connection,
    agencies: Iterable[str],
    service_code: str,
    indicators: Iterable[str],
    sources: Iterable[str] = (),
    calendar_code: str | None = None,
) -> World:
    """What is known of the names that a document refers to."""
    states = connection.execute(
        sa.select(agency.c.code, agency.c.state).where(agency.c.code.in_(list(agencies)))
    )
    documents = connection.execute(
        sa.select(indicator.c.code, indicator.c.document).where(indicator.c.code.in_(list(indicators)))
    )
    reporting = connection.execute(sa.select(source).where(source.c.code.in_(list(sources))))
    named = sa.select(calendar.c.code).where(calendar.c.code == calendar_code)
    return World(
        agencies={row.code: row.state for row in states},
        service=known_service(connection, service_code),
        indicators={row.code: row.document for row in documents},
        sources={row.code: KnownSource(row.agency, frozenset(row.services), row.state) for row in reporting},
        calendars=frozenset(connection.execute(named).scalars()),
    )


def find_indicator(connection: sa.Connection, code: str) -> Indicator | None:
    row = connection.execute(sa.select(indicator).where(indicator.c.code == code)).first()
    return None if row is None else Indicator(row.code, row.service, row.version, row.document)


def list_indicators(
    connection: sa.Connection, service_code: str | None, kind: str | None, after: str | None, limit: int
) -> list[Indicator]:
    """In the order of their codes, behind ``after``."""
    query = sa.select(indicator).order_by(indicator.c.code).limit(limit)
    if service_code is not None:
        query = query.where(indicator.c.service == service_code)
    if kind is not None:
        query = query.where(indicator.c.kind == kind)
    if after is not None:
        query = query.where(indicator.c.code > after)
    return [Indicator(row.code, row.service, row.version, row.document) for row in connection.execute(query)]


def add_indicator(connection: sa.Connection, document: Mapping[str, Any], by: str, at: datetime) -> None:
    connection.execute(
        sa.insert(indicator).values(
            code=document["code"],
            service=document["service"],
            kind=document["kind"],
            version=1,
            document=document,
            changed_by=by,
            changed_at=at,
        )
    )


def change_indicator(
    connection: sa.Connection, document: Mapping[str, Any], version: int, by: str, at: datetime
) -> None:
    connection.execute(
        sa.update(indicator)
        .where(indicator.c.code == document["code"])
        .values(document=document, version=version, changed_by=by, changed_at=at)
    )


def is_promised(connection: sa.Connection, code: str) -> bool:
    """Whether a revision that measures by this indicator was ever offered."""
    offered = (
        sa.select(revision.c.hash)
        .join(revision_indicator, revision_indicator.c.revision == revision.c.hash)
        .where(revision_indicator.c.indicator == code, revision.c.offered_at.is_not(None))
        .limit(1)
    )
    return connection.execute(offered).first() is not None
