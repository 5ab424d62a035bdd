"""Signing in, linking and signing in again at an OpenID provider: the browser's side of it.

The provider is reached by links, not by forms: the pages' policy lets forms lead nowhere but here, and
browsers hold a redirect behind a form to it.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.account import MOST_CHARACTERS, START, sign_in_page
from services.portal.api.common import (
    FORM_COOKIE,
    PAGE,
    SESSION_COOKIE,
    drop_cookie,
    local,
    page_router,
    parts_of,
    read_cookie,
    reader_of,
    render,
    set_cookie,
    shown,
)
from services.portal.api.forms import read_form
from services.portal.api.private import who
from services.portal.client import Api, Away, Missing, Refused
from services.portal.rendering import Page
from services.portal.sessions import Session
from services.portal.text.phrase import Phrase

router = page_router()

ATTEMPT_COOKIE = "sanya_oidc"
TICKET_COOKIE = "sanya_again"
"""In place of the password, for one signature."""

OIDC = f"{gathering.REGISTRY}/sessions/oidc"
ACCOUNT = "/app/account"
Given = Annotated[str | None, Query(max_length=4000)]
Next = Annotated[str, Query(max_length=500)]


async def _begin(request: Request, goal: str, **body: str) -> tuple[str, str]:
    """-> the provider's address, and what the cookie keeps until the browser comes back."""
    begun = await parts_of(request).api.post(OIDC, body)
    return begun["url"], json.dumps([begun["attempt"], goal])


@router.api_route("/sign-in/oidc", **PAGE)
async def begin_sign_in(request: Request, next: Next = START) -> Response:
    """Sends the browser to the provider."""
    try:
        url, kept = await _begin(request, local(next, START), purpose="sign-in")
    except (Refused, Away, Missing):
        return await sign_in_page(request, next=local(next, START), notice=reader_of(request).t.oidc_failed)
    return _to(request, url, kept)


@router.api_route("/app/again", **PAGE)
async def begin_again(request: Request, next: Next = START) -> Response:
    """Sends who wants to sign to the provider, to prove anew who they are."""
    session, _ = await who(request)
    try:
        url, kept = await _begin(request, local(next, START), purpose="step-up", session=session.secret)
    except Refused:
        return await _account(request, session, notice=reader_of(request).t.oidc_failed)
    return _to(request, url, kept)


def _to(request: Request, url: str, kept: str) -> Response:
    response = RedirectResponse(
        url, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )
    set_cookie(request, response, ATTEMPT_COOKIE, kept)
    return response


@router.api_route("/sign-in/oidc/return", **PAGE)
async def come_back(
    request: Request,
    state: Given = None,
    code: Given = None,
    iss: Given = None,
    error: Given = None,
    error_description: Given = None,
    session_state: Given = None,
) -> Response:
    """Hands over to the registry what the provider sent the browser back with."""
    attempt, goal = _kept(request)
    t = reader_of(request).t
    if attempt is None or state is None or code is None or error is not None:
        return await _failed(request, goal, t.oidc_failed)
    body = {"attempt": attempt, "state": state, "code": code} | ({"iss": iss} if iss is not None else {})
    try:
        found = await parts_of(request).api.post(f"{OIDC}/return", body)
    except Refused as refusal:
        said = {"oidc-not-linked": t.oidc_not_linked, "conflict": t.oidc_taken}
        return await _failed(request, goal, said.get(refusal.slug, t.oidc_failed))
    except Away:
        return await _failed(request, goal, t.oidc_failed)
    response = RedirectResponse(goal, 303, headers={"Referrer-Policy": "no-referrer"})
    drop_cookie(request, response, ATTEMPT_COOKIE)
    if found["made"] is not None:
        session = parts_of(request).sessions.taken(found["made"])
        set_cookie(request, response, SESSION_COOKIE, session.secret)
        drop_cookie(request, response, FORM_COOKIE)
    if found["ticket"] is not None:
        set_cookie(request, response, TICKET_COOKIE, found["ticket"])
    return response


def _kept(request: Request) -> tuple[str | None, str]:
    try:
        attempt, goal = json.loads(read_cookie(request, ATTEMPT_COOKIE) or "")
    except ValueError:
        return None, START
    return (attempt if isinstance(attempt, str) else None), local(goal, START)


async def _failed(request: Request, goal: str, notice: Phrase) -> Response:
    """Where it began: the account's page for who is signed in, else the form for the password."""
    secret = read_cookie(request, SESSION_COOKIE)
    session = await parts_of(request).sessions.find(secret) if secret else None
    if session is not None:
        response = await _account(request, session, notice=notice)
    else:
        response = await sign_in_page(request, next=goal, notice=notice)
    drop_cookie(request, response, ATTEMPT_COOKIE)
    return response


# --- the account -------------------------------------------------------------------------------------


@router.api_route(ACCOUNT, **PAGE)
async def account(request: Request) -> Response:
    """Whether the reader's account is linked, and the way to link it."""
    session, _ = await who(request)
    return await _account(request, session)


async def _account(
    request: Request,
    session: Session,
    *,
    notice: Phrase | None = None,
    fault: Phrase | None = None,
    go_on: str | None = None,
) -> Response:
    api = parts_of(request).api
    name = await gathering.provider(api)
    data: dict[str, Any] = {"name": name, "linked": False, "notice": notice, "fault": fault, "go_on": go_on}
    if name is not None:
        try:
            own = Api(api.http, session.token)
            await own.get(f"{gathering.REGISTRY}/people/{session.person}/identity")
            data["linked"] = True
        except Missing:
            data["linked"] = False
    t = reader_of(request).t
    page = Page(
        "account.html",
        t.oidc_title.plain,
        {**data, "my_id": session.person},
        trail=(("/", t.home.plain), ("/app", t.my_objectives.plain)),
        status=422 if fault else 200,
        headers={"Cache-Control": "no-store"},
        private=True,
    )
    return await render(request, page, shown(session))


@router.post(f"{ACCOUNT}/link", response_model=None)
async def begin_link(request: Request) -> Response:
    """Asks for the password, then shows the way to the provider."""
    session, _ = await who(request)
    form = await read_form(request, session)
    t = reader_of(request).t
    password = form.fields.get("password", "")
    if not password:
        return await _account(request, session, fault=t.password_empty)
    try:
        url, kept = await _begin(
            request, ACCOUNT, purpose="link", session=session.secret, password=password[:MOST_CHARACTERS]
        )
    except Refused as refusal:
        fault = t.locked if refusal.status == 429 else t.sign_password_wrong
        return await _account(request, session, fault=fault)
    response = await _account(request, session, go_on=url)
    set_cookie(request, response, ATTEMPT_COOKIE, kept)
    return response


@router.post(f"{ACCOUNT}/unlink", response_model=None)
async def end_link(request: Request) -> Response:
    session, api = await who(request)
    await read_form(request, session)
    try:
        await api.delete(f"{gathering.REGISTRY}/people/{session.person}/identity")
    except Refused as refusal:
        if refusal.status != 409:
            raise
    return RedirectResponse(ACCOUNT, 303)
