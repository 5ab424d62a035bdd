"""Ending an agreement with notice: asked twice, signed off where that was agreed, taken back in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import negotiating
from services.portal.api.common import PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import Code, agreement_trail, read_until, roles_of
from services.portal.api.private import who
from services.portal.api.stale import STALE, stale_page
from services.portal.client import Api, Away, Missing, Refused, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates, units
from services.portal.text.phrase import Phrase
from services.portal.views.negotiation import Raw
from services.portal.views.words import until

router = page_router()

TerminationId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Faults = Sequence[tuple[str, Phrase]]
LEAST_TO_LEAVE = 3
"""Parties, from which on one may leave and the others go on."""


@router.api_route("/app/agreements/{agreement}/terminate", **PAGE)
async def terminate(request: Request, agreement: Code) -> Response:
    """What a notice would end, the notices there were, and the form of one."""
    session, api = await who(request)
    return await _page(request, session, api, agreement)


async def _bound(api: Api, code: str, agency: str) -> Raw:
    """The agreement as it is in force, else as it is negotiated."""
    state = await readable(api, f"{AGREEMENTS}/{code}")
    return await negotiating.raw_of(api, code, agency, state["in_force"], whole=False)


async def _page(
    request: Request,
    session: Session,
    api: Api,
    code: str,
    faults: Faults = (),
    form: Form | None = None,
    check: Phrase | None = None,
) -> Response:
    """``check``: asks once more, with what was typed."""
    reader, now = reader_of(request), context_of(request).clock()
    t = reader.t
    raw = await _bound(api, code, session.agency)
    if raw.terminations is None:
        raise Away(f"{AGREEMENTS}/{code}/terminations")
    wording = await negotiating.wording_of(api, reader, raw.document["service"])
    title = reader.said(raw.document.get("title"), code)
    terms = raw.document.get("terms") or {}
    notice = terms.get("notice")
    rules = [t.terminate_lead]
    if notice:
        rules.append(t.terminate_notice(length=units.duration(str(notice), reader.lang)))
    if not notice or terms.get("termination") == "all":
        rules.append(t.terminate_all)
    return await render(
        request,
        Page(
            "terminate.html",
            f"{t.n('to_correct', len(faults)).plain + ', ' if faults else ''}{title}, {t.terminate.plain}",
            {
                "title_said": title,
                "code": code,
                "revision": raw.state["in_force"],
                "rules": rules,
                "rows": [
                    _row(reader, each, wording.agencies, raw.zone, session.agency)
                    for each in raw.terminations
                ],
                "may_leave": len(raw.document["parties"]) >= LEAST_TO_LEAVE,
                "check": check,
                "typed": {name: form.text(name) for name in ("kind", "when", "reason")} if form else {},
                "example": dates.written_day(
                    now.astimezone(raw.zone).date() + timedelta(days=90), reader.lang
                ),
                "roles": roles_of(session),
                "faults": list(faults),
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}/{code}/terminations", "terminations"),),
        ),
        shown(session),
    )


def _row(reader: Any, each: Any, agencies: Any, zone: Any, agency: str) -> dict[str, Any]:
    t = reader.t
    effect = until(reader, dates.instant(each["effective_at"]), zone)
    unsigned = [one["agency"] for one in each["signers"] if one["signed_at"] is None]
    return {
        "id": each["id"],
        "words": t.termination_by(
            who=agencies.name(each["proposed_by"]).text, when=effect.text if effect else ""
        ),
        "kind": t.terminate_leave if each["kind"] == "leaving" else t.terminate_whole,
        "state": getattr(t, f"termination_{each['state']}"),
        "reason": each["reason"],
        "waits": t.sign_waits(who=", ".join(agencies.name(one).text for one in unsigned))
        if unsigned
        else None,
        "sign": each["state"] == "proposed" and agency in unsigned,
        "withdraw": each["state"] in ("proposed", "given") and each["proposed_by"] == agency,
    }


@router.post("/app/agreements/{agreement}/terminate", response_model=None)
async def give_notice(request: Request, agreement: Code) -> Response:
    """First shows what it would do; the second time it is done."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader, now = reader_of(request), context_of(request).clock()
    t = reader.t
    zone = (await _bound(api, agreement, session.agency)).zone
    when, wrong = read_until(reader, form.text("when"), zone, now)
    if wrong is not None:
        return await _page(request, session, api, agreement, [("when", wrong)], form)
    if form.text("sure") != "yes":
        shown_ = until(reader, dates.instant(when) if when else None, zone)
        check = t.terminate_from(when=shown_.text if shown_ else t.terminate_soonest.plain)
        return await _page(request, session, api, agreement, (), form, check)
    body: dict[str, Any] = {
        "hash": form.text("revision"),
        "kind": "leaving" if form.text("kind") == "leaving" else "termination",
    }
    if when is not None:
        body["effective_at"] = when
    if form.text("reason"):
        body["reason"] = form.text("reason")
    try:
        await api.post(f"{AGREEMENTS}/{agreement}/terminations", body, key=form.key)
    except Refused as refusal:
        if refusal.slug == STALE:
            return await stale_page(request, session, api, agreement, body["hash"])
        fields = {"/effective_at": "when", "/reason": "reason", "/kind": "kind"}
        faults = [(fields.get(place, "when"), said) for place, said in refused(reader, refusal)]
        return await _page(request, session, api, agreement, faults, form)
    return RedirectResponse(f"/app/agreements/{agreement}/terminate", 303)


@router.post("/app/agreements/{agreement}/terminations/{termination}", response_model=None)
async def answer_notice(request: Request, agreement: Code, termination: TerminationId) -> Response:
    """Signs one off, or takes an own one back."""
    session, api = await who(request)
    form = await read_form(request, session)
    at, act = f"{AGREEMENTS}/{agreement}/terminations/{termination}", form.text("act")
    try:
        if act == "acceptances":
            await api.post(f"{at}/acceptances", {"hash": termination}, key=form.key)
        elif act == "withdrawal":
            await api.post(f"{at}/withdrawal", {}, key=form.key)
        else:
            raise Missing(act)
    except Refused as refusal:
        faults = [("notices", said) for _, said in refused(reader_of(request), refusal)]
        return await _page(request, session, api, agreement, faults)
    return RedirectResponse(f"/app/agreements/{agreement}/terminate", 303)
