"""`/factors`: laws, capacity, volume, seasons and budgets that bound a service."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from services.sla.api.common import CODE, database, instant_cursor, unchanged
from services.sla.api.needs import HEX, version_of
from services.sla.handlers import factors as handlers
from services.sla.handlers.need_views import factor_views
from services.sla.handlers.needs import Change, Gather, Touch
from services.sla.schemas.needs import ChangedFactor, FactorBody, FactorKind, Factors, FactorView
from services.sla.store import factors as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import to_micros
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, etag, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["needs"])

FactorId = Annotated[str, Path(pattern=HEX, description="A factor's id.")]
Code = Annotated[str | None, Query(pattern=CODE)]


@router.post("/factors", status_code=201, response_model=FactorView)
async def make_factor(
    request: Request, body: FactorBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """A factor of a service that the caller's agency owns or has a step of."""
    return await perform(
        request,
        database(request),
        handlers.make,
        Gather(caller, body.plain()),
        status=201,
        location=lambda made: f"/api/sla/v1/factors/{made['id']}",
        tag=version_of,
    )


@router.get("/factors", response_model=Factors)
async def list_factors(
    request: Request,
    caller: SignedIn,
    service: Code = None,
    agency: Code = None,
    kind: Annotated[FactorKind | None, Query()] = None,
    indicator: Code = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The caller's own factors and those of the services its agency is involved in, as they were made."""
    place = instant_cursor(after)
    given = {"service": service, "agency": agency, "kind": kind, "indicator": indicator}

    def read(connection: Connection) -> dict[str, Any]:
        if caller.agency is None:
            return {"items": [], "next": None}
        found = store.list_open(
            connection,
            caller.agency,
            equals={name: value for name, value in given.items() if value is not None},
            after=place,
            limit=limit + 1,
        )
        last = found[limit - 1] if len(found) > limit else None
        return {
            "items": factor_views(connection, found[:limit]),
            "next": None if last is None else cursor(to_micros(last.made_at), last.id),
        }

    return Json(await database(request).read(read))


@router.get("/factors/{factor}", response_model=FactorView)
async def get_factor(request: Request, factor: FactorId, caller: SignedIn) -> Response:
    """One factor; its `ETag` goes into `If-Match` of a change."""

    def read(connection: Connection) -> dict[str, Any] | None:
        found = store.find_open(connection, factor, caller.agency)
        return None if found is None else factor_views(connection, [found])[0]

    found = await database(request).read(read)
    if found is None:
        raise handlers.no_factor(factor)
    return Json(found, headers={"ETag": etag(found["version"])})


@router.put("/factors/{factor}", response_model=FactorView)
async def change_factor(
    request: Request, factor: FactorId, body: ChangedFactor, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """The whole factor anew, by the agency that made it."""
    return await perform(
        request,
        database(request),
        handlers.change,
        Change(caller, factor, body.plain(), unchanged(request, body.version)),
        tag=version_of,
    )


@router.delete("/factors/{factor}/text", status_code=204)
async def erase_text(
    request: Request, factor: FactorId, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Erases the words for good, by the agency that wrote them."""
    return await perform(request, database(request), handlers.erase, Touch(caller, factor), status=204)
