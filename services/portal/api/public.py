"""Pages for everybody: services, their promises, and what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from services.portal import gathering
from services.portal.api.common import (
    CODE,
    PAGE,
    context_of,
    page_router,
    parts_of,
    person_of,
    reader_of,
    render,
)
from services.portal.client import gather
from services.portal.rendering import Page, Twin
from services.portal.reports.period import month_before
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.announcing import listed as announced_row
from services.portal.views.glossary import glossary as glossary_entries
from services.portal.views.listing import Listed, alphabetical, listed, matching
from services.portal.views.service import AgreementData, ServicePage, service_page
from services.portal.views.words import Agencies, Reader

router = page_router()

ANNOUNCEMENTS = f"{gathering.SLA}/announcements"
NEWEST = 3
SERVICES = Twin("/api/registry/v1/services", "service")
Search = Annotated[str, Query(max_length=200)]
Code = Annotated[str, Path(pattern=CODE)]


@router.api_route("/", **PAGE)
async def home(request: Request, q: Search = "") -> Response:
    """Search, services not keeping a promise, all services."""
    reader = reader_of(request)
    t = reader.t
    found = await _listed(request, reader, q)
    query = q.strip()
    told = None
    if not query:
        (told,) = await gather(parts_of(request).api.items(ANNOUNCEMENTS, most=NEWEST))
    data = {
        "announced": [announced_row(reader, each) for each in told or ()],
        "announced_away": told is None and not query,
        "query": query,
        "found": None if not query else t.n("found_for", len(found.rows), query=query),
        "services": found.rows,
        "more": found.more,
        "broken": [each for each in found.rows if each.broken],
        "answered": any(each.verdict for each in found.rows),
        "away": found.away,
        "promise_word": t.what_we_promise,
    }
    page = Page(
        "home.html",
        t.home_title.plain,
        data,
        twins=(SERVICES, Twin(f"/api{ANNOUNCEMENTS}", "announcements")),
    )
    return await render(request, page, await person_of(request))


@router.api_route("/services", **PAGE)
async def services(request: Request, q: Search = "") -> Response:
    """All services, A to Z."""
    reader = reader_of(request)
    t = reader.t
    found = alphabetical(reader, matching(await gathering.services(parts_of(request).api), q))
    agencies = Agencies(reader, (await gather(_agencies(request)))[0])
    query = q.strip()
    rows = [listed(reader, each, agencies, None, {}, context_of(request).clock()) for each in found]
    data = {
        "query": query,
        "found": t.n("found_for", len(rows), query=query) if query else None,
        "services": rows,
    }
    page = Page(
        "services.html",
        t.all_services.plain,
        data,
        trail=(("/", t.home.plain),),
        twins=(SERVICES,),
    )
    return await render(request, page, await person_of(request))


@router.api_route("/services/{service}", **PAGE)
async def service(request: Request, service: Code) -> Response:
    """What a service promises, and whether it is kept."""
    reader = reader_of(request)
    t = reader.t
    api = parts_of(request).api
    parts, mail, (told,) = await asyncio.gather(
        gathering.service_parts(api, service),
        gathering.mail_goes_out(api),
        gather(api.get(ANNOUNCEMENTS, service=service, limit=NEWEST)),
    )
    shown = service_page(
        reader,
        parts.service,
        Agencies(reader, parts.agencies),
        parts.agreements or (),
        parts.indicators,
        context_of(request).clock(),
    )
    twins = [
        Twin(f"/api/registry/v1/services/{service}", "service"),
        Twin(f"/api/sla/v1/agreements?service={service}&state=in_force", "agreements"),
        *(Twin(f"/api/evaluation/v1/results?agreement={each.code}", "results") for each in shown.agreements),
    ]
    state = shown.panel.heading.plain if shown.panel else t.what_we_promise.plain
    page = Page(
        "service.html",
        f"{shown.name}, {state}",
        {
            "page": shown,
            "agreements_away": parts.agreements is None,
            "announced": [each for each in (told or {"items": []})["items"] if each["state"] == "in_force"],
            "follow": f"/services/{service}/follow" if mail else None,
            "last_month": month_before(context_of(request).clock(), dates.zone_of(None)),
        },
        trail=(("/", t.home.plain), ("/services", t.all_services.plain)),
        twins=twins,
        foot=_foot(reader, shown),
    )
    return await render(request, page, await person_of(request))


@router.api_route("/glossary", **PAGE)
async def glossary(request: Request) -> Response:
    """What our words mean."""
    reader = reader_of(request)
    page = Page(
        "glossary.html",
        reader.t.glossary.plain,
        {"entries": glossary_entries(reader)},
        trail=(("/", reader.t.home.plain),),
    )
    return await render(request, page, await person_of(request))


@router.api_route("/developers", **PAGE)
async def developers(request: Request) -> Response:
    """How to send a measurement and hear of a breach."""
    t = reader_of(request).t
    base = str(request.base_url).rstrip("/")
    page = Page("developers.html", t.developers_title.plain, {"base": base}, trail=(("/", t.home.plain),))
    return await render(request, page, await person_of(request))


def _foot(reader: Reader, shown: ServicePage) -> list[Phrase]:
    t = reader.t
    said: list[Phrase] = []
    if shown.data_until:
        said.append(t.data_until(when=shown.data_until.text))
    if shown.computed_at:
        said.append(t.computed_at(when=shown.computed_at.text))
    if shown.panel and shown.panel.final:
        said.append(shown.panel.final)
    return said


class _Found:
    def __init__(self, rows: list[Listed], more: bool, away: bool) -> None:
        self.rows = rows
        self.more = more
        self.away = away


async def _agencies(request: Request) -> list[Any]:
    return await parts_of(request).api.items(f"{gathering.REGISTRY}/agencies", most=gathering.MOST)


async def _listed(request: Request, reader: Reader, query: str) -> _Found:
    """The first services of the alphabet with the state of their promises."""
    api = parts_of(request).api
    all_services = await gathering.services(api)
    found = alphabetical(reader, matching(all_services, query))
    chosen = found[: gathering.LISTED_AT_MOST]
    agencies, agreements, indicators = await gather(
        # A line says how the last window ended, and no more.
        _agencies(request),
        gathering.agreements_with_results(api, windows=1),
        gathering.indicators_of(api),
    )
    by_service: dict[str, list[AgreementData]] = {}
    for each in agreements or ():
        by_service.setdefault(each.document["service"], []).append(each)
    known = Agencies(reader, agencies)
    now = context_of(request).clock()

    def of(each: Mapping[str, Any]) -> Sequence[AgreementData] | None:
        return None if agreements is None else by_service.get(each["code"], [])

    rows = [listed(reader, each, known, of(each), indicators or {}, now) for each in chosen]
    return _Found(rows, len(found) > len(chosen), agreements is None)
