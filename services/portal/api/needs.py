"""The list of a service's needs, gaps first, and the forms that add to it and change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response

from services.portal.api.common import PAGE, page_router
from services.portal.api.forms import read_form
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
    not_for,
    own,
    place_of,
    read_items,
    sent,
    show,
)
from services.portal.client import Missing, Refused, gather, readable
from services.portal.text import numbers
from services.portal.views import need_form
from services.portal.views.need_form import UNITS, Typed, differences, need_as_typed, read_need
from services.portal.views.needs import PRIORITIES, RATINGS, SOURCES, Filter, choices, rows, short, verdict

router = page_router()

Narrow = Annotated[str, Query(max_length=100)]
SHOWN = 50
GAPS_IN_PANEL = 3


@router.api_route("/app/services/{service}/needs", **PAGE)
async def needs(
    request: Request,
    service: Service,
    standing: Narrow = "",
    source: Narrow = "",
    group: Narrow = "",
    channel: Narrow = "",
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    done: Done = None,
) -> Response:
    """Which needs no objective covers yet; then all, by rank, with what they lead to."""
    place = await place_of(request, service)
    t, words = place.reader.t, place.words
    ranking = await readable(place.api, f"{NEEDS}/ranking", service=service, limit=WEIGHTIEST)
    matrix = await readable(place.api, f"{NEEDS}/coverage", service=service, limit=WEIGHTIEST)
    promises = [each for cover in matrix["items"] for each in cover["objectives"]]
    unasked = matrix["promises_without_need"]
    names = await names_of(place, [*promises, *unasked])
    listed = rows(words, ranking["items"], matrix["items"], names)
    narrow = Filter(standing, source, group, channel)
    found = [row for row in listed if narrow.lets(row)]
    first = (page - 1) * SHOWN
    shown = found[first : first + SHOWN]
    if page > 1 and not shown:
        raise Missing(service)
    total = sum(matrix["counts"].values())
    heading = verdict(words, matrix["counts"]) if total else t.needs_empty
    query = {"standing": standing, "source": source, "group": group, "channel": channel}
    return await show(
        request,
        place,
        "needs.html",
        f"{t.needs_of(service=place.name.text).plain}, {heading.plain}",
        {
            "heading": heading,
            "total": total,
            "tally": t.needs_tally(**{name: numbers.count(n) for name, n in matrix["counts"].items()}),
            "gaps": [row for row in listed if row.standing == "open"][:GAPS_IN_PANEL],
            "rows": shown,
            "count": t.n(
                "need_shown_of", len(found), first=first + 1, last=numbers.count(first + len(shown))
            ),
            "more": t.need_weightiest(n=numbers.count(WEIGHTIEST)) if total > WEIGHTIEST else None,
            "narrow": narrow,
            "choices": choices(words, listed),
            "formula": words.formula(ranking["weights"]),
            "unasked": [words.promise(each, names) for each in unasked],
            "previous": {**query, "page": page - 1} if page > 1 else None,
            "next": {**query, "page": page + 1} if first + SHOWN < len(found) else None,
        },
        here="",
        twins=(
            place.twin(f"{NEEDS}/coverage", "need_coverage", service=service),
            place.twin(f"{NEEDS}/ranking", "need_ranking", service=service),
            place.twin(NEEDS, "needs", service=service),
        ),
        done=done,
    )


# --- the form ----------------------------------------------------------------------------------------


@router.api_route("/app/services/{service}/needs/new", **PAGE)
async def new(request: Request, service: Service, done: Done = None) -> Response:
    """The form of a need."""
    place = await place_of(request, service)
    not_for(place)
    typed = {**dict.fromkeys(need_form.NEED_FIELDS, ""), "wanted_unit": "d"}
    return await _form(request, place, Typed(typed, (), {}), done=done)


@router.post("/app/services/{service}/needs/new", response_model=None)
async def add(request: Request, service: Service) -> Response:
    """Adds what was typed; goes on to the need, or to an empty form."""
    place, form = await sent(request, service)
    typed = read_need(place.reader, service, form.fields)
    if typed.faults:
        return await _form(request, place, typed, status=422)
    try:
        made = await place.api.post(NEEDS, typed.body, key=key_for(form, NEEDS, typed.body))
    except Refused as refusal:
        return await _form(request, place, _refused(place, refusal, typed), status=422)
    if form.text("then") == "another":
        return go(f"{place.base}/new", "need-added")
    return go(f"{place.base}/{made['id']}", "need-added")


@router.api_route("/app/services/{service}/needs/{need}/edit", **PAGE)
async def edit(request: Request, service: Service, need: NeedId) -> Response:
    """The form with a need of one's own in it."""
    place, stored = await own(request, service, f"{NEEDS}/{need}")
    return await _form(request, place, Typed(need_as_typed(stored), (), {}), stored=stored)


