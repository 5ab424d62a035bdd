"""Signatures of acceptances, the keys that made them, and agencies' own keys as the registry told them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.signing import AgencyKey, AgencyKeys, WitnessKey
from services.sla.store.tables import tables
from shared.clock import from_micros
from shared.db.types import Code, Instant, Json
from shared.projection import apply_newer

witness_key = sa.Table(
    "witness_key",
    tables,
    sa.Column("kid", sa.String(64), primary_key=True),
    # NULL once it signs no more; the public half stays for ever.
    sa.Column("private", sa.Text),
    sa.Column("jwk", Json, nullable=False),
    sa.Column("valid_from", Instant, nullable=False),
    sa.Column("valid_until", Instant),
)

agency_keys = sa.Table(
    "agency_keys",
    tables,
    sa.Column("agency", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("keys", Json, nullable=False),
)

acceptance_signature = sa.Table(
    "acceptance_signature",
    tables,
    sa.Column("revision", sa.String(64), primary_key=True),
    sa.Column("agency", Code, primary_key=True),
    # The RFC 8785 form, to the byte: what `signature` is over.
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("signature", sa.String(100), nullable=False),
    sa.Column("kid", sa.String(64), nullable=False),
    sa.Column("own_kid", sa.String(64)),
    # Where a person's name is kept; the statement has its salted hash.
    sa.Column("name", sa.String(32)),
)


@dataclass(frozen=True, slots=True)
class Signature:
    revision: str
    agency: str
    statement: str
    signature: str
    kid: str
    own_kid: str | None
    name: str | None


# --- the deployment's keys ---------------------------------------------------------------------------


def signing_key(connection: sa.Connection) -> WitnessKey | None:
    """The key that signs now."""
    row = connection.execute(
        sa.select(witness_key)
        .where(witness_key.c.private.is_not(None))
        .order_by(witness_key.c.valid_from.desc())
        .limit(1)
    ).first()
    return None if row is None else WitnessKey(**row._asdict())


def witness_keys(connection: sa.Connection) -> list[WitnessKey]:
    """Every key there ever was, oldest first."""
    query = sa.select(witness_key).order_by(witness_key.c.valid_from, witness_key.c.kid)
    return [WitnessKey(**row._asdict()) for row in connection.execute(query)]


def add_witness_key(connection: sa.Connection, made: WitnessKey) -> None:
    connection.execute(sa.insert(witness_key).values(**asdict(made)))


def end_witness_key(connection: sa.Connection, kid: str, at: datetime) -> None:
    """Sets the end of a key and erases its private half."""
    connection.execute(
        sa.update(witness_key).where(witness_key.c.kid == kid).values(valid_until=at, private=None)
    )


# --- agencies' own keys ------------------------------------------------------------------------------


def keep_agency_keys(
    connection: sa.Connection, agency: str, version: int, required: bool, keys: list[dict[str, Any]]
) -> None:
    apply_newer(connection, agency_keys, {"agency": agency}, version, {"required": required, "keys": keys})


def keys_of(connection: sa.Connection, agency: str) -> AgencyKeys:
    row = connection.execute(sa.select(agency_keys).where(agency_keys.c.agency == agency)).first()
    if row is None:
        return AgencyKeys(agency)
    keys = tuple(
        AgencyKey(
            each["kid"],
            agency,
            each["jwk"],
            from_micros(each["valid_from"]),
            None if each["valid_until"] is None else from_micros(each["valid_until"]),
        )
        for each in row.keys
    )
    return AgencyKeys(agency, row.required, keys)


# --- signatures --------------------------------------------------------------------------------------


def add_signature(connection: sa.Connection, made: Signature) -> None:
    connection.execute(sa.insert(acceptance_signature).values(**asdict(made)))


def signatures_of(connection: sa.Connection, digest: str) -> dict[str, Signature]:
    """agency -> the signature of its acceptance."""
    query = sa.select(acceptance_signature).where(acceptance_signature.c.revision == digest)
    return {row.agency: Signature(**row._asdict()) for row in connection.execute(query)}


def own_keys(connection: sa.Connection, agencies: Sequence[str]) -> dict[str, AgencyKey]:
    """kid -> key of some agencies."""
    return {key.kid: key for agency in agencies for key in keys_of(connection, agency).keys}
