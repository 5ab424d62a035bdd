"""Exclusions and corrections: listed, read with what they would change, and answered by a signatory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import roles_of
from services.portal.api.private import Id, all_agencies, trail, who
from services.portal.client import Api, Missing, Refused, gather, readable
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.supposing import indicators_in, supposed
from services.portal.text.phrase import Phrase
from services.portal.views.agreed import Proposal, correction_page, exclusion_page
from services.portal.views.proposing import listed
from services.portal.views.words import Agencies, Reader

router = page_router()

Faults = Sequence[tuple[str, Phrase]]
Agreement = Annotated[str | None, Query(pattern=CODE)]
After = Annotated[str | None, Query(max_length=500)]
Done = Annotated[str | None, Query(max_length=20)]
AT = {"exclusions": f"{gathering.SLA}/exclusions", "corrections": f"{gathering.EVALUATION}/corrections"}
ACTS = {
    "exclusions": ("approvals", "rejections", "withdrawal", "revocations"),
    "corrections": ("approvals", "rejections", "withdrawal"),
}
SHOWN = 50
MOST_CHANGED = 100


# --- lists -------------------------------------------------------------------------------------------


@router.api_route("/app/exclusions", **PAGE)
async def exclusions(request: Request, agreement: Agreement = None, after: After = None) -> Response:
    """The exclusions that the reader's agency is party of, newest first."""
    return await _list(request, "exclusions", agreement, after)


@router.api_route("/app/corrections", **PAGE)
async def corrections(request: Request, agreement: Agreement = None, after: After = None) -> Response:
    """The corrections that the reader's agency is party of, newest first."""
    return await _list(request, "corrections", agreement, after)


def _heading(reader: Reader, kind: str) -> Phrase:
    return reader.t.exclusions if kind == "exclusions" else reader.t.all_corrections


async def _list(request: Request, kind: str, agreement: str | None, after: str | None) -> Response:
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    page = await readable(api, AT[kind], agreement=agreement, after=after, limit=SHOWN)
    codes = list(dict.fromkeys(each["agreement"] for each in page["items"]))
    agencies, *known = await gather(
        all_agencies(api), *(gathering.agreement_data(api, code) for code in codes)
    )
    documents = {code: each.document for code, each in zip(codes, known, strict=True) if each is not None}
    heading = _heading(reader, kind)
    asked = f"?agreement={agreement}" if agreement else ""
    return await render(
        request,
        Page(
            "proposals.html",
            heading.plain,
            {
                "kind": kind,
                "heading": heading,
                "lead": t.exclusions_lead if kind == "exclusions" else t.corrections_lead,
                "none": t.no_exclusions if kind == "exclusions" else t.no_corrections,
                "rows": listed(
                    reader, kind, page["items"], session.agency, documents, Agencies(reader, agencies)
                ),
                "agreement": agreement,
                "next": page["next"],
                "roles": roles_of(session),
            },
            trail=trail(reader),
            private=True,
            twins=(Twin(f"/api{AT[kind]}{asked}", kind),),
        ),
        shown(session),
    )


# --- one of them -------------------------------------------------------------------------------------


@router.api_route("/app/exclusions/{id}", **PAGE)
async def exclusion(request: Request, id: Id, done: Done = None) -> Response:
    """What shall not count, who says so, and what it would change."""
    session, api = await who(request)
    return await _show(request, session, api, "exclusions", id, done=done)


@router.api_route("/app/corrections/{id}", **PAGE)
async def correction(request: Request, id: Id, done: Done = None) -> Response:
    """What final results shall count after all, who says so, and what it would change."""
    session, api = await who(request)
    return await _show(request, session, api, "corrections", id, done=done)


