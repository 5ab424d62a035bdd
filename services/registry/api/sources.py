"""Sources: the systems of one agency that report. Another agency's answers as a missing one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.registry.api.common import BASE, db, if_match, tagged
from services.registry.handlers import public as handlers
from services.registry.schemas import CodeFilter, CodeInPath, SourceIn, SourceOut, SourcePatch, SourcePut
from services.registry.store import public as store
from services.registry.views import source_out
from shared.auth import Principal, Role, SignedIn, requires
from shared.db import Connection
from shared.errors import NotFound
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=f"{BASE}/sources", route_class=StrictRoute, tags=["sources"])


@router.get("")
async def list_sources(
    request: Request, caller: SignedIn, service: CodeFilter = None, after: After = None, limit: Limit = 100
) -> Page[SourceOut]:
    """Your agency's sources. `service`: those that report for it."""
    place = read_cursor(after, str)

    def page(connection: Connection) -> Page[SourceOut]:
        if caller.agency is None:
            return Page(items=[])
        rows = store.sources(connection, caller.agency, service, place[0] if place else None, limit + 1)
        services = store.services_of(connection, [row.code for row in rows[:limit]])
        return Page(
            items=[source_out(row, services[row.code]) for row in rows[:limit]],
            next=cursor(rows[limit - 1].code) if len(rows) > limit else None,
        )

    return await db(request).read(page)


@router.post("", status_code=201, response_model=SourceOut)
async def register_source(
    request: Request, body: SourceIn, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    return await perform(
        request,
        db(request),
        handlers.register_source,
        handlers.Create(caller, body),
        status=201,
        location=lambda made: f"{BASE}/sources/{made.code}",
        tag=lambda made: made.version,
    )


@router.get("/{code}")
async def read_source(request: Request, response: Response, code: CodeInPath, caller: SignedIn) -> SourceOut:
    def one(connection: Connection) -> SourceOut:
        row = store.source_by_code(connection, code)
        if row is None or not caller.acts_for(row.agency):
            raise NotFound("there is no source with this code, or it is another agency's")
        return source_out(row, store.services_of(connection, [code])[code])

    found = await db(request).read(one)
    tagged(response, found.version)
    return found


@router.put("/{code}", response_model=SourceOut)
async def replace_source(
    request: Request, code: CodeInPath, body: SourcePut, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    command = handlers.Change(caller, code, body, if_match(request))
    return await perform(request, db(request), handlers.change_source, command, tag=lambda done: done.version)


@router.patch("/{code}", response_model=SourceOut)
async def change_source(
    request: Request, code: CodeInPath, body: SourcePatch, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """What is sent changes. A disabled source reports nothing more."""
    command = handlers.Change(caller, code, body, if_match(request))
    return await perform(request, db(request), handlers.change_source, command, tag=lambda done: done.version)
