"""Counter-offers, amendments and first drafts, typed into a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering, negotiating
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import Code, agreement_trail, here, read_until, roles_of, show
from services.portal.api.private import all_agencies, trail, who
from services.portal.api.stale import STALE, stale_page
from services.portal.client import Api, Missing, Refused, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates, units
from services.portal.text.phrase import Phrase
from services.portal.views import standing
from services.portal.views.clauses import Wording
from services.portal.views.drafting import WINDOWS, Slot, Typed, filled, slots_of
from services.portal.views.drafting_more import EVERY, indicators_of, plan_slots
from services.portal.views.further_clauses import lines_of
from services.portal.views.listing import involved
from services.portal.views.negotiation import Raw
from services.portal.views.typed_limits import LENGTHS
from services.portal.views.words import Reader

router = page_router()

Chosen = Annotated[str | None, Query(pattern=CODE)]
Faults = Sequence[tuple[str, Phrase]]


def _base(state: Mapping[str, Any], agency: str) -> str:
    """The revision that a form starts from: the open offer, the own draft, what was last concluded."""
    table = standing.on_the_table(state)
    if table is not None:
        return str(table["hash"])
    own = [each for each in standing.drafts(state) if each["made_by"] == agency]
    if own:
        return str(own[-1]["hash"])
    bound = standing.concluded(state)
    return str((bound or state["revisions"])[-1]["hash"])


async def _raw(api: Api, code: str, agency: str, digest: str | None = None) -> Raw:
    if digest is None:
        state = await readable(api, f"{AGREEMENTS}/{code}")
        digest = _base(state, agency)
    raw = await negotiating.raw_of(api, code, agency, digest, whole=False)
    if agency not in raw.revision["standing"]:
        raise Missing(code)
    return raw


async def _around(api: Api, reader: Reader, service: str) -> tuple[Wording, list[tuple[str, str]]]:
    """The words of a service, and the working calendars to choose from."""
    wording = await negotiating.wording_of(api, reader, service)
    (calendars,) = await gather(api.items(f"{gathering.REGISTRY}/calendars", most=gathering.MOST))
    return wording, [(each["code"], reader.said(each["name"], each["code"]).text) for each in calendars or ()]


def _fields(
    wording: Wording,
    slots: Sequence[Slot],
    typed: Mapping[str, str],
    parties: Sequence[str],
    calendars: Sequence[tuple[str, str]],
    faults: Faults,
    now: datetime,
) -> dict[str, Any]:
    """What both forms show."""
    reader = wording.reader
    t = reader.t
    zone = dates.zone_of(None)
    return {
        "standing_slots": [each for each in slots if not each.new],
        "new_slots": [each for each in slots if each.new],
        "typed": typed,
        "parties": [(each, wording.agencies.name(each).text) for each in parties],
        "calendars": calendars,
        "windows": [(each, getattr(t, f"unit_{each}").plain) for each in WINDOWS],
        "lengths": [(each, _unit(reader, each)) for each in LENGTHS],
        "every": [(each, _unit(reader, each)) for each in EVERY],
        "example": dates.written_day(now.astimezone(zone).date() + timedelta(days=30), reader.lang),
        "faults": list(faults),
        "key": new_key(),
    }


def _unit(reader: Reader, name: str) -> str:
    return units.unit(name, reader.lang)


@router.api_route("/app/agreements/{agreement}/counter", **PAGE)
async def counter(request: Request, agreement: Code) -> Response:
    """The form of a counter-offer, an amendment, or another wording of an own draft."""
    session, api = await who(request)
    raw = await _raw(api, agreement, session.agency)
    wording, calendars = await _around(api, reader_of(request), raw.document["service"])
    slots = slots_of(wording, raw.document)
    bound = raw.revision["in_force_from"] is not None
    typed = filled(wording, raw.document, slots, context_of(request).clock(), bound=bound)
    return await _counter_page(request, session, raw, wording, calendars, slots, typed)


async def _counter_page(
    request: Request,
    session: Session,
    raw: Raw,
    wording: Wording,
    calendars: Sequence[tuple[str, str]],
    slots: Sequence[Slot],
    typed: Mapping[str, str],
    faults: Faults = (),
) -> Response:
    reader = wording.reader
    t = reader.t
    code = raw.state["code"]
    title = reader.said(raw.document.get("title"), code)
    state = raw.revision["state"]
    signed = [wording.agencies.name(each["agency"]).text for each in raw.revision["acceptances"]]
    warnings: list[Phrase] = []
    if state == "offered":
        warnings.append(t.counter_voids(who=", ".join(signed)) if signed else t.counter_replaces)
    bound = standing.revision_number(raw.state, raw.state["in_force"])
    if bound is not None:
        warnings.append(t.counter_meanwhile(n=bound))
    heading = {"offered": t.counter_title, "draft": t.edit_title}.get(state, t.amend_title)
    said = t.n("to_correct", len(faults)).plain if faults else heading.plain
    return await render(
        request,
        Page(
            "counter.html",
            f"{title}, {said}",
            {
                "title_said": title,
                "heading": heading,
                "name": standing.revision_name(reader, raw.state, raw.revision["hash"]),
                "code": code,
                "parent": raw.revision["hash"],
                "warnings": warnings,
                "roles": roles_of(session),
                "plans": plan_slots(wording, raw.document),
                "plan_indicators": indicators_of(wording, raw.document),
                "further": [
                    (label, said)
                    for kind, _, label, said in lines_of(wording, raw.document)
                    if kind != "plans"
                ],
                **_fields(
                    wording,
                    slots,
                    typed,
                    raw.document["parties"],
                    calendars,
                    faults,
                    context_of(request).clock(),
                ),
            },
            trail=agreement_trail(reader, code, title, (here(code), t.negotiation.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}/{code}/revisions/{raw.revision['hash']}", "revision"),),
        ),
        shown(session),
    )


@router.post("/app/agreements/{agreement}/counter", response_model=None)
async def send_counter(request: Request, agreement: Code) -> Response:
    """Drafts what was typed, and offers it where that was asked for."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader, now = reader_of(request), context_of(request).clock()
    raw = await _raw(api, agreement, session.agency, form.text("parent") or None)
    wording, calendars = await _around(api, reader, raw.document["service"])
    slots = slots_of(wording, raw.document)
    bound = raw.revision["in_force_from"] is not None
    typed = Typed(wording, raw.document, slots, form.fields, now, bound=bound)
    made = typed.document()
    expires, wrong = read_until(reader, form.text("until_answer"), raw.zone, now)
    if wrong is not None:
        typed.fault("until_answer", wrong)
    if not typed.faults and _same(made, raw.document):
        typed.fault("form", reader.t.nothing_changed)
    faults = list(typed.faults)
    if not faults:
        of_draft = raw.revision["state"] == "draft"
        parent = (raw.revision["parent"] if of_draft else None) or raw.revision["hash"]
        try:
            answer = await api.post(
                f"{AGREEMENTS}/{agreement}/revisions", {**made, "parent": parent}, key=form.key
            )
        except Refused as refusal:
            if refusal.slug == STALE:
                return await _stale(request, session, api, agreement, raw, form)
            faults = [(typed.field_of(pointer), said) for pointer, said in refused(reader, refusal)]
        else:
            digest = answer["revisions"][-1]["hash"]
            return await _drafted(request, session, api, agreement, digest, raw, form, expires)
    fields = {**typed.before, **form.fields}
    return await _counter_page(request, session, raw, wording, calendars, slots, fields, faults)


