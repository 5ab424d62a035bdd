"""Objectives out as files of other tools, and files in as drafts: first shown, then stored by what was shown.

The portal keeps nothing in between: the page of the preview carries the file, packed, to the confirmation.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from services.portal import negotiating
from services.portal.api.common import PAGE, check_form, page_router, reader_of, render, shown
from services.portal.api.forms import new_key
from services.portal.api.negotiation import Code, agreement_trail, here, roles_of
from services.portal.api.private import who
from services.portal.api.revisions import Digest
from services.portal.api.stale import STALE
from services.portal.client import Api, Refused, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text.phrase import Phrase
from services.portal.views import standing
from services.portal.views.clauses import Wording
from services.portal.views.drafting import WINDOWS
from services.portal.views.exchange import (
    FIELDS,
    LEFT_OUT,
    Preview,
    Wrong,
    choices,
    forms_of,
    preview_of,
    unreadable,
)
from services.portal.views.negotiation import Raw

IMPORTS = "/sla/v1/agreement-imports"
MOST_FILE = 512 << 10
MOST_FORM = 1 << 20
"""A file of the largest size, as text in a form."""
MOST_BODY = 2 << 20
MOST_FIELDS = 1300
"""A hundred columns and five hundred names of indicators, each with its choice."""
KINDS = {".yaml": "openslo", ".yml": "openslo", ".csv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".json": "tmf"}
ENCODINGS = ("utf-8", "cp874")
COUNT_AT = ("completion", "start", "deadline")
FILES = {
    "table.csv": "text/csv; charset=utf-8",
    "table.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "openslo.yaml": "application/yaml",
    "tmf623.json": "application/json",
}
Name = Annotated[str, Path(pattern=r"^(table\.csv|table\.xlsx|openslo\.yaml|tmf623\.json)$")]

router = page_router(MOST_BODY)


@dataclass(frozen=True)
class Chosen:
    """A file, and what was said of it."""

    name: str
    kind: str
    content: bytes
    encoding: str | None = None
    others: str = "kept"
    defaults: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> str:
        return base64.b64encode(zlib.compress(self.content)).decode()

    def body(self, code: str) -> dict[str, Any]:
        made: dict[str, Any] = {
            "format": self.kind,
            "agreement": code,
            "content_base64": base64.b64encode(self.content).decode(),
            "others": self.others,
            "indicators": dict(self.indicators),
        }
        if self.kind == "csv" and self.encoding is not None:
            made["encoding"] = self.encoding
        if self.kind != "openslo" and self.mapping:
            made["mapping"] = dict(self.mapping)
        defaults: dict[str, Any] = {
            name: self.defaults[name] for name in ("responsible", "count_at") if self.defaults.get(name)
        }
        if self.defaults.get("window"):
            defaults["window"] = {"kind": "calendar", "unit": self.defaults["window"]}
        return {**made, "defaults": defaults} if defaults else made


@router.api_route("/app/agreements/{agreement}/exchange/{digest}/{name}", **PAGE)
async def download(request: Request, agreement: Code, digest: Digest, name: Name) -> Response:
    """A revision as a file of another tool."""
    session, api = await who(request)
    reader = reader_of(request)
    await negotiating.raw_of(api, agreement, session.agency, digest, whole=False)
    at = f"{AGREEMENTS}/{agreement}/revisions/{digest}"
    if name == "tmf623.json":
        found = await readable(api, f"{at}/tmf623")
        content = json.dumps(found["document"], ensure_ascii=False, indent=2).encode()
    else:
        content = await api.file(
            f"{at}/{name}", **({"lang": reader.lang} if name.startswith("table") else {})
        )
    return Response(
        content,
        media_type=FILES[name],
        headers={
            "Content-Disposition": f'attachment; filename="{agreement}_{digest[:12]}.{name}"',
            "Cache-Control": "no-store",
            "Vary": "Cookie, Accept-Language",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.api_route("/app/agreements/{agreement}/exchange", **PAGE)
async def exchange(request: Request, agreement: Code) -> Response:
    """What can be taken out, with what each file cannot say; and the form for a file that is taken in."""
    session, api = await who(request)
    return await _page(request, session, api, agreement)


@router.post("/app/agreements/{agreement}/exchange", response_model=None)
async def sent(request: Request, agreement: Code) -> Response:
    """A file to be looked at, again with other choices, or to be stored as it was shown."""
    session, api = await who(request)
    form = request.form(max_fields=MOST_FIELDS, max_files=1, max_part_size=MOST_FORM)
    async with form as given:
        check_form(request, session.secret, given.get("form_token"))
        chosen, fault = await _read(request, given)
        if chosen is None:
            return await _page(request, session, api, agreement, fault=fault, status=422)
        if given.get("step") == "store":
            return await _store(request, session, api, agreement, chosen, given)
        return await _look(request, session, api, agreement, chosen)


async def _read(request: Request, given: FormData) -> tuple[Chosen | None, Phrase | None]:
    """The file and the choices beside it; or why there is no file."""
    t = reader_of(request).t
    upload = given.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        name = PurePath(upload.filename.replace("\\", "/")).name[:200]
        content = await upload.read(MOST_FILE + 1)
    else:
        name, content = str(given.get("name") or "")[:200], _unpacked(given.get("content"))
        if not content:
            return None, t.import_no_file
    kind = KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        return None, t.exchange_wrong_kind(name=name)
    if len(content) > MOST_FILE:
        return None, t.exchange_too_large
    if not content:
        return None, t.import_no_file
    return _chosen(given, name, kind, content), None


def _chosen(given: FormData, name: str, kind: str, content: bytes) -> Chosen:
    def one_of(field_: str, known: Sequence[str]) -> str | None:
        value = given.get(field_)
        return value if isinstance(value, str) and value in known else None

    responsible = given.get("responsible")
    return Chosen(
        name,
        kind,
        content,
        one_of("encoding", ENCODINGS),
        one_of("others", ("removed",)) or "kept",
        {
            "responsible": responsible[:64] if isinstance(responsible, str) else "",
            "window": one_of("window", WINDOWS) or "",
            "count_at": one_of("count_at", COUNT_AT) or "",
        },
        {
            column: None if field_ == LEFT_OUT else field_
            for column, field_ in _pairs(given, "column", "field")
            if field_ == LEFT_OUT or field_ in FIELDS
        },
        {named[:300]: code[:64] for named, code in _pairs(given, "named", "indicator") if code},
    )


def _pairs(given: FormData, name: str, choice: str) -> list[tuple[str, str]]:
    """`column-3` with `field-3`, for as many as were sent."""
    found = []
    for key, value in given.multi_items():
        head, _, number = key.rpartition("-")
        said = given.get(f"{choice}-{number}")
        if head == name and isinstance(value, str) and isinstance(said, str):
            found.append((value, said))
    return found


def _unpacked(content: object) -> bytes:
    """The file that a preview's page carried; nothing: it is not there whole."""
    if not isinstance(content, str):
        return b""
    try:
        opened = zlib.decompressobj()
        found = opened.decompress(base64.b64decode(content, validate=True), MOST_FILE + 1)
    except (ValueError, binascii.Error, zlib.error):
        return b""
    return found if opened.eof else b""


