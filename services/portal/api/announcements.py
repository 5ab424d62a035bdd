"""Announcements: for everybody to read, for a signatory to publish, for an officer to acknowledge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering, negotiating
from services.portal.api.common import (
    CODE,
    PAGE,
    context_of,
    page_router,
    reader_of,
    render,
    shown,
)
from services.portal.api.files import made_file
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import Code, agreement_trail, roles_of
from services.portal.api.private import all_agencies, reading, who
from services.portal.client import Api, Away, Missing, Refused, gather
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.reports.announcement_pdf import Announced, announcement_pdf, poster_pdf
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views import standing
from services.portal.views.announcing import announcement_page, listed
from services.portal.views.words import Agencies

router = page_router()

AnnouncementId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
ANNOUNCEMENTS = f"{gathering.SLA}/announcements"
SHOWN = 50
OFFICERS = ("signatory", "negotiator", "agency_admin")
DAYS = "7"
Faults = Sequence[tuple[str, Phrase]]


@router.api_route("/announcements", **PAGE)
async def announcements(
    request: Request,
    service: Annotated[str | None, Query(pattern=CODE)] = None,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """What is announced, newest first; replaced ones too."""
    session, api = await reading(request)
    reader = reader_of(request)
    try:
        page = await api.get(ANNOUNCEMENTS, service=service, after=after, limit=SHOWN)
    except Refused as refusal:  # a place in the list that is none
        raise Missing(ANNOUNCEMENTS) from refusal
    t = reader.t
    query = f"?service={service}" if service else ""
    return await render(
        request,
        Page(
            "announcements.html",
            t.announcements.plain,
            {
                "rows": [listed(reader, each) for each in page["items"]],
                "next": page["next"],
                "service": service,
            },
            trail=(("/", t.home.plain),),
            twins=(Twin(f"/api{ANNOUNCEMENTS}{query}", "announcements"),),
        ),
        shown(session) if session else None,
    )


@router.api_route("/announcements/{id}/poster.pdf", **PAGE)
async def poster(request: Request, id: AnnouncementId) -> Response:
    """What is promised, on one page for the counter, in the reader's language."""
    announced = await _on_paper(request, id)
    return await made_file(f"poster_{announced.name}", "pdf", poster_pdf, announced)


@router.api_route("/announcements/{id}.pdf", **PAGE)
async def formal_text(request: Request, id: AnnouncementId) -> Response:
    """The announcement to file, in the reader's language."""
    announced = await _on_paper(request, id)
    return await made_file(f"announcement_{announced.name}", "pdf", announcement_pdf, announced)


async def _on_paper(request: Request, id: str) -> Announced:
    """Raises Missing, and Away: a paper with a hole in it would be put up as if it were whole."""
    _, api = await reading(request)
    reader = reader_of(request)
    found = await api.get(f"{ANNOUNCEMENTS}/{id}")
    agencies, indicators, service = await gather(
        all_agencies(api),
        gathering.indicators_of(api, service=found["service"]),
        api.get(f"{gathering.REGISTRY}/services/{found['service']}"),
    )
    if agencies is None or indicators is None or service is None:
        raise Away(id)
    known = Agencies(reader, agencies)
    page = announcement_page(reader, found, None, known, indicators)
    contact = known.contact(service["owner"]) or {}
    base = context_of(request).settings.public_url or str(request.base_url).rstrip("/")
    return Announced(
        reader,
        page,
        service=reader.said(service["name"], service["code"]),
        owner=known.name(service["owner"]),
        contact=tuple(str(contact[each]) for each in ("phone", "email") if contact.get(each)),
        address=f"{base}/services/{page.service}" if page.public else f"{base}/announcements/{id}",
        parties=tuple(known.name(each) for each in found["parties"]),
        dated=dates.instant(found["announced_at"]),
    )


@router.api_route("/announcements/{id}", **PAGE)
async def announcement(
    request: Request, id: AnnouncementId, done: Annotated[str | None, Query(max_length=20)] = None
) -> Response:
    """What is promised from when on, and which party has acknowledged it."""
    session, api = await reading(request)
    notices = {
        "announced": reader_of(request).t.announced_done,
        "acknowledged": reader_of(request).t.acknowledged_done,
    }
    return await _show(request, session, api, id, notice=notices.get(done or ""))


