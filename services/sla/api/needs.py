"""`/needs`: a negotiator gathers them; the agencies that provide the service read and order them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from services.sla.api.common import CODE, database, instant_cursor, unchanged
from services.sla.handlers import needs as handlers
from services.sla.handlers.need_views import merge_view, views
from services.sla.schemas.needs import (
    ChangedNeed,
    LinkBody,
    MergeBody,
    Merges,
    NeedBody,
    Needs,
    NeedSource,
    NeedView,
    Priority,
    ThemeBody,
)
from services.sla.store import needs as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import to_micros
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, etag, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["needs"])

HEX = r"^[0-9a-f]{32}$"
NeedId = Annotated[str, Path(pattern=HEX, description="A need's id.")]
LinkId = Annotated[str, Path(pattern=HEX, description="A link's id.")]
Code = Annotated[str | None, Query(pattern=CODE)]
Label = Annotated[str | None, Query(max_length=100)]


def version_of(answer: dict[str, Any]) -> int:
    version: int = answer["version"]
    return version


@router.post("/needs", status_code=201, response_model=NeedView)
async def gather_need(
    request: Request, body: NeedBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """A need of a service that the caller's agency owns or has a step of."""
    return await perform(
        request,
        database(request),
        handlers.gather,
        handlers.Gather(caller, body.plain()),
        status=201,
        location=lambda made: f"/api/sla/v1/needs/{made['id']}",
        tag=version_of,
    )


@router.get("/needs", response_model=Needs)
async def list_needs(
    request: Request,
    caller: SignedIn,
    service: Code = None,
    agency: Code = None,
    source: Annotated[NeedSource | None, Query()] = None,
    priority: Annotated[Priority | None, Query()] = None,
    recipient_group: Label = None,
    channel: Label = None,
    theme: Label = None,
    import_: Annotated[str | None, Query(alias="import", pattern=HEX)] = None,
    merged: Annotated[bool | None, Query(description="Only those that stand behind another, or not.")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The caller's own needs and those of the services its agency is involved in, as they were gathered."""
    db = database(request)
    place = instant_cursor(after)
    given = {
        "service": service,
        "agency": agency,
        "source": source,
        "priority": priority,
        "recipient_group": recipient_group,
        "channel": channel,
        "theme": theme,
        "import_id": import_,
    }
    now = db.clock()

    def read(connection: Connection) -> dict[str, Any]:
        if caller.agency is None:
            return {"items": [], "next": None}
        found = store.list_open(
            connection,
            caller.agency,
            equals={name: value for name, value in given.items() if value is not None},
            merged=merged,
            after=place,
            limit=limit + 1,
        )
        last = found[limit - 1] if len(found) > limit else None
        return {
            "items": views(connection, found[:limit], caller.agency, now),
            "next": None if last is None else cursor(to_micros(last.made_at), last.id),
        }

    return Json(await db.read(read))


@router.get("/needs/{need}", response_model=NeedView)
async def get_need(request: Request, need: NeedId, caller: SignedIn) -> Response:
    """One need; its `ETag` goes into `If-Match` of a change."""
    db = database(request)
    now = db.clock()

    def read(connection: Connection) -> dict[str, Any] | None:
        found = store.find_open(connection, need, caller.agency)
        if found is None or caller.agency is None:
            return None
        return views(connection, [found], caller.agency, now)[0]

    found = await db.read(read)
    if found is None:
        raise handlers.no_need(need)
    return Json(found, headers={"ETag": etag(found["version"])})


@router.put("/needs/{need}", response_model=NeedView)
async def change_need(
    request: Request, need: NeedId, body: ChangedNeed, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """The whole need anew, by the agency that gathered it."""
    return await perform(
        request,
        database(request),
        handlers.change,
        handlers.Change(caller, need, body.plain(), unchanged(request, body.version)),
        tag=version_of,
    )


@router.delete("/needs/{need}/statement", status_code=204)
async def erase_statement(
    request: Request, need: NeedId, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Erases the words for good, by the agency that gathered them. What was worked out from them stays."""
    return await perform(request, database(request), handlers.erase, handlers.Touch(caller, need), status=204)


@router.put("/needs/{need}/theme", response_model=NeedView)
async def set_theme(
    request: Request, need: NeedId, body: ThemeBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Puts a need to a theme, or to none. Every agency involved in the service may."""
    return await perform(
        request,
        database(request),
        handlers.set_theme,
        handlers.SetTheme(caller, need, body.theme, unchanged(request, None)),
        tag=version_of,
    )


@router.post("/needs/{need}/merge", response_model=NeedView)
async def merge_needs(
    request: Request, need: NeedId, body: MergeBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Needs that say the same stand behind this one from now on. Every agency involved may; it is noted."""
    return await perform(
        request,
        database(request),
        handlers.merge,
        handlers.MergeNeeds(caller, need, body.needs),
        tag=version_of,
    )


@router.post("/needs/{need}/split", response_model=NeedView)
async def split_need(
    request: Request, need: NeedId, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Takes a merged need out again, as it was before."""
    return await perform(
        request, database(request), handlers.split, handlers.Touch(caller, need), tag=version_of
    )


@router.get("/needs/{need}/merges", response_model=Merges)
async def list_merges(request: Request, need: NeedId, caller: SignedIn) -> Response:
    """All that was ever merged into it, or it into another, with who did it and who undid it."""

    def read(connection: Connection) -> list[dict[str, Any]] | None:
        if store.find_open(connection, need, caller.agency) is None:
            return None
        return [merge_view(each) for each in store.merges_of(connection, need)]

    found = await database(request).read(read)
    if found is None:
        raise handlers.no_need(need)
    return Json({"items": found})


@router.post("/needs/{need}/links", status_code=201, response_model=NeedView)
async def link_need(
    request: Request, need: NeedId, body: LinkBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Says which indicator or objective answers the need. Every agency involved may."""
    return await perform(
        request,
        database(request),
        handlers.link,
        handlers.LinkNeed(caller, need, body.plain()),
        status=201,
        tag=version_of,
    )


@router.delete("/needs/{need}/links/{link}", response_model=NeedView)
async def unlink_need(
    request: Request, need: NeedId, link: LinkId, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Takes a link away."""
    return await perform(
        request, database(request), handlers.unlink, handlers.Unlink(caller, need, link), tag=version_of
    )
