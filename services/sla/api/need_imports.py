"""`/needs/imports`: needs from a file, first looked at, then taken in as a whole."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from services.sla.api.common import CODE, database
from services.sla.domain import spreadsheets
from services.sla.domain.spreadsheets import ENCODINGS, MOST_BYTES, Sheet
from services.sla.handlers import needs as handlers
from services.sla.need_rows import columns_of, understand
from services.sla.schemas.needs import ImportView, NeedBody
from shared.auth import Principal, Role, requires
from shared.db import UnitOfWork
from shared.errors import MOST_ERRORS, Fault, Unprocessable, UnsupportedMedia
from shared.http import Json, StrictRoute, patiently, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["needs"], max_body_size=MOST_BYTES)

CSV = ("text/csv", "application/csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100
GIVEN = 60
"""Characters of a wrong cell that are shown."""
FILE = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/needs/imports",
    status_code=201,
    response_model=ImportView,
    responses={200: {"model": ImportView, "description": "The preview of `dry_run`; nothing was stored"}},
    openapi_extra={"requestBody": {"required": True, "content": {CSV[0]: FILE, XLSX: FILE}}},
)
async def import_needs(
    request: Request,
    service: Annotated[str, Query(pattern=CODE)],
    dry_run: Annotated[bool, Query(description="Only says what would be stored, and what is wrong.")] = False,
    encoding: Annotated[
        Literal["utf-8", "utf-8-sig", "tis-620", "cp874"] | None,
        Query(description="Of a CSV file; found out when it is not said."),
    ] = None,
    caller: Principal = requires(Role.NEGOTIATOR),
) -> Response:
    """A CSV or XLSX file of at most 10,000 rows and 4 MiB: all of its needs, or none."""
    db = database(request)
    await patiently(lambda: db.read(lambda connection: handlers.involved(caller, service, connection)))
    body = await request.body()
    sheet, good, faults = await asyncio.to_thread(_read, body, *_kind(request, encoding), service)
    found: dict[str, Any] = {
        "import": None,
        "hash": hashlib.sha256(body).hexdigest(),
        "encoding": sheet.encoding,
        "rows": len(sheet.rows),
        "good": len(good),
        "errors": _row_faults(sheet, faults[:MOST_ERRORS]),
        "more_errors": max(0, len(faults) - MOST_ERRORS),
        "preview": [{"row": number, "need": need} for number, need in good[:SHOWN]],
    }
    if dry_run:
        return Json(found)
    if faults:
        raise Unprocessable("nothing was stored: some rows are wrong", errors=faults)
    command = handlers.Take(caller, service, found["hash"], [need.plain() for _, need in good])

    def take(given: handlers.Take, uow: UnitOfWork) -> dict[str, Any]:
        return {**found, "preview": [], **handlers.take_in(given, uow)}

    return await perform(
        request,
        db,
        take,
        command,
        status=201,
        location=lambda made: f"/api/sla/v1/needs?import={made['import']}",
    )


def _kind(request: Request, encoding: str | None) -> tuple[bool, str | None]:
    """Whether the body is a workbook, and the encoding that was declared."""
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = media.strip().lower()
    if kind == XLSX:
        return True, None
    if kind not in CSV:
        raise UnsupportedMedia(f"send the file as {CSV[0]} or {XLSX}, not {kind or 'untyped'}")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip().strip('"').lower()
    if encoding is None and charset and charset not in ENCODINGS:
        raise UnsupportedMedia(f"the encoding {charset[:40]!r} is not read; known: {', '.join(ENCODINGS)}")
    return False, encoding or charset or None


def _read(
    body: bytes, workbook: bool, encoding: str | None, service: str
) -> tuple[Sheet, list[tuple[int, NeedBody]], list[Fault]]:
    assert len(body) <= MOST_BYTES
    sheet = spreadsheets.read_xlsx(body) if workbook else spreadsheets.read_csv(body, encoding)
    return sheet, *understand(sheet, service)


def _row_faults(sheet: Sheet, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Where each stands, and what stands there."""
    columns = columns_of(sheet)
    rows = dict(sheet.rows)
    found = []
    for fault in faults:
        row, _, column = fault.pointer.removeprefix("/rows/").partition("/")
        name = column.partition("/")[0]
        place = columns.index(name) if name in columns else None
        given = rows[int(row)][place][:GIVEN] if place is not None else None
        found.append(
            {"row": int(row), "column": column or None, "given": given or None, "detail": fault.detail}
        )
    return found
