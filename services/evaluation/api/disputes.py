"""Disputes of breaches: opened by a party, answered by the others."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.evaluation import reading
from services.evaluation.api.common import BASE, database
from services.evaluation.handlers import disputes as handlers
from services.evaluation.schemas import AnswerIn, DisputeIn, DisputeOut, RemedyIn
from services.evaluation.store import control
from services.evaluation.store import disputes as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import to_micros
from shared.db import Connection
from shared.errors import NotFound
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["disputes"])


@router.post("/breaches/{breach_id}/disputes", status_code=201, response_model=DisputeOut)
async def open_dispute(
    request: Request,
    breach_id: str,
    body: DisputeIn,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY),
) -> Response:
    """Objects to a breach, to some of its journeys, or to an agency's part; open for 15 working days."""
    command = handlers.OpenDispute(caller, breach_id, body.reason, body.about.model_dump())
    return await perform(
        request,
        database(request),
        handlers.open_dispute,
        command,
        status=201,
        location=lambda made: f"/api/evaluation/v1/disputes/{made['id']}",
    )


@router.get("/disputes")
async def list_disputes(
    request: Request,
    caller: SignedIn,
    breach: Annotated[str | None, Query(max_length=64)] = None,
    awaiting: Annotated[
        str | None, Query(pattern="^me$", description="`me`: those your agency has still to answer.")
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[DisputeOut]:
    """Disputes under the agreements your agency is party to, newest first."""
    place = read_cursor(after, int, str)
    db = database(request)
    now = to_micros(db.clock())

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        mine, _ = reading.visible(connection, caller.agency)
        rows = store.list_disputes(
            connection,
            agreements=sorted(mine),
            breach=breach,
            unanswered_by=caller.agency if awaiting else None,
            due_after=now,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
        )
        more = cursor(rows[limit - 1].opened_at, rows[limit - 1].id) if len(rows) > limit else None
        return handlers.shown(connection, rows[:limit], now), more

    items, following = await db.read(read)
    return Page(items=[DisputeOut.model_validate(item) for item in items], next=following)


@router.get("/disputes/{dispute_id}")
async def get_dispute(request: Request, caller: SignedIn, dispute_id: str) -> DisputeOut:
    """One dispute with its answers."""
    db = database(request)

    def read(connection: Connection) -> dict[str, Any]:
        found = store.dispute_by_id(connection, dispute_id)
        if found is None or not control.is_party(connection, found.agreement, caller.agency):
            raise NotFound("there is no such dispute, or it is not open to you")
        (body,) = handlers.shown(connection, [found], to_micros(db.clock()))
        return body

    return DisputeOut.model_validate(await db.read(read))


@router.post("/disputes/{dispute_id}/answers", response_model=DisputeOut)
async def answer_dispute(
    request: Request, dispute_id: str, body: AnswerIn, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Another party's answer: it stays. All others have to uphold a dispute, or it is not upheld."""
    command = handlers.AnswerDispute(caller, dispute_id, body.answer, body.reason)
    return await perform(request, database(request), handlers.answer_dispute, command)


@router.post("/disputes/{dispute_id}/remedy", response_model=DisputeOut)
async def link_remedy(
    request: Request, dispute_id: str, body: RemedyIn, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Names the correction or exclusion that follows an upheld dispute."""
    command = handlers.LinkRemedy(caller, dispute_id, body.kind, body.id)
    return await perform(request, database(request), handlers.link_remedy, command)