async def _look(
    request: Request,
    session: Session,
    api: Api,
    code: str,
    chosen: Chosen,
    *,
    notice: Phrase | None = None,
    status: int = 200,
) -> Response:
    """What would come of the file. Nothing is stored."""
    try:
        found = await api.post(f"{IMPORTS}/preview", chosen.body(code))
    except Refused as refusal:
        said, rows = unreadable(reader_of(request), refusal.status, refusal.problem)
        return await _page(request, session, api, code, fault=said, rows=rows, chosen=chosen, status=422)
    return await _page(request, session, api, code, chosen=chosen, found=found, fault=notice, status=status)


async def _store(
    request: Request, session: Session, api: Api, code: str, chosen: Chosen, given: FormData
) -> Response:
    """Stores what was shown; what would be something else by now is shown again, and not stored."""
    t = reader_of(request).t
    digest, key = str(given.get("hash") or ""), str(given.get("key") or "")[:100] or new_key()
    try:
        answer = await api.post(IMPORTS, {**chosen.body(code), "hash": digest}, key=key)
    except Refused as refusal:
        if refusal.slug == STALE:
            moved = t.exchange_moved_on
            return await _look(request, session, api, code, chosen, notice=moved, status=409)
        said, rows = unreadable(reader_of(request), refusal.status, refusal.problem)
        status = 409 if refusal.status == 409 else 422
        return await _page(request, session, api, code, fault=said, rows=rows, chosen=chosen, status=status)
    made = answer["revisions"][-1]["hash"]
    return RedirectResponse(f"{here(code)}?done=drafted&revision={made}", 303)


