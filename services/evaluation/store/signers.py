"""Whose keys signed what: the log's own, and those of the deployment and of agencies as others told them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.tables import HASH, tables
from shared.db.types import Code, Json, Micros
from shared.projection import apply_newer

log_key = sa.Table(
    "evidence_key",
    tables,
    sa.Column("kid", sa.String(64), primary_key=True),
    sa.Column("origin", sa.String(255), nullable=False),
    # NULL once it signs no more; the public half stays for ever.
    sa.Column("private", sa.Text),
    sa.Column("jwk", Json, nullable=False),
    sa.Column("valid_from", Micros, nullable=False),
    sa.Column("valid_until", Micros),
)

signer_key = sa.Table(
    "signer_key",
    tables,
    sa.Column("kid", sa.String(64), primary_key=True),
    # NULL: the deployment's, which witnesses acceptances.
    sa.Column("agency", Code),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("jwk", Json, nullable=False),
    sa.Column("valid_from", Micros, nullable=False),
    sa.Column("valid_until", Micros),
)

acceptance = sa.Table(
    "evidence_acceptance",
    tables,
    sa.Column("revision", HASH, primary_key=True),
    sa.Column("agency", Code, primary_key=True),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("at", Micros, nullable=False),
    # The RFC 8785 form, to the byte: what `signature` is over.
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("signature", sa.String(100), nullable=False),
)


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of the log; ``private`` None: it signs no more."""

    kid: str
    origin: str
    private: str | None
    jwk: dict[str, Any]
    valid_from: int
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class SignerKey:
    """``agency`` None: a key of the deployment."""

    kid: str
    agency: str | None
    jwk: dict[str, Any]
    valid_from: int
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class Acceptance:
    revision: str
    agency: str
    agreement: str
    at: int
    statement: str
    signature: str


def signing_key(connection: sa.Connection) -> LogKey | None:
    """The log's key that signs now."""
    row = connection.execute(
        sa.select(log_key)
        .where(log_key.c.private.is_not(None))
        .order_by(log_key.c.valid_from.desc())
        .limit(1)
    ).first()
    return None if row is None else LogKey(**row._asdict())


def log_keys(connection: sa.Connection) -> list[LogKey]:
    """Every key the log ever had, oldest first."""
    query = sa.select(log_key).order_by(log_key.c.valid_from, log_key.c.kid)
    return [LogKey(**row._asdict()) for row in connection.execute(query)]


def add_log_key(connection: sa.Connection, made: LogKey) -> None:
    connection.execute(sa.insert(log_key).values(**asdict(made)))


def end_log_key(connection: sa.Connection, kid: str, at: int) -> None:
    """Sets the end of a key and erases its private half."""
    connection.execute(sa.update(log_key).where(log_key.c.kid == kid).values(valid_until=at, private=None))


def keep_key(connection: sa.Connection, key: SignerKey, version: int) -> None:
    values = asdict(key)
    apply_newer(connection, signer_key, {"kid": values.pop("kid")}, version, values)


def key_of(connection: sa.Connection, kid: str) -> SignerKey | None:
    return keys(connection, [kid]).get(kid)


def keys(connection: sa.Connection, kids: Iterable[str]) -> dict[str, SignerKey]:
    rows = connection.execute(
        sa.select(*(one for one in signer_key.c if one.name != "version")).where(
            signer_key.c.kid.in_(sorted(set(kids)))
        )
    )
    return {row.kid: SignerKey(**row._asdict()) for row in rows}


def put_acceptance(connection: sa.Connection, new: Acceptance) -> bool:
    """Keeps an acceptance. False: it is there already."""
    mine = sa.select(acceptance.c.agency).where(
        acceptance.c.revision == new.revision, acceptance.c.agency == new.agency
    )
    if connection.execute(mine).first() is not None:
        return False
    connection.execute(sa.insert(acceptance).values(**asdict(new)))
    return True


def acceptances_of(connection: sa.Connection, revisions: Sequence[str]) -> list[Acceptance]:
    query = (
        sa.select(acceptance)
        .where(acceptance.c.revision.in_(list(revisions)))
        .order_by(acceptance.c.revision, acceptance.c.agency)
    )
    return [Acceptance(**row._asdict()) for row in connection.execute(query)]
