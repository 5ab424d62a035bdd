"""Verify: is this the signed text, does the evidence give this verdict? For everybody; nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import UploadFile

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, page_router, parts_of, person_of, reader_of, render
from services.portal.api.private import reading
from services.portal.client import Api, Away, Missing, Refused
from services.portal.rendering import Page, Twin
from services.portal.text.phrase import Phrase
from services.portal.verifying import MOST_BYTES, PROGRAM, Busy, Checked, Unfinished
from services.portal.views.verifying import Found, checked_view, leaf_found, revision_found
from services.portal.views.words import Reader

MOST_FORM = MOST_BYTES + (1 << 20)
MOST_HASH = 200
MOST_AGENCIES = 50
"""Whose keys are asked for of one file."""
LOG = f"{gathering.EVALUATION}/evidence"
CHECKPOINTS = f"/api{LOG}/checkpoints"
DIGEST = re.compile(r"(?:sha-?256[:\s]+)?([0-9a-f]{64})")

router = page_router(MOST_FORM)


@router.api_route("/verify/verify.py", **PAGE)
async def program(request: Request) -> Response:
    """The program itself, for whoever does not trust a page."""
    return FileResponse(PROGRAM, media_type="text/x-python; charset=utf-8", filename="verify.py")


@router.api_route("/verify", **PAGE)
async def verify(
    request: Request, hash: Annotated[str | None, Query(max_length=MOST_HASH)] = None
) -> Response:
    """The form; with a hash, what public thing has it."""
    if hash is None:
        return await _page(request)
    match = DIGEST.fullmatch(hash.strip().lower())
    if match is None:
        return await _page(request, hash=hash, faults=[("hash", reader_of(request).t.verify_no_hash)])
    digest = match[1]
    _, api = await reading(request)
    looked_up = await _look_up(reader_of(request), api, digest)
    return await _page(request, hash=digest, looked_up=looked_up)


@router.post("/verify", response_model=None)
async def check(request: Request) -> Response:
    """Checks a file with the program, and says of each check whether it passed."""
    t = reader_of(request).t
    async with request.form(max_fields=2, max_files=1) as given:
        upload = given.get("file")
        if not isinstance(upload, UploadFile) or not upload.filename:
            return await _page(request, faults=[("file", t.verify_no_file)])
        name = upload.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
        raw = await upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return await _page(request, faults=[("file", t.verify_too_large(size=MOST_BYTES >> 20))])
    if not raw:
        return await _page(request, faults=[("file", t.verify_no_file)])
    try:
        checked = await parts_of(request).verifier.check(raw, reader_of(request).lang)
    except Busy:
        return await _page(request, faults=[("file", t.verify_busy)], status=503)
    except Unfinished:
        return await _page(request, faults=[("file", t.verify_unfinished)])
    published = await _published(parts_of(request).api, checked)
    return await _page(request, name=name, checked=checked, published=published)


async def _page(
    request: Request,
    *,
    hash: str = "",
    looked_up: tuple[list[Found], bool] | None = None,
    name: str = "",
    checked: Checked | None = None,
    published: set[str] | None = None,
    faults: Sequence[tuple[str, Phrase]] = (),
    status: int = 422,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    view = None if checked is None else checked_view(reader, checked, published)
    title = t.verify.plain if view is None else f"{view.heading.plain}: {t.verify.plain}"
    page = Page(
        "verify.html",
        f"{t.n('to_correct', len(faults)).plain}: {title}" if faults else title,
        {
            "hash": hash,
            "looked_up": looked_up,
            "name": name,
            "view": view,
            "faults": faults,
            "size": MOST_BYTES >> 20,
        },
        trail=(("/", t.home.plain),),
        twins=(Twin(CHECKPOINTS, "checkpoints"),),
        status=status if faults else 200,
        headers={"Retry-After": "5"} if faults and status == 503 else {},
    )
    return await render(request, page, await person_of(request))


async def _look_up(reader: Reader, api: Api, digest: str) -> tuple[list[Found], bool]:
    """What has this hash as far as the reader may know it, and whether every place could be asked."""
    found: list[Found] = []
    whole = True
    for ask in (_announcement, _revision, _leaf):
        try:
            one = await ask(reader, api, digest)
        except (Away, Refused):
            whole = False
            continue
        except Missing:
            continue
        if one is not None:
            found.append(one)
    return found, whole


async def _announcement(reader: Reader, api: Api, digest: str) -> Found | None:
    one = await api.get(f"{gathering.SLA}/announcements/{digest}")
    said = reader.said(one["title"], one["agreement"])
    return Found(reader.t.announcement_no(n=one["number"]), said, f"/announcements/{digest}")


async def _revision(reader: Reader, api: Api, digest: str) -> Found | None:
    after: str | None = None
    while True:
        part = await api.get(f"{gathering.SLA}/catalogue", limit=1000, after=after)
        for each in part["dcat:dataset"]:
            if each["adms:versionNotes"] == digest:
                return revision_found(reader, each)
        if part["hydra:next"] is None:
            return None
        after = part["hydra:next"]["@id"].rpartition("after=")[2]


async def _leaf(reader: Reader, api: Api, digest: str) -> Found | None:
    return leaf_found(reader, await api.get(f"{LOG}/inclusion", leaf=digest))


async def _published(api: Api, checked: Checked) -> set[str] | None:
    """Names of keys that this deployment and the agencies publish; None: not all of them could be asked."""
    named = {each.agency for each in checked.keys if each.agency is not None}
    # A stranger wrote these names: what cannot be a code is no agency of ours, and none is asked for many.
    agencies = {each for each in named if re.fullmatch(CODE, each)}
    if len(agencies) > MOST_AGENCIES:
        return None
    paths = {f"{gathering.SLA}/keys", f"{LOG}/keys"} | {
        f"{gathering.REGISTRY}/agencies/{each}/keys" for each in agencies
    }
    found: set[str] = set()
    for path in sorted(paths):
        try:
            found |= {each["kid"] for each in (await api.get(path))["items"]}
        except (Missing, Refused):
            continue
        except Away:
            return None
    return found
