"""Long what-ifs: what was asked, how far it is, what was counted for it, and what came out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.panes.common import upsert
from services.evaluation.store.tables import ID, SCOPE, tables
from shared.clock import MINUTE
from shared.db.types import Code, Json, Micros

WAITING, DONE = "waiting", "done"

job = sa.Table(
    "job",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    # Batches, or journeys.
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger),
    # The last journey that was looked at.
    sa.Column("reached", sa.String(128), nullable=False),
    sa.Column("asked", Json, nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("finished_at", Micros),
    sa.PrimaryKeyConstraint("id", name="pk_job"),
    sa.Index("ix_job_state", "state", "service"),
)

# What the batches told again add up to, under the job's bound.
job_pane = sa.Table(
    "job_pane",
    tables,
    sa.Column("job", ID, nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("scope", SCOPE, nullable=False),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("good", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("job", "revision", "scope", "minute", name="pk_job_pane"),
)

# A batch counts once for a job, however often it is told again.
job_batch = sa.Table(
    "job_batch",
    tables,
    sa.Column("job", ID, nullable=False),
    sa.Column("batch", ID, nullable=False),
    sa.PrimaryKeyConstraint("job", "batch", name="pk_job_batch"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """``total`` None: nobody has counted yet. ``asked``: the what-if, as `handlers.jobs.Asked` reads it."""

    id: str
    agency: str
    service: str
    state: str
    done: int
    total: int | None
    reached: str
    asked: dict[str, Any]
    made_at: int
    finished_at: int | None


def add(connection: sa.Connection, new: Job) -> None:
    connection.execute(sa.insert(job).values({one.name: getattr(new, one.name) for one in fields(new)}))


def find(connection: sa.Connection, job_id: str) -> Job | None:
    row = connection.execute(sa.select(job).where(job.c.id == job_id)).first()
    return None if row is None else Job(**row._mapping)


def waiting(connection: sa.Connection, service: str) -> list[Job]:
    """The jobs that what is told again of a service may belong to."""
    rows = connection.execute(sa.select(job).where(job.c.state == WAITING, job.c.service == service))
    return [Job(**row._mapping) for row in rows]


def count_of(connection: sa.Connection, agency: str) -> int:
    """How many jobs of an agency are not finished."""
    mine = sa.select(sa.func.count()).where(job.c.state == WAITING, job.c.agency == agency)
    return connection.execute(mine).scalar_one()


def advance(connection: sa.Connection, job_id: str, done: int, total: int, reached: str = "") -> None:
    connection.execute(
        sa.update(job).where(job.c.id == job_id).values(done=done, total=total, reached=reached)
    )


def finish(connection: sa.Connection, job_id: str, at: int) -> None:
    """All has been counted: the answer is made from the job's panes when it is asked for."""
    connection.execute(sa.update(job).where(job.c.id == job_id).values(state=DONE, finished_at=at))
    connection.execute(sa.delete(job_batch).where(job_batch.c.job == job_id))


def forget(connection: sa.Connection, job_id: str) -> None:
    for table, column in ((job_pane, job_pane.c.job), (job_batch, job_batch.c.job), (job, job.c.id)):
        connection.execute(sa.delete(table).where(column == job_id))


def fresh(connection: sa.Connection, job_id: str, batches: Iterable[str]) -> set[str]:
    """Which of some batches have not counted for a job; they have now."""
    wanted = set(batches)
    known = set(
        connection.execute(
            sa.select(job_batch.c.batch).where(job_batch.c.job == job_id, job_batch.c.batch.in_(wanted))
        ).scalars()
    )
    new = wanted - known
    if new:
        connection.execute(sa.insert(job_batch), [{"job": job_id, "batch": one} for one in sorted(new)])
    return new


def add_panes(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Adds good and total to the panes of jobs."""
    if not rows:
        return
    new = upsert(connection.dialect.name, job_pane)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["job", "revision", "scope", "minute"],
            set_={name: job_pane.c[name] + new.excluded[name] for name in ("good", "total")},
        ),
        rows,
    )


def panes_of(
    connection: sa.Connection, job_id: str, revision: str, scope: str, start: int, end: int
) -> list[tuple[int, int, int, int, int]]:
    """(minute, n, good, total, sum) that were counted for a job in [start, end), in order; no sums."""
    rows = connection.execute(
        sa.select(job_pane.c.minute, job_pane.c.good, job_pane.c.total)
        .where(
            job_pane.c.job == job_id,
            job_pane.c.revision == revision,
            job_pane.c.scope == scope,
            job_pane.c.minute >= start // MINUTE,
            job_pane.c.minute < -(-end // MINUTE),
        )
        .order_by(job_pane.c.minute)
    )
    return [(minute, total, good, total, 0) for minute, good, total in rows]
