"""Needs from a file: looked at first, then taken in as a whole.

The portal keeps nothing in between: the page of the preview carries the file, packed, to the confirmation.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import FormData, UploadFile

from services.portal.api.common import PAGE, check_form, page_router
from services.portal.api.need_common import NEEDS, Place, Service, go, not_for, place_of, read_items, show
from services.portal.client import Refused
from services.portal.text.phrase import Phrase
from services.portal.views.need_import import (
    COLUMNS,
    SIMPLE,
    WHOLE,
    Preview,
    RowFault,
    column_name,
    preview_of,
    refused_file,
    takes,
    titles,
)

MOST_FILE = 4 << 20
MOST_FORM = 7 << 20
"""A file of the largest size, as text in a form."""
MOST_BODY = 8 << 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {".csv": "text/csv", ".txt": "text/csv", ".tsv": "text/csv", ".xlsx": XLSX}
ENCODINGS = ("utf-8", "cp874")
IMPORTS = f"{NEEDS}/imports"
MOST_EXPORTED = 20_000
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
"""What would have to be quoted in the name of a file that is sent."""

router = page_router(MOST_BODY)


@dataclass(frozen=True)
class File:
    name: str
    kind: str
    content: bytes
    encoding: str | None

    def packed(self) -> str:
        return base64.b64encode(zlib.compress(self.content)).decode()


def table_of(rows: Sequence[Sequence[str]], name: str) -> Response:
    """A CSV file that a spreadsheet opens in Thai, and reads as text: no cell is a formula."""
    held = io.StringIO()
    writer = csv.writer(held)
    for row in rows:
        writer.writerow(
            [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in row]
        )
    return Response(
        held.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@router.api_route("/app/services/{service}/needs/template.csv", **PAGE)
async def template(request: Request, service: Service) -> Response:
    """An empty file whose columns the import reads."""
    place = await place_of(request, service)
    return table_of([titles(place.reader, SIMPLE)], f"needs-{service}-template.csv")


@router.api_route("/app/services/{service}/needs/all.csv", **PAGE)
async def export(request: Request, service: Service) -> Response:
    """All needs in the columns that the import reads."""
    place = await place_of(request, service)
    found = await read_items(place.api, NEEDS, MOST_EXPORTED, service=service)
    lines = [[_cell(each, name) for name in WHOLE] for each in found]
    return table_of([titles(place.reader, WHOLE), *lines], f"needs-{service}.csv")


def _cell(need: Mapping[str, Any], column: str) -> str:
    if column.startswith("statement_"):
        return (need["statement"] or {}).get(column.removeprefix("statement_")) or ""
    return " ".join(need[column]) if column == "evidence" else str(need[column] or "")


@router.api_route("/app/services/{service}/needs/import", **PAGE)
async def form(request: Request, service: Service) -> Response:
    """Asks for a file, and says which columns are read."""
    place = await place_of(request, service)
    not_for(place)
    return await _page(request, place)


@router.post("/app/services/{service}/needs/import", response_model=None)
async def sent(request: Request, service: Service) -> Response:
    """A file to be looked at; or one that was, to be taken in or to list what is wrong with it."""
    place = await place_of(request, service)
    async with request.form(max_fields=20, max_files=1, max_part_size=MOST_FORM) as given:
        check_form(request, place.session.secret, given.get("form_token"))
        not_for(place)
        return await _answer(request, place, given)


async def _answer(request: Request, place: Place, given: FormData) -> Response:
    t = place.reader.t
    encoding = given.get("encoding")
    declared = encoding if encoding in ENCODINGS else None
    upload = given.get("file")
    step = given.get("step")
    if step in ("confirm", "faults"):
        file = _unpacked(given.get("name"), given.get("content"), declared)
        if file is None:
            return await _page(request, place, fault=t.import_no_file, status=422)
        if step == "faults":
            return await _faults_file(place, file)
        return await _take(request, place, file, given.get("key"))
    if not isinstance(upload, UploadFile) or not upload.filename:
        return await _page(request, place, fault=t.import_no_file, status=422)
    name = PurePath(upload.filename.replace("\\", "/")).name[:200]
    kind = KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        return await _page(request, place, fault=t.import_wrong_kind(name=name), status=422)
    content = await upload.read(MOST_FILE + 1)
    if len(content) > MOST_FILE:
        return await _page(request, place, fault=t.import_too_large, status=422)
    return await _look(request, place, File(name, kind, content, declared))


async def _ask(place: Place, file: File, *, dry_run: bool, key: str | None = None) -> Any:
    return await place.api.send(
        IMPORTS,
        file.content,
        file.kind,
        key=key,
        service=place.code,
        dry_run="true" if dry_run else None,
        encoding=file.encoding if file.kind != XLSX else None,
    )


async def _look(request: Request, place: Place, file: File) -> Response:
    try:
        found = await _ask(place, file, dry_run=True)
    except Refused as refusal:
        said, rows = refused_file(place.reader, refusal.status, refusal.problem)
        return await _page(request, place, file=file, fault=said, rows=rows, status=422)
    return await _page(request, place, file=file, preview=preview_of(place.words, found))


async def _take(request: Request, place: Place, file: File, key: object) -> Response:
    try:
        await _ask(place, file, dry_run=False, key=key if isinstance(key, str) and key else None)
    except Refused as refusal:
        said, rows = refused_file(place.reader, refusal.status, refusal.problem)
        return await _page(
            request, place, fault=said, rows=rows, status=409 if refusal.status == 409 else 422
        )
    return go(place.base, "need-imported")


async def _faults_file(place: Place, file: File) -> Response:
    """What is wrong, row by row, to be corrected beside the file."""
    t = place.reader.t
    try:
        faults: Sequence[RowFault] = preview_of(place.words, await _ask(place, file, dry_run=True)).faults
    except Refused as refusal:
        said, faults = refused_file(place.reader, refusal.status, refusal.problem)
        faults = faults or [RowFault(t.import_not_found_row.plain, "–", said)]
    head = [t.import_row.plain, t.import_column.plain, t.import_wrong.plain]
    lines = [[each.row, each.column, each.said.plain] for each in faults]
    stem = _UNSAFE.sub("", PurePath(file.name).stem)[:60] or "needs"
    return table_of([head, *lines], f"{stem}-corrections.csv")


def _unpacked(name: object, content: object, declared: str | None) -> File | None:
    """The file that a preview's page carried; None: it is not there whole."""
    if not isinstance(name, str) or not isinstance(content, str):
        return None
    kind = KINDS.get(PurePath(name).suffix.lower())
    try:
        opened = zlib.decompressobj()
        body = opened.decompress(base64.b64decode(content, validate=True), MOST_FILE + 1)
    except (ValueError, binascii.Error, zlib.error):
        return None
    if kind is None or len(body) > MOST_FILE or not opened.eof:
        return None
    return File(name[:200], kind, body, declared)


async def _page(
    request: Request,
    place: Place,
    *,
    file: File | None = None,
    preview: Preview | None = None,
    fault: Phrase | None = None,
    rows: Sequence[RowFault] = (),
    status: int = 200,
) -> Response:
    t = place.reader.t
    title = fault or (preview.heading if preview else t.need_import)
    return await show(
        request,
        place,
        "need-import.html",
        f"{title.plain}: {place.name.text}",
        {
            "file": file,
            "preview": preview,
            "faults": () if fault is None else (("file", fault),),
            "rows": rows,
            "columns": [(column_name(place.reader, each), takes(place.reader, each)) for each in COLUMNS],
            "encodings": [("utf-8", "UTF-8"), ("cp874", "TIS-620 / CP874")],
        },
        status=status,
        twins=(place.twin(NEEDS, "needs", service=place.code),),
    )
