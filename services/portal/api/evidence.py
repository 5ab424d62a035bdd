"""The evidence of an agreement and a period, for its parties: what is in the bundle, and the bundle."""

from __future__ import annotations

import io
import zipfile
from typing import Annotated, Any

import msgspec
from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import refused
from services.portal.api.private import all_agencies, trail, who
from services.portal.api.verifying import LOG
from services.portal.client import Api, Away, Missing, Refused, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.reports.period import Period, month_before, periods_before, read_period
from services.portal.text import dates
from services.portal.views import standing
from services.portal.views.verifying import cosigners, evidence_index
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
PeriodCode = Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,16}$")]


@router.api_route("/app/agreements/{agreement}/evidence", **PAGE)
async def evidence(request: Request, agreement: Code, period: PeriodCode = None) -> Response:
    """Chooses a period; shows the index of its bundle and the checkpoint it leads to."""
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    document, chosen = await _chosen(request, api, agreement, period)
    (agencies,) = await gather(all_agencies(api))
    index = checkpoint = why = None
    try:
        raw = await _bundle(api, agreement, chosen)
    except Away:
        why = t.evidence_none
    except Refused as refusal:
        why = refused(reader, refusal)[0][1]
    else:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            index = msgspec.json.decode(archive.read("index.json"))
        found = await api.items(f"{LOG}/checkpoints", most=1)
        checkpoint = found[0] if found and found[0]["size"] == index["checkpoint"]["size"] else None
    title = reader.said(document["title"], agreement)
    now = context_of(request).clock().astimezone(chosen.start.tzinfo)
    page = Page(
        "evidence.html",
        f"{t.evidence_of.plain}: {title.text}",
        {
            "name": title,
            "why": why,
            "code": agreement,
            "chosen": chosen.code,
            "periods": [(each.code, each.name(reader)) for each in periods_before(now)],
            "index": None if index is None else evidence_index(reader, index),
            "cosigned": cosigners(reader, Agencies(reader, agencies), checkpoint) if checkpoint else [],
            "span": (chosen.start.isoformat(), chosen.end.isoformat()),
        },
        trail=trail(reader, (f"/app/agreements/{agreement}", title.text)),
        twins=(Twin(f"/api{LOG}/checkpoints", "checkpoints"),),
        private=True,
    )
    return await render(request, page, shown(session))


@router.api_route("/app/agreements/{agreement}/evidence.zip", **PAGE)
async def download(request: Request, agreement: Code, period: PeriodCode = None) -> Response:
    """The bundle, to the byte as the log's service made it."""
    _, api = await who(request)
    _, chosen = await _chosen(request, api, agreement, period)
    try:
        raw = await _bundle(api, agreement, chosen)
    except Refused:
        # The page says why.
        return RedirectResponse(f"/app/agreements/{agreement}/evidence?period={chosen.code}", 303)
    name = f"{agreement}-{chosen.code}-evidence.zip"
    return Response(
        raw,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def _chosen(
    request: Request, api: Api, agreement: str, code: str | None
) -> tuple[dict[str, Any], Period]:
    """The newest document that came in force; the period asked for, else the last month. Raises Missing."""
    now = context_of(request).clock()
    at = f"{AGREEMENTS}/{agreement}"
    state = await readable(api, at)
    begun = standing.begun_by(state, now)
    if not begun:
        raise Missing(agreement)
    document: dict[str, Any] = await readable(api, f"{at}/revisions/{begun[-1]['hash']}")
    zone = dates.zone_of(document.get("time_zone"))
    period = read_period(code or month_before(now, zone), zone)
    if period is None:
        raise Missing(code or "")
    return document, period


async def _bundle(api: Api, agreement: str, period: Period) -> bytes:
    """Raises Missing, Refused (too much for one bundle), Away (also before the first checkpoint)."""
    span = {"from": period.start.isoformat(), "to": period.end.isoformat()}
    return await api.file(f"{LOG}/agreements/{agreement}/bundle", **span)
