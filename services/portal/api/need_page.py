"""One need: its page, and what a negotiator does there. Each form leads back to the page it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request, Response

from services.portal.api.common import PAGE, page_router
from services.portal.api.forms import Form
from services.portal.api.need_common import (
    NEEDS,
    WEIGHTIEST,
    Done,
    NeedId,
    Place,
    Service,
    go,
    key_for,
    names_of,
    own,
    place_of,
    promises_of,
    said,
    sent,
    show,
)
from services.portal.client import Api, Missing, Refused, gather, readable
from services.portal.text.phrase import Phrase
from services.portal.views.need_form import MOST_LABEL
from services.portal.views.need_page import need_page
from services.portal.views.needs import short

router = page_router()

MOST_ALIKE = 10
MOST_NAMED = 200
LINK = re.compile(r"[0-9a-f]{32}")
Fault = tuple[str, Phrase]


@router.api_route("/app/services/{service}/needs/{need}", **PAGE)
async def page(request: Request, service: Service, need: NeedId, done: Done = None) -> Response:
    """What was said, what it weighs, what answers it."""
    place = await place_of(request, service)
    return await _page(request, place, need, done=done)


async def _page(
    request: Request, place: Place, need: str, *, fault: Fault | None = None, done: str | None = None
) -> Response:
    t, api = place.reader.t, place.api
    document = await readable(api, f"{NEEDS}/{need}")
    if document["service"] != place.code:
        raise Missing(need)
    merges = (await readable(api, f"{NEEDS}/{need}/merges"))["items"]
    ranking, matrix, whole, suspects = await gather(
        readable(api, f"{NEEDS}/ranking", service=place.code, need=need),
        readable(api, f"{NEEDS}/coverage", service=place.code, need=need),
        readable(api, f"{NEEDS}/coverage", service=place.code, limit=WEIGHTIEST),
        readable(api, f"{NEEDS}/duplicates", service=place.code, need=need),
    )
    weights = await readable(api, f"{NEEDS}/weights", service=place.code)
    group = ranking["items"][0] if ranking and ranking["items"] else None
    promises = promises_of(whole)
    alike = {each["need"]: each["percent"] for one in _items(suspects) for each in one["alike"][:MOST_ALIKE]}
    others = await _others(api, document, merges, alike)
    shown = need_page(
        place.words,
        document,
        place.session.agency,
        ranked=group if group and group["need"]["id"] == need else None,
        weights=weights["weights"],
        cover=next(iter(_items(matrix)), None),
        promises=promises,
        names=await names_of(place, promises),
        others=others,
        alike=alike,
        merges=merges,
    )
    title = f"{short(shown.need.words, t.need_erased.plain)}, {shown.panel.plain}"
    return await show(
        request,
        place,
        "need.html",
        f"{t.n('to_correct', 1).plain}: {title}" if fault else title,
        {"page": shown, "faults": () if fault is None else (fault,)},
        twins=(
            place.twin(f"{NEEDS}/{need}", "need"),
            place.twin(f"{NEEDS}/{need}/merges", "need_merges"),
        ),
        status=200 if fault is None else 409 if fault[0] == "content" else 422,
        done=done,
    )


def _items(answer: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    return answer["items"] if answer else []


async def _others(
    api: Api, document: Mapping[str, Any], merges: Iterable[Mapping[str, Any]], alike: Mapping[str, int]
) -> dict[str, Mapping[str, Any]]:
    """The needs that the page names, by id."""
    wanted = {
        *document["merged"],
        *alike,
        *(each[name] for each in merges for name in ("need", "into")),
        *([document["merged_into"]] if document["merged_into"] else []),
    } - {document["id"]}
    found = await gather(*(readable(api, f"{NEEDS}/{each}") for each in sorted(wanted)[:MOST_NAMED]))
    return {each["id"]: each for each in found if each is not None}


# --- what is done there ------------------------------------------------------------------------------


@router.post("/app/services/{service}/needs/{need}/theme", response_model=None)
async def theme(request: Request, service: Service, need: NeedId) -> Response:
    place, form = await sent(request, service)
    text = form.text("theme")
    t = place.reader.t
    if len(text) > MOST_LABEL:
        fault = ("theme", t.need_too_long(most=MOST_LABEL, n=len(text)))
        return await _page(request, place, need, fault=fault)
    try:
        await place.api.put(f"{NEEDS}/{need}/theme", {"theme": text or None})
    except Refused as refusal:
        return await _page(request, place, need, fault=_said(place, refusal))
    return go(f"{place.base}/{need}", "need-themed")


@router.post("/app/services/{service}/needs/{need}/merge", response_model=None)
async def merge(request: Request, service: Service, need: NeedId) -> Response:
    """Others that say the same stand behind this one from now on."""
    place, form = await sent(request, service)
    others = form.many.get("other", ())
    if not others:
        return await _page(request, place, need, fault=("content", place.reader.t.themes_no_choice))
    return await _post(request, place, form, need, "merge", {"needs": list(others)}, "need-merged")


@router.post("/app/services/{service}/needs/{need}/split", response_model=None)
async def split(request: Request, service: Service, need: NeedId) -> Response:
    """Takes this need out again from behind another."""
    place, form = await sent(request, service)
    return await _post(request, place, form, need, "split", {}, "need-split")


@router.post("/app/services/{service}/needs/{need}/links", response_model=None)
async def link(request: Request, service: Service, need: NeedId) -> Response:
    """Says which indicator or promise answers the need."""
    place, form = await sent(request, service)
    kind, _, rest = form.text("target").partition(":")
    agreement, _, objective = rest.partition(":")
    if kind == "i":
        body = {"indicator": rest}
    elif kind == "o" and objective:
        body = {"agreement": agreement, "objective": objective}
    else:
        return await _page(request, place, need, fault=("target", place.reader.t.need_no_target))
    return await _post(request, place, form, need, "links", body, "need-linked")


@router.post("/app/services/{service}/needs/{need}/unlink", response_model=None)
async def unlink(request: Request, service: Service, need: NeedId) -> Response:
    """Takes a link away; one that is gone already is gone."""
    place, form = await sent(request, service)
    await readable(place.api, f"{NEEDS}/{need}")
    named = form.text("link")
    if LINK.fullmatch(named) is None:
        raise Missing(need)
    there = go(f"{place.base}/{need}", "need-unlinked")
    try:
        await place.api.delete(f"{NEEDS}/{need}/links/{named}")
    except Refused as refusal:
        return await _page(request, place, need, fault=_said(place, refusal))
    except Missing:
        # Somebody else took it away first: what was asked for is so.
        return there
    return there


@router.api_route("/app/services/{service}/needs/{need}/erase", **PAGE)
async def erase_ask(request: Request, service: Service, need: NeedId) -> Response:
    """Asks before words are erased for good."""
    place, document = await own(request, service, f"{NEEDS}/{need}")
    t = place.reader.t
    found = place.words.need(document)
    return await show(
        request,
        place,
        "need-erase.html",
        t.need_erase_ask.plain,
        {
            "ask": t.need_erase_ask,
            "hint": t.need_erase_hint,
            "statement": found.statement,
            "action": f"{found.href}/erase",
            "back": found.href,
        },
        twins=(place.twin(f"{NEEDS}/{need}", "need"),),
        above=((found.href, short(found.words, t.need_erased.plain)),),
    )


@router.post("/app/services/{service}/needs/{need}/erase", response_model=None)
async def erase(request: Request, service: Service, need: NeedId) -> Response:
    place, _ = await sent(request, service)
    try:
        await place.api.delete(f"{NEEDS}/{need}/statement")
    except Refused as refusal:
        return await _page(request, place, need, fault=_said(place, refusal))
    return go(f"{place.base}/{need}", "need-erased")


async def _post(
    request: Request, place: Place, form: Form, need: str, action: str, body: Mapping[str, Any], done: str
) -> Response:
    try:
        path = f"{NEEDS}/{need}/{action}"
        await place.api.post(path, body, key=key_for(form, path, body))
    except Refused as refusal:
        return await _page(request, place, need, fault=_said(place, refusal))
    back = form.text("back")
    return go(f"{place.base}/duplicates" if back == "duplicates" else f"{place.base}/{need}", done)


def _said(place: Place, refusal: Refused) -> Fault:
    """What the service says of it: at the top of the page, which shows how things stand now."""
    if refusal.status in (409, 412) and refusal.slug != "not-yet-known":
        return "content", place.reader.t.need_meanwhile
    return "content", said(place, refusal)
