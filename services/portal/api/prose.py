"""Longer texts for everybody: the guide, privacy, accessibility."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response

from services.portal.api.common import PAGE, page_router, person_of, reader_of, render
from services.portal.rendering import Page
from services.portal.text.phrase import Phrase
from services.portal.text.words import guide
from services.portal.views.prose import chapters

router = page_router()


@router.api_route("/help", **PAGE)
async def help_page(request: Request) -> Response:
    """What an agreement is, how to write an indicator, how we judge, what others learnt."""
    t = reader_of(request).t
    return await _prose(request, t.help_title, t.help_lead, guide.GUIDE)


@router.api_route("/privacy", **PAGE)
async def privacy(request: Request) -> Response:
    """What is kept of whom."""
    t = reader_of(request).t
    return await _prose(request, t.privacy, t.privacy_lead, guide.PRIVACY)


@router.api_route("/accessibility", **PAGE)
async def accessibility(request: Request) -> Response:
    """For whom the pages work, and how that was tested."""
    t = reader_of(request).t
    return await _prose(request, t.accessibility, t.accessibility_lead, guide.ACCESSIBILITY)


async def _prose(request: Request, heading: Phrase, lead: Phrase, texts: Sequence[guide.Chapter]) -> Response:
    reader = reader_of(request)
    data = {"heading": heading, "lead": lead, "chapters": chapters(reader, texts)}
    page = Page("prose.html", heading.plain, data, trail=(("/", reader.t.home.plain),))
    return await render(request, page, await person_of(request))
