"""Improvement actions, and what was decided of recommendations. Words are `free_text` (shared/words.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.results import Result
from services.evaluation.store.tables import ID, SCOPE, result, tables
from shared.db.types import Code, Json, Micros

DAY = sa.String(10)

improvement = sa.Table(
    "improvement",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("scope", SCOPE, nullable=False),
    # Who undertakes it.
    sa.Column("agency", Code, nullable=False),
    # The zone of the agreement, in which its days are.
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    # free_text: what is done, the post that sees to it, what was learnt, why it was dropped.
    sa.Column("action", ID, nullable=False),
    sa.Column("owner", ID, nullable=False),
    sa.Column("lesson", ID),
    sa.Column("reason", ID),
    # {"kind": "breach" | "recommendation", "id"}: what gave rise to it.
    sa.Column("source", Json),
    # How many closed windows before its start are compared with as many after its end.
    sa.Column("windows", sa.Integer, nullable=False),
    sa.Column("due_on", DAY, nullable=False),
    sa.Column("started_on", DAY),
    sa.Column("done_on", DAY),
    sa.Column("opened_by", sa.String(128), nullable=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("reminders", sa.Integer, nullable=False),
    # What was told last of whether it helped: {"outcome", "final", "results"}.
    sa.Column("told", Json),
    sa.PrimaryKeyConstraint("id", name="pk_improvement"),
)

# Only what was decided: an open recommendation is computed. ``finding``: as it stood then.
recommendation = sa.Table(
    "recommendation",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("finding", Json, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("decided_by", sa.String(128), nullable=False),
    sa.Column("decided_at", Micros, nullable=False),
    sa.Column("reason", ID),
    sa.Column("improvement", ID),
    sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
)

INDEXES = (
    sa.Index("ix_improvement_agreement", improvement.c.agreement, improvement.c.objective),
    sa.Index("ix_recommendation_agreement", recommendation.c.agreement),
)


@dataclass(frozen=True, slots=True)
class Improvement:
    """An improvement action as it is stored; whether it helped is computed (handlers/effects.py)."""

    id: str
    version: int
    agreement: str
    objective: str
    scope: str
    agency: str
    zone: str
    state: str
    action: str
    owner: str
    lesson: str | None
    reason: str | None
    source: dict[str, str] | None
    windows: int
    due_on: str
    started_on: str | None
    done_on: str | None
    opened_by: str
    opened_at: int
    changed_at: int
    reminders: int = 0
    told: dict[str, Any] | None = None

    @property
    def edition(self) -> int:
        """The version that people see and change: each reminder is told as one too, and changes nothing."""
        return self.version - self.reminders


@dataclass(frozen=True, slots=True)
class Decided:
    """A recommendation that was taken up or declined, with the finding as it stood then."""

    id: str
    agreement: str
    objective: str
    state: str
    finding: dict[str, Any]
    agency: str
    decided_by: str
    decided_at: int
    reason: str | None
    improvement: str | None


def _values(row: Improvement | Decided) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def put(connection: sa.Connection, new: Improvement) -> None:
    if new.version > 1:
        connection.execute(sa.delete(improvement).where(improvement.c.id == new.id))
    connection.execute(sa.insert(improvement).values(_values(new)))


def by_id(connection: sa.Connection, improvement_id: str) -> Improvement | None:
    row = connection.execute(sa.select(improvement).where(improvement.c.id == improvement_id)).first()
    return None if row is None else Improvement(**row._asdict())


def list_improvements(
    connection: sa.Connection,
    *,
    mine: Sequence[str],
    public: Sequence[str],
    agreement: str | None,
    objective: str | None,
    agency: str | None,
    state: str | None,
    source: str | None,
    unfinished: bool,
    after: tuple[int, str] | None,
    limit: int,
) -> list[Improvement]:
    """Those of agreements one is party to, of ``public`` ones what is done and has a lesson; newest first.

    ``source``: the id of the breach or recommendation they come from.
    """
    taught = (improvement.c.state == "done") & improvement.c.lesson.is_not(None)
    query = (
        sa.select(improvement)
        .where(improvement.c.agreement.in_(mine) | (improvement.c.agreement.in_(public) & taught))
        .order_by(improvement.c.opened_at.desc(), improvement.c.id.desc())
    )
    for column, value in (
        (improvement.c.agreement, agreement),
        (improvement.c.objective, objective),
        (improvement.c.agency, agency),
        (improvement.c.state, state),
    ):
        if value is not None:
            query = query.where(column == value)
    if unfinished:
        query = query.where(improvement.c.state.in_(("planned", "in_progress")))
    if after is not None:
        opened, last = after
        query = query.where(
            (improvement.c.opened_at < opened)
            | ((improvement.c.opened_at == opened) & (improvement.c.id < last))
        )
    found: list[Improvement] = []
    for row in connection.execute(query):
        one = Improvement(**row._asdict())
        if source in (None, (one.source or {}).get("id")):
            found.append(one)
            if len(found) == limit:
                break
    return found


def done_of(connection: sa.Connection, agreement: str, objective: str, scope: str) -> list[str]:
    """The improvements of an objective and scope that are done: their effect is computed from its results."""
    rows = connection.execute(
        sa.select(improvement.c.id).where(
            improvement.c.agreement == agreement,
            improvement.c.objective == objective,
            improvement.c.scope == scope,
            improvement.c.state == "done",
        )
    )
    return [row.id for row in rows]


# --- what it is judged by ----------------------------------------------------------------------------


def scopes_of(connection: sa.Connection, agreement: str, objective: str) -> set[str]:
    """The scopes that results of an objective have."""
    rows = connection.execute(
        sa.select(result.c.scope)
        .where(result.c.agreement == agreement, result.c.objective == objective, result.c.number > 0)
        .distinct()
    )
    return {row.scope for row in rows}


def closed_before(
    connection: sa.Connection, agreement: str, objective: str, scope: str, at: int, limit: int
) -> list[Result]:
    """Newest results of closed windows that end at or before an instant, the latest first."""
    query = _closed(agreement, objective, scope).where(result.c.window_end <= at)
    query = query.order_by(result.c.window_end.desc(), result.c.agreement_revision).limit(limit)
    return [Result(**row._asdict()) for row in connection.execute(query)]


def closed_after(
    connection: sa.Connection, agreement: str, objective: str, scope: str, at: int, limit: int
) -> list[Result]:
    """Newest results of closed windows that start at or after an instant, the earliest first."""
    query = _closed(agreement, objective, scope).where(result.c.window_start >= at)
    query = query.order_by(result.c.window_end, result.c.agreement_revision).limit(limit)
    return [Result(**row._asdict()) for row in connection.execute(query)]


def _closed(agreement: str, objective: str, scope: str) -> sa.Select[Any]:
    return sa.select(result).where(
        result.c.agreement == agreement,
        result.c.objective == objective,
        result.c.scope == scope,
        result.c.newest,
        result.c.number > 0,
    )


# --- recommendations ---------------------------------------------------------------------------------


def decide(connection: sa.Connection, new: Decided) -> None:
    connection.execute(sa.insert(recommendation).values(_values(new)))


def decided(connection: sa.Connection, recommendation_id: str) -> Decided | None:
    row = connection.execute(
        sa.select(recommendation).where(recommendation.c.id == recommendation_id)
    ).first()
    return None if row is None else Decided(**row._asdict())


def decided_of(connection: sa.Connection, agreements: Sequence[str]) -> list[Decided]:
    """What was decided under some agreements, the latest first."""
    rows = connection.execute(
        sa.select(recommendation)
        .where(recommendation.c.agreement.in_(agreements))
        .order_by(recommendation.c.decided_at.desc(), recommendation.c.id)
    )
    return [Decided(**row._asdict()) for row in rows]
