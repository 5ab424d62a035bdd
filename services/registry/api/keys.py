"""The keys that sign access tokens: public halves for everyone, rotation by the operator."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from services.registry.api.common import BASE, db, revoked, settings
from services.registry.handlers import keys as handlers
from services.registry.schemas import KeyOut, KeyRotationIn
from services.registry.store import keys as store
from shared.auth import Principal, Role, public, requires
from shared.db import UnitOfWork
from shared.http import Page, StrictRoute, perform

router = APIRouter(route_class=StrictRoute, tags=["keys"])


@router.get("/.well-known/jwks.json", dependencies=[public])
async def jwks(request: Request, response: Response) -> dict[str, list[dict[str, Any]]]:
    """Public keys (RFC 7517) that tokens of today can be signed with, and the one that signs next."""
    rows = await db(request).read(store.in_force, db(request).clock())
    response.headers["Cache-Control"] = "public, max-age=60"
    return {"keys": [row.public_jwk for row in rows]}


@router.get(f"{BASE}/keys")
async def list_keys(request: Request, caller: Principal = requires(Role.OPERATOR)) -> Page[KeyOut]:
    """The keys that verify now."""
    rows = await db(request).read(store.in_force, db(request).clock())
    items = [KeyOut(kid=row.kid, signs_from=row.signs_from, not_after=row.not_after) for row in rows]
    return Page(items=items)


@router.post(f"{BASE}/keys/rotate", status_code=201, response_model=KeyOut)
async def rotate_keys(
    request: Request, body: KeyRotationIn | None = None, caller: Principal = requires(Role.OPERATOR)
) -> Response:
    """A new key, told at once and used once everyone has heard of it; no token breaks.

    `compromised`: the old keys end at once instead, and every token has to be fetched again.
    """
    handler = handlers.replace_compromised if body is not None and body.compromised else handlers.rotate

    def rotate(_command: None, uow: UnitOfWork) -> KeyOut:
        return handler(own, uow)

    own = settings(request)
    answer = await perform(request, db(request), rotate, None, status=201)
    revoked(request)
    return answer
