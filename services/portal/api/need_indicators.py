"""Indicators that the needs of a service ask for, and the form that makes one and links it to its needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, page_router
from services.portal.api.forms import Form
from services.portal.api.need_analysis import known_needs
from services.portal.api.need_common import (
    NEEDS,
    Done,
    Place,
    Service,
    go,
    key_for,
    not_for,
    place_of,
    said,
    sent,
    show,
)
from services.portal.client import Missing, Refused, readable
from services.portal.text.phrase import Phrase
from services.portal.views.need_analysis import Proposal, proposal_of

router = page_router()

Entry = Annotated[str, Path(pattern=CODE)]
CATALOGUE = f"{gathering.SLA}/indicator-catalogue"
INDICATORS = f"{gathering.SLA}/indicators"
MOST_NAME = 300
MOST_LINKED = 100
Fault = tuple[str, Phrase]


@router.api_route("/app/services/{service}/needs/indicators", **PAGE)
async def indicators(request: Request, service: Service, done: Done = None) -> Response:
    """What the needs ask to be measured, each with its formula and where to start negotiating."""
    place = await place_of(request, service)
    t = place.reader.t
    proposals = (await readable(place.api, f"{CATALOGUE}/proposals", service=service))["items"]
    catalogue = (await readable(place.api, CATALOGUE))["items"]
    known = await known_needs(place.api, service)
    proposed = {each["code"] for each in proposals}
    return await show(
        request,
        place,
        "need-indicators.html",
        f"{t.need_indicators.plain}: {place.name.text}",
        {
            "proposals": [proposal_of(place.words, each, known) for each in proposals],
            "others": [
                proposal_of(place.words, each, {}) for each in catalogue if each["code"] not in proposed
            ],
        },
        here="/indicators",
        twins=(place.twin(f"{CATALOGUE}/proposals", "need_proposals", service=service),),
        done=done,
    )


@router.api_route("/app/services/{service}/needs/indicators/{entry}", **PAGE)
async def indicator(request: Request, service: Service, entry: Entry) -> Response:
    """The draft of an indicator, to be changed and made."""
    place = await place_of(request, service)
    not_for(place)
    found, proposal = await _proposal(place, entry)
    draft = found["draft"]
    typed = {
        "code": draft["code"],
        "name_th": (draft.get("name") or {}).get("th") or "",
        "name_en": (draft.get("name") or {}).get("en") or "",
        "from": (draft.get("from") or {}).get("step", ""),
        "to": (draft.get("to") or {}).get("step", ""),
    }
    chosen = found["needs"][:MOST_LINKED]
    return await _form(request, place, entry, proposal, draft, typed, chosen)


@router.post("/app/services/{service}/needs/indicators/{entry}", response_model=None)
async def make(request: Request, service: Service, entry: Entry) -> Response:
    """Makes the indicator, and says of the chosen needs that they lead to it."""
    place, form = await sent(request, service)
    found, proposal = await _proposal(place, entry)
    draft = found["draft"]
    typed = {name: form.text(name) for name in ("code", "name_th", "name_en", "from", "to")}
    chosen = [each for each in form.many.get("need", ()) if each in found["needs"]]
    faults = _faults(place, typed)
    if faults:
        return await _form(request, place, entry, proposal, draft, typed, chosen, faults)
    body = _body(draft, typed)
    try:
        await place.api.post(INDICATORS, body, key=key_for(form, INDICATORS, body))
        await _link(place, form, typed["code"], chosen)
    except Refused as refusal:
        faults = [_refused(place, refusal, typed)]
        return await _form(request, place, entry, proposal, draft, typed, chosen, faults)
    return go(f"{place.base}/indicators", "need-indicator")


async def _proposal(place: Place, entry: str) -> tuple[Mapping[str, Any], Proposal]:
    proposals = (await readable(place.api, f"{CATALOGUE}/proposals", service=place.code))["items"]
    found = next((each for each in proposals if each["code"] == entry), None)
    if found is None:
        raise Missing(entry)
    return found, proposal_of(place.words, found, await known_needs(place.api, place.code))


def _faults(place: Place, typed: Mapping[str, str]) -> list[Fault]:
    t = place.reader.t
    faults: list[Fault] = []
    if re.fullmatch(CODE, typed["code"]) is None:
        faults.append(("code", t.proposals_code_wrong(given=typed["code"][:70])))
    if not typed["name_th"] and not typed["name_en"]:
        faults.append((f"name_{place.reader.lang}", t.proposals_no_name))
    for name in ("name_th", "name_en"):
        if len(typed[name]) > MOST_NAME:
            faults.append((name, t.need_too_long(most=MOST_NAME, n=len(typed[name]))))
    return faults


def _body(draft: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    names = {lang: typed[f"name_{lang}"] for lang in ("th", "en") if typed[f"name_{lang}"]}
    body = {name: value for name, value in draft.items() if value is not None}
    body |= {"code": typed["code"], "name": names}
    for edge in ("from", "to"):
        if body.get(edge) and typed[edge]:
            body[edge] = {**body[edge], "step": typed[edge]}
    return body


async def _link(place: Place, form: Form, code: str, needs: Sequence[str]) -> None:
    for need in needs[:MOST_LINKED]:
        path, body = f"{NEEDS}/{need}/links", {"indicator": code}
        try:
            await place.api.post(path, body, key=key_for(form, path, body))
        except Refused as refusal:
            # It leads there already, or was merged away meanwhile: the indicator is made all the same.
            if refusal.status != 409:
                raise


def _refused(place: Place, refusal: Refused, typed: Mapping[str, str]) -> Fault:
    t = place.reader.t
    if refusal.status == 409:
        return "code", t.proposals_code_taken(code=typed["code"])
    return "code", said(place, refusal)


async def _form(
    request: Request,
    place: Place,
    entry: str,
    proposal: Proposal,
    draft: Mapping[str, Any],
    typed: Mapping[str, str],
    chosen: Sequence[str],
    faults: Sequence[Fault] = (),
) -> Response:
    t = place.reader.t
    title = t.proposals_make.plain
    steps = [
        (each["code"], place.reader.said(each.get("name"), each["code"]).text)
        for each in place.document["steps"]
    ]
    return await show(
        request,
        place,
        "need-indicator.html",
        f"{t.n('to_correct', len(faults)).plain}: {title}" if faults else f"{title}: {proposal.name}",
        {
            "proposal": proposal,
            "typed": typed,
            "chosen": chosen,
            "faults": tuple(faults),
            "action": f"{place.base}/indicators/{entry}",
            "steps": steps if draft.get("from") else (),
        },
        twins=(place.twin(f"{CATALOGUE}/proposals", "need_proposals", service=place.code),),
        status=422 if faults else 200,
        above=((f"{place.base}/indicators", t.need_indicators.plain),),
    )
