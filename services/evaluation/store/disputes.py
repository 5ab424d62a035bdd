"""Disputes and their answers. Their words are `free_text` (shared/words.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.corrections import correction
from services.evaluation.store.exclusions import APPROVED, exclusion
from services.evaluation.store.tables import ID, tables
from shared.db.types import Code, Json, Micros

# A party's objection to a breach, or to a part of it. The words stand in free_text.
dispute = sa.Table(
    "dispute",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("breach", ID, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("opened_by", sa.String(128), nullable=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    # {"kind": "breach"} | {"kind": "journeys", "journeys": […]} | {"kind": "share", "agency": …}
    sa.Column("about", Json, nullable=False),
    # The parties that have to answer: those of the revision, without the one that disputes.
    sa.Column("others", Json, nullable=False),
    sa.Column("reason", ID, nullable=False),
    # {"kind": "correction" | "exclusion", "id"}: what followed once it was upheld.
    sa.Column("remedy", Json),
    sa.PrimaryKeyConstraint("id", name="pk_dispute"),
)

dispute_answer = sa.Table(
    "dispute_answer",
    tables,
    sa.Column("dispute", ID, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("answer", sa.String(16), nullable=False),
    sa.Column("reason", ID),
    sa.Column("answered_by", sa.String(128), nullable=False),
    sa.Column("answered_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("dispute", "agency", name="pk_dispute_answer"),
)

INDEXES = (
    sa.Index("ix_dispute_breach", dispute.c.breach),
    sa.Index("ix_dispute_agreement", dispute.c.agreement, dispute.c.opened_at),
)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as it is stored; what state it is in is computed (domain/disputes.py)."""

    id: str
    version: int
    breach: str
    agreement: str
    agency: str
    opened_by: str
    opened_at: int
    due_at: int
    about: dict[str, Any]
    others: Sequence[str]
    reason: str
    remedy: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one party said to a dispute."""

    dispute: str
    agency: str
    answer: str
    reason: str | None
    answered_by: str
    answered_at: int


def _values(row: Dispute | Answer) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def put_dispute(connection: sa.Connection, new: Dispute) -> None:
    if new.version > 1:
        connection.execute(sa.delete(dispute).where(dispute.c.id == new.id))
    connection.execute(sa.insert(dispute).values(_values(new)))


def add_answer(connection: sa.Connection, new: Answer) -> None:
    connection.execute(sa.insert(dispute_answer).values(_values(new)))


def is_approved(connection: sa.Connection, kind: str, id: str, agreement: str) -> bool:
    """Whether an agreement has a correction or an exclusion with this id that all parties approved."""
    approved: sa.ColumnElement[bool]
    if kind == "correction":
        table, approved = correction, correction.c.approved_at.is_not(None)
    else:
        table, approved = exclusion, exclusion.c.state == APPROVED
    row = connection.execute(
        sa.select(table.c.id).where(table.c.id == id, table.c.agreement == agreement, approved)
    )
    return row.first() is not None


def dispute_by_id(connection: sa.Connection, dispute_id: str) -> Dispute | None:
    row = connection.execute(sa.select(dispute).where(dispute.c.id == dispute_id)).first()
    return None if row is None else Dispute(**row._asdict())


def disputes_of(connection: sa.Connection, breaches: Sequence[str]) -> list[Dispute]:
    """The disputes of some breaches, in the order in which they were opened."""
    rows = connection.execute(
        sa.select(dispute).where(dispute.c.breach.in_(breaches)).order_by(dispute.c.opened_at, dispute.c.id)
    )
    return [Dispute(**row._asdict()) for row in rows]


def answers_of(connection: sa.Connection, disputes: Sequence[str]) -> dict[str, list[Answer]]:
    """The answers to some disputes, in the order in which they came."""
    found: dict[str, list[Answer]] = {name: [] for name in disputes}
    rows = connection.execute(
        sa.select(dispute_answer)
        .where(dispute_answer.c.dispute.in_(disputes))
        .order_by(dispute_answer.c.answered_at, dispute_answer.c.agency)
    )
    for row in rows:
        found[row.dispute].append(Answer(**row._asdict()))
    return found


def list_disputes(
    connection: sa.Connection,
    *,
    agreements: Sequence[str],
    breach: str | None,
    unanswered_by: str | None,
    due_after: int,
    after: tuple[int, str] | None,
    limit: int,
) -> list[Dispute]:
    """Disputes of some agreements, newest first.

    ``unanswered_by``: only those that are still open at ``due_after``, that this agency did not open itself
    and has not answered.
    """
    query = (
        sa.select(dispute)
        .where(dispute.c.agreement.in_(agreements))
        .order_by(dispute.c.opened_at.desc(), dispute.c.id.desc())
        .limit(limit)
    )
    if breach is not None:
        query = query.where(dispute.c.breach == breach)
    if unanswered_by is not None:
        answered = sa.select(dispute_answer.c.dispute).where(dispute_answer.c.agency == unanswered_by)
        query = query.where(
            dispute.c.agency != unanswered_by, dispute.c.due_at > due_after, dispute.c.id.not_in(answered)
        )
    if after is not None:
        opened, last = after
        query = query.where(
            (dispute.c.opened_at < opened) | ((dispute.c.opened_at == opened) & (dispute.c.id < last))
        )
    return [Dispute(**row._asdict()) for row in connection.execute(query)]