async def _page(
    request: Request,
    session: Session,
    api: Api,
    code: str,
    *,
    chosen: Chosen | None = None,
    found: Mapping[str, Any] | None = None,
    fault: Phrase | None = None,
    rows: Sequence[Wrong] = (),
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    state = await readable(api, f"{AGREEMENTS}/{code}")
    digest = state["in_force"] or standing.shown_revision(state)["hash"]
    raw = await negotiating.raw_of(api, code, session.agency, digest, whole=False)
    wording = await negotiating.wording_of(api, reader, raw.document["service"])
    at = f"{AGREEMENTS}/{code}/revisions/{digest}"
    preview = None if found is None else await _preview(api, wording, raw, found)
    openslo, table, tmf = (
        (None, None, None)
        if preview
        else await gather(*(readable(api, f"{at}/{each}") for each in ("openslo", "table", "tmf623")))
    )
    title = reader.said(raw.document.get("title"), code)
    heading = preview.heading if preview else t.exchange
    parties = [(each, wording.agencies.name(each).text) for each in raw.document["parties"]]
    return await render(
        request,
        Page(
            "exchange.html",
            f"{title}, {(fault or heading).plain}",
            {
                "title_said": title,
                "code": code,
                "of": standing.revision_name(reader, raw.state, digest),
                "forms": ()
                if preview
                else forms_of(reader, f"{here(code, 'exchange')}/{digest}", openslo, table, tmf),
                "chosen": chosen or Chosen("", "", b""),
                "preview": preview,
                "faults": [] if fault is None else [("answer" if preview else "file", fault)],
                "rows": preview.wrong if preview else rows,
                "fields": choices(reader),
                "indicators": [
                    (each, reader.said(one.get("name"), each).text)
                    for each, one in sorted(wording.indicators.items())
                ],
                "parties": parties,
                "windows": [(each, getattr(t, f"unit_{each}").plain) for each in WINDOWS],
                "count_at": [(each, getattr(t, f"exchange_at_{each}").plain) for each in COUNT_AT],
                "encodings": [("utf-8", "UTF-8"), ("cp874", "TIS-620 / CP874")],
                "may": roles_of(session)["negotiator"] and session.agency in raw.revision["standing"],
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title),
            status=status,
            private=True,
            twins=(
                Twin(f"/api{at}/openslo", "openslo"),
                Twin(f"/api{at}/table", "table"),
                Twin(f"/api{at}/tmf623", "tmf623"),
            ),
        ),
        shown(session),
    )


async def _preview(api: Api, wording: Wording, raw: Raw, found: Mapping[str, Any]) -> Preview:
    """In words, beside the revision that it would follow."""
    parent = found["parent"]
    (before,) = await gather(readable(api, f"{AGREEMENTS}/{raw.state['code']}/revisions/{parent}"))
    name = standing.revision_name(wording.reader, raw.state, parent)
    return preview_of(wording, before, found, name)
