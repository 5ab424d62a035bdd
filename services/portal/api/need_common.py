"""What pages about the needs of a service share: the service, who reads, and the frame around a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import CODE, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form
from services.portal.api.private import all_agencies, trail, who
from services.portal.client import Api, Missing, Refused, gather, readable
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.composite import promises_in
from services.portal.views.listing import involved
from services.portal.views.needs import NeedWords
from services.portal.views.objective import ObjectiveWords
from services.portal.views.refusals import detail_words
from services.portal.views.words import Agencies, Reader, Said

Service = Annotated[str, Path(pattern=CODE)]
NeedId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Done = Annotated[str | None, Query(max_length=20, description="What led here, to be said above the page.")]

NEEDS = f"{gathering.SLA}/needs"
FACTORS = f"{gathering.SLA}/factors"
WEIGHTIEST = 1000
"""Needs that a page works with; the API has all."""
DONE = {
    name: f"done_{name.replace('-', '_')}"
    for name in (
        "need-added",
        "need-changed",
        "need-merged",
        "need-split",
        "need-linked",
        "need-unlinked",
        "need-themed",
        "need-erased",
        "need-weights",
        "need-indicator",
        "need-imported",
        "factor-added",
        "factor-changed",
        "factor-erased",
    )
}
SECTIONS = (
    ("", "need_list"),
    ("/coverage", "need_coverage"),
    ("/ranking", "need_ranking"),
    ("/themes", "need_themes"),
    ("/duplicates", "need_duplicates"),
    ("/indicators", "need_indicators"),
)


@dataclass(frozen=True)
class Place:
    """The service whose needs are shown, to whom. ``may_write``: a negotiator; the service has the word."""

    session: Session
    api: Api
    reader: Reader
    code: str
    name: Said
    document: Mapping[str, Any]
    agencies: Agencies
    indicators: gathering.Indicators
    may_write: bool

    @property
    def base(self) -> str:
        return f"/app/services/{self.code}/needs"

    @property
    def factors(self) -> str:
        return f"/app/services/{self.code}/factors"

    @property
    def words(self) -> NeedWords:
        return NeedWords(self.reader, self.base, self.agencies, self.indicators)

    def twin(self, path: str, what: str, **query: str) -> Twin:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return Twin(f"/api{path}" + (f"?{asked}" if asked else ""), what)

    def sections(self, here: str) -> list[tuple[str, Phrase, bool]]:
        t = self.reader.t
        found = [(f"{self.base}{path}", getattr(t, words), path == here) for path, words in SECTIONS]
        return [*found, (self.factors, t.factors, here == "factors")]


async def place_of(request: Request, service: str) -> Place:
    """Raises SignInFirst; Missing for a service that the reader's agency has no part in."""
    session, api = await who(request)
    reader = reader_of(request)
    document = await api.get(f"{gathering.REGISTRY}/services/{service}")
    if session.agency not in involved(document):
        raise Missing(service)
    agencies, indicators = await gather(all_agencies(api), gathering.indicators_of(api, service=service))
    return Place(
        session,
        api,
        reader,
        service,
        reader.said(document["name"], service),
        document,
        Agencies(reader, agencies),
        indicators or {},
        "negotiator" in session.roles,
    )


async def read_items(api: Api, path: str, most: int, **query: str | int | None) -> list[Any]:
    try:
        return await api.items(path, most=most, **query)
    except Refused as refusal:
        raise Missing(path) from refusal


async def show(
    request: Request,
    place: Place,
    template: str,
    title: str,
    data: Mapping[str, Any],
    *,
    here: str | None = None,
    twins: Sequence[Twin] = (),
    status: int = 200,
    done: str | None = None,
    above: Sequence[tuple[str, str]] = (),
) -> Response:
    """``here``: which of the sections this is. ``above``: pages between the list and this one."""
    t = place.reader.t
    further = () if here == "" else ((place.base, t.needs_of(service=place.name.text).plain), *above)
    page = Page(
        template,
        title,
        {
            "place": place,
            "sections": place.sections("none" if here is None else here),
            "said_done": getattr(t, DONE[done]) if done in DONE else None,
            "key": new_key(),
            **data,
        },
        trail=trail(place.reader, *further),
        twins=twins,
        status=status,
        private=True,
    )
    return await render(request, page, shown(place.session))


def go(path: str, done: str | None = None) -> Response:
    """Leads on after a form: going back or renewing the page sends nothing again."""
    return RedirectResponse(path if done is None else f"{path}?done={done}", 303)


def key_for(form: Form, path: str, body: Mapping[str, Any]) -> str:
    """The key of one request of a page with several forms: the same click again is the same request, while
    another choice, or another form of a page that was gone back to, is another."""
    said = json.dumps([form.key, path, body], sort_keys=True)
    return f"page-{sha256(said.encode()).hexdigest()}"


def promises_of(matrix: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Every promise of the service that the reader may see, each once."""
    found = {
        (each["agreement"], each["objective"]): each
        for each in (
            *(matrix or {}).get("promises_without_need", ()),
            *(each for cover in (matrix or {}).get("items", ()) for each in cover["objectives"]),
        )
    }
    return list(found.values())


async def sent(request: Request, service: str) -> tuple[Place, Form]:
    """A form of who may send one."""
    place = await place_of(request, service)
    form = await read_form(request, place.session)
    not_for(place)
    return place, form


async def own(request: Request, service: str, path: str) -> tuple[Place, Mapping[str, Any]]:
    """A need or a factor that the reader's agency gathered. Raises Missing for any other."""
    place = await place_of(request, service)
    not_for(place)
    stored = await readable(place.api, path)
    if stored["service"] != service or stored["agency"] != place.session.agency:
        raise Missing(path)
    return place, stored


def detail_of(reader: Reader, refusal: Refused) -> Phrase:
    """What the service says is wrong, in a sentence."""
    errors: list[Mapping[str, Any]] = list(refusal.problem.get("errors") or ())
    first = errors[0].get("detail") if errors else None
    return detail_words(reader, first or refusal.problem.get("detail") or refusal.status)


def said(place: Place, refusal: Refused) -> Phrase:
    """What the service says of what it did not take."""
    t = place.reader.t
    if refusal.status == 403:
        return t.need_not_allowed
    return t.need_refused(detail=detail_of(place.reader, refusal))


def not_for(place: Place) -> None:
    """Raises Missing: a form that the reader could not send is not shown."""
    if not place.may_write:
        raise Missing(place.code)


async def names_of(place: Place, promises: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Said]:
    """How objectives are called, by agreement and code; those that cannot be read are left out."""
    revisions = sorted({(each["agreement"], each["revision"]) for each in promises})
    found = await gather(
        *(
            readable(place.api, f"{gathering.SLA}/agreements/{agreement}/revisions/{digest}")
            for agreement, digest in revisions
        )
    )
    names: dict[tuple[str, str], Said] = {}
    for (agreement, _), document in zip(revisions, found, strict=True):
        for each in promises_in(document) if document else ():
            indicator = place.indicators.get(each.get("indicator", ""))
            zone = dates.zone_of(document.get("time_zone"))
            names[agreement, each["code"]] = ObjectiveWords(place.reader, each, indicator, zone).name()
    return names
