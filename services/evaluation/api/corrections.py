"""Corrections of final results: proposed by one party, approved by the others."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from services.evaluation.api.common import BASE, database
from services.evaluation.handlers import corrections as moves
from services.evaluation.schemas.corrections import (
    CorrectionIn,
    CorrectionOut,
    CorrectionState,
    HashIn,
    ReasonIn,
)
from services.evaluation.store import corrections as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.db import Connection
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["corrections"])


@router.post("/corrections", status_code=201, response_model=CorrectionOut)
async def propose_correction(
    request: Request, body: CorrectionIn, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Proposes that final results count what came too late. Nothing changes until all others approved it."""
    return await perform(
        request,
        database(request),
        moves.propose,
        moves.Propose(caller, body.kind, body.content(), body.reason),
        status=201,
        location=lambda made: f"/api/evaluation/v1/corrections/{made['id']}",
    )


@router.get("/corrections")
async def list_corrections(
    request: Request,
    caller: SignedIn,
    agreement: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[CorrectionState | None, Query()] = None,
    awaiting: Annotated[
        Literal["me"] | None, Query(description="`me`: those my agency has yet to answer.")
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[CorrectionOut]:
    """The corrections that the caller's agency is party of, newest first."""
    place = read_cursor(after, int, str)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        if caller.agency is None:
            return [], None
        rows = store.list_of(
            connection,
            caller.agency,
            agreement=agreement,
            state=state,
            awaiting=awaiting is not None,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
        )
        more = cursor(rows[limit - 1].proposed_at, rows[limit - 1].id) if len(rows) > limit else None
        return moves.shown(connection, rows[:limit]), more

    items, following = await database(request).read(read)
    return Page(items=[CorrectionOut.model_validate(item) for item in items], next=following)


@router.get("/corrections/{correction_id}")
async def get_correction(request: Request, caller: SignedIn, correction_id: str) -> CorrectionOut:
    """One correction and what the parties did."""

    def read(connection: Connection) -> dict[str, Any]:
        found = store.find(connection, correction_id)
        if found is None or caller.agency is None or found.voice(caller.agency) is None:
            raise moves.no_correction()
        return moves.shown(connection, [found])[0]

    return CorrectionOut.model_validate(await database(request).read(read))


@router.post("/corrections/{correction_id}/approvals", response_model=CorrectionOut)
async def approve_correction(
    request: Request, correction_id: str, body: HashIn, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Approves for the caller's own agency. The last approval makes it count."""
    command = moves.Approve(caller, correction_id, body.hash)
    return await perform(request, database(request), moves.approve, command)


@router.post("/corrections/{correction_id}/rejections", response_model=CorrectionOut)
async def reject_correction(
    request: Request, correction_id: str, body: ReasonIn, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Ends a proposal for good, with the reason."""
    command = moves.Reject(caller, correction_id, body.reason)
    return await perform(request, database(request), moves.reject, command)


@router.post("/corrections/{correction_id}/withdrawal", response_model=CorrectionOut)
async def withdraw_correction(
    request: Request, correction_id: str, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Takes back an own proposal that not all have approved."""
    return await perform(request, database(request), moves.withdraw, moves.Move(caller, correction_id))