async def _show(
    request: Request,
    session: Session | None,
    api: Api,
    id: str,
    notice: Phrase | None = None,
    faults: Faults = (),
) -> Response:
    reader = reader_of(request)
    t = reader.t
    found = await api.get(f"{ANNOUNCEMENTS}/{id}")
    agencies, indicators = await gather(
        all_agencies(api), gathering.indicators_of(api, service=found["service"])
    )
    known = Agencies(reader, agencies)
    agency = session.agency if session else None
    page = announcement_page(reader, found, agency, known, indicators or {})
    roles = session.roles if session else frozenset()
    signed = f"{AGREEMENTS}/{page.agreement}/revisions/{page.revision}/signed"
    return await render(
        request,
        Page(
            "announcement.html",
            f"{page.title}, {page.heading.plain}, {page.state.plain}",
            {
                "page": page,
                "notice": notice,
                "faults": list(faults),
                "key": new_key(),
                "mine": known.name(agency) if agency else None,
                "may": bool(roles & set(OFFICERS)),
                "party": agency in found["parties"],
                "command": f"curl -s {str(request.base_url).rstrip('/')}/api{ANNOUNCEMENTS}/{id}"
                " | jq -cSj .document | sha256sum",
                "signed": f"/api{signed}" if page.public else f"/app/api{signed}",
            },
            trail=(("/", t.home.plain), ("/announcements", t.announcements.plain)),
            status=422 if faults else 200,
            twins=(Twin(f"/api{ANNOUNCEMENTS}/{id}", "announcement"), Twin(f"/api{signed}", "signed")),
        ),
        shown(session) if session else None,
    )


@router.post("/announcements/{id}/acknowledgement", response_model=None)
async def acknowledge(request: Request, id: AnnouncementId) -> Response:
    """Says once for the reader's agency that it has taken note."""
    session, api = await who(request)
    form = await read_form(request, session)
    try:
        await api.post(f"{ANNOUNCEMENTS}/{id}/acknowledgements", {"hash": form.text("hash")}, key=form.key)
    except Refused as refusal:
        faults = [("acknowledge", said) for _, said in refused(reader_of(request), refusal)]
        return await _show(request, session, api, id, faults=faults)
    return RedirectResponse(f"/announcements/{id}?done=acknowledged", 303)


@router.api_route("/app/agreements/{agreement}/announcement", **PAGE)
async def announce_form(request: Request, agreement: Code) -> Response:
    """What all have signed and nobody has announced yet; else what is announced."""
    session, api = await who(request)
    return await _announce_page(request, session, api, agreement)


async def _announce_page(
    request: Request, session: Session, api: Api, code: str, faults: Faults = (), form: Form | None = None
) -> Response:
    reader = reader_of(request)
    t = reader.t
    raw = await negotiating.raw_of(api, code, session.agency, whole=False)
    found = await api.items(ANNOUNCEMENTS, most=SHOWN, agreement=code)
    told = {each["revision"]: each["id"] for each in found}
    signed = [each for each in standing.concluded(raw.state) if each["state"] in ("accepted", "in_force")]
    open_ = [each for each in signed if each["hash"] not in told]
    title = reader.said(raw.document.get("title"), code)
    heading = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    typed = {name: form.text(name) for name in ("days", "note_th", "note_en")} if form else {"days": DAYS}
    return await render(
        request,
        Page(
            "announce.html",
            f"{heading}{title}, {t.announce_title.plain}",
            {
                "title_said": title,
                "code": code,
                "revision": open_[-1]["hash"] if open_ else None,
                "name": standing.revision_name(reader, raw.state, open_[-1]["hash"]) if open_ else None,
                "announced": [told[each["hash"]] for each in signed if each["hash"] in told],
                "typed": typed,
                "roles": roles_of(session),
                "faults": list(faults),
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title),
            status=422 if faults else 200,
            private=True,
            twins=(
                Twin(f"/api{AGREEMENTS}/{code}", "agreement"),
                Twin(f"/api{ANNOUNCEMENTS}?agreement={code}", "announcements"),
            ),
        ),
        shown(session),
    )


@router.post("/app/agreements/{agreement}/announcement", response_model=None)
async def announce(request: Request, agreement: Code) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    days, faults = form.text("days") or DAYS, list[tuple[str, Phrase]]()
    body: dict[str, Any] = {}
    if days.isascii() and days.isdigit() and len(days) < 5:
        body["acknowledge_within_days"] = int(days)
    else:
        faults.append(("days", reader.t.not_a_number(given=days[:40])))
    note = {lang: form.text(f"note_{lang}") for lang in ("th", "en") if form.text(f"note_{lang}")}
    if note:
        body["note"] = note
    if not faults:
        at = f"{AGREEMENTS}/{agreement}/revisions/{form.text('revision')}/announcement"
        try:
            made = await api.post(at, body, key=form.key)
        except Refused as refusal:
            fields = {"/acknowledge_within_days": "days", "/note": "note_th"}
            faults = [(fields.get(place, "days"), said) for place, said in refused(reader, refusal)]
        else:
            return RedirectResponse(f"/announcements/{made['id']}?done=announced", 303)
    return await _announce_page(request, session, api, agreement, faults, form)
