"""`/exclusions`: the parties' own; a signatory proposes and answers for its agency."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from services.sla.api.common import CODE, Code, database
from services.sla.domain.exclusions import Exclusion, answer
from services.sla.handlers import exclusions as moves
from services.sla.handlers.access import no_agreement
from services.sla.schemas.exclusions import (
    ApprovalBody,
    ExclusionBody,
    Exclusions,
    ExclusionState,
    ExclusionView,
    ReasonBody,
)
from services.sla.store import agreements
from services.sla.store import exclusions as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import to_micros
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["exclusions"])

ExclusionId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="An exclusion's id: its hash.")]
State = Annotated[ExclusionState | None, Query()]
Awaiting = Annotated[Literal["me"] | None, Query(description="`me`: those my agency has yet to answer.")]


@router.post("/agreements/{code}/exclusions", status_code=201, response_model=ExclusionView)
async def propose_exclusion(
    request: Request, code: Code, body: ExclusionBody, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Proposes that something shall not count. Nothing changes until every other party approved it."""
    return await perform(
        request,
        database(request),
        moves.propose,
        moves.Propose(caller, code, body.plain()),
        status=201,
        location=lambda made: f"/api/sla/v1/exclusions/{made['id']}",
    )


@router.get("/agreements/{code}/exclusions", response_model=Exclusions)
async def list_exclusions_of_agreement(
    request: Request,
    code: Code,
    caller: SignedIn,
    state: State = None,
    awaiting: Awaiting = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The exclusions of an agreement that the caller's agency is party of."""
    db = database(request)
    if await db.read(agreements.find_open, code, caller.agency, db.clock()) is None:
        raise no_agreement(code)
    return await _list(request, caller, code, state, awaiting, after, limit)


@router.get("/exclusions", response_model=Exclusions)
async def list_exclusions(
    request: Request,
    caller: SignedIn,
    agreement: Annotated[str | None, Query(pattern=CODE)] = None,
    state: State = None,
    awaiting: Awaiting = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The exclusions that the caller's agency is party of, newest first."""
    return await _list(request, caller, agreement, state, awaiting, after, limit)


async def _list(
    request: Request,
    caller: Principal,
    agreement: str | None,
    state: str | None,
    awaiting: str | None,
    after: str | None,
    limit: int,
) -> Response:
    db = database(request)
    now = db.clock()
    place = read_cursor(after, int, str)

    def read(connection: Connection) -> list[Exclusion]:
        if caller.agency is None:
            return []
        return store.list_of(
            connection,
            caller.agency,
            now,
            agreement=agreement,
            state=state,
            awaiting=awaiting is not None,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
        )

    found = await db.read(read)
    last = found[limit - 1] if len(found) > limit else None
    return Json(
        {
            "items": [answer(each, now) for each in found[:limit]],
            "next": None if last is None else cursor(to_micros(last.proposed_at), last.id),
        }
    )


@router.get("/exclusions/{exclusion}", response_model=ExclusionView)
async def get_exclusion(request: Request, exclusion: ExclusionId, caller: SignedIn) -> Response:
    """One exclusion and what the parties did."""
    db = database(request)
    found = await db.read(store.find, exclusion)
    if found is None or caller.agency is None or found.voice(caller.agency) is None:
        raise moves.no_exclusion(exclusion)
    return Json(answer(found, db.clock()))


@router.post("/exclusions/{exclusion}/approvals", response_model=ExclusionView)
async def approve_exclusion(
    request: Request,
    exclusion: ExclusionId,
    body: ApprovalBody,
    caller: Principal = requires(Role.SIGNATORY),
) -> Response:
    """Approves for the caller's own agency. The last approval makes it count."""
    return await perform(
        request, database(request), moves.approve, moves.Approve(caller, exclusion, body.hash)
    )


@router.post("/exclusions/{exclusion}/rejections", response_model=ExclusionView)
async def reject_exclusion(
    request: Request,
    exclusion: ExclusionId,
    body: ReasonBody,
    caller: Principal = requires(Role.SIGNATORY),
) -> Response:
    """Ends a proposal for good, with the reason."""
    return await perform(
        request, database(request), moves.reject, moves.Reject(caller, exclusion, body.reason)
    )


@router.post("/exclusions/{exclusion}/withdrawal", response_model=ExclusionView)
async def withdraw_exclusion(
    request: Request, exclusion: ExclusionId, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Takes back an own proposal that not all have approved."""
    return await perform(request, database(request), moves.withdraw, moves.Move(caller, exclusion))


@router.post("/exclusions/{exclusion}/revocations", response_model=ExclusionView)
async def revoke_exclusion(
    request: Request, exclusion: ExclusionId, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Agrees to take back an approved exclusion. When every party has, what it left out counts again."""
    return await perform(request, database(request), moves.revoke, moves.Move(caller, exclusion))
