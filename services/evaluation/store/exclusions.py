"""Exclusions as the agreements' service told them: only approved ones leave anything out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from services.evaluation.domain.exclusions import Exclusion, Span, merged, read_exclusion
from services.evaluation.store.panes import Track
from services.evaluation.store.tables import HASH, tables
from shared.db.types import Code, Json

exclusion = sa.Table(
    "exclusion",
    tables,
    sa.Column("id", HASH, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    # The fact as it was told: who proposed and approved it, and why.
    sa.Column("document", Json, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_exclusion"),
    sa.Index("ix_exclusion_agreement", "agreement"),
)

APPROVED = "approved"

_approved = sa.select(exclusion.c.document).where(
    exclusion.c.agreement == sa.bindparam("of_agreement"), exclusion.c.state == APPROVED
)

_read: WeakKeyDictionary[object, dict[str, list[Exclusion]]] = WeakKeyDictionary()
"""What a transaction has read, by transaction: many tracks and windows ask for the same agreement's."""


def version_of(connection: sa.Connection, exclusion_id: str) -> int | None:
    return connection.execute(sa.select(exclusion.c.version).where(exclusion.c.id == exclusion_id)).scalar()


def put(connection: sa.Connection, document: dict[str, Any]) -> None:
    """Stores the newest fact about an exclusion."""
    connection.execute(sa.delete(exclusion).where(exclusion.c.id == document["id"]))
    connection.execute(
        sa.insert(exclusion).values(
            id=document["id"],
            version=document["version"],
            agreement=document["agreement"],
            state=document["state"],
            document=document,
        )
    )
    forget(connection)


def forget(connection: sa.Connection) -> None:
    """Drops what the transaction has read: it wrote another state, or took one back."""
    _read.pop(connection.get_transaction(), None)


def approved_of(connection: sa.Connection, agreement: str) -> list[Exclusion]:
    """The approved exclusions of an agreement, by id."""
    transaction = connection.get_transaction()
    known = _read.setdefault(transaction, {}) if transaction is not None else {}
    if agreement not in known:
        rows = connection.execute(_approved, {"of_agreement": agreement})
        known[agreement] = sorted((read_exclusion(row.document) for row in rows), key=lambda one: one.id)
    return known[agreement]


def applying_to(connection: sa.Connection, track: Track) -> list[Exclusion]:
    """The approved exclusions that leave something out for a track."""
    found = approved_of(connection, track.agreement)
    if not found:
        return []
    scope = json.loads(track.scope)
    return [one for one in found if one.applies(track.objective, scope)]


def spans_of(connection: sa.Connection, track: Track) -> list[Span]:
    """The spans of which nothing counts for a track, in order and without overlap."""
    return merged(one.span for one in applying_to(connection, track) if one.span is not None)


def documents(connection: sa.Connection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The facts about some exclusions, by id."""
    rows = connection.execute(
        sa.select(exclusion.c.document).where(exclusion.c.id.in_(list(ids))).order_by(exclusion.c.id)
    )
    return [row.document for row in rows]
