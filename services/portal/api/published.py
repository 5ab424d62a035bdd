"""Agreements in force and agencies, for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.common import (
    CODE,
    PAGE,
    context_of,
    page_router,
    parts_of,
    person_of,
    reader_of,
    render,
)
from services.portal.client import Missing, gather, readable
from services.portal.negotiating import AGREEMENTS, wording_of
from services.portal.rendering import Page, Twin
from services.portal.reports.kept import kept_row
from services.portal.reports.period import month_before
from services.portal.text import dates
from services.portal.views.clauses import promise_cards, terms_card
from services.portal.views.listing import alphabetical
from services.portal.views.service import AgreementData, agreement_of

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
REGISTRY_AGENCIES = f"{gathering.REGISTRY}/agencies"
MOST_ANNOUNCED = 10
MOST_KEPT = 12


@router.api_route("/agreements/{agreement}", **PAGE)
async def agreement(request: Request, agreement: Code) -> Response:
    """What is in force, clause by clause; who signed; how to check it."""
    api = parts_of(request).api
    reader = reader_of(request)
    state = await readable(api, f"{AGREEMENTS}/{agreement}")
    digest = state["in_force"]
    if not digest:
        raise Missing(agreement)
    document = await readable(api, f"{AGREEMENTS}/{agreement}/revisions/{digest}")
    wording = await wording_of(api, reader, document["service"])
    announced, kept = await gather(
        api.get(f"{gathering.SLA}/announcements", service=document["service"], limit=MOST_ANNOUNCED),
        api.get(f"{gathering.EVALUATION}/reports", agreement=agreement, limit=MOST_KEPT),
    )
    shown = agreement_of(reader, AgreementData(state, document, {}), wording.agencies)
    t = reader.t
    service_name = reader.said((wording.service or {}).get("name"), document["service"])
    zone = dates.zone_of(document.get("time_zone"))
    page = Page(
        "published-agreement.html",
        f"{shown.title}, {t.revision_in_force(n=shown.number).plain}",
        {
            "page": shown,
            "service": document["service"],
            "cards": (*promise_cards(wording, document), terms_card(wording, document)),
            "announcements": [
                each for each in (announced or {"items": []})["items"] if each["agreement"] == agreement
            ],
            "kept": [kept_row(reader, each, {}) for each in (kept or {"items": []})["items"]],
            "last_month": month_before(context_of(request).clock(), zone),
        },
        trail=(
            ("/", t.home.plain),
            (f"/services/{document['service']}", service_name.text),
        ),
        twins=(
            Twin(f"/api{AGREEMENTS}/{agreement}", "agreement"),
            Twin(f"/api{AGREEMENTS}/{agreement}/revisions/{digest}", "revision"),
        ),
    )
    return await render(request, page, await person_of(request))


@router.api_route("/agencies/{agency}", **PAGE)
async def agency(request: Request, agency: Code) -> Response:
    """An agency: the services it owns, and those in which it has a step."""
    api = parts_of(request).api
    reader = reader_of(request)
    found = await readable(api, f"{REGISTRY_AGENCIES}/{agency}")
    services = await gathering.services(api)
    owned = [each for each in services if each["owner"] == agency]
    shared = [
        each
        for each in services
        if each["owner"] != agency and any(step["agency"] == agency for step in each["steps"])
    ]
    t = reader.t
    name = reader.said(found["name"], agency)
    page = Page(
        "agency.html",
        name.text,
        {
            "name": name,
            "owned": [(each["code"], reader.said(each["name"])) for each in alphabetical(reader, owned)],
            "shared": [
                (
                    each["code"],
                    reader.said(each["name"]),
                    [reader.said(step["name"]) for step in each["steps"] if step["agency"] == agency],
                )
                for each in alphabetical(reader, shared)
            ],
        },
        trail=(("/", t.home.plain), ("/services", t.all_services.plain)),
        twins=(Twin(f"/api{REGISTRY_AGENCIES}/{agency}", "agency"),),
    )
    return await render(request, page, await person_of(request))
