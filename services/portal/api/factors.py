"""What bounds a service: laws, capacity, volume, seasons, budgets. Its list and its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from services.portal.api.common import PAGE, page_router
from services.portal.api.forms import read_form
from services.portal.api.need_common import (
    FACTORS,
    WEIGHTIEST,
    Done,
    NeedId,
    Place,
    Service,
    go,
    key_for,
    not_for,
    own,
    place_of,
    read_items,
    sent,
    show,
)
from services.portal.client import Refused, readable
from services.portal.text.phrase import Phrase
from services.portal.views import need_form
from services.portal.views.factors import factors_by_kind
from services.portal.views.need_form import FACTOR_FIELDS, KINDS, UNITS, Typed, factor_as_typed, read_factor

router = page_router()


@router.api_route("/app/services/{service}/factors", **PAGE)
async def factors(request: Request, service: Service, done: Done = None) -> Response:
    """The factors of a service, by kind: the law first."""
    place = await place_of(request, service)
    t = place.reader.t
    found = await read_items(place.api, FACTORS, WEIGHTIEST, service=service)
    return await show(
        request,
        place,
        "factors.html",
        f"{t.factors.plain}: {place.name.text}",
        {
            "kinds": factors_by_kind(place.words, found, place.factors, place.session.agency),
            "count": t.n("factors_count", len(found)),
            "total": len(found),
        },
        here="factors",
        twins=(place.twin(FACTORS, "factors", service=service),),
        done=done,
    )


@router.api_route("/app/services/{service}/factors/new", **PAGE)
async def new(request: Request, service: Service) -> Response:
    """The form of a factor."""
    place = await place_of(request, service)
    not_for(place)
    return await _form(request, place, Typed({**dict.fromkeys(FACTOR_FIELDS, ""), "value_unit": "d"}, (), {}))


@router.post("/app/services/{service}/factors/new", response_model=None)
async def add(request: Request, service: Service) -> Response:
    """Adds what was typed."""
    place, form = await sent(request, service)
    typed = read_factor(place.reader, service, form.fields, list(place.indicators))
    if typed.faults:
        return await _form(request, place, typed, status=422)
    try:
        await place.api.post(FACTORS, typed.body, key=key_for(form, FACTORS, typed.body))
    except Refused as refusal:
        return await _form(request, place, _refused(place, refusal, typed), status=422)
    return go(place.factors, "factor-added")


@router.api_route("/app/services/{service}/factors/{factor}", **PAGE)
async def edit(request: Request, service: Service, factor: NeedId) -> Response:
    """A factor of one's own, to be changed."""
    place, stored = await own(request, service, f"{FACTORS}/{factor}")
    return await _form(request, place, Typed(factor_as_typed(stored), (), {}), stored=stored)


@router.post("/app/services/{service}/factors/{factor}", response_model=None)
async def change(request: Request, service: Service, factor: NeedId) -> Response:
    """Stores the whole factor anew; changed meanwhile by somebody else, both are shown."""
    place, stored = await own(request, service, f"{FACTORS}/{factor}")
    form = await read_form(request, place.session)
    typed = read_factor(place.reader, service, form.fields, list(place.indicators))
    version = form.version
    if typed.faults:
        return await _form(request, place, typed, stored=stored, version=version, status=422)
    body = {**typed.body, "version": version or stored["version"]}
    try:
        await place.api.put(f"{FACTORS}/{factor}", body)
    except Refused as refusal:
        if refusal.status == 412:
            stored = await readable(place.api, f"{FACTORS}/{factor}")
            return await _form(request, place, typed, stored=stored, meanwhile=True, status=409)
        typed = _refused(place, refusal, typed)
        return await _form(request, place, typed, stored=stored, version=version, status=422)
    return go(place.factors, "factor-changed")


@router.api_route("/app/services/{service}/factors/{factor}/erase", **PAGE)
async def erase_ask(request: Request, service: Service, factor: NeedId) -> Response:
    """Asks before words are erased for good."""
    place, stored = await own(request, service, f"{FACTORS}/{factor}")
    t = place.reader.t
    here = f"{place.factors}/{factor}"
    return await show(
        request,
        place,
        "need-erase.html",
        t.factor_erase_ask.plain,
        {
            "ask": t.factor_erase_ask,
            "hint": t.factor_erase_hint,
            "statement": None if stored["text"] is None else place.reader.said(stored["text"]),
            "action": f"{here}/erase",
            "back": here,
        },
        twins=(place.twin(f"{FACTORS}/{factor}", "factor"),),
        above=((place.factors, t.factors.plain),),
    )


@router.post("/app/services/{service}/factors/{factor}/erase", response_model=None)
async def erase(request: Request, service: Service, factor: NeedId) -> Response:
    place, stored = await own(request, service, f"{FACTORS}/{factor}")
    await read_form(request, place.session)
    try:
        await place.api.delete(f"{FACTORS}/{factor}/text")
    except Refused as refusal:
        typed = _refused(place, refusal, Typed(factor_as_typed(stored), (), {}))
        return await _form(request, place, typed, stored=stored, status=422)
    return go(place.factors, "factor-erased")


def _refused(place: Place, refusal: Refused, typed: Typed) -> Typed:
    t = place.reader.t
    if refusal.status == 403:
        return Typed(typed.fields, (("kind", t.factor_not_yours),), typed.body)
    labels: dict[str, Phrase] = {
        "kind": t.factor_kind,
        "text_th": t.factor_text,
        "text_en": t.factor_text,
        "section": t.factor_section,
        "value": t.factor_value,
        "unit": t.factor_unit,
        "indicator": t.factor_bounds,
    }
    return need_form.refused(refusal, typed, place.reader, labels)


async def _form(
    request: Request,
    place: Place,
    typed: Typed,
    *,
    stored: Mapping[str, Any] | None = None,
    version: int | None = None,
    meanwhile: bool = False,
    status: int = 200,
) -> Response:
    t, words = place.reader.t, place.words
    units: Sequence[str] = (*UNITS, "written") if typed.fields["value_unit"] == "written" else UNITS
    heading = t.factor_add if stored is None else t.factor_edit
    here = f"{place.factors}/{stored['id'] if stored else 'new'}"
    title = f"{t.n('to_correct', len(typed.faults)).plain}: " if typed.faults else ""
    now = (
        next(iter(factors_by_kind(words, [stored], place.factors, place.session.agency)), None)
        if stored and meanwhile
        else None
    )
    return await show(
        request,
        place,
        "factor-form.html",
        f"{title}{heading.plain}",
        {
            "heading": heading,
            "typed": typed.fields,
            "faults": typed.faults,
            "action": here,
            "version": (version or stored["version"]) if stored else None,
            "stored": stored,
            "now": now.factors[0] if now else None,
            "kinds": [(each, getattr(t, f"factor_{each}")) for each in KINDS],
            "units": [(each, getattr(t, f"need_unit_{each}")) for each in units],
            "indicators": [(code, words.indicator(code).text) for code in sorted(place.indicators)],
        },
        twins=(
            place.twin(FACTORS, "factors", service=place.code)
            if stored is None
            else place.twin(f"{FACTORS}/{stored['id']}", "factor"),
        ),
        status=status,
        above=((place.factors, t.factors.plain),),
    )
