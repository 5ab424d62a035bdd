"""`/agreements/{code}/terminations`: ending an agreement, or leaving it, with notice."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from services.sla.api.common import Code, database
from services.sla.handlers import terminations as moves
from services.sla.handlers.access import no_agreement
from services.sla.schemas.negotiation import SignOffBody, TerminationBody, Terminations, TerminationView
from services.sla.store import agreements
from shared import words
from shared.auth import Principal, Role, SignedIn, requires
from shared.db import Connection
from shared.http import Json, StrictRoute, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["terminations"])

TERMINATIONS = "/agreements/{code}/terminations"
TerminationId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="A termination's id: its hash.")]


@router.post(TERMINATIONS, status_code=201, response_model=TerminationView)
async def give_notice(
    request: Request, code: Code, body: TerminationBody, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Gives notice, or, where the agreement demands every party's word, asks for it."""
    command = moves.Propose(caller, code, body.hash, body.kind, body.effective_at, body.reason, body.for_)
    return await perform(request, database(request), moves.propose, command, status=201)


@router.get(TERMINATIONS, response_model=Terminations)
async def list_terminations(request: Request, code: Code, caller: SignedIn) -> Response:
    """Those of revisions that the caller's agency is party of, oldest first."""
    db = database(request)
    now = db.clock()

    def read(connection: Connection) -> list[dict[str, Any]]:
        agreement = agreements.find_open(connection, code, caller.agency, now)
        if agreement is None:
            raise no_agreement(code)
        seen = {each.hash for each in agreement.revisions if each.inside(caller.agency, now)}
        shown = [each for each in agreement.terminations if each.revision in seen]
        reasons = words.read(connection, [each.reason for each in shown])
        return [moves.answer(each, reasons.get(each.reason), now) for each in shown]

    return Json({"items": await db.read(read)})


@router.post(TERMINATIONS + "/{termination}/acceptances", response_model=TerminationView)
async def sign_termination(
    request: Request,
    code: Code,
    termination: TerminationId,
    body: SignOffBody,
    caller: Principal = requires(Role.SIGNATORY),
) -> Response:
    """Signs for the caller's own agency, or for one that delegated it. The last word asked for gives it."""
    command = moves.Sign(caller, code, termination, body.for_, body.hash)
    return await perform(request, database(request), moves.sign_off, command)


@router.post(TERMINATIONS + "/{termination}/withdrawal", response_model=TerminationView)
async def withdraw_termination(
    request: Request, code: Code, termination: TerminationId, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Takes it back before its effect; what was in force stays so."""
    return await perform(request, database(request), moves.withdraw, moves.Move(caller, code, termination))
