"""Pages of who is signed in: they see what their agency may see."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request, Response

from services.portal import gathering
from services.portal.api.appointing import is_admin
from services.portal.api.common import (
    PAGE,
    context_of,
    page_router,
    reader_of,
    render,
    shown,
)
from services.portal.api.private import Id, PageNumber, all_agencies, around, foot, trail, who
from services.portal.client import gather, readable
from services.portal.rendering import Page, Twin
from services.portal.views.agreed import waiting_for
from services.portal.views.evidence import result_page
from services.portal.views.listing import involved
from services.portal.views.overview import overview
from services.portal.views.words import Agencies
from shared.http import Json

router = page_router()

BREACHES = 100
EVIDENCE = 100


@router.api_route("/app", **PAGE)
async def app(request: Request, page: PageNumber = 1) -> Response:
    """The agency's objectives, worst first, and its open breaches."""
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    agencies, services, indicators, breaches, waiting = await gather(
        all_agencies(api),
        gathering.services(api),
        gathering.indicators_of(api),
        api.items(f"{gathering.EVALUATION}/breaches", most=BREACHES, state="open"),
        gathering.waiting(api),
    )
    (ranked,) = await gather(
        gathering.ranked_with_results(api, session.agency, breaches, page, party=session.agency)
    )
    agreements, rows = ranked or (None, ())
    known = Agencies(reader, agencies)
    whole = overview(
        reader,
        session.agency,
        known,
        {each["code"]: each for each in services or ()},
        agreements or (),
        indicators or {},
        breaches,
        context_of(request).clock(),
        rows,
        page,
    )
    return await render(
        request,
        Page(
            "app.html",
            f"{t.app_title.plain}, {whole.heading.plain}",
            {
                "page": whole,
                "admin": is_admin(session),
                "agency": known.name(session.agency),
                "away": agreements is None,
                "waiting": None if waiting is None else waiting_for(reader, waiting, known),
                "gathered": [
                    (f"/app/services/{each['code']}/needs", reader.said(each["name"], each["code"]))
                    for each in services or ()
                    if session.agency in involved(each)
                ],
            },
            trail=(("/", t.home.plain),),
            private=True,
            twins=(
                Twin(f"/api/sla/v1/agreements?party={session.agency}&state=in_force", "agreements"),
                Twin("/api/evaluation/v1/results", "results"),
                Twin("/api/evaluation/v1/breaches?state=open", "breaches"),
                Twin("/api/sla/v1/tasks", "tasks"),
                Twin("/api/sla/v1/exclusions?awaiting=me", "exclusions"),
            ),
            foot=foot(reader, whole.data_until, whole.computed_at),
        ),
        shown(session),
    )


@router.api_route("/app/results/{id}", **PAGE)
async def result(
    request: Request, id: Id, after: Annotated[str | None, Query(max_length=500)] = None
) -> Response:
    """One revision of a result: why it is what it is, down to cases or batches, page by page."""
    session, api = await who(request)
    reader = reader_of(request)
    address = f"{gathering.EVALUATION}/results/{id}/explanation"
    explanation = await readable(api, address, limit=EVIDENCE, after=after)
    agencies, document = await around(api, explanation["result"])
    page = result_page(reader, explanation, document, Agencies(reader, agencies))
    return await render(
        request,
        Page(
            "result.html",
            f"{page.objective}, {page.judged.verdict_words.plain}",
            {"page": page, "further": after is not None},
            trail=trail(reader, (page.page, page.objective.text)),
            private=True,
            twins=(Twin(f"/api{address}", "explanation"),),
            foot=foot(reader, page.data_until, page.computed_at),
        ),
        shown(session),
    )


@router.get("/app/api/{path:path}", response_model=None)
async def data(request: Request, path: Annotated[str, Path(pattern=r"^[a-z]+/v1/")]) -> Response:
    """The JSON twin of a signed-in page: reads the API in the name of who is signed in."""
    _, api = await who(request)
    found = await readable(api, f"/{path}", **dict(request.query_params))
    return Json(found, headers={"Cache-Control": "no-store"})
