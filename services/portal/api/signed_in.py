"""Pages of who is signed in: they see what their agency may see."""

from __future__ import annotations

from fastapi import Request, Response

from services.portal import gathering
from services.portal.api.common import (
    PAGE,
    SignInFirst,
    context_of,
    page_router,
    parts_of,
    reader_of,
    render,
    session_of,
    shown,
)
from services.portal.client import Api, gather
from services.portal.rendering import Page, Twin
from services.portal.views.overview import overview
from services.portal.views.words import Agencies

router = page_router()

BREACHES = 100


@router.api_route("/app", **PAGE)
async def app(request: Request) -> Response:
    """The agency's objectives, worst first, and its open breaches."""
    session = await session_of(request)
    if session is None:
        raise SignInFirst
    reader = reader_of(request)
    t = reader.t
    api = Api(parts_of(request).api.http, session.token)
    agencies, services, agreements, indicators, breaches = await gather(
        api.items(f"{gathering.REGISTRY}/agencies", most=gathering.MOST),
        gathering.services(api),
        gathering.agreements_with_results(api, party=session.agency),
        gathering.indicators_of(api),
        api.items(f"{gathering.EVALUATION}/breaches", most=BREACHES, state="open"),
    )
    known = Agencies(reader, agencies)
    page = overview(
        reader,
        session.agency,
        known,
        {each["code"]: each for each in services or ()},
        agreements or (),
        indicators or {},
        breaches,
        context_of(request).clock(),
    )
    foot = []
    if page.data_until:
        foot.append(t.data_until(when=page.data_until.text))
    if page.computed_at:
        foot.append(t.computed_at(when=page.computed_at.text))
    return await render(
        request,
        Page(
            "app.html",
            f"{t.app_title.plain}, {page.heading.plain}",
            {"page": page, "agency": known.name(session.agency), "away": agreements is None},
            trail=(("/", t.home.plain),),
            twins=(
                Twin(f"/api/sla/v1/agreements?party={session.agency}&state=in_force", "agreements"),
                Twin("/api/evaluation/v1/results", "results"),
                Twin("/api/evaluation/v1/breaches?state=open", "breaches"),
            ),
            foot=foot,
        ),
        shown(session),
    )
