"""Acts on what lies on the table: signing, with the password once more; rejecting; withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering, negotiating
from services.portal.api.common import (
    PAGE,
    context_of,
    drop_cookie,
    page_router,
    parts_of,
    read_cookie,
    reader_of,
    render,
    shown,
)
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import Code, agreement_trail, here
from services.portal.api.oidc import TICKET_COOKIE
from services.portal.api.private import who
from services.portal.api.stale import STALE, stale_page
from services.portal.client import Api, Refused
from services.portal.naming import people_of
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views import standing
from services.portal.views.clauses import Wording
from services.portal.views.negotiation import Raw, cards_of, flags_of, may_sign_for, notes_of
from services.portal.views.words import Reader, moment

router = page_router()

Wanted = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")]
Faults = Sequence[tuple[str, Phrase]]
GONE = ("stale-hash", "already-accepted")
"""What was to be signed is not on the table any more, or has been signed."""


async def _loaded(
    request: Request, api: Api, session: Session, code: str, digest: str | None
) -> tuple[Raw, Wording]:
    raw = await negotiating.raw_of(api, code, session.agency, digest, whole=False)
    return raw, await negotiating.wording_of(api, reader_of(request), raw.document["service"])


def _signers(raw: Raw, agency: str, move: str = "accept") -> list[str]:
    """For whom the reader may act: the own agency, then those that delegated it."""
    own = raw.revision["standing"].get(agency) in ("not_opened", "opened")
    return [*([agency] if own else []), *may_sign_for(raw, agency, move)]


@router.api_route("/app/agreements/{agreement}/sign", **PAGE)
async def sign(request: Request, agreement: Code, revision: Wanted = None) -> Response:
    """What is signed, for whom, with what effect; for who has signed it the receipt."""
    session, api = await who(request)
    raw, wording = await _loaded(request, api, session, agreement, revision)
    return await _sign_page(request, session, raw, wording)


async def _sign_page(
    request: Request,
    session: Session,
    raw: Raw,
    wording: Wording,
    faults: Faults = (),
    chosen: str | None = None,
    ticked: bool = False,
) -> Response:
    reader = wording.reader
    t = reader.t
    code, digest = raw.state["code"], raw.revision["hash"]
    signers = _signers(raw, session.agency) if raw.revision["state"] == "offered" else []
    if not signers:
        return await _receipt(request, session, raw, wording)
    title = reader.said(raw.document.get("title"), code)
    changed, _ = cards_of(raw, wording)
    missing = [one for one, how in raw.revision["standing"].items() if how != "accepted"]
    late = dates.instant(raw.revision["effective_from"]) < context_of(request).clock()
    begins = moment(reader, raw.revision["effective_from"], raw.zone)
    when = (
        t.sign_next_minute.plain if late and not raw.document.get("retroactive") else begins and begins.text
    )
    effect = t.sign_effect_last if len(missing) == 1 else t.sign_effect
    parent = raw.before and raw.revision["parent"]
    return await render(
        request,
        Page(
            "sign.html",
            f"{t.n('to_correct', len(faults)).plain if faults else title}, {t.sign_title.plain}",
            {
                "title_said": title,
                "name": standing.revision_name(reader, raw.state, digest),
                "code": code,
                "hash": digest,
                "cards": changed,
                "against": standing.revision_name(reader, raw.state, parent) if parent else None,
                "flags": flags_of(raw, wording),
                "notes": notes_of(raw, reader, context_of(request).clock()),
                "signers": [
                    (
                        one,
                        (t.sign_own if one == session.agency else t.sign_delegated)(
                            agency=wording.agencies.name(one).text
                        ),
                    )
                    for one in signers
                ],
                "chosen": chosen or signers[0],
                "ticked": ticked,
                "statement": t.sign_statement(
                    agency=wording.agencies.name(signers[0]).text, role=t.role_signatory.plain
                ),
                "signatory": session.name,
                "effect": effect(when=when),
                "proved": read_cookie(request, TICKET_COOKIE) is not None and not faults,
                "provider": await gathering.provider(parts_of(request).api),
                "standing_status": standing.status_of(
                    reader,
                    raw.state,
                    raw.revision,
                    session.agency,
                    wording.agencies,
                    raw.zone,
                    context_of(request).clock(),
                ),
                "standing": standing.parties_of(
                    reader, raw.revision, session.agency, wording.agencies, raw.zone
                ),
                "faults": list(faults),
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title, (here(code), t.negotiation.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}/{code}/revisions/{digest}", "revision"),),
        ),
        shown(session),
    )


async def _receipt(request: Request, session: Session, raw: Raw, wording: Wording) -> Response:
    """The own acceptance, with all that it is bound to; or that there is nothing to sign."""
    reader = wording.reader
    t = reader.t
    code, digest = raw.state["code"], raw.revision["hash"]
    title = reader.said(raw.document.get("title"), code)
    acts = [
        each for each in raw.revision["acceptances"] if session.agency in (each["agency"], each["by_agency"])
    ]
    missing = [
        wording.agencies.name(one).text for one, how in raw.revision["standing"].items() if how != "accepted"
    ]
    people = await people_of(
        _api(request, session), code, [raw.revision] if acts else [], [each["signatory"] for each in acts]
    )
    begins = moment(reader, raw.revision["in_force_from"], raw.zone)
    heading = t.receipt if acts else t.sign_nothing
    return await render(
        request,
        Page(
            "receipt.html",
            f"{title}, {heading.plain}",
            {
                "title_said": title,
                "heading": heading,
                "name": standing.revision_name(reader, raw.state, digest),
                "state": standing.state_words(reader, raw.revision),
                "code": code,
                "hash": digest,
                "acts": [
                    {
                        "agency": wording.agencies.name(each["agency"]),
                        "by": wording.agencies.name(each["by_agency"])
                        if each["by_agency"] and each["by_agency"] != each["agency"]
                        else None,
                        "at": moment(reader, each["at"], raw.zone),
                        "exactly": each["at"],
                        "role": getattr(t, f"role_{each['role']}") if each["role"] else None,
                        "signatory": each["signatory"],
                        "person": people.name(reader, each["signatory"]),
                    }
                    for each in acts
                ],
                "next": t.receipt_all_signed(when=begins.text)
                if begins
                else t.receipt_next(who=", ".join(missing)),
            },
            trail=agreement_trail(reader, code, title, (here(code), t.negotiation.plain)),
            private=True,
            twins=(
                Twin(f"/api{AGREEMENTS}/{code}", "agreement"),
                Twin(f"/api{AGREEMENTS}/{code}/revisions/{digest}/signed", "signed"),
            ),
        ),
        shown(session),
    )


@router.post("/app/agreements/{agreement}/sign", response_model=None)
async def give_signature(request: Request, agreement: Code) -> Response:
    """Signs with a token that says the password was given just now, or its person proved elsewhere who they
    are; a ticket for that is used up by this."""
    ticket = read_cookie(request, TICKET_COOKIE)
    response = await _signature(request, agreement, ticket)
    if ticket is not None:
        drop_cookie(request, response, TICKET_COOKIE)
    return response


async def _signature(request: Request, agreement: Code, ticket: str | None) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    t = reader.t
    digest, password, chosen = form.text("revision"), form.fields.get("password", ""), form.text("for")
    ticked = bool(form.text("read"))
    faults: list[tuple[str, Phrase]] = []
    if not ticked:
        faults.append(("read", t.sign_tick_empty))
    if not password and ticket is None:
        faults.append(("password", t.password_empty))
    token = ""
    if not faults:
        try:
            token = await _token(request, session, password, ticket)
        except Refused as refusal:
            faults.append(("password", t.locked if refusal.status == 429 else t.sign_password_wrong))
    if not faults:
        body = {"hash": digest} | ({"for": chosen} if chosen and chosen != session.agency else {})
        at = f"{AGREEMENTS}/{agreement}/revisions/{digest}/acceptances"
        try:
            await replace(api, token=token).post(at, body, key=form.key)
        except Refused as refusal:
            if refusal.slug in GONE:
                return await stale_page(request, session, api, agreement, digest)
            faults += _why(reader, refusal, agreement, digest, session.agency)
        else:
            return RedirectResponse(f"{here(agreement, 'sign')}?revision={digest}", 303)
    raw, wording = await _loaded(request, api, session, agreement, digest)
    return await _sign_page(request, session, raw, wording, faults, chosen, ticked)


async def _token(request: Request, session: Session, password: str, ticket: str | None) -> str:
    sessions = parts_of(request).sessions
    if password or ticket is None:
        return await sessions.sign_in_again(session.secret, password)
    return await sessions.sign_in_again_by(session.secret, ticket)


def _why(reader: Reader, refusal: Refused, code: str, digest: str, agency: str) -> Faults:
    if refusal.slug == "own-key-required":
        command = f"sanya sign {code} {digest} --agency {agency} --key KEY.pem"
        return [("password", reader.t.sign_own_key(command=command))]
    return [("password", said) for _, said in refused(reader, refusal)]


@router.api_route("/app/agreements/{agreement}/reject", **PAGE)
async def reject(request: Request, agreement: Code, revision: Wanted = None) -> Response:
    """Asks why, before it ends an offer."""
    session, api = await who(request)
    raw, wording = await _loaded(request, api, session, agreement, revision)
    return await _reject_page(request, session, raw, wording)


async def _reject_page(
    request: Request,
    session: Session,
    raw: Raw,
    wording: Wording,
    faults: Faults = (),
    form: Form | None = None,
) -> Response:
    reader = wording.reader
    t = reader.t
    code = raw.state["code"]
    signers = _signers(raw, session.agency, "reject") if raw.revision["state"] == "offered" else []
    if not signers:
        return await stale_page(request, session, _api(request, session), code, raw.revision["hash"])
    title = reader.said(raw.document.get("title"), code)
    changed, same = cards_of(raw, wording)
    return await render(
        request,
        Page(
            "reject.html",
            f"{t.n('to_correct', len(faults)).plain if faults else title}, {t.reject_title.plain}",
            {
                "title_said": title,
                "name": standing.revision_name(reader, raw.state, raw.revision["hash"]),
                "code": code,
                "hash": raw.revision["hash"],
                "clauses": [(each.clause, each.title) for each in (*changed, *same) if each.clause],
                "clause": form.text("clause") if form else "",
                "reason": form.text("reason") if form else "",
                "signers": [(one, wording.agencies.name(one)) for one in signers],
                "chosen": (form.text("for") if form else "") or signers[0],
                "faults": list(faults),
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title, (here(code), t.negotiation.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}/{code}", "agreement"),),
        ),
        shown(session),
    )


def _api(request: Request, session: Session) -> Api:
    return Api(parts_of(request).api.http, session.token)


@router.post("/app/agreements/{agreement}/reject", response_model=None)
async def give_rejection(request: Request, agreement: Code) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    digest, reason, chosen = form.text("revision"), form.text("reason"), form.text("for")
    faults: list[tuple[str, Phrase]] = []
    if not reason:
        faults.append(("reason", reader.t.reject_reason_empty))
    else:
        body: dict[str, Any] = {"reason": reason}
        if form.text("clause"):
            body["clause"] = form.text("clause")
        if chosen and chosen != session.agency:
            body["for"] = chosen
        try:
            await api.post(f"{AGREEMENTS}/{agreement}/revisions/{digest}/rejections", body, key=form.key)
        except Refused as refusal:
            if refusal.slug == STALE:
                return await stale_page(request, session, api, agreement, digest)
            faults += [("reason", said) for _, said in refused(reader, refusal)]
        else:
            return RedirectResponse(f"{here(agreement)}?done=rejected", 303)
    raw, wording = await _loaded(request, api, session, agreement, digest)
    return await _reject_page(request, session, raw, wording, faults, form)


@router.api_route("/app/agreements/{agreement}/withdraw", **PAGE)
async def withdraw(request: Request, agreement: Code, revision: Wanted = None) -> Response:
    """Asks before an own draft or offer is taken back."""
    session, api = await who(request)
    raw, wording = await _loaded(request, api, session, agreement, revision)
    return await _withdraw_page(request, session, raw, wording)


async def _withdraw_page(
    request: Request, session: Session, raw: Raw, wording: Wording, faults: Faults = ()
) -> Response:
    reader = wording.reader
    t = reader.t
    code = raw.state["code"]
    title = reader.said(raw.document.get("title"), code)
    signed = [wording.agencies.name(each["agency"]).text for each in raw.revision["acceptances"]]
    return await render(
        request,
        Page(
            "withdraw.html",
            f"{t.n('to_correct', len(faults)).plain if faults else title}, {t.withdraw_title.plain}",
            {
                "title_said": title,
                "name": standing.revision_name(reader, raw.state, raw.revision["hash"]),
                "voids": t.withdraw_voids(who=", ".join(signed)) if signed else None,
                "code": code,
                "hash": raw.revision["hash"],
                "faults": list(faults),
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title, (here(code), t.negotiation.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}/{code}", "agreement"),),
        ),
        shown(session),
    )


@router.post("/app/agreements/{agreement}/withdraw", response_model=None)
async def give_withdrawal(request: Request, agreement: Code) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    digest = form.text("revision")
    try:
        await api.post(f"{AGREEMENTS}/{agreement}/revisions/{digest}/withdrawal", {}, key=form.key)
    except Refused as refusal:
        if refusal.status == 409:
            return await stale_page(request, session, api, agreement, digest)
        raw, wording = await _loaded(request, api, session, agreement, digest)
        faults = [("withdraw", said) for _, said in refused(reader_of(request), refusal)]
        return await _withdraw_page(request, session, raw, wording, faults)
    return RedirectResponse(f"{here(agreement)}?done=withdrawn", 303)
