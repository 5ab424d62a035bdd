"""`/agreements/{code}/delegations`: who may sign for whom, and `/history`: every move, for ever."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.sla.api.common import Code, database
from services.sla.handlers import delegations as moves
from services.sla.handlers.access import no_agreement
from services.sla.schemas.negotiation import DelegationBody, Delegations, DelegationView, History
from services.sla.store import agreements
from services.sla.store import history as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import rfc3339
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["delegations"])

DELEGATIONS = "/agreements/{code}/delegations"
DelegationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A delegation's id.")]


@router.post(DELEGATIONS, status_code=201, response_model=DelegationView)
async def delegate(
    request: Request, code: Code, body: DelegationBody, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Lets another agency's signatory make some moves for the caller's agency."""
    command = moves.Give(caller, code, body.to, body.person, body.scope, tuple(body.moves), body.ends_at)
    return await perform(request, database(request), moves.give, command, status=201)


@router.get(DELEGATIONS, response_model=Delegations)
async def list_delegations(request: Request, code: Code, caller: SignedIn) -> Response:
    """All that were ever given for this agreement or its service, for its parties and who acts for them."""
    db = database(request)
    now = db.clock()
    found = await db.read(agreements.find_open, code, caller.agency, now)
    if found is None:
        raise no_agreement(code)
    seen = {
        party.agency for each in found.revisions if each.inside(caller.agency, now) for party in each.parties
    }
    shown = [each for each in found.delegations if each.granted_by in seen]
    return Json({"items": [moves.answer(each, now) for each in shown]})


@router.post(DELEGATIONS + "/{delegation}/revocation", response_model=DelegationView)
async def revoke_delegation(
    request: Request, code: Code, delegation: DelegationId, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Takes it back at once; what was done under it stays done."""
    return await perform(request, database(request), moves.revoke, moves.Revoke(caller, code, delegation))


@router.get("/agreements/{code}/history", response_model=History, tags=["agreements"])
async def read_history(
    request: Request, code: Code, caller: SignedIn, after: After = None, limit: Limit = 100
) -> Response:
    """Every move that the caller's agency may see: who, for whom, in which role, when, on which hash."""
    db = database(request)
    place = read_cursor(after, int)
    now = db.clock()

    def read(connection: Connection) -> list[store.Move]:
        agreement = agreements.find_open(connection, code, caller.agency, now)
        if agreement is None:
            raise no_agreement(code)
        # Who acts for a party sees what the party sees.
        eyes = [
            caller.agency or "",
            *(
                each.granted_by
                for each in agreement.delegations
                if each.granted_to == caller.agency and each.active(now)
            ),
        ]
        return store.list_of(connection, code, eyes, after=place[0] if place else 0, limit=limit + 1)

    found = await db.read(read)
    items = [
        {
            "number": each.number,
            "move": each.move,
            "revision": each.revision,
            "agency": each.agency,
            "by_agency": each.by_agency,
            "delegation": each.delegation,
            "person": each.person,
            "role": each.role,
            "at": rfc3339(each.at),
            "about": each.about,
            "details": each.details,
        }
        for each in found[:limit]
    ]
    return Json({"items": items, "next": cursor(found[limit - 1].number) if len(found) > limit else None})
