"""The notices that come to the reader by mail: which there are, and another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import PAGE, language, page_router, reader_of, render, shown
from services.portal.api.forms import new_key, read_form, refused
from services.portal.api.mail import DELIVERY
from services.portal.api.private import Id, trail, who
from services.portal.client import Api, Missing, Refused
from services.portal.rendering import Page
from services.portal.sessions import Session
from services.portal.text.phrase import Phrase
from services.portal.views.words import Reader

router = page_router()

SUBSCRIPTIONS = f"{DELIVERY}/subscriptions"
MOST = 100
FIRST = ("breaches", "negotiation", "announcements", "acknowledgements", "life-cycle")
"""What a page that was never sent proposes."""


def _kind(reader: Reader, kind: str) -> Phrase:
    said: Phrase = getattr(reader.t, f"kind_{kind.replace('-', '_')}")
    return said


@router.api_route("/app/mail", **PAGE)
async def subscriptions(request: Request, done: bool = False) -> Response:
    """The reader's subscriptions, and the form for another."""
    session, api = await who(request)
    return await _page(request, session, api, notice=reader_of(request).t.mail_done if done else None)


async def _page(
    request: Request,
    session: Session,
    api: Api,
    *,
    notice: Phrase | None = None,
    faults: Sequence[tuple[str, Phrase]] = (),
    typed: Mapping[str, Any] | None = None,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    state = await api.get(f"{DELIVERY}/mail")
    services = await api.items(f"{gathering.REGISTRY}/services", most=gathering.MOST)
    names = {each["code"]: reader.said(each["name"], each["code"]).text for each in services}
    found = await api.items(SUBSCRIPTIONS, most=MOST)
    page = Page(
        "mail.html",
        f"{t.n('to_correct', len(faults)).plain}: {t.mail_title.plain}" if faults else t.mail_title.plain,
        {
            "on": state["on"],
            "notice": notice,
            "mine": [_shown(reader, each, names) for each in found],
            "faults": faults,
            "key": new_key(),
            "kinds": [(kind, _kind(reader, kind)) for kind in state["kinds"]],
            "services": sorted(names.items(), key=lambda pair: pair[1]),
            "typed": typed or {"email": "", "kinds": FIRST, "service": "", "language": language(request)},
        },
        trail=trail(reader),
        status=422 if faults else 200,
        headers={"Cache-Control": "no-store"},
        private=True,
    )
    return await render(request, page, shown(session))


def _shown(reader: Reader, found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    t = reader.t
    state = found["state"]
    words = {
        "unconfirmed": t.mail_state_unconfirmed,
        "active": t.mail_state_active,
        "suspended": t.mail_state_refused
        if found["suspended_because"] == "refused"
        else t.mail_state_suspended,
    }
    acts = {
        "unconfirmed": [("again", t.mail_ask_again)],
        "active": [("test", t.mail_test)],
        "suspended": [("wake", t.mail_wake)],
    }
    about = [
        *(names.get(code, code) for code in found["services"]),
        *found["agreements"],
        *found["agencies"],
    ]
    return {
        "id": found["id"],
        "email": found["email"],
        "kinds": ", ".join(_kind(reader, kind).plain for kind in found["kinds"]),
        "about": ", ".join(about) if about else t.mail_all,
        "state": words[state],
        "acts": [*acts[state], ("end", t.mail_end)],
    }


@router.post("/app/mail", response_model=None)
async def subscribe(request: Request) -> Response:
    """Asks the service; wrong input comes back with what was typed."""
    session, api = await who(request)
    form = await read_form(request, session)
    t = reader_of(request).t
    kinds = form.many.get("kinds", ())
    typed: dict[str, Any] = {
        "email": form.text("email"),
        "kinds": kinds,
        "service": form.text("service"),
        "language": form.text("language"),
    }
    faults: list[tuple[str, Phrase]] = []
    if not typed["email"]:
        faults.append(("email", t.email_empty))
    if not kinds:
        faults.append(("kinds", t.mail_kinds_empty))
    if not faults:
        body: dict[str, Any] = {"email": typed["email"], "kinds": list(kinds), "language": typed["language"]}
        if typed["service"]:
            body["services"] = [typed["service"]]
        try:
            await api.post(SUBSCRIPTIONS, body, key=form.key)
        except Refused as refusal:
            faults += _why(reader_of(request), refusal)
        else:
            return RedirectResponse("/app/mail?done=1", 303)
    return await _page(request, session, api, faults=faults, typed=typed)


def _why(reader: Reader, refusal: Refused) -> list[tuple[str, Phrase]]:
    if refusal.status == 429:
        return [("email", reader.t.mail_later)]
    fields = {"/email": "email", "/services": "service", "/language": "language"}
    said = refused(reader, refusal)
    return [
        (fields.get(pointer, "kinds"), reader.t.follow_wrong if pointer == "/email" else words)
        for pointer, words in said
    ]


@router.post("/app/mail/{id}", response_model=None)
async def act_on(request: Request, id: Id) -> Response:
    """Ends a subscription, wakes it, has a test or the mail to confirm sent."""
    session, api = await who(request)
    form = await read_form(request, session)
    act = form.text("act")
    address = f"{SUBSCRIPTIONS}/{id}"
    try:
        if act == "end":
            await api.delete(address)
        elif act == "wake":
            await api.patch(address, {"state": "active"})
        elif act == "test":
            await api.post(f"{address}/test", {})
        elif act == "again":
            await api.post(f"{address}/confirmation", {})
        else:
            raise Missing(act)
    except Refused as refusal:
        reader = reader_of(request)
        later = refusal.status == 429
        notice = reader.t.mail_later if later else refused(reader, refusal)[0][1]
        return await _page(request, session, api, notice=notice)
    return RedirectResponse("/app/mail?done=1", 303)
