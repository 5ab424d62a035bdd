"""What follows from the needs of a service: rank, themes, coverage, likely duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request, Response

from services.portal.api.common import PAGE, page_router
from services.portal.api.need_common import (
    NEEDS,
    WEIGHTIEST,
    Done,
    Place,
    Service,
    go,
    names_of,
    place_of,
    promises_of,
    said,
    sent,
    show,
)
from services.portal.client import Api, Missing, Refused, gather, readable
from services.portal.text import numbers
from services.portal.text.phrase import Phrase
from services.portal.views.need_analysis import groups_of, matrix_of, rank_rows, themes_of, weight_rows
from services.portal.views.need_form import MOST_LABEL
from services.portal.views.needs import RATINGS

router = page_router()

GROUPS = 50
LIKELY = (90, 75, 60)
"""Degrees of likeness to choose from, in percent."""
MOST_CHOSEN = 200
Fault = tuple[str, Phrase]


async def known_needs(api: Api, service: str) -> dict[str, Mapping[str, Any]]:
    """The weightiest needs of a service, by id."""
    found = await readable(api, f"{NEEDS}/ranking", service=service, limit=WEIGHTIEST)
    return {each["need"]["id"]: each["need"] for each in found["items"]}


# --- ranking -----------------------------------------------------------------------------------------


@router.api_route("/app/services/{service}/needs/ranking", **PAGE)
async def ranking(request: Request, service: Service, done: Done = None) -> Response:
    """The needs by rank, how the rank comes about, and the weights, to be changed."""
    return await _ranking(request, await place_of(request, service), done=done)


@router.post("/app/services/{service}/needs/ranking", response_model=None)
async def set_weights(request: Request, service: Service) -> Response:
    """Other weights from now on; the ones before stay in the list."""
    place, form = await sent(request, service)
    t = place.reader.t
    given = {name: form.text(name) for name in RATINGS}
    if any(value not in ("0", "1", "2", "3") for value in given.values()):
        raise Missing(service)  # The form offers no other.
    body = {
        "service": service,
        **{name: int(value) for name, value in given.items()},
        **({} if form.version is None else {"version": form.version}),
    }
    try:
        await place.api.put(f"{NEEDS}/weights", body)
    except Refused as refusal:
        if refusal.status == 412:
            return await _ranking(request, place, fault=("frequency", t.ranking_stale), status=409)
        return await _ranking(request, place, fault=("frequency", said(place, refusal)), status=422)
    return go(f"{place.base}/ranking", "need-weights")


async def _ranking(
    request: Request,
    place: Place,
    *,
    fault: Fault | None = None,
    status: int = 200,
    done: str | None = None,
) -> Response:
    t, words = place.reader.t, place.words
    found = await readable(place.api, f"{NEEDS}/ranking", service=place.code, limit=WEIGHTIEST)
    weights = await readable(place.api, f"{NEEDS}/weights", service=place.code)
    return await show(
        request,
        place,
        "need-ranking.html",
        f"{t.need_ranking.plain}: {place.name.text}",
        {
            "faults": () if fault is None else (fault,),
            "formula": words.formula(weights["weights"]),
            "method": place.reader.said(found["method"]),
            "weights": weights["weights"],
            "names": [(name, words.rating_name(name)) for name in RATINGS],
            "counts": [(str(n), getattr(t, f"ranking_{n}")) for n in range(4)],
            "rows": rank_rows(words, found["items"]),
            "more": t.need_weightiest(n=numbers.count(WEIGHTIEST)) if found["next"] else None,
            "versions": weight_rows(words, weights["history"]),
        },
        here="/ranking",
        twins=(
            place.twin(f"{NEEDS}/ranking", "need_ranking", service=place.code),
            place.twin(f"{NEEDS}/weights", "need_weights", service=place.code),
        ),
        status=status,
        done=done,
    )


# --- themes ------------------------------------------------------------------------------------------


@router.api_route("/app/services/{service}/needs/themes", **PAGE)
async def themes(request: Request, service: Service, done: Done = None) -> Response:
    """The needs by theme; those in none are chosen and put to one."""
    return await _themes(request, await place_of(request, service), done=done)


@router.post("/app/services/{service}/needs/themes", response_model=None)
async def put_to_theme(request: Request, service: Service) -> Response:
    """Puts the chosen needs to a theme."""
    place, form = await sent(request, service)
    t = place.reader.t
    theme = form.text("theme")
    chosen = [each for each in form.many.get("need", ()) if each.isalnum()][:MOST_CHOSEN]
    faults: list[Fault] = []
    if not chosen:
        faults.append(("choose", t.themes_no_choice))
    if not theme:
        faults.append(("theme", t.themes_no_name))
    elif len(theme) > MOST_LABEL:
        faults.append(("theme", t.need_too_long(most=MOST_LABEL, n=len(theme))))
    if faults:
        return await _themes(request, place, faults=faults, theme=theme, chosen=chosen, status=422)
    try:
        for each in chosen:
            await place.api.put(f"{NEEDS}/{each}/theme", {"theme": theme})
    except Refused as refusal:
        faults = [("theme", said(place, refusal))]
        return await _themes(request, place, faults=faults, theme=theme, chosen=chosen, status=422)
    return go(f"{place.base}/themes", "need-themed")


async def _themes(
    request: Request,
    place: Place,
    *,
    faults: list[Fault] | None = None,
    theme: str = "",
    chosen: list[str] | None = None,
    status: int = 200,
    done: str | None = None,
) -> Response:
    t = place.reader.t
    found = await readable(place.api, f"{NEEDS}/themes", service=place.code)
    known = await known_needs(place.api, place.code)
    listed = themes_of(place.words, found["items"], known)
    return await show(
        request,
        place,
        "need-themes.html",
        f"{t.need_themes.plain}: {place.name.text}",
        {
            "themes": [each for each in listed if each.name is not None],
            "without": next((each for each in listed if each.name is None), None),
            "faults": faults or (),
            "theme": theme,
            "chosen": chosen or (),
        },
        here="/themes",
        twins=(place.twin(f"{NEEDS}/themes", "need_themes", service=place.code),),
        status=status,
        done=done,
    )


# --- coverage ----------------------------------------------------------------------------------------


@router.api_route("/app/services/{service}/needs/coverage", **PAGE)
async def coverage(request: Request, service: Service) -> Response:
    """Which need has no promise, and which promise no need."""
    place = await place_of(request, service)
    t, words = place.reader.t, place.words
    found = await readable(place.api, f"{NEEDS}/coverage", service=service, limit=WEIGHTIEST)
    known = await known_needs(place.api, service)
    names = await names_of(place, promises_of(found))
    total = sum(found["counts"].values())
    return await show(
        request,
        place,
        "need-coverage.html",
        f"{t.need_coverage.plain}: {place.name.text}",
        {
            "matrix": matrix_of(words, found, known, names),
            "total": total,
            "tally": t.needs_tally(**{name: numbers.count(n) for name, n in found["counts"].items()}),
            "unasked": [words.promise(each, names) for each in found["promises_without_need"]],
            "more": t.need_weightiest(n=numbers.count(WEIGHTIEST)) if found["next"] else None,
        },
        here="/coverage",
        twins=(place.twin(f"{NEEDS}/coverage", "need_coverage", service=service),),
    )


# --- likely duplicates -------------------------------------------------------------------------------


@router.api_route("/app/services/{service}/needs/duplicates", **PAGE)
async def duplicates(
    request: Request,
    service: Service,
    at_least: Annotated[int, Query(ge=50, le=100)] = LIKELY[1],
    done: Done = None,
) -> Response:
    """Needs whose words are alike, to be merged or left."""
    place = await place_of(request, service)
    t = place.reader.t
    suspects = await place.api.items(f"{NEEDS}/duplicates", most=GROUPS, service=service, at_least=at_least)
    named = {each["need"] for each in suspects} | {one["need"] for each in suspects for one in each["alike"]}
    known = await known_needs(place.api, service)
    rest = await gather(*(readable(place.api, f"{NEEDS}/{each}") for each in sorted(named - set(known))))
    known |= {each["id"]: each for each in rest if each is not None}
    groups = groups_of(place.words, suspects, known)
    return await show(
        request,
        place,
        "need-duplicates.html",
        f"{t.need_duplicates.plain}: {place.name.text}",
        {
            "groups": groups,
            "found": t.n("duplicates_found", len(groups)) if groups else t.duplicates_none,
            "likely": LIKELY,
            "at_least": at_least,
        },
        here="/duplicates",
        twins=(place.twin(f"{NEEDS}/duplicates", "need_duplicates", service=service),),
        done=done,
    )
