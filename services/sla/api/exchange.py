"""Agreements to and from other formats: OpenSLO v1, tables, TMF623 rules."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response

from services.sla.api.common import Code, Digest, database
from services.sla.domain.canonical import stored
from services.sla.domain.clauses import words_of
from services.sla.domain.openslo import text
from services.sla.domain.openslo.exporting import Exported
from services.sla.domain.openslo.said import Said
from services.sla.domain.table_files import write_csv, write_xlsx
from services.sla.handlers import exchange as handlers
from services.sla.handlers.access import no_revision
from services.sla.schemas.answers import AgreementView
from services.sla.schemas.exchange import (
    ImportBody,
    ImportPreview,
    OpenSlo,
    StoreBody,
    TableView,
    TmfView,
)
from shared.auth import MaybeSignedIn, Principal, Role, requires
from shared.db import Connection
from shared.errors import Fault, Unprocessable
from shared.http import Json, StrictRoute, patiently, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["exchange"])

REVISION = "/agreements/{code}/revisions/{digest}"
YAML = "application/yaml"
TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Lang = Annotated[Literal["th", "en"], Query()]
"""Of the names of columns; the import reads both."""
Made = TypeVar("Made")


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
            "not_expressed": _told(found.said),
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


@router.get(REVISION + "/table", response_model=TableView)
async def export_table(
    request: Request, code: Code, digest: Digest, caller: MaybeSignedIn, lang: Lang = "en"
) -> Response:
    """The promises of a revision in the columns that the import reads, with what a table cannot say."""
    found = await _read(request, handlers.export_table, code, digest, caller)
    columns, *rows = found.titled(lang)
    return Json(
        {
            "agreement": code,
            "hash": digest,
            "columns": columns,
            "rows": rows,
            "not_expressed": _told(found.said),
        }
    )


@router.get(
    REVISION + "/table.csv", response_class=Response, responses={200: {"content": {TABLES["csv"]: {}}}}
)
async def export_csv(
    request: Request, code: Code, digest: Digest, caller: MaybeSignedIn, lang: Lang = "en"
) -> Response:
    """The same as CSV, in UTF-8 with a byte order mark."""
    found = await _read(request, handlers.export_table, code, digest, caller)
    return _file(write_csv(found.titled(lang)), "csv", code, f"{digest}-{lang}")


@router.get(
    REVISION + "/table.xlsx", response_class=Response, responses={200: {"content": {TABLES["xlsx"]: {}}}}
)
async def export_workbook(
    request: Request, code: Code, digest: Digest, caller: MaybeSignedIn, lang: Lang = "en"
) -> Response:
    """The same as a workbook, of texts alone."""
    found = await _read(request, handlers.export_table, code, digest, caller)
    made = await asyncio.to_thread(write_xlsx, found.titled(lang), code)
    return _file(made, "xlsx", code, f"{digest}-{lang}")


def _file(content: bytes, ending: str, code: str, tag: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{code}.{ending}"', "ETag": f'"{tag}"'}
    return Response(content, media_type=TABLES[ending], headers=named)


@router.get(REVISION + "/tmf623", response_model=TmfView)
async def export_tmf(request: Request, code: Code, digest: Digest, caller: MaybeSignedIn) -> Response:
    """The revision as a service level agreement of TMF623, with every clause that its rules cannot say."""
    found = await _read(request, handlers.export_rules, code, digest, caller)
    return Json(
        {"agreement": code, "hash": digest, "document": found.document, "not_expressed": _told(found.said)}
    )


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


def _told(said: Iterable[Said]) -> list[dict[str, Any]]:
    return [{**each.answer(), "words": words_of(each.path)} for each in said]


async def _exported(request: Request, code: str, digest: str, caller: Principal | None) -> Exported:
    return await _read(request, handlers.export_openslo, code, digest, caller)


async def _read(
    request: Request,
    query: Callable[[Connection, str, str, str | None, datetime], Made | None],
    code: str,
    digest: str,
    caller: Principal | None,
) -> Made:
    """A revision in another form. Raises NotFound for one that the caller may not see."""
    db = database(request)
    agency = caller.agency if caller else None
    found = await db.read(query, code, digest, agency, db.clock())
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
