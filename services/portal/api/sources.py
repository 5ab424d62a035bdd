"""Sources: who reports as planned, silent ones first; and one of the reader's own, with what came of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, page_router, reader_of, render, shown
from services.portal.api.private import all_agencies, trail, who
from services.portal.client import Api, gather
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.views.history import TWELVE
from services.portal.views.sources import Sources, received
from services.portal.views.words import Agencies, Reader

router = page_router()

SOURCES = f"{gathering.REGISTRY}/sources"
STATUS = "/metrics/v1/sources-status"
BATCHES = "/metrics/v1/batches"
LAST = 10
SourceCode = Annotated[str, Path(pattern=CODE)]


async def _planned(
    reader: Reader, session: Session, api: Api, source: str | None = None
) -> tuple[Sources, list[Any] | None, list[Any] | None]:
    """The words around, where planned sources stand (None: away), and the agency's own (None: away)."""
    statuses, own, agreements, agencies, indicators = await gather(
        api.items(STATUS, most=gathering.MOST, source=source),
        api.items(SOURCES, most=gathering.MOST),
        gathering.agreements_with_results(api, windows=1 if source is None else TWELVE, party=session.agency),
        all_agencies(api),
        gathering.indicators_of(api),
    )
    around = Sources(
        reader,
        session.agency,
        frozenset(each["code"] for each in own or ()),
        {each.state["code"]: each for each in agreements or ()},
        indicators or {},
        Agencies(reader, agencies),
    )
    return around, statuses, own


@router.api_route("/app/sources", **PAGE)
async def sources(request: Request) -> Response:
    """Does every source send? Whom to call where one does not."""
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    around, statuses, own = await _planned(reader, session, api)
    rows = around.planned(statuses or ())
    heading = t.part_away(what=t.part_sources) if statuses is None else around.heading(rows)
    planned = {row.source for row in rows}
    return await render(
        request,
        Page(
            "sources.html",
            f"{t.sources.plain}, {heading.plain}",
            {
                "rows": rows,
                "heading": heading,
                "away": statuses is None,
                "silent": any(row.state == "silent" for row in rows),
                "own": None if own is None else [(each, each["code"] in planned) for each in own],
            },
            trail=trail(reader),
            private=True,
            twins=(Twin(f"/api{STATUS}", "sources_status"), Twin(f"/api{SOURCES}", "sources")),
        ),
        shown(session),
    )


@router.api_route("/app/sources/{code}", **PAGE)
async def source(request: Request, code: SourceCode) -> Response:
    """One of the agency's own; another's is missing, as it is to the API."""
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    found = await api.get(f"{SOURCES}/{code}")
    (around, statuses, _), batches, services = await gather(
        _planned(reader, session, api, code),
        api.get(BATCHES, source=code, newest="true", limit=LAST),
        gathering.services(api),
    )
    last = None if batches is None else batches["items"]
    details = await gather(*(api.get(f"{BATCHES}/{each['id']}") for each in last or ()))
    names = {each["code"]: each for each in services or ()}
    zone = dates.zone_of(None)
    rows = around.planned(statuses or ())
    return await render(
        request,
        Page(
            "source.html",
            f"{code}, {(around.heading(rows) if rows else getattr(t, 'source_' + found['state'])).plain}",
            {
                "code": code,
                "state": getattr(t, f"source_{found['state']}"),
                "holder": getattr(t, f"source_holder_{found['holder']}"),
                "services": [
                    (each, reader.said(names.get(each, {}).get("name"), each)) for each in found["services"]
                ],
                "rows": rows,
                "away": statuses is None,
                "heading": around.heading(rows) if rows else t.source_not_planned,
                "silent": any(row.state == "silent" for row in rows),
                "windows": around.by_window(statuses or ()),
                "batches": None
                if last is None
                else [
                    received(reader, each, detail, names, zone)
                    for each, detail in zip(last, details, strict=True)
                ],
            },
            trail=trail(reader, ("/app/sources", t.sources.plain)),
            private=True,
            twins=(
                Twin(f"/api{SOURCES}/{code}", "source"),
                Twin(f"/api{STATUS}?source={code}", "sources_status"),
                Twin(f"/api{BATCHES}?source={code}&newest=true", "batches"),
            ),
        ),
        shown(session),
    )
