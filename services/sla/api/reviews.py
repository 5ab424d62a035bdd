"""The life cycle: what is watched over, reviews that were held, and the pack for the next."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from services.sla.api.common import CODE, Code, database, instant_cursor
from services.sla.domain import reviews as rules
from services.sla.domain import watches
from services.sla.handlers import packs
from services.sla.handlers import reviews as moves
from services.sla.schemas.reviews import (
    ReviewBody,
    ReviewPack,
    Reviews,
    ReviewView,
    Watches,
    WatchKind,
)
from services.sla.schemas.values import Instant
from services.sla.store import agreements
from services.sla.store import reviews as store
from services.sla.store import watches as watching
from shared import words
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import to_micros
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["life cycle"])

REVIEWS = "/agreements/{code}/reviews"
ReviewId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A review's id.")]


@router.get("/watches", response_model=Watches)
async def list_watches(
    request: Request,
    caller: SignedIn,
    agreement: Annotated[str | None, Query(pattern=CODE)] = None,
    service: Annotated[str | None, Query(pattern=CODE)] = None,
    kind: Annotated[WatchKind | None, Query()] = None,
    state: Annotated[Literal["open", "cleared"] | None, Query()] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """What agreements of the caller's agency ask for: they end soon, lack a review, a plan or a party."""
    db, place = database(request), instant_cursor(after)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        if caller.agency is None:
            return [], None
        found = watching.list_of(
            connection,
            caller.agency,
            agreement=agreement,
            service=service,
            kind=kind,
            cleared=None if state is None else state == "cleared",
            after=place,
            limit=limit + 1,
        )
        shown = found[:limit]
        last = shown[-1] if len(found) > limit else None
        return (
            [watches.answer(each, agreements.title(connection, each.revision)) for each in shown],
            None if last is None else cursor(to_micros(last.raised_at), last.id),
        )

    items, more = await db.read(read)
    return Json({"items": items, "next": more})


@router.post(REVIEWS, status_code=201, response_model=ReviewView)
async def record_review(
    request: Request,
    code: Code,
    body: ReviewBody,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY),
) -> Response:
    """Records that the parties met over the agreement: when, who of them, what they decided."""
    command = moves.Record(
        caller, code, body.held_at, tuple(body.attended), body.decision, body.next_review_at
    )
    return await perform(request, database(request), moves.record, command, status=201)


@router.get(REVIEWS, response_model=Reviews)
async def list_reviews(request: Request, code: Code, caller: SignedIn) -> Response:
    """The reviews of an agreement, for its parties."""
    db = database(request)
    now = db.clock()

    def read(connection: Connection) -> dict[str, Any]:
        agreement = packs.open_to_party(connection, code, caller.agency, now)
        held = store.of_agreement(connection, code)
        decided = words.read(connection, [each.decision for each in held])
        return {
            "next_due": packs.next_due(connection, agreement, held, now),
            "items": [rules.answer(each, decided.get(each.decision)) for each in held],
        }

    return Json(await db.read(read))


@router.delete(REVIEWS + "/{review}/decision", response_model=ReviewView)
async def erase_decision(
    request: Request,
    code: Code,
    review: ReviewId,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY, Role.AGENCY_ADMIN),
) -> Response:
    """Erases what was decided, for the agency that wrote it down. That it was stays."""
    return await perform(request, database(request), moves.erase, moves.Erase(caller, code, review))


@router.get("/agreements/{code}/review-pack", response_model=ReviewPack)
async def get_review_pack(
    request: Request,
    code: Code,
    caller: SignedIn,
    from_: Annotated[Instant | None, Query(alias="from", description="Else since the last review.")] = None,
    to: Annotated[Instant | None, Query(description="Else now.")] = None,
) -> Response:
    """What a review looks at: what was promised, kept, changed, left out and disputed in [from, to)."""
    db = database(request)
    wanted = packs.Wanted(code, caller.agency, from_, to, db.clock())
    return Json(await db.read(packs.review_pack, wanted))
