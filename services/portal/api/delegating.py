"""Delegations of an agreement: who may sign for whom, given and taken back on a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import negotiating
from services.portal.api.common import PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import Code, agreement_trail, read_until, roles_of
from services.portal.api.private import all_agencies, who
from services.portal.client import Api, Away, Missing, Refused, gather
from services.portal.naming import people_of
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.words import Agencies, moment, until

router = page_router()

DelegationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
PERSON = r"[A-Za-z0-9_.:@-]{1,128}"
MOVES = ("accept", "reject", "terminate")
Faults = Sequence[tuple[str, Phrase]]


@router.api_route("/app/agreements/{agreement}/delegations", **PAGE)
async def delegations(request: Request, agreement: Code) -> Response:
    """All that were ever given for the agreement, and the form of a new one."""
    session, api = await who(request)
    return await _page(request, session, api, agreement)


async def _page(
    request: Request, session: Session, api: Api, code: str, faults: Faults = (), form: Form | None = None
) -> Response:
    reader, now = reader_of(request), context_of(request).clock()
    t = reader.t
    raw = await negotiating.raw_of(api, code, session.agency, whole=False)
    if raw.delegations is None:
        raise Away(f"{AGREEMENTS}/{code}/delegations")
    (found,) = await gather(all_agencies(api))
    known = Agencies(reader, found)
    people = await people_of(api, code, raw.state["revisions"], [each["person"] for each in raw.delegations])
    title = reader.said(raw.document.get("title"), code)
    rows = [
        {
            "id": each["id"],
            "words": t.delegation_from_to(
                giver=known.name(each["granted_by"]).text, taker=known.name(each["granted_to"]).text
            ),
            "moves": ", ".join(getattr(t, f"delegation_{move}").plain for move in each["moves"]),
            "scope": t.delegation_this if each["scope"] == "agreement" else t.delegation_service,
            "person": each["person"] and (people.name(reader, each["person"]) or each["person"]),
            "state": getattr(t, f"delegation_{each['state']}"),
            "at": moment(reader, each["granted_at"], raw.zone),
            "until": until(reader, dates.instant(each["ends_at"]), raw.zone),
            "mine": each["granted_by"] == session.agency and each["state"] == "active",
        }
        for each in raw.delegations
    ]
    others = sorted(
        each["code"]
        for each in found or ()
        if each["code"] != session.agency and each.get("state", "active") == "active"
    )
    chosen = set(form.many.get("moves", ())) if form else {"accept"}
    return await render(
        request,
        Page(
            "delegations.html",
            f"{t.n('to_correct', len(faults)).plain + ', ' if faults else ''}{title}, {t.delegations.plain}",
            {
                "title_said": title,
                "code": code,
                "rows": rows,
                "party": session.agency in raw.revision["standing"],
                "agencies": [(each, known.name(each).text) for each in others],
                "moves": [(each, getattr(t, f"delegation_{each}")) for each in MOVES],
                "chosen": chosen,
                "typed": {name: form.text(name) for name in ("to", "person", "until", "scope")}
                if form
                else {},
                "example": dates.written_day(
                    now.astimezone(raw.zone).date() + timedelta(days=30), reader.lang
                ),
                "roles": roles_of(session),
                "faults": list(faults),
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}/{code}/delegations", "delegations"),),
        ),
        shown(session),
    )


@router.post("/app/agreements/{agreement}/delegations", response_model=None)
async def delegate(request: Request, agreement: Code) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    t = reader.t
    faults: list[tuple[str, Phrase]] = []
    moves = [each for each in MOVES if each in form.many.get("moves", ())]
    if not moves:
        faults.append(("moves", t.delegation_moves_empty))
    raw = await negotiating.raw_of(api, agreement, session.agency, whole=False)
    ends, wrong = read_until(reader, form.text("until"), raw.zone, context_of(request).clock())
    if ends is None:
        faults.append(("until", wrong or t.delegation_until_empty))
    person = form.text("person")
    if person and not re.fullmatch(PERSON, person):
        faults.append(("person", t.delegation_person_wrong(given=person[:40])))
    if not faults:
        body = {
            "to": form.text("to"),
            **({"person": person} if person else {}),
            "moves": moves,
            "ends_at": ends,
            "scope": "service" if form.text("scope") == "service" else "agreement",
        }
        try:
            await api.post(f"{AGREEMENTS}/{agreement}/delegations", body, key=form.key)
        except Refused as refusal:
            fields = {"/to": "to", "/person": "person", "/ends_at": "until", "/moves": "moves"}
            faults = [(fields.get(place, "to"), said) for place, said in refused(reader, refusal)]
        else:
            return RedirectResponse(f"/app/agreements/{agreement}/delegations", 303)
    return await _page(request, session, api, agreement, faults, form)


@router.post("/app/agreements/{agreement}/delegations/{delegation}", response_model=None)
async def revoke(request: Request, agreement: Code, delegation: DelegationId) -> Response:
    """Takes one back at once."""
    session, api = await who(request)
    form = await read_form(request, session)
    if form.text("act") != "revocation":
        raise Missing(delegation)
    try:
        at = f"{AGREEMENTS}/{agreement}/delegations/{delegation}/revocation"
        await api.post(at, {}, key=form.key)
    except Refused as refusal:
        faults = [("to", said) for _, said in refused(reader_of(request), refusal)]
        return await _page(request, session, api, agreement, faults)
    return RedirectResponse(f"/app/agreements/{agreement}/delegations", 303)
