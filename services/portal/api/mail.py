"""Where a mail's links lead, and following a service. The link itself is the right: no signing in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.account import new_form_secret
from services.portal.api.common import (
    CODE,
    FORM_COOKIE,
    PAGE,
    check_form,
    form_token,
    language,
    page_router,
    parts_of,
    read_cookie,
    reader_of,
    render,
    set_cookie,
)
from services.portal.client import Missing, Refused
from services.portal.rendering import Page
from services.portal.text.phrase import Phrase

router = page_router()

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Code = Annotated[str, Path(pattern=CODE)]
DELIVERY = "/delivery/v1"
ONE_CLICK = ("List-Unsubscribe", "One-Click")
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@router.api_route("/mail/{token}", **PAGE)
async def mail_link(request: Request, token: Token) -> Response:
    """Asks before it does anything: programs that look into mails follow their links."""
    t = reader_of(request).t
    try:
        found = await parts_of(request).api.get(f"{DELIVERY}/mail-links/{token}")
    except Missing:
        return await _said(request, t.link_over_title, t.link_over, 404)
    confirms = found["does"] == "confirm"
    services = ", ".join(found["services"])
    page = Page(
        "mail-link.html",
        (t.mail_confirm_title if confirms else t.mail_end_title).plain,
        {
            "heading": t.mail_confirm_title if confirms else t.mail_end_title,
            "text": t.mail_confirm_lead if confirms else t.mail_end_lead,
            "services": t.mail_services(services=services) if services else None,
            "action": t.mail_confirm if confirms else t.mail_end,
            "act": found["does"],
        },
        trail=(("/", t.home.plain),),
        headers=PRIVATE,
    )
    return await render(request, page)


@router.post("/mail/{token}", response_model=None)
async def follow_mail_link(request: Request, token: Token) -> Response:
    """The button, or the one click of a mail program (RFC 8058), which has no cookies and reads no page.

    No form token: whoever knows the address may do it, and it does nothing else.
    """
    form = await request.form(max_fields=5, max_files=0)
    t = reader_of(request).t
    api = parts_of(request).api
    if form.get("act") == "confirm":
        try:
            await api.post(f"{DELIVERY}/mail-links/{token}/confirmation", {})
        except Missing:
            return await _said(request, t.link_over_title, t.link_over, 404)
        return await _said(request, t.mail_confirmed_title, t.mail_confirmed)
    if form.get("act") == "end" or form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        await api.post(f"{DELIVERY}/mail-links/{token}/ending", {})
        return await _said(request, t.mail_ended_title, t.mail_ended)
    return await _said(request, t.refused_title, t.refused, 400)


async def _said(request: Request, heading: Phrase, text: Phrase, status: int = 200) -> Response:
    page = Page(
        "mail-link.html",
        heading.plain,
        {"heading": heading, "text": text, "action": None},
        trail=(("/", reader_of(request).t.home.plain),),
        status=status,
        headers=PRIVATE,
    )
    return await render(request, page)


@router.api_route("/services/{service}/follow", **PAGE)
async def follow_form(request: Request, service: Code) -> Response:
    """Asks for the address."""
    return await _follow(request, service)


@router.post("/services/{service}/follow", response_model=None)
async def follow(request: Request, service: Code) -> Response:
    """Has the address asked. What is said does not depend on whether it is known."""
    form = await request.form(max_fields=5, max_files=0)
    check_form(request, read_cookie(request, FORM_COOKIE), form.get("form_token"))
    t = reader_of(request).t
    email = str(form.get("email") or "").strip()[:320]
    body = {"email": email, "language": language(request), "services": [service]}
    try:
        await parts_of(request).api.post(f"{DELIVERY}/public-subscriptions", body)
    except Refused as refusal:
        faults = {409: t.follow_off, 429: t.follow_busy}
        return await _follow(request, service, email, faults.get(refusal.status, t.follow_wrong))
    return await _said(request, t.follow_asked_title, t.follow_asked)


async def _follow(request: Request, service: str, email: str = "", fault: Phrase | None = None) -> Response:
    reader = reader_of(request)
    t = reader.t
    found = await parts_of(request).api.get(f"{gathering.REGISTRY}/services/{service}")
    name = reader.said(found["name"], service).text
    secret = read_cookie(request, FORM_COOKIE) or new_form_secret()
    page = Page(
        "follow.html",
        t.follow.plain,
        {"form_token": form_token(secret), "email": email, "fault": fault},
        trail=(("/", t.home.plain), ("/services", t.all_services.plain), (f"/services/{service}", name)),
        status=200 if fault is None else 422,
        headers={"Cache-Control": "no-store"},
    )
    response = await render(request, page)
    set_cookie(request, response, FORM_COOKIE, secret)
    return response
