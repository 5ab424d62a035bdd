"""An agency's clients on pages: made, given roles, disabled, their secrets replaced with an overlap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.appointing import (
    SECRET,
    Faults,
    faults_of,
    is_admin,
    only_admins,
    refusals,
    role_choices,
    role_names,
    status_of,
    typed_of,
    when,
)
from services.portal.api.common import PAGE, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form
from services.portal.api.private import Id, trail, who
from services.portal.client import Api, Missing, Refused, readable
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text.phrase import Phrase
from services.portal.views.words import Reader

router = page_router()

CLIENTS = f"{gathering.REGISTRY}/clients"
PAGE_PATH = "/app/clients"
OVERLAPS = {"P1D": "client_overlap_day", "P7D": "client_overlap_week", "PT0S": "client_overlap_now"}


@router.api_route(PAGE_PATH, **PAGE)
async def clients(request: Request) -> Response:
    """All of the agency, and the form of a new one."""
    session, api = await who(request)
    return await _list(request, session, api)


@router.post(PAGE_PATH, response_model=None)
async def add(request: Request) -> Response:
    """The secret is in this answer alone; the same form sent again shows the same one."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    typed = typed_of(form)
    faults = faults_of(reader, typed)
    status = 422
    if not faults:
        try:
            body = {"name": typed["name"], "roles": typed["roles"]}
            made = await api.post(_of(session), body, key=form.key)
        except Refused as refusal:
            faults, status = refusals(reader, refusal), status_of(refusal)
        else:
            return await _list(request, session, api, secret=_secret(reader, made))
    return await _list(request, session, api, typed=typed, faults=faults, status=status)


@router.api_route(f"{PAGE_PATH}/{{id}}", **PAGE)
async def client(
    request: Request, id: Id, done: Annotated[str | None, Query(max_length=20)] = None
) -> Response:
    """One of them: what it is called and may do, and its secrets in force."""
    session, api = await who(request)
    only_admins(session, id)
    return await _one(request, session, api, id, saved=done == "saved")


@router.post(f"{PAGE_PATH}/{{id}}", response_model=None)
async def change(request: Request, id: Id) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    only_admins(session, id)
    act = form.text("act")
    if act == "rotate":
        return await _rotate(request, session, api, id, form)
    if act not in ("save", "disabled", "active"):
        raise Missing(id)
    reader = reader_of(request)
    typed = typed_of(form) if act == "save" else None
    faults = [] if typed is None else faults_of(reader, typed)
    status = 422
    if not faults:
        body = {"state": act} if typed is None else {"name": typed["name"], "roles": typed["roles"]}
        try:
            await api.patch(f"{CLIENTS}/{id}", body, version=form.version, key=form.key)
            return RedirectResponse(f"{PAGE_PATH}/{id}?done=saved", 303)
        except Refused as refusal:
            faults, status = refusals(reader, refusal), status_of(refusal)
    return await _one(request, session, api, id, typed=typed, faults=faults, status=status)


async def _rotate(request: Request, session: Session, api: Api, id: str, form: Form) -> Response:
    overlap = form.text("overlap")
    if overlap not in OVERLAPS:
        raise Missing(id)
    reader = reader_of(request)
    try:
        made = await api.post(f"{CLIENTS}/{id}/rotate", {"overlap": overlap}, key=form.key)
    except Refused as refusal:
        faults = [("overlap", said) for _, said in refusals(reader, refusal)]
        return await _one(request, session, api, id, faults=faults, status=status_of(refusal))
    ends = when(reader, made["previous_until"]).text if overlap != "PT0S" else None
    before = None if ends is None else reader.t.secret_before(until=ends)
    return await _one(request, session, api, id, secret=_secret(reader, made, before))


def _of(session: Session) -> str:
    return f"{gathering.REGISTRY}/agencies/{session.agency}/clients"


def _secret(reader: Reader, made: Mapping[str, Any], before: Phrase | None = None) -> Mapping[str, Any]:
    return {"id": made["client_id"], "secret": made["client_secret"], "before": before}


def _secrets(reader: Reader, client: Mapping[str, Any]) -> list[tuple[Phrase, Phrase]]:
    t = reader.t
    return [
        (
            t.client_secret_made(when=when(reader, each["created_at"]).text),
            t.client_secret_stays
            if each["expires_at"] is None
            else t.client_secret_ends(until=when(reader, each["expires_at"]).text),
        )
        for each in client["secrets"]
    ]


async def _list(
    request: Request,
    session: Session,
    api: Api,
    *,
    typed: Mapping[str, Any] | None = None,
    faults: Faults | None = None,
    secret: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    allowed = is_admin(session)
    found = await api.items(_of(session), most=gathering.MOST) if allowed else []
    begin = f"{t.n('to_correct', len(faults)).plain}, " if faults else ""
    return await render(
        request,
        Page(
            "clients.html",
            f"{begin}{t.clients.plain}",
            {
                "allowed": allowed,
                "rows": [
                    {
                        "id": each["client_id"],
                        "name": each["name"],
                        "email": None,
                        "mine": False,
                        "roles": role_names(reader, each["roles"]),
                        "state": getattr(t, f"person_state_{each['state']}"),
                    }
                    for each in sorted(found, key=lambda each: str(each["name"]).casefold())
                ],
                "choices": role_choices(reader),
                "typed": typed or {"name": "", "roles": ["reporter"]},
                "faults": faults or [],
                "secret": secret,
                "key": new_key(),
            },
            trail=trail(reader),
            status=status,
            private=True,
            twins=(Twin(f"/api{_of(session)}", "clients"),) if allowed else (),
            headers=SECRET,
        ),
        shown(session),
    )


async def _one(
    request: Request,
    session: Session,
    api: Api,
    id: str,
    *,
    typed: Mapping[str, Any] | None = None,
    faults: Faults | None = None,
    secret: Mapping[str, Any] | None = None,
    status: int = 200,
    saved: bool = False,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    stored = await readable(api, f"{CLIENTS}/{id}")
    begin = f"{t.n('to_correct', len(faults)).plain}, " if faults else ""
    state = getattr(t, f"person_state_{stored['state']}")
    return await render(
        request,
        Page(
            "client.html",
            f"{begin}{stored['name']}, {state.plain}",
            {
                "stored": stored,
                "state": state,
                "since": when(reader, stored["created_at"]),
                "secrets": _secrets(reader, stored),
                "overlaps": [(each, getattr(t, name).plain) for each, name in OVERLAPS.items()],
                "choices": role_choices(reader),
                "typed": typed or stored,
                "now": t.appointed_now(name=stored["name"], roles=role_names(reader, stored["roles"]))
                if status == 412
                else None,
                "faults": faults or [],
                "secret": secret,
                "saved": saved,
                "key": new_key(),
            },
            trail=trail(reader, (PAGE_PATH, t.clients.plain)),
            status=status,
            private=True,
            twins=(Twin(f"/api{CLIENTS}/{id}", "clients"),),
            headers=SECRET,
        ),
        shown(session),
    )
