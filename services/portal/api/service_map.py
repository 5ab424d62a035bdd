"""The map: which agency does what in which service, and what was agreed about it."""

from __future__ import annotations

from fastapi import Request, Response

from services.portal import gathering
from services.portal.api.common import PAGE, page_router, reader_of, render, shown
from services.portal.api.private import all_agencies, trail, who
from services.portal.client import gather
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.views.listing import alphabetical, involved
from services.portal.views.service_map import service_map
from services.portal.views.words import Agencies

router = page_router()


@router.api_route("/app/map", **PAGE)
async def mapped(request: Request) -> Response:
    """The services that the agency shares, by the agencies that share them."""
    session, api = await who(request)
    reader = reader_of(request)
    services = await gathering.services(api)
    mine = alphabetical(reader, [each for each in services if session.agency in involved(each)])
    agencies, agreements = await gather(all_agencies(api), api.items(AGREEMENTS, most=gathering.MOST))
    return await render(
        request,
        Page(
            "map.html",
            reader.t.service_map.plain,
            {"page": service_map(reader, session.agency, mine, Agencies(reader, agencies), agreements)},
            trail=trail(reader),
            private=True,
            twins=(
                Twin(f"/api{gathering.REGISTRY}/services", "service"),
                Twin(f"/api{AGREEMENTS}", "agreements"),
            ),
        ),
        shown(session),
    )
