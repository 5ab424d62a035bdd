"""Reports of an agreement's closed windows: as a page, a PDF, a workbook. Public where the agreement is."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.files import made_file
from services.portal.api.private import all_agencies, reading
from services.portal.client import Away, Missing, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.reports.figures import Report, in_force_in, promises_over, report_of
from services.portal.reports.period import month_of, read_period
from services.portal.reports.report_pdf import report_pdf
from services.portal.reports.workbook import write_workbook
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
PeriodCode = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,16}$")]


@router.api_route("/reports/{agreement}/{period}.pdf", **PAGE)
async def pdf(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to keep, in the reader's language."""
    _, report = await _report(request, agreement, period)
    return await made_file(report.name, "pdf", report_pdf, report)


@router.api_route("/reports/{agreement}/{period}.xlsx", **PAGE)
async def xlsx(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to go on calculating with."""
    _, report = await _report(request, agreement, period)
    return await made_file(report.name, "xlsx", write_workbook, report)


@router.api_route("/reports/{agreement}/{period}", **PAGE)
async def page(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to read."""
    session, report = await _report(request, agreement, period)
    before, after = month_of(report.period.start - timedelta(days=1)), month_of(report.period.end)
    query = urlencode({"agreement": agreement, **report.period.ends})
    t = reader_of(request).t
    return await render(
        request,
        Page(
            "report.html",
            f"{t.report.plain}: {report.service}, {report.period_name.plain}",
            {
                "page": report,
                "here": request.url.path,
                "months": (before, after) if report.period.months == 1 else None,
                "base": f"/reports/{agreement}",
            },
            trail=(("/", t.home.plain), ("/services", t.all_services.plain)),
            private=session is not None,
            twins=(
                Twin(f"/api{gathering.EVALUATION}/results?{query}", "results"),
                Twin(f"/api{gathering.SLA}/agreements/{agreement}", "agreements"),
            ),
        ),
        shown(session) if session else None,
    )


async def _report(request: Request, agreement: str, code: str) -> tuple[Session | None, Report]:
    """Raises Missing (also of a period that is none, or in which nothing was in force) and Away."""
    session, api = await reading(request)
    now = context_of(request).clock()
    at = f"{AGREEMENTS}/{agreement}"
    state = await readable(api, at)
    begun = [
        each
        for each in state["revisions"]
        if each["in_force_from"] and dates.instant(each["in_force_from"]) <= now
    ]
    if not begun:
        raise Missing(agreement)
    newest = max(begun, key=lambda each: dates.instant(each["in_force_from"]))
    current = await readable(api, f"{at}/revisions/{newest['hash']}")
    period = read_period(code, dates.zone_of(current.get("time_zone")))
    if period is None:
        raise Missing(code)
    documents = {}
    for digest in in_force_in(period, begun):
        # One that the reader may not see says nothing here; its results do not come either.
        with suppress(Missing):
            documents[digest] = await readable(api, f"{at}/revisions/{digest}")
    if not documents:
        raise Missing(code)
    promises = promises_over([*documents.values()])
    service, agencies, indicators, *results = await gather(
        api.get(f"{gathering.REGISTRY}/services/{current['service']}"),
        all_agencies(api),
        gathering.indicators_of(api, service=current["service"]),
        *(gathering.period_results(api, agreement, each, period.ends) for each in promises),
    )
    if service is None or any(each is None for each in results):
        # A report with a hole in it would be kept as if it were whole.
        raise Away(agreement)
    by_objective = {each["code"]: found for each, found in zip(promises, results, strict=True)}
    reader = reader_of(request)
    return session, report_of(
        reader,
        service,
        state,
        documents,
        by_objective,
        indicators or {},
        Agencies(reader, agencies),
        period,
        now,
    )
