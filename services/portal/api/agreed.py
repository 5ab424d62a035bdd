"""What parties agree beside the agreement itself: exclusions, corrections, working calendars. To be read;
answering is a signatory's act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.private import Id, all_agencies, trail, who
from services.portal.client import Api, Refused, gather, readable
from services.portal.rendering import Page, Twin
from services.portal.text import dates
from services.portal.views.agreed import correction_page, exclusion_page
from services.portal.views.calendars import calendar_page, listed
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
LONGEST_WINDOW = timedelta(days=370)
MOST_TRIED = 6
"""Objectives for which an exclusion is tried; one without names concerns all."""
MOST_CHANGED = 100
VERSIONS = 100


@router.api_route("/app/exclusions/{id}", **PAGE)
async def exclusion(request: Request, id: Id) -> Response:
    """What shall not count, who says so, and what it would change."""
    session, api = await who(request)
    reader = reader_of(request)
    found = await readable(api, f"{gathering.SLA}/exclusions/{id}")
    agencies, data = await gather(all_agencies(api), gathering.agreement_data(api, found["agreement"]))
    document = data.document if data else None
    indicators = await _indicators(api, document)
    supposed = None
    if found["state"] == "proposed" and found["from"] and not found["journeys"] and document:
        supposed = await _supposed(api, found, document, context_of(request).clock())
    page = exclusion_page(
        reader, found, session.agency, document, indicators, Agencies(reader, agencies), supposed
    )
    return await render(
        request,
        Page(
            "proposal.html",
            f"{page.heading.plain}, {page.state.plain}",
            {"page": page, "base": str(request.base_url).rstrip("/"), "kind": "exclusion"},
            trail=trail(reader),
            private=True,
            twins=(Twin(page.rest, "exclusion"),),
        ),
        shown(session),
    )


async def _indicators(api: Api, document: Mapping[str, Any] | None) -> gathering.Indicators:
    if document is None:
        return {}
    (found,) = await gather(gathering.indicators_of(api, service=document["service"]))
    return found or {}


async def _supposed(
    api: Api, found: Mapping[str, Any], document: Mapping[str, Any], now: Any
) -> list[tuple[str, Mapping[str, Any]]] | None:
    """What-ifs that leave the span out, by objective; None: none could be had."""
    codes = found["objectives"] or [each["code"] for each in document["objectives"]]
    begin, end = dates.instant(found["from"]), dates.instant(found["to"])
    until = min(end + LONGEST_WINDOW, now.replace(second=0, microsecond=0) + timedelta(minutes=1))
    if until <= begin:
        return []
    tried = await gather(
        *(
            _tried(
                api,
                {
                    "agreement": found["agreement"],
                    "objective": code,
                    "from": begin.isoformat(),
                    "to": until.isoformat(),
                    "exclude": [{"from": found["from"], "to": found["to"]}],
                    "targets": [],
                },
            )
            for code in codes[:MOST_TRIED]
        )
    )
    answers = [(code, each) for code, each in zip(codes, tried, strict=False) if each is not None]
    return answers or None


async def _tried(api: Api, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        found = await api.post(f"{gathering.EVALUATION}/what-if", body)
    except Refused:
        # Nothing was reported for it yet, or not for so many windows: there is nothing to show.
        return None
    return found if "windows" in found else None


@router.api_route("/app/corrections/{id}", **PAGE)
async def correction(request: Request, id: Id) -> Response:
    """What final results shall count after all, who says so, and what it would change."""
    session, api = await who(request)
    reader = reader_of(request)
    found = await readable(api, f"{gathering.EVALUATION}/corrections/{id}")
    agencies, data = await gather(all_agencies(api), gathering.agreement_data(api, found["agreement"]))
    document = data.document if data else None
    indicators = await _indicators(api, document)
    impact, twins = None, [Twin(f"/api{gathering.EVALUATION}/corrections/{id}", "correction")]
    if found["kind"] == "calendar" and found["state"] == "proposed":
        path = f"{gathering.EVALUATION}/calendars/{found['calendar']}/versions/{found['version']}/impact"
        (impact,) = await gather(api.get(path, agreement=found["agreement"], limit=MOST_CHANGED))
        twins.append(Twin(f"/api{path}?agreement={found['agreement']}", "impact"))
    page = correction_page(
        reader, found, session.agency, document, indicators, Agencies(reader, agencies), impact
    )
    return await render(
        request,
        Page(
            "proposal.html",
            f"{page.heading.plain}, {page.state.plain}",
            {"page": page, "base": str(request.base_url).rstrip("/"), "kind": "correction"},
            trail=trail(reader),
            private=True,
            twins=twins,
        ),
        shown(session),
    )


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
