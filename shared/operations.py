"""What the operator sees and does of a running service, under the same addresses of each: how far it has
come, and the records that it could not take.

A record's content is not shown, only where it stands and what was wrong with it: it may name persons.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import Field

from shared import auth
from shared.auth import Role, requires
from shared.clock import from_micros
from shared.db import UnitOfWork
from shared.db.tables import dead_letter, outbox, position
from shared.http import After, Limit, Page, StrictRoute, Wire, cursor, perform, read_cursor
from shared.inbox import list_dead, redrive
from shared.service import Context

MOST_AT_ONCE = 1000


class PositionOut(Wire):
    """The next record to be read of a partition; everything before it has taken effect."""

    topic: str
    partition: int
    offset: int


class OutboxOut(Wire):
    """What this service has to tell and the broker has not got yet. Embedded there is no broker: 0."""

    waiting: int
    oldest_at: datetime | None


class OperationsOut(Wire):
    """`behind`: records that wait to be read; null in a process that only answers requests, where
    `consuming` is null as well: ask the worker's /readyz."""

    service: str
    consuming: bool | None
    behind: int | None
    stalled: bool
    dead_letters: int
    oldest_dead_letter_at: datetime | None
    outbox: OutboxOut
    positions: list[PositionOut]


class DeadLetterOut(Wire):
    """A record that could not take effect, and why."""

    id: int
    topic: str
    partition: int
    offset: int
    type: str
    subject: str
    at: datetime
    died_at: datetime
    reason: str


class RedriveIn(Wire):
    most: Annotated[int, Field(ge=1, le=MOST_AT_ONCE, description="How many to try, oldest first.")] = 100


class RedriveOut(Wire):
    took_effect: int
    failed_again: int


def operations_of(name: str) -> APIRouter:
    """The routes of one service; all are the operator's."""
    router = APIRouter(prefix=f"/api/{name}/v1", route_class=StrictRoute, tags=["operations"])

    def context(request: Request) -> Context:
        found: Context = request.app.state.contexts[name]
        return found

    @router.get("/operations", dependencies=[requires(Role.OPERATOR)])
    async def read_operations(request: Request) -> OperationsOut:
        """Does this service move: what it has read, what waits, what it could not take."""
        here = context(request)
        works = request.app.state.role != "api"
        counted = await here.db.read(_counted, here.db.embedded)
        return OperationsOut(
            service=name,
            consuming=here.progress.running if works else None,
            behind=sum(here.progress.lag.values()) if works else None,
            stalled=works and here.progress.stalled,
            **counted,
        )

    @router.get("/dead-letters", dependencies=[requires(Role.OPERATOR)])
    async def list_dead_letters(
        request: Request, limit: Limit = 100, after: After = None
    ) -> Page[DeadLetterOut]:
        """Records that could not take effect and were not tried again with success, oldest first."""
        place = read_cursor(after, int)
        rows = await context(request).db.read(list_dead, limit + 1, place[0] if place else 0)
        return Page(
            items=[_letter_out(row) for row in rows[:limit]],
            next=cursor(rows[limit - 1].id) if len(rows) > limit else None,
        )

    @router.post("/dead-letters/redrive", response_model=RedriveOut, dependencies=[requires(Role.OPERATOR)])
    async def redrive_dead_letters(request: Request, body: RedriveIn) -> Response:
        """Tries dead letters again, oldest first, once what they failed for is mended."""
        here = context(request)
        subscription = here.service.subscription.joined(auth.subscription)

        def again(most: int, uow: UnitOfWork) -> RedriveOut:
            done, failed = redrive(most, uow, subscription)
            return RedriveOut(took_effect=done, failed_again=failed)

        return await perform(request, here.db, again, body.most)

    return router


def _counted(connection: sa.Connection, embedded: bool) -> dict[str, Any]:
    dead = connection.execute(
        sa.select(sa.func.count(), sa.func.min(dead_letter.c.died_at)).where(
            dead_letter.c.redriven_at.is_(None)
        )
    ).one()
    waiting, oldest = 0, None
    if not embedded:  # there, consumers read the outbox itself
        waiting, oldest = connection.execute(
            sa.select(sa.func.count(), sa.func.min(outbox.c.at)).where(sa.not_(outbox.c.published))
        ).one()
    places = connection.execute(sa.select(position).order_by(position.c.topic, position.c.partition))
    return {
        "dead_letters": dead[0],
        "oldest_dead_letter_at": dead[1],
        "outbox": OutboxOut(waiting=waiting, oldest_at=None if oldest is None else from_micros(oldest)),
        "positions": [PositionOut(**row._asdict()) for row in places],
    }


def _letter_out(row: sa.Row[Any]) -> DeadLetterOut:
    return DeadLetterOut(
        **{name: getattr(row, name) for name in DeadLetterOut.model_fields if name != "at"},
        at=from_micros(row.at),
    )
