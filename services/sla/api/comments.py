"""`/agreements/{code}/comments`: what the parties say of clauses, seen by all of them at the same moment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from services.sla.api.common import Code, database
from services.sla.handlers import comments as moves
from services.sla.handlers.access import no_agreement
from services.sla.schemas.negotiation import CommentBody, Comments, CommentView
from services.sla.store import agreements
from services.sla.store import comments as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import from_micros, to_micros
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["comments"])

COMMENTS = "/agreements/{code}/comments"
CommentId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A comment's id.")]


@router.post(COMMENTS, status_code=201, response_model=CommentView)
async def write_comment(
    request: Request,
    code: Code,
    body: CommentBody,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY),
) -> Response:
    """Says something of a clause of a revision; every party sees it at once."""
    return await perform(
        request,
        database(request),
        moves.write,
        moves.Write(caller, code, body.revision, body.clause, body.text, body.answers),
        status=201,
    )


@router.get(COMMENTS, response_model=Comments)
async def list_comments(
    request: Request,
    code: Code,
    caller: SignedIn,
    revision: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")] = None,
    clause: Annotated[str | None, Query(max_length=300)] = None,
    state: Annotated[Literal["open", "resolved"] | None, Query()] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The comments on the revisions that the caller's agency is party of, oldest first."""
    db = database(request)
    place = read_cursor(after, int, str)
    now = db.clock()

    def read(connection: Connection) -> list[tuple[store.Comment, str | None]]:
        agreement = agreements.find_open(connection, code, caller.agency, now)
        if agreement is None:
            raise no_agreement(code)
        seen = [each.hash for each in agreement.revisions if each.inside(caller.agency, now)]
        return store.list_of(
            connection,
            code,
            [each for each in seen if revision in (None, each)],
            clause=clause,
            resolved=None if state is None else state == "resolved",
            after=None if place is None else (from_micros(place[0]), place[1]),
            limit=limit + 1,
        )

    found = await db.read(read)
    last = found[limit - 1][0] if len(found) > limit else None
    items: list[dict[str, Any]] = [moves.answer(each, text) for each, text in found[:limit]]
    return Json({"items": items, "next": None if last is None else cursor(to_micros(last.made_at), last.id)})


@router.post(COMMENTS + "/{comment}/resolution", response_model=CommentView)
async def resolve_comment(
    request: Request,
    code: Code,
    comment: CommentId,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY),
) -> Response:
    """Says that what the comment asks for is done."""
    return await perform(request, database(request), moves.resolve, moves.Move(caller, code, comment))


@router.post(COMMENTS + "/{comment}/reopening", response_model=CommentView)
async def reopen_comment(
    request: Request,
    code: Code,
    comment: CommentId,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY),
) -> Response:
    """Says that it is not done after all."""
    return await perform(request, database(request), moves.reopen, moves.Move(caller, code, comment))


@router.delete(COMMENTS + "/{comment}/text", response_model=CommentView)
async def erase_comment(
    request: Request,
    code: Code,
    comment: CommentId,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY, Role.AGENCY_ADMIN),
) -> Response:
    """Erases what was written, for the agency that wrote it. That it was written stays."""
    return await perform(request, database(request), moves.erase, moves.Move(caller, code, comment))
