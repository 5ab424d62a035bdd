"""Agencies, services, sources: queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry import domain
from services.registry.store.tables import (
    agency,
    personal,
    service,
    service_version,
    source,
    source_service,
    step,
)

Row = sa.Row[Any]


def like(text: str) -> str:
    """A LIKE pattern that finds ``text`` anywhere (escape character: backslash)."""
    escaped = domain.fold(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


# --- agencies ----------------------------------------------------------------------------------------

_AGENCY = sa.select(
    agency, personal.c.name.label("contact_name"), personal.c.email, personal.c.phone
).outerjoin(personal, sa.and_(personal.c.kind == "agency", personal.c.id == agency.c.code))


def agency_by_code(connection: sa.Connection, code: str) -> Row | None:
    return connection.execute(_AGENCY.where(agency.c.code == code)).first()


def agencies(
    connection: sa.Connection, q: str | None, after: Sequence[str] | None, limit: int
) -> Sequence[Row]:
    query = _AGENCY.order_by(agency.c.sort_key, agency.c.code).limit(limit)
    if q is not None:
        query = query.where(agency.c.search.like(like(q), escape="\\"))
    if after is not None:
        query = query.where(sa.tuple_(agency.c.sort_key, agency.c.code) > sa.tuple_(*after))
    return connection.execute(query).all()


def known_agencies(connection: sa.Connection, codes: set[str]) -> set[str]:
    """Those of ``codes`` that are registered."""
    return set(connection.execute(sa.select(agency.c.code).where(agency.c.code.in_(codes))).scalars())


def put_agency(connection: sa.Connection, code: str, name: dict[str, str], version: int) -> None:
    values = {
        "name": name,
        "sort_key": domain.name_key(name),
        "search": domain.search_text(name, code),
        "version": version,
    }
    if version == 1:
        connection.execute(sa.insert(agency).values(code=code, state="active", **values))
    else:
        connection.execute(sa.update(agency).where(agency.c.code == code).values(**values))


def put_contact(connection: sa.Connection, code: str, contact: Mapping[str, Any] | None) -> None:
    """Sets the post to turn to, or erases it."""
    connection.execute(sa.delete(personal).where(personal.c.kind == "agency", personal.c.id == code))
    if contact is not None:
        connection.execute(
            sa.insert(personal).values(
                kind="agency",
                id=code,
                name=contact["name"],
                sort_key=domain.sort_key(contact["name"]),
                email=contact["email"],
                phone=contact["phone"],
            )
        )


# --- services ----------------------------------------------------------------------------------------


def service_by_code(connection: sa.Connection, code: str) -> Row | None:
    return connection.execute(sa.select(service).where(service.c.code == code)).first()


def services(
    connection: sa.Connection,
    q: str | None,
    owner: str | None,
    responsible: str | None,
    after: Sequence[str] | None,
    limit: int,
) -> Sequence[Row]:
    query = sa.select(service).order_by(service.c.sort_key, service.c.code).limit(limit)
    if q is not None:
        query = query.where(service.c.search.like(like(q), escape="\\"))
    if owner is not None:
        query = query.where(service.c.owner == owner)
    if responsible is not None:
        steps = sa.select(step.c.service).where(step.c.agency == responsible)
        query = query.where(service.c.code.in_(steps))
    if after is not None:
        query = query.where(sa.tuple_(service.c.sort_key, service.c.code) > sa.tuple_(*after))
    return connection.execute(query).all()


def steps_of(connection: sa.Connection, services: Sequence[str]) -> dict[str, list[Row]]:
    """The steps in force of some services, in order."""
    found: dict[str, list[Row]] = {code: [] for code in services}
    rows = connection.execute(
        sa.select(step).where(step.c.service.in_(services)).order_by(step.c.service, step.c.position)
    )
    for row in rows:
        found[row.service].append(row)
    return found


def put_service(
    connection: sa.Connection,
    code: str,
    owner: str,
    name: dict[str, str],
    steps: Sequence[Mapping[str, Any]],
    version: int,
    now: datetime,
) -> None:
    """Stores a version of a service with its steps (each with its own version) and keeps it for ever."""
    values = {
        "owner": owner,
        "name": name,
        "sort_key": domain.name_key(name),
        "search": domain.search_text(name, code),
        "version": version,
        "changed_at": now,
    }
    if version == 1:
        connection.execute(sa.insert(service).values(code=code, **values))
    else:
        connection.execute(sa.update(service).where(service.c.code == code).values(**values))
        connection.execute(sa.delete(step).where(step.c.service == code))
    if steps:
        connection.execute(
            sa.insert(step),
            [{"service": code, "position": place, **given} for place, given in enumerate(steps)],
        )
    connection.execute(
        sa.insert(service_version).values(
            service=code, version=version, changed_at=now, state={"name": name, "steps": list(steps)}
        )
    )


def step_versions(connection: sa.Connection, code: str) -> dict[str, int]:
    """The highest version that each step of a service ever had, also of those taken out since."""
    found: dict[str, int] = {}
    states = connection.execute(
        sa.select(service_version.c.state).where(service_version.c.service == code)
    ).scalars()
    for state in states:
        for given in state["steps"]:
            found[given["code"]] = max(given["version"], found.get(given["code"], 0))
    return found


def service_versions(connection: sa.Connection, code: str, after: int | None, limit: int) -> Sequence[Row]:
    """What a service was, newest first."""
    query = (
        sa.select(service_version)
        .where(service_version.c.service == code)
        .order_by(service_version.c.version.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(service_version.c.version < after)
    return connection.execute(query).all()


def known_services(connection: sa.Connection, codes: set[str]) -> set[str]:
    return set(connection.execute(sa.select(service.c.code).where(service.c.code.in_(codes))).scalars())


# --- sources -----------------------------------------------------------------------------------------


def source_by_code(connection: sa.Connection, code: str) -> Row | None:
    return connection.execute(sa.select(source).where(source.c.code == code)).first()


def sources(
    connection: sa.Connection, agency_code: str, reports: str | None, after: str | None, limit: int
) -> Sequence[Row]:
    query = sa.select(source).where(source.c.agency == agency_code).order_by(source.c.code).limit(limit)
    if reports is not None:
        reporting = sa.select(source_service.c.source).where(source_service.c.service == reports)
        query = query.where(source.c.code.in_(reporting))
    if after is not None:
        query = query.where(source.c.code > after)
    return connection.execute(query).all()


def services_of(connection: sa.Connection, sources: Sequence[str]) -> dict[str, list[str]]:
    """The services that some sources report for."""
    found: dict[str, list[str]] = {code: [] for code in sources}
    rows = connection.execute(
        sa.select(source_service)
        .where(source_service.c.source.in_(sources))
        .order_by(source_service.c.source, source_service.c.service)
    )
    for row in rows:
        found[row.source].append(row.service)
    return found


def put_source(
    connection: sa.Connection,
    code: str,
    agency_code: str,
    services: Sequence[str],
    holder: str,
    state: str,
    version: int,
) -> None:
    values = {"agency": agency_code, "holder": holder, "state": state, "version": version}
    if version == 1:
        connection.execute(sa.insert(source).values(code=code, **values))
    else:
        connection.execute(sa.update(source).where(source.c.code == code).values(**values))
        connection.execute(sa.delete(source_service).where(source_service.c.source == code))
    if services:
        connection.execute(
            sa.insert(source_service), [{"source": code, "service": service} for service in services]
        )
