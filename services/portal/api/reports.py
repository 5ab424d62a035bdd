"""Reports of an agreement's closed windows: page, PDF, workbook. Public where the agreement is.

As they are now, or as they were made on schedule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.beside import beside
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.files import made_file
from services.portal.api.private import all_agencies, reading, trail, who
from services.portal.client import Api, Away, Missing, Refused, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.reports.figures import Report, in_force_in, promises_over, report_of
from services.portal.reports.kept import KeptOn, Since, changed_since, kept_on, kept_row
from services.portal.reports.period import Period, month_of, periods_before, read_period
from services.portal.reports.report_pdf import report_pdf
from services.portal.reports.workbook import write_workbook
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.views import standing
from services.portal.views.lessons import Beside
from services.portal.views.words import Agencies

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
PERIOD = r"^[a-z0-9-]{1,16}$"
PeriodCode = Annotated[str, Path(pattern=PERIOD)]
KeptId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
KEPT = f"{gathering.EVALUATION}/reports"
SHOWN = 50
Found = Mapping[str, Any]


@router.api_route("/reports/{agreement}/{period}.pdf", **PAGE)
async def pdf(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to keep, in the reader's language."""
    session, api, report = await report_now(request, agreement, period)
    aside = await beside(request, session, api, report)
    return await made_file(report.name, "pdf", partial(report_pdf, beside=aside), report)


