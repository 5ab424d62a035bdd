"""One-time links of the registry: taking up an invitation, setting a new password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.account import new_form_secret
from services.portal.api.common import (
    FORM_COOKIE,
    PAGE,
    check_form,
    form_token,
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

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
PASSWORD_LEAST = 12
"""As the registry says; it has the word."""
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

INVITATIONS = f"{gathering.REGISTRY}/invitations"
RESETS = f"{gathering.REGISTRY}/resets"


@router.api_route("/invitations/{token}", **PAGE)
async def invitation(request: Request, token: Token) -> Response:
    """Greets who was invited and asks for a password."""
    return await _form(request, f"{INVITATIONS}/{token}")


@router.post("/invitations/{token}", response_model=None)
async def accept_invitation(request: Request, token: Token) -> Response:
    return await _set(request, f"{INVITATIONS}/{token}", "/acceptance")


@router.api_route("/resets/{token}", **PAGE)
async def reset(request: Request, token: Token) -> Response:
    """Asks for a new password."""
    return await _form(request, f"{RESETS}/{token}")


@router.post("/resets/{token}", response_model=None)
async def set_password(request: Request, token: Token) -> Response:
    return await _set(request, f"{RESETS}/{token}", "")


async def _form(request: Request, link: str, fault: Phrase | None = None) -> Response:
    t = reader_of(request).t
    try:
        holder: Mapping[str, Any] = await parts_of(request).api.get(link)
    except (Missing, Refused):
        return await _over(request)
    secret = read_cookie(request, FORM_COOKIE) or new_form_secret()
    heading = t.invited if link.startswith(INVITATIONS) else t.new_password
    page = Page(
        "password.html",
        heading.plain,
        {
            "heading": heading,
            "holder": t.password_for(name=holder["name"], email=holder["email"]),
            "email": holder["email"],
            "hint": t.n("password_hint", PASSWORD_LEAST),
            "least": PASSWORD_LEAST,
            "fault": fault,
            "summary": t.n("to_correct", 1) if fault else None,
            "form_token": form_token(secret),
        },
        trail=(("/", t.home.plain),),
        status=422 if fault else 200,
        headers=PRIVATE,
    )
    response = await render(request, page)
    set_cookie(request, response, FORM_COOKIE, secret)
    return response


async def _set(request: Request, link: str, action: str) -> Response:
    form = await request.form(max_fields=10, max_files=0)
    check_form(request, read_cookie(request, FORM_COOKIE), form.get("form_token"))
    t = reader_of(request).t
    password = form.get("password")
    if not isinstance(password, str) or not password:
        return await _form(request, link, t.password_empty)
    try:
        await parts_of(request).api.post(f"{link}{action}", {"password": password})
    except Missing:
        return await _over(request)
    except Refused:
        return await _form(request, link, t.n("password_weak", PASSWORD_LEAST))
    return RedirectResponse("/sign-in?done=password", 303)


async def _over(request: Request) -> Response:
    t = reader_of(request).t
    page = Page(
        "error.html",
        t.link_over_title.plain,
        {"heading": t.link_over_title, "text": t.link_over},
        trail=(("/", t.home.plain),),
        status=404,
        headers=PRIVATE,
    )
    return await render(request, page)