@router.post("/app/services/{service}/needs/{need}/edit", response_model=None)
async def change(request: Request, service: Service, need: NeedId) -> Response:
    """Stores the whole need anew; changed meanwhile by somebody else, both are shown side by side."""
    place, stored = await own(request, service, f"{NEEDS}/{need}")
    form = await read_form(request, place.session)
    typed = read_need(place.reader, service, form.fields)
    version = form.version
    if typed.faults:
        return await _form(request, place, typed, stored=stored, version=version, status=422)
    body = {**typed.body, "version": version or stored["version"]}
    try:
        await place.api.put(f"{NEEDS}/{need}", body)
    except Refused as refusal:
        if refusal.status == 412:
            stored = await readable(place.api, f"{NEEDS}/{need}")
            meanwhile = differences(place.words, stored, typed.body)
            return await _form(request, place, typed, stored=stored, meanwhile=meanwhile, status=409)
        return await _form(
            request, place, _refused(place, refusal, typed), stored=stored, version=version, status=422
        )
    return go(f"{place.base}/{need}", "need-changed")


def _refused(place: Place, refusal: Refused, typed: Typed) -> Typed:
    t = place.reader.t
    if refusal.status == 403:
        return Typed(typed.fields, (("statement_th", t.need_not_allowed),), typed.body)
    labels = {
        "statement_th": t.need_statement,
        "statement_en": t.need_statement,
        "source": t.need_source,
        "recipient_group": t.need_group,
        "channel": t.need_channel,
        "theme": t.need_theme,
        "wanted": t.need_wanted,
        "evidence": t.need_evidence,
    }
    return need_form.refused(refusal, typed, place.reader, labels)


async def _form(
    request: Request,
    place: Place,
    typed: Typed,
    *,
    stored: Mapping[str, Any] | None = None,
    version: int | None = None,
    meanwhile: Sequence[Any] | None = None,
    status: int = 200,
    done: str | None = None,
) -> Response:
    """``stored``: the need that is changed; ``meanwhile``: how it differs from what was typed."""
    t, words = place.reader.t, place.words
    (known,) = await gather(read_items(place.api, NEEDS, WEIGHTIEST, service=place.code))
    units = (*UNITS, "written") if typed.fields["wanted_unit"] == "written" else UNITS
    heading = t.need_add if stored is None else t.need_edit
    title = t.n("to_correct", len(typed.faults)).plain if typed.faults else None
    here = "new" if stored is None else f"{stored['id']}/edit"
    above = (
        () if stored is None else ((f"{place.base}/{stored['id']}", short(words.need(stored).words, "–")),)
    )
    return await show(
        request,
        place,
        "need-form.html",
        f"{title}: {heading.plain}" if title else heading.plain,
        {
            "heading": heading,
            "typed": typed.fields,
            "faults": typed.faults,
            "action": f"{place.base}/{here}",
            "back": place.base if stored is None else f"{place.base}/{stored['id']}",
            "version": (version or stored["version"]) if stored else None,
            "meanwhile": meanwhile,
            "fresh": stored is None,
            "known": {
                name: sorted({each[name] for each in known or () if each[name]})[:50]
                for name in ("recipient_group", "channel", "theme")
            },
            "sources": [(each, words.source(each)) for each in SOURCES],
            "priorities": [(each, words.priority(each)) for each in PRIORITIES],
            "ratings": [
                (
                    name,
                    words.rating_name(name),
                    getattr(t, f"need_{name}_hint"),
                    [(str(n), words.rating(name, n)) for n in range(1, 6)],
                )
                for name in RATINGS
            ],
            "units": [(each, getattr(t, f"need_unit_{each}")) for each in units],
        },
        twins=(
            place.twin(NEEDS, "needs", service=place.code)
            if stored is None
            else place.twin(f"{NEEDS}/{stored['id']}", "need"),
        ),
        status=status,
        done=done,
        above=above,
    )
