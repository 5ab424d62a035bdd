"""A service for the agencies that share it: will the promises hold, and which step endangers them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.private import PageNumber, all_agencies, foot, trail, who
from services.portal.api.recommendations import top_findings
from services.portal.client import Missing, gather
from services.portal.rendering import Page, Twin
from services.portal.views.journey_map import journey_map, whole_journey
from services.portal.views.listing import involved
from services.portal.views.overview import overview
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
BREACHES = 100
TOP_FINDINGS = 3


@router.api_route("/app/services/{service}", **PAGE)
async def service_overview(request: Request, service: Code, page: PageNumber = 1) -> Response:
    """The journey map of the last closed window, the objectives worst first, open breaches."""
    session, api = await who(request)
    reader = reader_of(request)
    found = await api.get(f"{gathering.REGISTRY}/services/{service}")
    if session.agency not in involved(found):
        raise Missing(service)
    agencies, indicators, breaches = await gather(
        all_agencies(api),
        gathering.indicators_of(api, service=service),
        api.items(f"{gathering.EVALUATION}/breaches", most=BREACHES, state="open"),
    )
    (ranked,) = await gather(
        gathering.ranked_with_results(api, session.agency, breaches, page, service=service)
    )
    agreements, rows = ranked or (None, ())
    known = Agencies(reader, agencies)
    codes = {each.state["code"] for each in agreements or ()}
    whole = overview(
        reader,
        session.agency,
        known,
        {service: found},
        agreements or (),
        indicators or {},
        None if breaches is None else [each for each in breaches if each["agreement"] in codes],
        context_of(request).clock(),
        rows,
        page,
    )
    passed = whole_journey(reader, agreements or (), indicators or {})
    attribution: Mapping[str, Any] | None = None
    if passed is not None:
        (attribution,) = await gather(
            api.get(f"{gathering.EVALUATION}/attribution", result=passed.result, which="all", limit=1)
        )
    # Findings are computed when they are asked for: only those of the promises that are broken now.
    broken = {(each["agreement"], each["objective"]) for each in breaches or () if each["agreement"] in codes}
    findings = await top_findings(api, reader, sorted(broken)[:TOP_FINDINGS], TOP_FINDINGS)
    name = reader.said(found["name"], service)
    return await render(
        request,
        Page(
            "service-overview.html",
            f"{name}, {whole.heading.plain}",
            {
                "name": name,
                "code": service,
                "page": whole,
                "away": agreements is None,
                "findings": findings,
                "map": journey_map(reader, found, known, passed, attribution),
                "agreements": [
                    (each.state["code"], reader.said(each.document.get("title"), each.state["code"]))
                    for each in agreements or ()
                ],
            },
            trail=trail(reader),
            private=True,
            twins=(
                Twin(f"/api{gathering.REGISTRY}/services/{service}", "service"),
                Twin(f"/api{gathering.SLA}/agreements?service={service}&state=in_force", "agreements"),
                *([] if passed is None else [Twin(passed.href, "attribution")]),
            ),
            foot=foot(reader, whole.data_until, whole.computed_at),
        ),
        shown(session),
    )
