"""Pages of who is signed in: they see what their agency may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Request, Response

from services.portal import gathering
from services.portal.api.common import (
    PAGE,
    SignInFirst,
    context_of,
    page_router,
    parts_of,
    reader_of,
    render,
    session_of,
    shown,
)
from services.portal.client import Api, Missing, Refused, gather
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text.phrase import Phrase
from services.portal.views.evidence import breach_page, result_page
from services.portal.views.overview import overview
from services.portal.views.words import Agencies, Moment, Reader
from shared.http import Json

router = page_router()

BREACHES = 100
EVIDENCE = 100
EVIDENCE_OF_BREACH = 20

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9._~-]{1,64}$")]


async def _signed_in(request: Request) -> tuple[Session, Api]:
    """Raises SignInFirst."""
    session = await session_of(request)
    if session is None:
        raise SignInFirst
    return session, Api(parts_of(request).api.http, session.token)


@router.api_route("/app", **PAGE)
async def app(request: Request) -> Response:
    """The agency's objectives, worst first, and its open breaches."""
    session, api = await _signed_in(request)
    reader = reader_of(request)
    t = reader.t
    agencies, services, agreements, indicators, breaches = await gather(
        api.items(f"{gathering.REGISTRY}/agencies", most=gathering.MOST),
        gathering.services(api),
        gathering.agreements_with_results(api, party=session.agency),
        gathering.indicators_of(api),
        api.items(f"{gathering.EVALUATION}/breaches", most=BREACHES, state="open"),
    )
    known = Agencies(reader, agencies)
    page = overview(
        reader,
        session.agency,
        known,
        {each["code"]: each for each in services or ()},
        agreements or (),
        indicators or {},
        breaches,
        context_of(request).clock(),
    )
    return await render(
        request,
        Page(
            "app.html",
            f"{t.app_title.plain}, {page.heading.plain}",
            {"page": page, "agency": known.name(session.agency), "away": agreements is None},
            trail=(("/", t.home.plain),),
            private=True,
            twins=(
                Twin(f"/api/sla/v1/agreements?party={session.agency}&state=in_force", "agreements"),
                Twin("/api/evaluation/v1/results", "results"),
                Twin("/api/evaluation/v1/breaches?state=open", "breaches"),
            ),
            foot=_foot(reader, page.data_until, page.computed_at),
        ),
        shown(session),
    )


@router.api_route("/app/results/{id}", **PAGE)
async def result(request: Request, id: Id) -> Response:
    """One revision of a result: why it is what it is, down to cases or batches."""
    session, api = await _signed_in(request)
    reader = reader_of(request)
    address = f"{gathering.EVALUATION}/results/{id}/explanation"
    explanation = await api.get(address, limit=EVIDENCE)
    agencies, document = await _around(api, explanation["result"])
    page = result_page(reader, explanation, document, Agencies(reader, agencies))
    return await render(
        request,
        Page(
            "result.html",
            f"{page.objective}, {page.judged.verdict_words.plain}",
            {"page": page},
            trail=_trail(reader),
            private=True,
            twins=(Twin(f"/api{address}", "result"),),
            foot=_foot(reader, page.data_until, page.computed_at),
        ),
        shown(session),
    )


@router.api_route("/app/breaches/{id}", **PAGE)
async def breach(request: Request, id: Id) -> Response:
    """A breach as it stands: who has to act, since when, and the result it rests on."""
    session, api = await _signed_in(request)
    reader = reader_of(request)
    found = await api.get(f"{gathering.EVALUATION}/breaches/{id}")
    explanation, evidence = await gather(
        api.get(f"{gathering.EVALUATION}/results/{found['result']}/explanation", limit=1),
        api.get(f"{gathering.EVALUATION}/attribution", breach=id, limit=EVIDENCE_OF_BREACH),
    )
    agencies, document = await _around(api, found)
    page = breach_page(reader, found, explanation, document, evidence, Agencies(reader, agencies))
    return await render(
        request,
        Page(
            "breach.html",
            f"{page.objective}, {page.state.plain}",
            {"page": page},
            trail=_trail(reader),
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


@router.get("/app/api/{path:path}", response_model=None)
async def data(request: Request, path: Annotated[str, Path(pattern=r"^[a-z]+/v1/")]) -> Response:
    """The JSON twin of a signed-in page: reads the API in the name of who is signed in."""
    _, api = await _signed_in(request)
    try:
        found = await api.get(f"/{path}", **dict(request.query_params))
    except Refused as refusal:
        # A right that is missing looks like a thing that is missing.
        raise Missing(path) from refusal
    return Json(found, headers={"Cache-Control": "no-store"})


async def _around(api: Api, judged: Mapping[str, Any]) -> Sequence[Any]:
    """The agencies, and the document of the revision that judged."""
    return await gather(
        api.items(f"{gathering.REGISTRY}/agencies", most=gathering.MOST),
        api.get(f"{gathering.SLA}/agreements/{judged['agreement']}/revisions/{judged['agreement_revision']}"),
    )


def _trail(reader: Reader) -> tuple[tuple[str, str], ...]:
    return ("/", reader.t.home.plain), ("/app", reader.t.my_objectives.plain)


def _foot(reader: Reader, until: Moment | None, computed: Moment | None) -> list[Phrase]:
    t = reader.t
    said: list[Phrase] = []
    if until:
        said.append(t.data_until(when=until.text))
    if computed:
        said.append(t.computed_at(when=computed.text))
    return said
