"""Services and their steps: read by anyone, written by the admin of the agency that owns them."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from services.registry.api.common import BASE, db, if_match, tagged
from services.registry.handlers import public as handlers
from services.registry.schemas import (
    CodeFilter,
    CodeInPath,
    Search,
    ServiceIn,
    ServiceOut,
    ServicePatch,
    ServicePut,
    ServiceVersion,
    StepOut,
)
from services.registry.store import public as store
from services.registry.views import service_out
from shared.auth import Principal, Role, public, requires
from shared.db import Connection
from shared.errors import NotFound
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=f"{BASE}/services", route_class=StrictRoute, tags=["services"])


@router.get("", dependencies=[public])
async def list_services(
    request: Request,
    q: Search = None,
    owner: CodeFilter = None,
    agency: CodeFilter = None,
    after: After = None,
    limit: Limit = 100,
) -> Page[ServiceOut]:
    """Services by name. `agency`: those with a step that this agency is responsible for."""

    def page(connection: Connection, place: Sequence[str] | None) -> Page[ServiceOut]:
        rows = store.services(connection, q, owner, agency, place, limit + 1)
        steps = store.steps_of(connection, [row.code for row in rows[:limit]])
        return Page(
            items=[service_out(row, steps[row.code]) for row in rows[:limit]],
            next=cursor(rows[limit - 1].sort_key, rows[limit - 1].code) if len(rows) > limit else None,
        )

    return await db(request).read(page, read_cursor(after, str, str))


@router.post("", status_code=201, response_model=ServiceOut)
async def register_service(
    request: Request, body: ServiceIn, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """A step may name another agency as responsible: that is what a service is shared for."""
    return await perform(
        request,
        db(request),
        handlers.register_service,
        handlers.Create(caller, body),
        status=201,
        location=lambda made: f"{BASE}/services/{made.code}",
        tag=lambda made: made.version,
    )


@router.get("/{code}", dependencies=[public])
async def read_service(request: Request, response: Response, code: CodeInPath) -> ServiceOut:
    def one(connection: Connection) -> ServiceOut:
        row = store.service_by_code(connection, code)
        if row is None:
            raise NotFound("there is no service with this code")
        return service_out(row, store.steps_of(connection, [code])[code])

    found = await db(request).read(one)
    tagged(response, found.version)
    return found


@router.put("/{code}", response_model=ServiceOut)
async def replace_service(
    request: Request, code: CodeInPath, body: ServicePut, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """Name and all steps, in order. A step keeps its version while it stays the same."""
    command = handlers.Change(caller, code, body, if_match(request))
    return await perform(
        request, db(request), handlers.change_service, command, tag=lambda done: done.version
    )


@router.patch("/{code}", response_model=ServiceOut)
async def change_service(
    request: Request, code: CodeInPath, body: ServicePatch, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """The name, or all steps in order, or both."""
    command = handlers.Change(caller, code, body, if_match(request))
    return await perform(
        request, db(request), handlers.change_service, command, tag=lambda done: done.version
    )


@router.get("/{code}/versions", dependencies=[public])
async def list_service_versions(
    request: Request, code: CodeInPath, after: After = None, limit: Limit = 100
) -> Page[ServiceVersion]:
    """What the service was, newest first."""
    place = read_cursor(after, int)

    def page(connection: Connection) -> Page[ServiceVersion]:
        if store.service_by_code(connection, code) is None:
            raise NotFound("there is no service with this code")
        rows = store.service_versions(connection, code, place[0] if place else None, limit + 1)
        return Page(
            items=[
                ServiceVersion(
                    version=row.version,
                    changed_at=row.changed_at,
                    name=row.state["name"],
                    steps=[StepOut(**step) for step in row.state["steps"]],
                )
                for row in rows[:limit]
            ],
            next=cursor(rows[limit - 1].version) if len(rows) > limit else None,
        )

    return await db(request).read(page)
