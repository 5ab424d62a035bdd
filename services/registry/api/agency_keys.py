"""The keys with which agencies sign: public, written by each agency's own admin."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.registry.api.common import BASE, db, tagged
from services.registry.handlers import agency_keys as handlers
from services.registry.schemas import CodeInPath
from services.registry.schemas.agency_keys import AgencyKeyIn, AgencyKeysOut, AgencySigningIn, KidInPath
from shared.auth import Principal, Role, public, requires
from shared.http import StrictRoute, perform

router = APIRouter(prefix=f"{BASE}/agencies/{{code}}/keys", route_class=StrictRoute, tags=["agencies"])


@router.get("", dependencies=[public])
async def list_agency_keys(request: Request, response: Response, code: CodeInPath) -> AgencyKeysOut:
    """Every key an agency signs or signed with, and from when to when. Nothing is deleted here."""
    found = await db(request).read(handlers.keys_of, code)
    if found is None:
        raise handlers.no_agency()
    tagged(response, found.version)
    return found


@router.post("", status_code=201, response_model=AgencyKeysOut)
async def register_agency_key(
    request: Request, code: CodeInPath, body: AgencyKeyIn, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """A key that signs from now on, proven by its own signature; with `replaces` another one ends."""
    command = handlers.RegisterKey(caller, code, body)
    return await perform(
        request,
        db(request),
        handlers.register_key,
        command,
        status=201,
        tag=lambda done: done.version,
        location=lambda done: f"{BASE}/agencies/{done.agency}/keys",
    )


@router.patch("", response_model=AgencyKeysOut)
async def change_agency_signing(
    request: Request,
    code: CodeInPath,
    body: AgencySigningIn,
    caller: Principal = requires(Role.AGENCY_ADMIN),
) -> Response:
    """Whether this agency accepts with its own key only."""
    command = handlers.Require(caller, code, body.required)
    return await perform(
        request, db(request), handlers.require_own_key, command, tag=lambda done: done.version
    )


@router.post("/{kid}/revocation", response_model=AgencyKeysOut)
async def revoke_agency_key(
    request: Request, code: CodeInPath, kid: KidInPath, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """Ends a key now. What it signed before stays signed."""
    command = handlers.RevokeKey(caller, code, kid)
    return await perform(request, db(request), handlers.revoke_key, command, tag=lambda done: done.version)
