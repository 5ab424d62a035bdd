"""Working calendars, to be read."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Path, Query, Request, Response

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.private import all_agencies, trail, who
from services.portal.client import gather
from services.portal.rendering import Page, Twin
from services.portal.text import dates
from services.portal.views.calendars import calendar_page, listed
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
LONGEST_WINDOW = timedelta(days=370)
MOST_TRIED = 6
"""Objectives for which an exclusion is tried; one without names concerns all."""
MOST_CHANGED = 100
VERSIONS = 100


@router.api_route("/app/calendars", **PAGE)
async def calendars(request: Request) -> Response:
    """All working calendars."""
    session, api = await who(request)
    reader = reader_of(request)
    found = await api.items(f"{gathering.REGISTRY}/calendars", most=gathering.MOST)
    (agencies,) = await gather(all_agencies(api))
    return await render(
        request,
        Page(
            "calendars.html",
            reader.t.calendars.plain,
            {"calendars": listed(reader, found, Agencies(reader, agencies))},
            trail=trail(reader),
            private=True,
            twins=(Twin(f"/api{gathering.REGISTRY}/calendars", "calendars"),),
        ),
        shown(session),
    )


@router.api_route("/app/calendars/{code}", **PAGE)
async def calendar(
    request: Request, code: Code, version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> Response:
    """One working calendar in its newest version, or in the one that is asked for."""
    session, api = await who(request)
    reader = reader_of(request)
    path = f"{gathering.REGISTRY}/calendars/{code}"
    found = await api.get(path if version is None else f"{path}/versions/{version}")
    agencies, versions = await gather(all_agencies(api), api.items(f"{path}/versions", most=VERSIONS))
    today = context_of(request).clock().astimezone(dates.zone_of(found["time_zone"])).date()
    page = calendar_page(reader, found, versions or [found], Agencies(reader, agencies), today)
    return await render(
        request,
        Page(
            "calendar.html",
            f"{page.name}, {reader.t.calendar_version(n=page.number).plain}",
            {"page": page},
            trail=trail(reader, ("/app/calendars", reader.t.calendars.plain)),
            private=True,
            twins=(Twin(f"/api{path}", "calendar"), Twin(f"/api{path}/versions", "versions")),
        ),
        shown(session),
    )
