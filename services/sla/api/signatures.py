"""Signed revisions to check, and the keys that witness acceptances."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.sla.api.common import Code, Digest, database
from services.sla.domain.signing import WitnessKey
from services.sla.handlers import exports, signing
from services.sla.handlers.access import no_revision
from services.sla.schemas.signatures import SignedRevision, WitnessKeys, WitnessKeyView
from services.sla.settings import Settings
from services.sla.store import signatures as store
from shared.auth import MaybeSignedIn, Principal, Role, public, requires
from shared.clock import rfc3339
from shared.db import UnitOfWork
from shared.errors import Unauthenticated
from shared.http import Json, StrictRoute, perform
from shared.signatures import statement_bytes

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["signatures"])


def check_signed_in_again(request: Request, caller: Principal, now: datetime) -> None:
    """A person gives an acceptance with the password given just before (RFC 9470), not with a session left
    open on a desk."""
    settings = request.app.state.contexts["sla"].settings
    assert isinstance(settings, Settings)
    if caller.kind != "person":
        return
    at = caller.authenticated_at
    if at is None or now - at > settings.sign_in_again:
        seconds = int(settings.sign_in_again.total_seconds())
        raise Unauthenticated(
            f"who signs gives the password again, at most {seconds} seconds before "
            "(POST /api/registry/v1/sessions/step-up)",
            slug="sign-in-again",
            headers={
                "WWW-Authenticate": f'Bearer error="insufficient_user_authentication", max_age="{seconds}"'
            },
        )


@router.get("/agreements/{code}/revisions/{digest}/signed", response_model=SignedRevision)
async def export_signed_revision(
    request: Request, code: Code, digest: Digest, caller: MaybeSignedIn
) -> Response:
    """The revision with its acceptances, their signatures and the public keys, in its RFC 8785 form.

    `docs/verify/verify.py` checks it without this server.
    """
    db = database(request)
    wanted = exports.Wanted(code, digest, caller.agency if caller else None, db.clock())
    found = await db.read(exports.signed_revision, wanted)
    if found is None:
        raise no_revision(code, digest)
    return Json(statement_bytes(found), headers={"Vary": "Authorization"})


@router.get("/keys", response_model=WitnessKeys, dependencies=[public])
async def list_witness_keys(request: Request) -> Response:
    """The public keys with which this deployment witnesses acceptances, ended ones too."""
    found = await database(request).read(store.witness_keys)
    return Json({"items": [_shown(each) for each in found]}, headers={"Cache-Control": "public, max-age=60"})


@router.post("/keys/rotate", status_code=201, response_model=WitnessKeyView)
async def rotate_witness_key(request: Request, caller: Principal = requires(Role.OPERATOR)) -> Response:
    """A new key signs from now on; the old one's private half is erased, its signatures stay good."""

    def rotate(command: None, uow: UnitOfWork) -> dict[str, Any]:
        return _shown(signing.rotate_key(command, uow))

    return await perform(request, database(request), rotate, None, status=201)


def _shown(key: WitnessKey) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "jwk": key.jwk,
        "valid_from": rfc3339(key.valid_from),
        "valid_until": None if key.valid_until is None else rfc3339(key.valid_until),
    }