async def _show(
    request: Request,
    session: Session,
    api: Api,
    kind: str,
    id: str,
    *,
    done: str | None = None,
    faults: Faults = (),
    form: Form | None = None,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    found = await readable(api, f"{AT[kind]}/{id}")
    agencies, data = await gather(all_agencies(api), gathering.agreement_data(api, found["agreement"]))
    document = data.document if data else None
    known = Agencies(reader, agencies)
    make = _exclusion if kind == "exclusions" else _correction
    page, twins = await make(request, reader, api, session.agency, found, document, known)
    notice = getattr(t, f"done_{done}") if done in ("proposed", *ACTS[kind]) else None
    heading = t.n("to_correct", len(faults)).plain if faults else page.heading.plain
    return await render(
        request,
        Page(
            "proposal.html",
            f"{heading}, {page.state.plain}",
            {
                "page": page,
                "base": str(request.base_url).rstrip("/"),
                "kind": kind,
                "mine": known.name(session.agency).text,
                "roles": roles_of(session),
                "notice": notice,
                "faults": list(faults),
                "typed": {name: form.text(name) for name in ("act", "read", "reason")} if form else {},
                "key": new_key(),
            },
            trail=trail(reader, (f"/app/{kind}", _heading(reader, kind).plain)),
            status=422 if faults else 200,
            private=True,
            twins=twins,
        ),
        shown(session),
    )


async def _exclusion(
    request: Request,
    reader: Reader,
    api: Api,
    agency: str,
    found: Mapping[str, Any],
    document: Mapping[str, Any] | None,
    agencies: Agencies,
) -> tuple[Proposal, list[Twin]]:
    tried = None
    if found["state"] == "proposed" and found["from"] and not found["journeys"] and document:
        tried = await supposed(api, found, document, context_of(request).clock())
    indicators = await indicators_in(api, document)
    page = exclusion_page(reader, found, agency, document, indicators, agencies, tried)
    return page, [Twin(page.rest, "exclusion")]


async def _correction(
    request: Request,
    reader: Reader,
    api: Api,
    agency: str,
    found: Mapping[str, Any],
    document: Mapping[str, Any] | None,
    agencies: Agencies,
) -> tuple[Proposal, list[Twin]]:
    impact, twins = None, [Twin(f"/api{AT['corrections']}/{found['id']}", "correction")]
    if found["kind"] == "calendar" and found["state"] == "proposed":
        path = f"{gathering.EVALUATION}/calendars/{found['calendar']}/versions/{found['version']}/impact"
        (impact,) = await gather(api.get(path, agreement=found["agreement"], limit=MOST_CHANGED))
        twins.append(Twin(f"/api{path}?agreement={found['agreement']}", "impact"))
    indicators = await indicators_in(api, document)
    return correction_page(reader, found, agency, document, indicators, agencies, impact), twins


@router.post("/app/exclusions/{id}", response_model=None)
async def answer_exclusion(request: Request, id: Id) -> Response:
    """Approves or rejects it, takes an own one back, or agrees to revoke it."""
    return await _answer(request, "exclusions", id)


@router.post("/app/corrections/{id}", response_model=None)
async def answer_correction(request: Request, id: Id) -> Response:
    """Approves or rejects it, or takes an own one back."""
    return await _answer(request, "corrections", id)


async def _answer(request: Request, kind: str, id: str) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    act, fault = form.text("act"), None
    body: dict[str, str] = {}
    if act not in ACTS[kind]:
        raise Missing(act)
    if act == "rejections":
        body = {"reason": form.text("reason")}
        if not body["reason"]:
            fault = ("reason", reader.t.reason_missing)
    else:
        if act == "approvals":
            body = {"hash": form.text("hash")}
        if form.text("read") != "yes":
            fault = ("read", reader.t.tick_first)
    if fault is None:
        try:
            await api.post(f"{AT[kind]}/{id}/{act}", body, key=f"{form.key}{act}")
        except Refused as refusal:
            field = "reason" if act == "rejections" else "read"
            said = [(field, each) for _, each in refused(reader, refusal)]
            return await _show(request, session, api, kind, id, faults=said, form=form)
        return RedirectResponse(f"/app/{kind}/{id}?done={act}", 303)
    return await _show(request, session, api, kind, id, faults=[fault], form=form)
