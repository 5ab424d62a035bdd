"""What everybody may learn of improvements: those that are done under public agreements."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from services.portal.api.common import CODE, PAGE, page_router, parts_of, reader_of, render, shown
from services.portal.api.improvements import MOST, REGISTER, known_to
from services.portal.api.private import reading
from services.portal.client import Away, gather
from services.portal.rendering import Page, Twin
from services.portal.views.improving import improvement_shown

router = page_router()

Code = Annotated[str | None, Query(pattern=CODE)]


@router.api_route("/improvements", **PAGE)
async def improved(request: Request, service: Code = None) -> Response:
    """What is done under public agreements, with its effect and its lesson."""
    session, _ = await reading(request)
    api = parts_of(request).api  # as anybody: a party, too, sees here what is public and no more
    reader = reader_of(request)
    t = reader.t
    found, known = await gather(
        api.items(REGISTER, most=MOST, state="done"),
        known_to(api, reader, **({} if service is None else {"service": service})),
    )
    if found is None:
        raise Away(REGISTER)
    if service is not None:
        found = [each for each in found if known.promises.services.get(each["agreement"]) == service]
    return await render(
        request,
        Page(
            "improved.html",
            t.improved.plain,
            {
                "rows": [
                    improvement_shown(reader, each, known.promises, known.agencies, None) for each in found
                ],
                "service": service,
            },
            trail=(("/", t.home.plain),),
            twins=(Twin(f"/api{REGISTER}?state=done", "improvements"),),
        ),
        shown(session) if session else None,
    )
