"""The lessons learnt of a fiscal year: what held, what failed and why, what helped."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.beside import IMPROVEMENTS, MOST, explained
from services.portal.api.common import CODE, PAGE, page_router, reader_of, render, shown
from services.portal.api.files import made_file
from services.portal.api.private import all_agencies
from services.portal.api.reports import report_now
from services.portal.client import gather
from services.portal.rendering import Page, Twin
from services.portal.reports.lessons import Lessons, breached_windows, lessons_of, lessons_pdf
from services.portal.sessions import Session
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
Year = Annotated[str, Path(pattern=r"^fy[0-9]{4}$")]
RECOMMENDATIONS = f"{gathering.EVALUATION}/recommendations"
PROMISES = 5
"""Whose last breached window is explained: each takes the evaluator up to half a second."""


@router.api_route("/reports/{agreement}/{year}/lessons.pdf", **PAGE)
async def pdf(request: Request, agreement: Code, year: Year) -> Response:
    """The lessons to keep, in the reader's language."""
    _, lessons = await _lessons(request, agreement, year)
    return await made_file(lessons.name, "pdf", lessons_pdf, lessons)


@router.api_route("/reports/{agreement}/{year}/lessons", **PAGE)
async def page(request: Request, agreement: Code, year: Year) -> Response:
    """What held, what failed and why, what helped, what others can use."""
    session, lessons = await _lessons(request, agreement, year)
    report, t = lessons.report, reader_of(request).t
    return await render(
        request,
        Page(
            "lessons.html",
            f"{t.lessons_report.plain}: {report.service}, {report.period_name.plain}",
            {
                "page": lessons,
                "report": report,
                "here": request.url.path,
                "base": f"/reports/{agreement}/{year}",
            },
            trail=(("/", t.home.plain), ("/services", t.all_services.plain)),
            private=session is not None,
            twins=(Twin(f"/api{IMPROVEMENTS}?agreement={agreement}", "actions"),),
        ),
        shown(session) if session else None,
    )


async def _lessons(request: Request, agreement: str, year: str) -> tuple[Session | None, Lessons]:
    session, api, report = await report_now(request, agreement, year)
    party = session is not None and session.agency in report.party_codes
    windows = breached_windows(report, PROMISES) if party else {}
    agencies, improvements, recommendations, *found = await gather(
        all_agencies(api),
        api.items(IMPROVEMENTS, most=MOST, agreement=agreement),
        _nothing() if not party else api.items(RECOMMENDATIONS, most=MOST, agreement=agreement, state="open"),
        *explained(api, agreement, windows, 1),
    )
    known = Agencies(reader_of(request), agencies)
    return session, lessons_of(
        report,
        known,
        party=party,
        findings=dict(zip(windows, found, strict=True)),
        improvements=improvements,
        recommendations=recommendations,
    )


async def _nothing() -> list[Any]:
    return []
