"""Signing in and out. The registry checks the password; the browser gets its session as a cookie."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import (
    FORM_COOKIE,
    PAGE,
    SESSION_COOKIE,
    check_form,
    drop_cookie,
    form_token,
    local,
    page_router,
    parts_of,
    person_of,
    read_cookie,
    reader_of,
    render,
    set_cookie,
)
from services.portal.client import Away, Missing, Refused
from services.portal.rendering import Page
from services.portal.text.phrase import Phrase

router = page_router()

Next = Annotated[str, Query(max_length=500)]
Done = Annotated[str | None, Query(max_length=20, description="What led here, to be said above the form.")]
START = "/app"
MOST_CHARACTERS = 500


def new_form_secret() -> str:
    """For the cookie that a form's token follows from, before anybody is signed in."""
    return secrets.token_urlsafe(24)


@router.api_route("/sign-in", **PAGE)
async def sign_in_form(request: Request, next: Next = START, done: Done = None) -> Response:
    """The form; who is signed in already goes on."""
    if await person_of(request) is not None:
        return RedirectResponse(local(next, START), 303)
    t = reader_of(request).t
    notice = {"password": t.password_saved, "first": t.sign_in_first}.get(done or "")
    return await sign_in_page(request, next=local(next, START), notice=notice)


@router.post("/sign-in", response_model=None)
async def sign_in(request: Request) -> Response:
    """Asks the registry. Wrong input comes back with what was typed, but for the password."""
    form = await request.form(max_fields=10, max_files=0)
    check_form(request, read_cookie(request, FORM_COOKIE), form.get("form_token"))
    t = reader_of(request).t
    email = str(form.get("email") or "").strip()[:MOST_CHARACTERS]
    password = str(form.get("password") or "")[:MOST_CHARACTERS]
    goal = local(form.get("next"), START)
    faults: list[tuple[str, Phrase]] = []
    if not email:
        faults.append(("email", t.email_empty))
    if not password:
        faults.append(("password", t.password_empty))
    if faults:
        return await sign_in_page(request, next=goal, email=email, faults=faults, status=422)
    try:
        session = await parts_of(request).sessions.sign_in(email, password)
    except (Refused, Missing) as refusal:
        locked = isinstance(refusal, Refused) and refusal.status in (403, 423, 429)
        fault = ("email", t.locked if locked else t.credentials_wrong)
        return await sign_in_page(request, next=goal, email=email, faults=[fault], status=422)
    except Away:
        return await sign_in_page(
            request, next=goal, email=email, faults=[("email", t.sign_in_away)], status=503
        )
    response = RedirectResponse(goal, 303)
    set_cookie(request, response, SESSION_COOKIE, session.secret)
    drop_cookie(request, response, FORM_COOKIE)
    return response


async def sign_in_page(
    request: Request,
    *,
    next: str,
    email: str = "",
    faults: Sequence[tuple[str, Phrase]] = (),
    notice: Phrase | None = None,
    status: int = 200,
) -> Response:
    t = reader_of(request).t
    secret = read_cookie(request, FORM_COOKIE) or new_form_secret()
    provider = await gathering.provider(parts_of(request).api)
    title = f"{t.n('to_correct', len(faults)).plain}: {t.sign_in.plain}" if faults else t.sign_in.plain
    page = Page(
        "sign-in.html",
        title,
        {
            "form_token": form_token(secret),
            "next": next,
            "notice": notice,
            "provider": provider,
            "email": email,
            "faults": [{"field": field, "text": text} for field, text in faults],
            "summary": t.n("to_correct", len(faults)) if faults else None,
        },
        trail=(("/", t.home.plain),),
        status=status,
        headers={"Cache-Control": "no-store"},
    )
    response = await render(request, page)
    set_cookie(request, response, FORM_COOKIE, secret)
    return response


@router.api_route("/sign-out", **PAGE)
async def sign_out_page(request: Request) -> Response:
    """Asks before it signs out; says so when nobody is signed in."""
    t = reader_of(request).t
    person = await person_of(request)
    page = Page("sign-out.html", t.sign_out.plain, trail=(("/", t.home.plain),))
    return await render(request, page, person)


@router.post("/sign-out", response_model=None)
async def sign_out(request: Request) -> Response:
    """Ends the session in the registry and here. While the registry is away it goes on: 503."""
    form = await request.form(max_fields=10, max_files=0)
    secret = read_cookie(request, SESSION_COOKIE)
    if secret is not None:
        check_form(request, secret, form.get("form_token"))
        await parts_of(request).sessions.sign_out(secret)
    response = RedirectResponse("/sign-out", 303)
    drop_cookie(request, response, SESSION_COOKIE)
    return response
