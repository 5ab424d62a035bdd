"""What explains the results of an agreement, and what is recommended: taken up, or declined with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.improvements import known_to, recommended
from services.portal.api.private import trail, who
from services.portal.client import Api, Away, Refused, gather, readable
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.improving import Promises
from services.portal.views.recommending import Names, finding_shown, names_of, recommendation_shown
from services.portal.views.words import Reader

router = page_router()

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]
Agreement = Annotated[str, Path(pattern=CODE)]
Faults = Sequence[tuple[str, Phrase]]
FINDINGS = f"{gathering.EVALUATION}/findings"
RECOMMENDATIONS = f"{gathering.EVALUATION}/recommendations"
HERE = "/app/recommendations"
MOST = 500


async def _named(api: Api, reader: Reader) -> tuple[Promises, Names]:
    known, services = await gather(known_to(api, reader), gathering.services(api))
    return known.promises, names_of(reader, known.agencies, known.promises, services)


@router.api_route("/app/agreements/{agreement}/findings", **PAGE)
async def findings(
    request: Request, agreement: Agreement, day: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """All findings of the last closed windows, or of those that hold a day."""
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    promises, names = await _named(api, reader)
    zone = promises.zone(agreement)
    faults: list[tuple[str, Phrase]] = []
    query: dict[str, str] = {}
    read = dates.read_day(day) if day else None
    example = dates.written_day(context_of(request).clock().astimezone(zone).date(), reader.lang)
    if day and read is None:
        faults.append(("day", t.not_a_date(example=example, given=day[:40])))
    elif read is not None:
        query["window"] = datetime.combine(read, time(12), zone).isoformat()
    await readable(api, f"{gathering.SLA}/agreements/{agreement}")
    found: Any = [] if faults else await _found(api, agreement, query)
    rows = [finding_shown(reader, each, promises, names) for each in found]
    if query and rows:
        # Only what the last windows suggest, and what was decided, has a page of its own.
        (known,) = await gather(api.items(RECOMMENDATIONS, most=MOST, agreement=agreement))
        ids = {each["id"] for each in known or ()}
        rows = [each if each.id in ids else replace(each, href=None) for each in rows]
    heading = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    return await render(
        request,
        Page(
            "findings.html",
            f"{heading}{t.findings.plain}, {promises.title(agreement)}",
            {
                "title_said": promises.title(agreement),
                "code": agreement,
                "rows": rows,
                "day": day,
                "said_day": None if read is None else dates.day(read, reader.lang),
                "faults": faults,
                "example": example,
            },
            trail=trail(reader, (f"/app/agreements/{agreement}", str(promises.title(agreement)))),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{FINDINGS}?agreement={agreement}", "findings"),),
        ),
        shown(session),
    )


async def _found(api: Api, agreement: str, query: dict[str, str]) -> list[Any]:
    try:
        return await api.items(FINDINGS, most=MOST, agreement=agreement, **query)
    except Refused as refusal:
        raise Away(FINDINGS) from refusal


async def top_findings(
    api: Api, reader: Reader, promises: Sequence[tuple[str, str]], most: int
) -> list[Any] | None:
    """What explains most of the last closed windows of some promises; None: it cannot be had."""
    if not promises:
        return []
    lists = await gather(
        *(api.items(FINDINGS, most=MOST, agreement=code, objective=objective) for code, objective in promises)
    )
    if any(each is None for each in lists):
        return None
    named, names = await _named(api, reader)
    every = [each for found in lists for each in found]
    every.sort(
        key=lambda each: (not each["recommended"], -float((each["explains"] or {"value": 0})["value"]))
    )
    return [finding_shown(reader, each, named, names) for each in every[:most]]


@router.api_route(HERE, **PAGE)
async def recommendations(
    request: Request, agreement: Annotated[str | None, Query(pattern=CODE)] = None
) -> Response:
    """What waits for a decision, then what was decided."""
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    try:
        found = await api.items(RECOMMENDATIONS, most=MOST, agreement=agreement)
    except Refused as refusal:
        raise Away(RECOMMENDATIONS) from refusal
    promises, names = await _named(api, reader)
    rows = [recommendation_shown(reader, each, promises, names, session.agency) for each in found]
    waiting = [each for each in rows if each.open]
    decided = [each for each in rows if not each.open]
    query = f"?agreement={agreement}" if agreement else ""
    return await render(
        request,
        Page(
            "recommendations.html",
            t.recommendations.plain,
            {
                "waiting": waiting,
                "decided": decided,
                "heading": t.n("recommendations_open", len(waiting)),
                "decided_heading": t.n("recommendations_decided", len(decided)),
                "agreement": agreement,
            },
            trail=trail(reader),
            private=True,
            twins=(Twin(f"/api{RECOMMENDATIONS}{query}", "recommendations"),),
        ),
        shown(session),
    )


@router.api_route(f"{HERE}/{{id}}", **PAGE)
async def recommendation(
    request: Request, id: Id, done: Annotated[str | None, Query(max_length=20)] = None
) -> Response:
    """The sentence, its evidence, what is proposed, and the decision."""
    session, api = await who(request)
    t = reader_of(request).t
    notices = {"declined": t.recommendation_declined_done, "erased": t.recommendation_erased_done}
    return await _one(request, session, api, id, notice=notices.get(done or ""))


async def _one(
    request: Request,
    session: Session,
    api: Api,
    id: str,
    notice: Phrase | None = None,
    faults: Faults = (),
    form: Form | None = None,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    found = await recommended(api, id)
    promises, names = await _named(api, reader)
    page = recommendation_shown(reader, found, promises, names, session.agency)
    heading = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    return await render(
        request,
        Page(
            "recommendation.html",
            f"{heading}{t.recommendation.plain}, {page.finding.objective}",
            {
                "page": page,
                "notice": notice,
                "faults": list(faults),
                "reason": form.text("reason") if form else "",
                "may": "negotiator" in session.roles,
                "key": new_key(),
            },
            trail=trail(reader, (HERE, t.recommendations.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{RECOMMENDATIONS}/{id}", "recommendation"),),
        ),
        shown(session),
    )


@router.post(f"{HERE}/{{id}}", response_model=None)
async def decide(request: Request, id: Id) -> Response:
    """Declines it with a reason, or erases the reason."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    reason = form.text("reason")
    if form.text("act") == "erase":
        try:
            await api.delete(f"{RECOMMENDATIONS}/{id}/words/reason")
        except Refused as refusal:
            faults = [("erase", said) for _, said in refused(reader, refusal)]
            return await _one(request, session, api, id, faults=faults)
        return RedirectResponse(f"{HERE}/{id}?done=erased", 303)
    if not reason:
        return await _one(
            request, session, api, id, faults=[("reason", reader.t.reject_reason_empty)], form=form
        )
    body = {"agreement": form.text("agreement"), "reason": reason}
    try:
        await api.post(f"{RECOMMENDATIONS}/{id}/declination", body, key=form.key)
    except Refused as refusal:
        faults = [("reason", said) for _, said in refused(reader, refusal)]
        return await _one(request, session, api, id, faults=faults, form=form)
    return RedirectResponse(f"{HERE}/{id}?done=declined", 303)
