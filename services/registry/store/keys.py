"""Signing keys: queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry.store.tables import signing_key

Row = sa.Row[Any]


def all_keys(connection: sa.Connection) -> Sequence[Row]:
    return connection.execute(sa.select(signing_key).order_by(signing_key.c.signs_from)).all()


def in_force(connection: sa.Connection, now: datetime) -> Sequence[Row]:
    """The keys that a token met now may be signed with, and the one that signs next."""
    return connection.execute(
        sa.select(signing_key)
        .where(sa.or_(signing_key.c.not_after.is_(None), signing_key.c.not_after > now))
        .order_by(signing_key.c.signs_from)
    ).all()


def signing(connection: sa.Connection, now: datetime) -> Row | None:
    """The key that signs now: the one that began last."""
    return connection.execute(
        sa.select(signing_key)
        .where(
            signing_key.c.private_jwk.is_not(None),
            signing_key.c.signs_from <= now,
            sa.or_(signing_key.c.not_after.is_(None), signing_key.c.not_after > now),
        )
        .order_by(signing_key.c.signs_from.desc())
        .limit(1)
    ).first()


def add_key(
    connection: sa.Connection, kid: str, private_jwk: str, public_jwk: dict[str, Any], signs_from: datetime
) -> None:
    connection.execute(
        sa.insert(signing_key).values(
            kid=kid, private_jwk=private_jwk, public_jwk=public_jwk, version=1, signs_from=signs_from
        )
    )


def end_key(connection: sa.Connection, kid: str, version: int, not_after: datetime) -> None:
    connection.execute(
        sa.update(signing_key).where(signing_key.c.kid == kid).values(version=version, not_after=not_after)
    )


def forget_private(connection: sa.Connection, now: datetime) -> None:
    """Erases private keys that can sign nothing any more."""
    connection.execute(sa.update(signing_key).where(signing_key.c.not_after <= now).values(private_jwk=None))