@router.api_route("/reports/{agreement}/{period}.xlsx", **PAGE)
async def xlsx(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to go on calculating with."""
    _, _, report = await report_now(request, agreement, period)
    return await made_file(report.name, "xlsx", write_workbook, report)


@router.api_route("/reports/{agreement}/{period}", **PAGE)
async def page(request: Request, agreement: Code, period: PeriodCode) -> Response:
    """The report to read, as it is now."""
    session, api, report = await report_now(request, agreement, period)
    found, aside = await gather(
        api.get(KEPT, agreement=agreement, period=period, limit=1), beside(request, session, api, report)
    )
    kept = next(iter((found or {"items": []})["items"]), None)
    query = urlencode({"agreement": agreement, **report.period.ends})
    return await _show(
        request,
        session,
        report,
        twin=Twin(f"/api{gathering.EVALUATION}/results?{query}", "results"),
        kept=None if kept is None else kept_on(reader_of(request), kept, report.zone),
        aside=aside,
    )


@router.api_route("/reports/{id}.pdf", **PAGE)
async def kept_pdf(request: Request, id: KeptId) -> Response:
    """The report as it was made on schedule, made again from what is kept of it."""
    _, _, report = await _kept(request, id)
    return await made_file(report.name, "pdf", report_pdf, report)


@router.api_route("/reports/{id}.xlsx", **PAGE)
async def kept_xlsx(request: Request, id: KeptId) -> Response:
    """The workbook as it was made on schedule."""
    _, _, report = await _kept(request, id)
    return await made_file(report.name, "xlsx", write_workbook, report)


@router.api_route("/reports/{id}", **PAGE)
async def kept_page(request: Request, id: KeptId) -> Response:
    """The report as it was made on schedule, and what has changed since."""
    session, found, report = await _kept(request, id)
    return await _show(
        request,
        session,
        report,
        twin=Twin(f"/api{KEPT}/{id}", "report"),
        since=changed_since(reader_of(request), found, report),
    )


async def _show(
    request: Request,
    session: Session | None,
    report: Report,
    *,
    twin: Twin,
    kept: KeptOn | None = None,
    since: Since | None = None,
    aside: Beside | None = None,
) -> Response:
    before, after = month_of(report.period.start - timedelta(days=1)), month_of(report.period.end)
    t, agreement = reader_of(request).t, report.agreement.code
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
                "kept": kept,
                "since": since,
                "beside": aside,
                "yearly": report.period.months == 12,
                "now_at": f"/reports/{agreement}/{report.period.code}",
            },
            trail=(("/", t.home.plain), ("/services", t.all_services.plain)),
            private=session is not None,
            twins=(twin, Twin(f"/api{gathering.SLA}/agreements/{agreement}", "agreements")),
        ),
        shown(session) if session else None,
    )


async def report_now(request: Request, agreement: str, code: str) -> tuple[Session | None, Api, Report]:
    """Raises Missing (also of a period that is none, or in which nothing was in force) and Away."""
    session, api = await reading(request)
    now = context_of(request).clock()
    at = f"{AGREEMENTS}/{agreement}"
    state = await readable(api, at)
    begun = standing.begun_by(state, now)
    if not begun:
        raise Missing(agreement)
    current = await readable(api, f"{at}/revisions/{begun[-1]['hash']}")
    period = read_period(code, dates.zone_of(current.get("time_zone")))
    if period is None:
        raise Missing(code)
    documents = await _documents(api, agreement, in_force_in(period, begun))
    if not documents:
        raise Missing(code)
    promises = promises_over([*documents.values()])
    results = await gather(
        *(gathering.period_results(api, agreement, each, period.ends) for each in promises)
    )
    if any(each is None for each in results):
        # A report with a hole in it would be kept as if it were whole.
        raise Away(agreement)
    by_objective = {each["code"]: found for each, found in zip(promises, results, strict=True)}
    return session, api, await _made(request, api, state, documents, by_objective, period, now)


async def _kept(request: Request, id: str) -> tuple[Session | None, Found, Report]:
    """Raises Missing and Away; also where the agreement's revisions of then are not open to the reader."""
    session, api = await reading(request)
    found = await readable(api, f"{KEPT}/{id}")
    agreement = found["agreement"]
    state = await readable(api, f"{AGREEMENTS}/{agreement}")
    documents = await _documents(api, agreement, found["agreement_revisions"])
    if len(documents) < len(found["agreement_revisions"]):
        raise Missing(id)
    zone = dates.zone_of([*documents.values()][-1].get("time_zone"))
    period = read_period(found["period"], zone)
    if period is None:
        raise Missing(id)
    by_objective: dict[str, list[Found]] = {}
    for each in found["results"]:
        by_objective.setdefault(each["objective"], []).append(each)
    kept_at = dates.instant(found["kept_at"])
    return session, found, await _made(request, api, state, documents, by_objective, period, kept_at)


async def _documents(api: Api, agreement: str, digests: Sequence[str]) -> dict[str, Found]:
    documents = {}
    for digest in digests:
        # One that the reader may not see says nothing here; its results do not come either.
        with suppress(Missing):
            documents[digest] = await readable(api, f"{AGREEMENTS}/{agreement}/revisions/{digest}")
    return documents


async def _made(
    request: Request,
    api: Api,
    state: Found,
    documents: Mapping[str, Found],
    results: Mapping[str, Sequence[Found]],
    period: Period,
    now: datetime,
) -> Report:
    (*_, newest) = documents.values()
    service, agencies, indicators = await gather(
        api.get(f"{gathering.REGISTRY}/services/{newest['service']}"),
        all_agencies(api),
        gathering.indicators_of(api, service=newest["service"]),
    )
    if service is None:
        raise Away(newest["service"])
    reader = reader_of(request)
    return report_of(
        reader, service, state, documents, results, indicators or {}, Agencies(reader, agencies), period, now
    )


# --- all of them -------------------------------------------------------------------------------------


@router.api_route("/app/reports", **PAGE)
async def kept_list(request: Request, after: Annotated[str | None, Query(max_length=500)] = None) -> Response:
    """What was made on schedule of the agency's agreements; and a form to make one now."""
    session, api = await who(request)
    reader = reader_of(request)
    try:
        found, agreements = await gather(
            api.get(KEPT, party="me", after=after, limit=SHOWN),
            gathering.agreement_titles(api, session.agency),
        )
    except Refused as refusal:  # a place in the list that is none
        raise Missing(KEPT) from refusal
    now = context_of(request).clock().astimezone(dates.zone_of(None))
    titles = {code: reader.said(title, code) for code, title in (agreements or {}).items()}
    return await render(
        request,
        Page(
            "reports.html",
            reader.t.reports.plain,
            {
                "rows": None
                if found is None
                else [kept_row(reader, each, titles) for each in found["items"]],
                "next": (found or {}).get("next"),
                "agreements": sorted(titles.items(), key=lambda each: each[1].text),
                "periods": [(each.code, each.name(reader)) for each in periods_before(now)],
            },
            trail=trail(reader),
            private=True,
            twins=(Twin(f"/api{KEPT}?party=me", "reports"),),
        ),
        shown(session),
    )


@router.api_route("/app/reports/new", **PAGE)
async def new(
    request: Request,
    agreement: Annotated[str | None, Query(pattern=CODE)] = None,
    period: Annotated[str | None, Query(pattern=PERIOD)] = None,
) -> Response:
    """Leads to the report that was chosen; it is made while one waits."""
    await who(request)
    if agreement is None or period is None:
        return RedirectResponse("/app/reports#new", 303)
    return RedirectResponse(f"/reports/{agreement}/{period}", 303)