def _same(made: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    def plain(document: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in document.items() if name != "parent" and value is not None}

    one, other = plain(made), plain(base)
    objectives = [
        [
            {name: value for name, value in each.items() if value is not None}
            for each in document["objectives"]
        ]
        for document in (one, other)
    ]
    return objectives[0] == objectives[1] and {**one, "objectives": 0} == {**other, "objectives": 0}


async def _drafted(
    request: Request,
    session: Session,
    api: Api,
    code: str,
    digest: str,
    raw: Raw,
    form: Form,
    expires: str | None,
) -> Response:
    """The draft stands: what it replaces goes, the reason is told, and it is offered."""
    at = f"{AGREEMENTS}/{code}/revisions"
    try:
        if raw.revision["state"] == "draft" and raw.revision["made_by"] == session.agency:
            await api.post(f"{at}/{raw.revision['hash']}/withdrawal", {}, key=f"{form.key}w")
        if form.text("why"):
            body = {"revision": digest, "clause": "", "text": form.text("why")}
            await api.post(f"{AGREEMENTS}/{code}/comments", body, key=f"{form.key}c")
        if form.text("act") == "offer":
            offered = {} if expires is None else {"expires_at": expires}
            await api.post(f"{at}/{digest}/offer", offered, key=f"{form.key}o")
            return RedirectResponse(f"{here(code)}?done=offered", 303)
    except Refused as refusal:
        if refusal.slug == STALE:
            return await stale_page(request, session, api, code, digest)
        faults = [("decision", said) for _, said in refused(reader_of(request), refusal)]
        return await show(request, session, api, code, digest=digest, faults=faults)
    return RedirectResponse(f"{here(code)}?done=drafted&revision={digest}", 303)


async def _stale(request: Request, session: Session, api: Api, code: str, raw: Raw, form: Form) -> Response:
    """Both versions, and a button that puts what was typed on the newest."""
    newest = await _raw(api, code, session.agency)
    fields = [
        (name, value)
        for name, values in form.many.items()
        for value in values
        if name not in ("parent", "key")
    ]
    again = {
        "action": here(code, "counter"),
        "fields": [*fields, ("parent", newest.revision["hash"]), ("key", new_key())],
        "words": reader_of(request).t.again_on_newest,
    }
    return await stale_page(request, session, api, code, raw.revision["hash"], again)


@router.api_route("/app/new-agreement", **PAGE)
async def new_agreement(request: Request, service: Chosen = None) -> Response:
    """Which service; then who, what is promised, and from when."""
    session, api = await who(request)
    if service is None:
        return await _choose_service(request, session, api)
    wording, calendars = await _around(api, reader_of(request), service)
    if wording.service is None:
        raise Missing(service)
    now = context_of(request).clock()
    slots = slots_of(wording, None)
    typed = {**filled(wording, None, slots, now), "code": f"{service}-{now.year}"[:64]}
    chosen = sorted(involved(wording.service) | {session.agency})
    return await _new_page(request, session, api, wording, calendars, slots, typed, chosen)


async def _choose_service(request: Request, session: Session, api: Api) -> Response:
    reader = reader_of(request)
    services = await gathering.services(api)
    mine = [each for each in services if session.agency in involved(each)]
    return await render(
        request,
        Page(
            "new-agreement-service.html",
            reader.t.new_title.plain,
            {
                "services": [
                    (each["code"], reader.said(each["name"], each["code"])) for each in mine or services
                ]
            },
            trail=trail(reader, ("/app/agreements", reader.t.my_agreements.plain)),
            private=True,
            twins=(Twin(f"/api{gathering.REGISTRY}/services", "service"),),
        ),
        shown(session),
    )


async def _new_page(
    request: Request,
    session: Session,
    api: Api,
    wording: Wording,
    calendars: Sequence[tuple[str, str]],
    slots: Sequence[Slot],
    typed: Mapping[str, str],
    chosen: Sequence[str],
    faults: Faults = (),
) -> Response:
    reader = wording.reader
    t = reader.t
    assert wording.service is not None
    service = wording.service["code"]
    near = involved(wording.service) | {session.agency}
    everybody = await all_agencies(api)
    others = sorted({each["code"] for each in everybody if each.get("state", "active") == "active"} - near)
    return await render(
        request,
        Page(
            "new-agreement.html",
            f"{t.n('to_correct', len(faults)).plain + ', ' if faults else ''}{t.new_title.plain}",
            {
                "service": service,
                "service_name": reader.said(wording.service["name"], service),
                "involved": [(each, wording.agencies.name(each).text) for each in sorted(near)],
                "others": [(each, wording.agencies.name(each).text) for each in others],
                "chosen": set(chosen),
                "roles": roles_of(session),
                **_fields(
                    wording,
                    slots,
                    typed,
                    sorted({*near, *chosen}),
                    calendars,
                    faults,
                    context_of(request).clock(),
                ),
            },
            trail=trail(reader, ("/app/agreements", t.my_agreements.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{gathering.REGISTRY}/services/{service}", "service"),),
        ),
        shown(session),
    )


@router.post("/app/new-agreement", response_model=None)
async def send_new(request: Request) -> Response:
    """Drafts an agreement; it is looked at again before it is offered."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader, now = reader_of(request), context_of(request).clock()
    service = form.text("service")
    if not re.fullmatch(CODE, service):
        raise Missing(service)
    wording, calendars = await _around(api, reader, service)
    if wording.service is None:
        raise Missing(service)
    slots = slots_of(wording, None)
    typed = Typed(wording, None, slots, form.fields, now)
    made = typed.document()
    code, parties = form.text("code"), sorted({each for each in form.many.get("parties", ()) if each})
    if not re.fullmatch(CODE, code):
        typed.fault("code", reader.t.field_code_wrong(given=code[:40]))
    if len(parties) < 2 or session.agency not in parties:
        typed.fault("parties", reader.t.parties_too_few)
    faults = list(typed.faults)
    if not faults:
        body = {**made, "code": code, "service": service, "parties": parties}
        try:
            await api.post(AGREEMENTS, body, key=form.key)
        except Refused as refusal:
            faults = [(typed.field_of(pointer), said) for pointer, said in refused(reader, refusal)]
            if refusal.status == 409 and not refusal.problem.get("errors"):
                faults = [("code", said) for _, said in faults]
        else:
            return RedirectResponse(f"{here(code)}?done=drafted", 303)
    fields = {**typed.before, **form.fields}
    return await _new_page(request, session, api, wording, calendars, slots, fields, parties, faults)
