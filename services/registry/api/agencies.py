"""Agencies: read by anyone, written by the operator; the contact by the agency itself."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.registry.api.common import BASE, db, if_match, tagged
from services.registry.handlers import public as handlers
from services.registry.schemas import AgencyIn, AgencyOut, AgencyPatch, AgencyPut, CodeInPath, Search
from services.registry.store import public as store
from services.registry.views import agency_out
from shared.auth import MaybeSignedIn, Principal, Role, requires
from shared.errors import NotFound
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=f"{BASE}/agencies", route_class=StrictRoute, tags=["agencies"])


@router.get("", response_model_exclude_unset=True)
async def list_agencies(
    request: Request,
    response: Response,
    caller: MaybeSignedIn,
    q: Search = None,
    after: After = None,
    limit: Limit = 100,
) -> Page[AgencyOut]:
    """Agencies by name (as a Thai dictionary orders); with a token also their contacts."""
    rows = await db(request).read(store.agencies, q, read_cursor(after, str, str), limit + 1)
    items = [agency_out(row, with_contact=caller is not None) for row in rows[:limit]]
    more = cursor(rows[limit - 1].sort_key, rows[limit - 1].code) if len(rows) > limit else None
    response.headers["Vary"] = "Authorization"
    return Page(items=items, next=more)


@router.post("", status_code=201, response_model=AgencyOut)
async def register_agency(
    request: Request, body: AgencyIn, caller: Principal = requires(Role.OPERATOR)
) -> Response:
    return await perform(
        request,
        db(request),
        handlers.register_agency,
        handlers.Create(caller, body),
        status=201,
        location=lambda made: f"{BASE}/agencies/{made.code}",
        tag=lambda made: made.version,
    )


@router.get("/{code}", response_model_exclude_unset=True)
async def read_agency(
    request: Request, response: Response, code: CodeInPath, caller: MaybeSignedIn
) -> AgencyOut:
    """One agency; with a token also its contact."""
    row = await db(request).read(store.agency_by_code, code)
    if row is None:
        raise NotFound("there is no agency with this code")
    tagged(response, row.version)
    return agency_out(row, with_contact=caller is not None)


@router.put("/{code}", response_model=AgencyOut)
async def replace_agency(
    request: Request,
    code: CodeInPath,
    body: AgencyPut,
    caller: Principal = requires(Role.OPERATOR, Role.AGENCY_ADMIN),
) -> Response:
    """The whole agency: a contact that is left out is erased."""
    command = handlers.Change(caller, code, body, if_match(request))
    return await perform(request, db(request), handlers.change_agency, command, tag=lambda done: done.version)


@router.patch("/{code}", response_model=AgencyOut)
async def change_agency(
    request: Request,
    code: CodeInPath,
    body: AgencyPatch,
    caller: Principal = requires(Role.OPERATOR, Role.AGENCY_ADMIN),
) -> Response:
    """What is sent changes; `"contact": null` erases the contact."""
    command = handlers.Change(caller, code, body, if_match(request))
    return await perform(request, db(request), handlers.change_agency, command, tag=lambda done: done.version)
