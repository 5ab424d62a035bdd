"""What others told: agencies, services, sources and indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from services.metrics.domain.known import Indicator, Known, Source
from services.metrics.store.tables import picture, projection
from shared.projection import apply_newer


def keep(connection: sa.Connection, kind: str, code: str, version: int, body: dict[str, Any]) -> bool:
    """Keeps a fact if it is newer than what is known of its subject. Returns whether it was."""
    key = {"kind": kind, "code": code}
    if not apply_newer(connection, projection, key, version, {"body": body}):
        return False
    connection.execute(sa.update(picture).values(version=picture.c.version + 1))
    return True


def picture_version(connection: sa.Connection) -> int:
    version: int = connection.execute(sa.select(picture.c.version)).scalar_one()
    return version


def known(connection: sa.Connection) -> Known:
    """All of it, consistent."""
    agencies: set[str] = set()
    steps: dict[str, dict[str, str]] = {}
    sources: dict[str, Source] = {}
    indicators: dict[str, Indicator] = {}
    version = picture_version(connection)
    for row in connection.execute(sa.select(projection.c.kind, projection.c.code, projection.c.body)):
        body = row.body
        if row.kind == "agency":
            agencies.add(row.code)
        elif row.kind == "service":
            steps[row.code] = body["steps"]
        elif row.kind == "source":
            sources[row.code] = Source(
                body["agency"], frozenset(body["services"]), body["holder"], body["active"]
            )
        else:
            labels = {name: frozenset(values) for name, values in body["labels"].items()}
            scale = body.get("scale")
            ends = None if scale is None else (_micro(scale["min"]), _micro(scale["max"]))
            indicators[row.code] = Indicator(body["service"], body["kind"], labels, ends)
    return Known(version, frozenset(agencies), steps, sources, indicators)


def _micro(number: str) -> int:
    return int(Decimal(number).scaleb(6))


def durations(connection: sa.Connection) -> frozenset[str]:
    """The indicators that are measured on journeys."""
    rows = connection.execute(
        sa.select(projection.c.code, projection.c.body).where(projection.c.kind == "indicator")
    )
    return frozenset(row.code for row in rows if row.body["kind"] == "duration")
