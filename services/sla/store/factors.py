"""Factors, and the weights by which the needs of a service are ranked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.needs import Weights
from services.sla.store.needs import ID, PERSON, is_open, open_to
from services.sla.store.tables import tables
from shared.db.types import Code, Instant

factor = sa.Table(
    "factor",
    tables,
    sa.Column("id", ID, primary_key=True),
    sa.Column("service", Code, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    # The words stand in free_text.
    sa.Column("statement", ID, nullable=False),
    sa.Column("statement_hash", sa.String(64), nullable=False),
    sa.Column("section", sa.Text),
    sa.Column("value", sa.String(40)),
    sa.Column("unit", sa.Text),
    sa.Column("indicator", Code),
    sa.Column("made_by", PERSON, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)

need_weights = sa.Table(
    # Each version stays: a ranking of then can be made again.
    "need_weights",
    tables,
    sa.Column("service", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("frequency", sa.Integer, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("legal_weight", sa.Integer, nullable=False),
    sa.Column("made_by", PERSON, nullable=False),
    sa.Column("made_for", Code, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Factor:
    """What bounds a service. `statement`: the id of its free text."""

    id: str
    service: str
    agency: str
    version: int
    kind: str
    statement: str
    statement_hash: str
    section: str | None
    value: str | None
    unit: str | None
    indicator: str | None
    made_by: str
    made_at: datetime
    changed_at: datetime


def add(connection: sa.Connection, made: Factor) -> None:
    connection.execute(sa.insert(factor).values(**asdict(made)))


def change(connection: sa.Connection, factor_id: str, **values: Any) -> None:
    connection.execute(sa.update(factor).where(factor.c.id == factor_id).values(**values))


def find(connection: sa.Connection, factor_id: str) -> Factor | None:
    row = connection.execute(sa.select(factor).where(factor.c.id == factor_id)).first()
    return None if row is None else Factor(**row._asdict())


def find_open(connection: sa.Connection, factor_id: str, agency: str | None) -> Factor | None:
    """A factor as an agency may see it."""
    found = find(connection, factor_id)
    return found if found and is_open(connection, found.agency, found.service, agency) else None


def list_open(
    connection: sa.Connection,
    agency: str,
    *,
    equals: dict[str, Any],
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Factor]:
    query = open_to(connection, factor, agency, equals=equals, after=after, limit=limit)
    return [Factor(**row._asdict()) for row in connection.execute(query)]


def of_service(connection: sa.Connection, service_code: str) -> list[Factor]:
    query = sa.select(factor).where(factor.c.service == service_code).order_by(factor.c.made_at, factor.c.id)
    return [Factor(**row._asdict()) for row in connection.execute(query)]


def weights_of(connection: sa.Connection, service_code: str) -> list[Weights]:
    """Every version, the newest first; the one that holds from the start where nobody set any."""
    columns = [column for column in need_weights.c if column.name != "service"]
    query = (
        sa.select(*columns)
        .where(need_weights.c.service == service_code)
        .order_by(need_weights.c.version.desc())
    )
    return [*(Weights(**row._asdict()) for row in connection.execute(query)), Weights()]


def add_weights(connection: sa.Connection, service_code: str, made: Weights) -> None:
    connection.execute(sa.insert(need_weights).values(service=service_code, **asdict(made)))
