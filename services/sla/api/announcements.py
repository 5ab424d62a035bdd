"""`/announcements`: what is promised from when on, for everybody, and which party has acknowledged it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from services.sla.api.common import CODE, Code, Digest, database, instant_cursor
from services.sla.domain import announcements as rules
from services.sla.handlers import announcements as moves
from services.sla.schemas.announcements import (
    AcknowledgementBody,
    AnnouncementBody,
    Announcements,
    AnnouncementState,
    AnnouncementView,
)
from services.sla.store import announcements as store
from shared.auth import MaybeSignedIn, Principal, Role, requires
from shared.clock import to_micros
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["announcements"])

AnnouncementId = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="An announcement's id: its hash.")
]


@router.post(
    "/agreements/{code}/revisions/{digest}/announcement", status_code=201, response_model=AnnouncementView
)
async def announce_revision(
    request: Request,
    code: Code,
    digest: Digest,
    body: AnnouncementBody | None = None,
    caller: Principal = requires(Role.SIGNATORY),
) -> Response:
    """Announces a revision that all have accepted, also before it is in force: then everybody may read it.

    The owner of the service does so where it is a party, else who wrote the revision. What nobody has
    announced when it comes in force is announced by the system.
    """
    given = body or AnnouncementBody()
    command = moves.Announce(caller, code, digest, given.acknowledge_within_days, given.texts())
    return await perform(
        request,
        database(request),
        moves.announce,
        command,
        status=201,
        location=lambda made: f"/api/sla/v1/announcements/{made['id']}",
    )


@router.get("/announcements", response_model=Announcements)
async def list_announcements(
    request: Request,
    caller: MaybeSignedIn,
    service: Annotated[str | None, Query(pattern=CODE)] = None,
    agreement: Annotated[str | None, Query(pattern=CODE)] = None,
    state: Annotated[AnnouncementState | None, Query()] = None,
    awaiting: Annotated[
        Literal["me"] | None, Query(description="`me`: those my agency has yet to acknowledge.")
    ] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Announcements, newest first, superseded and ended ones too."""
    db = database(request)
    agency, now, place = caller.agency if caller else None, db.clock(), instant_cursor(after)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        found = store.list_of(
            connection,
            agency,
            now,
            service=service,
            agreement=agreement,
            state=state,
            awaiting=awaiting is not None,
            after=place,
            limit=limit + 1,
        )
        shown = found[:limit]
        notes = moves.notes_of(connection, shown)
        last = shown[-1] if len(found) > limit else None
        return (
            [rules.answer(each, agency, notes[each.id], now) for each in shown],
            None if last is None else cursor(to_micros(last.announced_at), last.id),
        )

    items, more = await db.read(read)
    return Json({"items": items, "next": more}, headers={"Vary": "Authorization"})


@router.get("/announcements/{announcement}", response_model=AnnouncementView)
async def get_announcement(request: Request, announcement: AnnouncementId, caller: MaybeSignedIn) -> Response:
    """One announcement: what is promised, and which party has acknowledged it."""
    db = database(request)
    agency, now = caller.agency if caller else None, db.clock()

    def read(connection: Connection) -> dict[str, Any]:
        found = store.find(connection, announcement)
        if found is None or not found.open_to(agency):
            raise moves.no_announcement(announcement)
        return moves.answer(connection, found, agency, now)

    return Json(await db.read(read), headers={"Vary": "Authorization"})


@router.post("/announcements/{announcement}/acknowledgements", response_model=AnnouncementView)
async def acknowledge_announcement(
    request: Request,
    announcement: AnnouncementId,
    body: AcknowledgementBody,
    caller: Principal = requires(Role.SIGNATORY, Role.NEGOTIATOR, Role.AGENCY_ADMIN),
) -> Response:
    """Says, once for the caller's agency, that it has taken note."""
    command = moves.Acknowledge(caller, announcement, body.hash)
    return await perform(request, database(request), moves.acknowledge, command)


@router.delete("/announcements/{announcement}/note", response_model=AnnouncementView)
async def erase_note(
    request: Request,
    announcement: AnnouncementId,
    caller: Principal = requires(Role.SIGNATORY, Role.AGENCY_ADMIN),
) -> Response:
    """Erases what the announcer wrote besides, for the agency that did. The announcement itself stays."""
    return await perform(request, database(request), moves.erase_note, moves.Erase(caller, announcement))
