"""A breach for the parties of its agreement: the page, and its report to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from services.portal import gathering
from services.portal.api.common import PAGE, page_router, reader_of, render, shown
from services.portal.api.files import made_file
from services.portal.api.private import Id, around, trail, who
from services.portal.client import Api, Away, gather
from services.portal.rendering import Page, Twin
from services.portal.reports.breach_pdf import BreachReport, breach_pdf
from services.portal.text import dates
from services.portal.views.breach_story import Story, story_of
from services.portal.views.evidence import BreachPage, breach_page
from services.portal.views.words import Agencies, Reader

router = page_router()

EVIDENCE_OF_BREACH = 20
ACTIONS = 50
COSTS = 1000


@dataclass(frozen=True, slots=True)
class Whole:
    """A breach with what surrounds it."""

    raw: Mapping[str, Any]
    page: BreachPage
    story: Story
    document: Mapping[str, Any] | None


@router.api_route("/app/breaches/{id}.pdf", **PAGE)
async def pdf(request: Request, id: Id) -> Response:
    """The breach to keep, in the reader's language."""
    _, api = await who(request)
    reader = reader_of(request)
    found = await _whole(api, reader, id)
    if found.document is None or found.page.judged is None:
        # A report with a hole in it would be kept as if it were whole.
        raise Away(id)
    service = await api.get(f"{gathering.REGISTRY}/services/{found.document['service']}")
    made = BreachReport(
        reader,
        found.page,
        service=reader.said(service["name"], service["code"]),
        agreement=reader.said(found.document.get("title"), found.raw["agreement"]),
        story=found.story,
        dated=dates.instant(found.raw["closed_at"] or found.raw["opened_at"]),
    )
    return await made_file(made.name, "pdf", breach_pdf, made)


@router.api_route("/app/breaches/{id}", **PAGE)
async def breach(request: Request, id: Id) -> Response:
    """A breach as it stands: who has to act, since when, and the result it rests on."""
    session, api = await who(request)
    reader = reader_of(request)
    found = await _whole(api, reader, id)
    page = found.page
    return await render(
        request,
        Page(
            "breach.html",
            f"{page.objective}, {page.state.plain}",
            {"page": page, "story": found.story},
            trail=trail(reader),
            private=True,
            twins=(
                Twin(f"/api{gathering.EVALUATION}/breaches/{id}", "breach"),
                *(
                    [Twin(f"/api{gathering.EVALUATION}/attribution?breach={id}", "attribution")]
                    if page.whose_time
                    else []
                ),
            ),
        ),
        shown(session),
    )


async def _whole(api: Api, reader: Reader, id: str) -> Whole:
    """Raises Missing and Away of the breach itself."""
    found = await api.get(f"{gathering.EVALUATION}/breaches/{id}")
    end = dates.instant(found["window"]["end"])
    explanation, evidence, improvements, costs, (agencies, document) = await gather(
        api.get(f"{gathering.EVALUATION}/results/{found['result']}/explanation", limit=1),
        api.get(f"{gathering.EVALUATION}/attribution", breach=id, limit=EVIDENCE_OF_BREACH),
        api.items(f"{gathering.EVALUATION}/improvements", most=ACTIONS, **{"from": id}),
        api.get(
            f"{gathering.EVALUATION}/consequences",
            agreement=found["agreement"],
            limit=COSTS,
            **{"from": end.isoformat()},
        ),
        around(api, found),
    )
    known = Agencies(reader, agencies)
    page = breach_page(reader, found, explanation, document, evidence, known)
    return Whole(found, page, story_of(reader, found, document, improvements, costs, known), document)
