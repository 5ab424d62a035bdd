"""An agency's people on pages: invited, given roles, disabled, helped to a new password, erased."""

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
from services.portal.api.common import PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form
from services.portal.api.private import Id, trail, who
from services.portal.client import Api, Missing, Refused, readable
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session

router = page_router()

PEOPLE = f"{gathering.REGISTRY}/people"
PAGE_PATH = "/app/people"


@router.api_route(PAGE_PATH, **PAGE)
async def people(request: Request) -> Response:
    """Everybody of the agency, and the form that invites one more."""
    session, api = await who(request)
    return await _list(request, session, api)


@router.post(PAGE_PATH, response_model=None)
async def invite(request: Request) -> Response:
    """The link of the invitation is in this answer alone; the same form sent again shows the same one."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    typed = typed_of(form)
    faults = faults_of(reader, typed)
    if not typed["email"]:
        faults.insert(min(len(faults), 1) if not typed["name"] else 0, ("email", reader.t.person_email_empty))
    status = 422
    if not faults:
        try:
            made = await api.post(_of(session), typed, key=form.key)
        except Refused as refusal:
            faults, status = refusals(reader, refusal), status_of(refusal)
        else:
            link = _link(request, typed["name"], made["invitation"])
            return await _list(request, session, api, link=link)
    return await _list(request, session, api, typed=typed, faults=faults, status=status)


@router.api_route(f"{PAGE_PATH}/{{id}}", **PAGE)
async def person(
    request: Request, id: Id, done: Annotated[str | None, Query(max_length=20)] = None
) -> Response:
    """One of them: what they are called and may do, and their access."""
    session, api = await who(request)
    only_admins(session, id)
    return await _one(request, session, api, id, saved=done == "saved")


@router.post(f"{PAGE_PATH}/{{id}}", response_model=None)
async def change(request: Request, id: Id) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    only_admins(session, id)
    act = form.text("act")
    if act in ("invitation", "reset"):
        return await _new_link(request, session, api, id, act, form)
    reader = reader_of(request)
    typed = typed_of(form) if act == "save" else None
    faults: Faults = []
    status = 422
    if typed is not None:
        faults = faults_of(reader, typed)
        if not typed["email"]:
            faults.append(("email", reader.t.person_email_empty))
    elif act == "erase":
        if form.text("sure") != "yes":
            faults = [("sure", reader.t.person_erase_unsure)]
    elif act not in ("disabled", "active"):
        raise Missing(id)
    if not faults:
        try:
            if act == "erase":
                await api.delete(f"{PEOPLE}/{id}", **{"idempotency-key": form.key})
                return RedirectResponse(PAGE_PATH, 303)
            body = {"state": act} if typed is None else typed
            await api.patch(f"{PEOPLE}/{id}", body, version=form.version, key=form.key)
            return RedirectResponse(f"{PAGE_PATH}/{id}?done=saved", 303)
        except Refused as refusal:
            faults, status = refusals(reader, refusal), status_of(refusal)
    return await _one(request, session, api, id, typed=typed, faults=faults, status=status)


async def _new_link(
    request: Request, session: Session, api: Api, id: str, purpose: str, form: Form
) -> Response:
    try:
        made = await api.post(f"{PEOPLE}/{id}/{purpose}", {}, key=form.key)
    except Refused as refusal:
        faults = [("access", said) for _, said in refusals(reader_of(request), refusal)]
        return await _one(request, session, api, id, faults=faults, status=status_of(refusal))
    known = await readable(api, f"{PEOPLE}/{id}")
    return await _one(request, session, api, id, link=_link(request, known["name"], made))


def _of(session: Session) -> str:
    return f"{gathering.REGISTRY}/agencies/{session.agency}/people"


def _link(request: Request, name: str, made: Mapping[str, Any]) -> Mapping[str, Any]:
    reader = reader_of(request)
    base = context_of(request).settings.public_url or str(request.base_url).rstrip("/")
    until = when(reader, made["expires_at"])
    return {"href": f"{base}{made['path']}", "lead": reader.t.link_once_lead(name=name, until=until.text)}


async def _list(
    request: Request,
    session: Session,
    api: Api,
    *,
    typed: Mapping[str, Any] | None = None,
    faults: Faults | None = None,
    link: Mapping[str, Any] | None = None,
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
            "people.html",
            f"{begin}{t.people.plain}",
            {
                "allowed": allowed,
                "rows": [
                    {
                        **each,
                        "roles": role_names(reader, each["roles"]),
                        "state": getattr(t, f"person_state_{each['state']}"),
                        "mine": each["id"] == session.person,
                    }
                    for each in found
                ],
                "choices": role_choices(reader),
                "typed": typed or {"name": "", "email": "", "roles": ["viewer"]},
                "faults": faults or [],
                "link": link,
                "key": new_key(),
            },
            trail=trail(reader),
            status=status,
            private=True,
            twins=(Twin(f"/api{_of(session)}", "people"),) if allowed else (),
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
    link: Mapping[str, Any] | None = None,
    status: int = 200,
    saved: bool = False,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    stored = await readable(api, f"{PEOPLE}/{id}")
    name = stored["name"] or t.person_state_erased.plain
    begin = f"{t.n('to_correct', len(faults)).plain}, " if faults else ""
    return await render(
        request,
        Page(
            "person.html",
            f"{begin}{name}, {getattr(t, 'person_state_' + stored['state']).plain}",
            {
                "stored": stored,
                "name": name,
                "state": getattr(t, f"person_state_{stored['state']}"),
                "since": when(reader, stored["created_at"]),
                "mine": stored["id"] == session.person,
                "choices": role_choices(reader),
                "typed": typed or stored,
                "now": t.appointed_now(name=name, roles=role_names(reader, stored["roles"]))
                if status == 412
                else None,
                "faults": faults or [],
                "link": link,
                "saved": saved,
                "key": new_key(),
            },
            trail=trail(reader, (PAGE_PATH, t.people.plain)),
            status=status,
            private=True,
            twins=(Twin(f"/api{PEOPLE}/{id}", "people"),),
            headers=SECRET,
        ),
        shown(session),
    )
