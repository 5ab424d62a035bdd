"""A breach for the parties of its agreement: the page, and its report to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import PAGE, page_router, reader_of, render, shown
from services.portal.api.files import made_file
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import roles_of
from services.portal.api.private import Id, around, trail, who
from services.portal.client import Api, Away, Missing, Refused, gather
from services.portal.rendering import Page, Twin
from services.portal.reports.breach_pdf import BreachReport, breach_pdf
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.breach_story import Story, story_of
from services.portal.views.evidence import BreachPage, breach_page
from services.portal.views.words import Agencies, Reader

router = page_router()

EVIDENCE_OF_BREACH = 20
ACTIONS = 50
COSTS = 1000
Faults = Sequence[tuple[str, Phrase]]
Done = Annotated[str | None, Query(max_length=20)]


@dataclass(frozen=True, slots=True)
class Whole:
    """A breach with what surrounds it."""

    raw: Mapping[str, Any]
    page: BreachPage
    story: Story
    document: Mapping[str, Any] | None


@router.api_route("/app/breaches/{id}.pdf", **PAGE)
async def pdf(request: Request, id: Id) -> Response:
    """The breach to keep, in the reader's language."""
    _, api = await who(request)
    reader = reader_of(request)
    found = await _whole(api, reader, id)
    if found.document is None or found.page.judged is None:
        # A report with a hole in it would be kept as if it were whole.
        raise Away(id)
    service = await api.get(f"{gathering.REGISTRY}/services/{found.document['service']}")
    made = BreachReport(
        reader,
        found.page,
        service=reader.said(service["name"], service["code"]),
        agreement=reader.said(found.document.get("title"), found.raw["agreement"]),
        story=found.story,
        dated=dates.instant(found.raw["closed_at"] or found.raw["opened_at"]),
    )
    return await made_file(made.name, "pdf", breach_pdf, made)


@router.api_route("/app/breaches/{id}", **PAGE)
async def breach(request: Request, id: Id, done: Done = None) -> Response:
    """A breach as it stands: who has to act, since when, and the result it rests on."""
    session, api = await who(request)
    t = reader_of(request).t
    notice = {"disputed": t.disputed_done, "answered": t.answered_done}.get(done or "")
    return await _show(request, session, api, id, notice=notice)


async def _show(
    request: Request,
    session: Session,
    api: Api,
    id: str,
    *,
    notice: Phrase | None = None,
    faults: Faults = (),
    form: Form | None = None,
    answers: str | None = None,
) -> Response:
    """``answers``: the dispute to which a form was an answer."""
    reader = reader_of(request)
    found = await _whole(api, reader, id)
    page = found.page
    heading = reader.t.n("to_correct", len(faults)).plain + ", " if faults else ""
    return await render(
        request,
        Page(
            "breach.html",
            f"{heading}{page.objective}, {page.state.plain}",
            {
                "page": page,
                "story": found.story,
                "notice": notice,
                "faults": list(faults),
                "typed": {name: form.text(name) for name in ("about", "cases", "reason")} if form else {},
                "answers": answers,
                "roles": roles_of(session),
                "key": new_key(),
                "may": "negotiator" in session.roles,
            },
            trail=trail(reader),
            status=422 if faults else 200,
            private=True,
            twins=(
                Twin(f"/api{gathering.EVALUATION}/breaches/{id}", "breach"),
                *(
                    [Twin(f"/api{gathering.EVALUATION}/attribution?breach={id}", "attribution")]
                    if page.whose_time
                    else []
                ),
            ),
        ),
        shown(session),
    )


@router.post("/app/breaches/{id}/disputes", response_model=None)
async def dispute(request: Request, id: Id) -> Response:
    """Objects to a breach, to some of its cases, or to the time put down to an agency."""
    session, api = await who(request)
    form = await read_form(request, session)
    t = reader_of(request).t
    kind, _, agency = form.text("about").partition(":")
    about: dict[str, Any] = {"kind": kind if kind in ("share", "journeys") else "breach"}
    faults: list[tuple[str, Phrase]] = []
    if about["kind"] == "share":
        about["agency"] = agency
    if about["kind"] == "journeys":
        about["journeys"] = list(dict.fromkeys(form.text("cases").split()))
        if not about["journeys"]:
            faults.append(("cases", t.dispute_cases_missing))
    if not form.text("reason"):
        faults.append(("reason", t.reason_missing))
    if not faults:
        try:
            body = {"about": about, "reason": form.text("reason")}
            await api.post(f"{gathering.EVALUATION}/breaches/{id}/disputes", body, key=form.key)
        except Refused as refusal:
            fields = {"/about": "about", "/reason": "reason"}
            faults = [
                ("cases" if "journeys" in place else fields.get(place, "about"), said)
                for place, said in refused(reader_of(request), refusal)
            ]
        else:
            return RedirectResponse(f"/app/breaches/{id}?done=disputed#disputes", 303)
    return await _show(request, session, api, id, faults=faults, form=form)


@router.post("/app/breaches/{id}/disputes/{dispute}", response_model=None)
async def answer(request: Request, id: Id, dispute: Id) -> Response:
    """Upholds a dispute, declines it, or leaves it noted."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    said, reason = form.text("answer"), form.text("reason")
    field = f"reason-{dispute}"
    if said not in ("uphold", "decline", "note"):
        raise Missing(said)
    faults: list[tuple[str, Phrase]] = []
    if said == "decline" and not reason:
        faults.append((field, reader.t.reason_missing))
    else:
        body = {"answer": said, "reason": reason or None}
        try:
            await api.post(f"{gathering.EVALUATION}/disputes/{dispute}/answers", body, key=form.key)
        except Refused as refusal:
            faults = [(field, each) for _, each in refused(reader, refusal)]
        else:
            return RedirectResponse(f"/app/breaches/{id}?done=answered#disputes", 303)
    return await _show(request, session, api, id, faults=faults, form=form, answers=dispute)


async def _whole(api: Api, reader: Reader, id: str) -> Whole:
    """Raises Missing and Away of the breach itself."""
    found = await api.get(f"{gathering.EVALUATION}/breaches/{id}")
    end = dates.instant(found["window"]["end"])
    explanation, evidence, improvements, costs, (agencies, document) = await gather(
        api.get(f"{gathering.EVALUATION}/results/{found['result']}/explanation", limit=1),
        api.get(f"{gathering.EVALUATION}/attribution", breach=id, limit=EVIDENCE_OF_BREACH),
        api.items(f"{gathering.EVALUATION}/improvements", most=ACTIONS, **{"from": id}),
        api.get(
            f"{gathering.EVALUATION}/consequences",
            agreement=found["agreement"],
            limit=COSTS,
            **{"from": end.isoformat()},
        ),
        around(api, found),
    )
    known = Agencies(reader, agencies)
    page = breach_page(reader, found, explanation, document, evidence, known)
    return Whole(found, page, story_of(reader, found, document, improvements, costs, known), document)
