"""Reports of an agreement's closed windows: as a page, a PDF, a workbook. Public where the agreement is."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Path, Request, Response

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
    session_of,
)
from services.portal.api.files import made_file
from services.portal.api.private import all_agencies
from services.portal.client import Api, Away, Missing, gather
from services.portal.rendering import Page, Twin
from services.portal.reports.figures import Report, report_of
from services.portal.reports.period import month_of, read_period
from services.portal.reports.report_pdf import report_pdf
from services.portal.reports.workbook import write_workbook
from services.portal.text import dates
from services.portal.views.composite import promises_in
from services.portal.views.service import AgreementData
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
PeriodCode = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,16}$")]


@router.api_route("/reports/{agreement}/{period}.pdf", **PAGE)
async def pdf(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to keep, in the reader's language."""
    report = await _report(request, agreement, period)
    return await made_file(report.name, "pdf", report_pdf, report)


@router.api_route("/reports/{agreement}/{period}.xlsx", **PAGE)
async def xlsx(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to go on calculating with."""
    report = await _report(request, agreement, period)
    return await made_file(report.name, "xlsx", write_workbook, report)


@router.api_route("/reports/{agreement}/{period}", **PAGE)
async def page(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to read."""
    report = await _report(request, agreement, period)
    before, after = (
        month_of(report.period.start - timedelta(days=1)),
        month_of(report.period.end),
    )
    start, end = report.period.start.isoformat(), report.period.end.isoformat()
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
            twins=(
                Twin(
                    f"/api{gathering.EVALUATION}/results?agreement={agreement}&from={_query(start)}&to={_query(end)}",
                    "results",
                ),
                Twin(f"/api{gathering.SLA}/agreements/{agreement}", "agreements"),
            ),
        ),
        await person_of(request),
    )


def _query(time: str) -> str:
    return time.replace("+", "%2B")


async def _report(request: Request, agreement: str, code: str) -> Report:
    """Raises Missing (also of a period that is none) and Away."""
    session = await session_of(request)
    api = Api(parts_of(request).api.http, None if session is None else session.token)
    state = await api.get(f"{gathering.SLA}/agreements/{agreement}")
    if not state["in_force"]:
        raise Missing(agreement)
    document = await api.get(f"{gathering.SLA}/agreements/{agreement}/revisions/{state['in_force']}")
    period = read_period(code, dates.zone_of(document.get("time_zone")))
    if period is None:
        raise Missing(code)
    promises = promises_in(document)
    service, agencies, indicators, *results = await gather(
        api.get(f"{gathering.REGISTRY}/services/{document['service']}"),
        all_agencies(api),
        gathering.indicators_of(api, service=document["service"]),
        *(gathering.period_results(api, agreement, each, period.start, period.end) for each in promises),
    )
    if service is None or any(each is None for each in results):
        # A report with a hole in it would be kept as if it were whole.
        raise Away(agreement)
    by_objective = {each["code"]: found for each, found in zip(promises, results, strict=True)}
    reader = reader_of(request)
    return report_of(
        reader,
        service,
        AgreementData(state, document, by_objective),
        indicators or {},
        Agencies(reader, agencies),
        period,
        context_of(request).clock(),
    )
