"""The keys with which agencies sign: tables and queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry.store.tables import binary, tables
from shared.db.types import Instant, Json

Row = sa.Row[Any]

agency_signing = sa.Table(
    "agency_signing",
    tables,
    sa.Column("agency", binary(64), primary_key=True),
    sa.Column("required", sa.Boolean, nullable=False),
    # Rises with every change of the flag and of the keys.
    sa.Column("version", sa.BigInteger, nullable=False),
)

# A key is never deleted: what it signed is verified with it for ever. Only its end is set.
agency_key = sa.Table(
    "agency_key",
    tables,
    sa.Column("kid", sa.String(64), primary_key=True),
    sa.Column("agency", binary(64), nullable=False),
    sa.Column("jwk", Json, nullable=False),
    sa.Column("valid_from", Instant, nullable=False),
    sa.Column("valid_until", Instant),
    sa.Column("registered_by", binary(64), nullable=False),
)


def signing_of(connection: sa.Connection, agency: str) -> Row | None:
    return connection.execute(sa.select(agency_signing).where(agency_signing.c.agency == agency)).first()


def put_signing(connection: sa.Connection, agency: str, required: bool, version: int) -> None:
    if version == 1:
        connection.execute(
            sa.insert(agency_signing).values(agency=agency, required=required, version=version)
        )
    else:
        connection.execute(
            sa.update(agency_signing)
            .where(agency_signing.c.agency == agency)
            .values(required=required, version=version)
        )


def keys_of(connection: sa.Connection, agency: str) -> Sequence[Row]:
    return connection.execute(
        sa.select(agency_key)
        .where(agency_key.c.agency == agency)
        .order_by(agency_key.c.valid_from, agency_key.c.kid)
    ).all()


def is_known(connection: sa.Connection, kid: str) -> bool:
    query = sa.select(agency_key.c.kid).where(agency_key.c.kid == kid)
    return connection.execute(query).first() is not None


def add_key(
    connection: sa.Connection, kid: str, agency: str, jwk: dict[str, Any], at: datetime, by: str
) -> None:
    connection.execute(
        sa.insert(agency_key).values(kid=kid, agency=agency, jwk=jwk, valid_from=at, registered_by=by)
    )


def end_key(connection: sa.Connection, kid: str, at: datetime) -> None:
    connection.execute(sa.update(agency_key).where(agency_key.c.kid == kid).values(valid_until=at))
