"""Agreements to and from other formats: OpenSLO v1, tables, TMF623 rules."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from fastapi import APIRouter, Request, Response

from services.sla.api.common import Code, Digest, database
from services.sla.domain.canonical import stored
from services.sla.domain.openslo import text
from services.sla.domain.openslo.exporting import Exported
from services.sla.handlers import exchange as handlers
from services.sla.handlers.access import no_revision
from services.sla.schemas.answers import AgreementView
from services.sla.schemas.exchange import ImportBody, ImportPreview, OpenSlo, StoreBody
from shared.auth import MaybeSignedIn, Principal, Role, requires
from shared.errors import Fault, Unprocessable
from shared.http import Json, StrictRoute, patiently, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["exchange"])

REVISION = "/agreements/{code}/revisions/{digest}"
YAML = "application/yaml"


@router.get(REVISION + "/openslo", response_model=OpenSlo)
async def export_openslo(request: Request, code: Code, digest: Digest, caller: MaybeSignedIn) -> Response:
    """The revision as OpenSLO v1, with every clause that OpenSLO cannot say."""
    found = await _exported(request, code, digest, caller)
    return Json(
        {
            "agreement": code,
            "hash": digest,
            "yaml": _yaml(found),
            "documents": stored(found.documents),
            "not_expressed": [each.answer() for each in found.said],
        }
    )


@router.get(
    REVISION + "/openslo.yaml",
    response_class=Response,
    # No schema: a stream of documents is no one value.
    responses={200: {"content": {YAML: {}}}},
)
async def export_openslo_file(
    request: Request, code: Code, digest: Digest, caller: MaybeSignedIn
) -> Response:
    """The file itself. What OpenSLO cannot say stands above it, as comments."""
    found = await _exported(request, code, digest, caller)
    named = {"Content-Disposition": f'attachment; filename="{code}.openslo.yaml"', "ETag": f'"{digest}"'}
    return Response(_yaml(found).encode(), media_type=YAML, headers=named)


@router.post("/agreement-imports/preview", response_model=ImportPreview)
async def preview_import(
    request: Request, body: ImportBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """What would come of a file: the differences, what cannot be said here, and what is wrong, by line.

    Nothing is stored. The answer's `hash` stores it.
    """
    db = database(request)
    command = _command(body, caller)
    return Json(await patiently(lambda: db.read(handlers.preview, command, db.clock())))


@router.post("/agreement-imports", status_code=201, response_model=AgreementView)
async def store_import(
    request: Request, body: StoreBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Stores as a draft what the preview showed: the same file, with the `hash` that it answered.

    All of it or nothing. 409 when something else would come of it by now.
    """
    command = _command(body, caller, body.hash)
    return await perform(
        request,
        database(request),
        handlers.store_import,
        command,
        status=201,
        location=lambda made: f"/api/sla/v1/agreements/{made['code']}",
    )


async def _exported(request: Request, code: str, digest: str, caller: Principal | None) -> Exported:
    db = database(request)
    agency = caller.agency if caller else None
    found = await db.read(handlers.export_openslo, code, digest, agency, db.clock())
    if found is None:
        raise no_revision(code, digest)
    return found


def _yaml(found: Exported) -> str:
    return text.write(found.documents, (f"not expressed: {each.path}: {each.en}" for each in found.said))


def _command(body: ImportBody, caller: Principal, digest: str | None = None) -> handlers.Import:
    defaults: dict[str, Any] = body.defaults.model_dump(exclude_none=True) if body.defaults else {}
    return handlers.Import(
        caller=caller,
        format=body.format,
        content=_content(body),
        encoding=body.encoding,
        agreement=body.agreement,
        parent=body.parent,
        frame=None if body.frame is None else stored(body.frame.plain()),
        defaults=stored(defaults),
        indicators=body.indicators,
        mapping=body.mapping,
        others=body.others,
        hash=digest,
    )


def _content(body: ImportBody) -> bytes:
    if body.content is not None:
        return body.content.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body.content_base64 or "", validate=True)
    except (binascii.Error, ValueError):
        raise Unprocessable(
            "the file cannot be unpacked", errors=[Fault("/content_base64", "is no Base64 (RFC 4648)")]
        ) from None
