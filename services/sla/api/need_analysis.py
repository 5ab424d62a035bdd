"""What follows from needs: rank, themes, likely duplicates, coverage, and indicators to start from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.sla.api.common import CODE, Code, Digest, database, instant_cursor, unchanged
from services.sla.api.needs import HEX
from services.sla.domain.indicator_catalogue import CATALOGUE
from services.sla.domain.likeness import LIKELY, LOWEST
from services.sla.domain.needs import Cover
from services.sla.handlers import factors as handlers
from services.sla.handlers import need_analysis as analysis
from services.sla.schemas.analysis import (
    BesideTargets,
    IndicatorCatalogue,
    Matrix,
    Proposals,
    Ranking,
    Standing,
    Themes,
)
from services.sla.schemas.needs import Suspects, WeightsBody, WeightsHistory, WeightsView
from shared.auth import Principal, Role, SignedIn, public, requires
from shared.http import After, Json, Limit, StrictRoute, etag, perform, read_cursor

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["needs"])

ServiceCode = Annotated[str, Query(pattern=CODE)]
OneNeed = Annotated[str | None, Query(pattern=HEX, description="Only the group that this need stands in.")]


def _place(after: str | None) -> int:
    """How many items came before; a ranking is made anew for every page."""
    parts = read_cursor(after, int)
    return 0 if parts is None else int(parts[0])


@router.get("/needs/ranking", response_model=Ranking)
async def rank_needs(
    request: Request,
    service: ServiceCode,
    caller: SignedIn,
    need: OneNeed = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The needs of a service by the written method, with their MoSCoW class."""
    db = database(request)
    return Json(await db.read(analysis.ranking, caller, service, need, _place(after), limit, db.clock()))


@router.get("/needs/themes", response_model=Themes)
async def list_themes(request: Request, service: ServiceCode, caller: SignedIn) -> Response:
    """The needs of a service by theme."""
    return Json(await database(request).read(analysis.themes, caller, service))


@router.get("/needs/duplicates", response_model=Suspects)
async def suggest_duplicates(
    request: Request,
    service: ServiceCode,
    caller: SignedIn,
    need: OneNeed = None,
    at_least: Annotated[int, Query(ge=LOWEST, le=100, description="Likeness in percent.")] = LIKELY,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Needs whose words are alike. A suggestion: `POST /needs/{id}/merge` decides."""
    place = instant_cursor(after)
    found = await database(request).read(analysis.duplicates, caller, service, need, at_least, place, limit)
    return Json(found)


@router.get("/needs/coverage", response_model=Matrix)
async def cover_needs(
    request: Request,
    service: ServiceCode,
    caller: SignedIn,
    need: OneNeed = None,
    standing: Annotated[Standing | None, Query(description="Only needs that stand so.")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Which need has which promise, which has none, and which promise nobody asked for."""
    db = database(request)

    def choose(cover: Cover) -> bool:
        return standing in (None, cover.standing) and (need is None or need in cover.ranked.ids())

    return Json(await db.read(analysis.matrix, caller, service, choose, _place(after), limit, db.clock()))


@router.get("/needs/weights", response_model=WeightsHistory)
async def get_weights(request: Request, service: ServiceCode, caller: SignedIn) -> Response:
    """The weights of a service's ranking, and all versions there were with their authors."""
    found = await database(request).read(analysis.weights, caller, service)
    return Json(found, headers={"ETag": etag(found["weights"]["version"])})


@router.put("/needs/weights", response_model=WeightsView)
async def set_weights(
    request: Request, body: WeightsBody, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """A new version of the weights. Every agency involved in the service may; it is noted."""
    exponents = {
        "frequency": body.frequency,
        "severity": body.severity,
        "legal_weight": body.legal_weight,
    }
    return await perform(
        request,
        database(request),
        handlers.set_weights,
        handlers.SetWeights(caller, body.service, exponents, unchanged(request, body.version)),
        tag=lambda made: int(made["version"]),
    )


@router.get("/agreements/{code}/revisions/{digest}/targets", response_model=BesideTargets)
async def help_with_targets(request: Request, code: Code, digest: Digest, caller: SignedIn) -> Response:
    """Beside each target of a revision: what was asked, what the law says, whether the steps' times fit."""
    db = database(request)
    return Json(await db.read(analysis.beside_targets, caller, code, digest, db.clock()))


@router.get("/indicator-catalogue", dependencies=[public], response_model=IndicatorCatalogue)
async def get_catalogue() -> Response:
    """Indicators to start from, with their formulas, in Thai and English."""
    return Json({"items": [entry.answer() for entry in CATALOGUE]})


@router.get("/indicator-catalogue/proposals", response_model=Proposals)
async def propose_indicators(request: Request, service: ServiceCode, caller: SignedIn) -> Response:
    """The indicators that a service's needs ask for, with the needs, a draft and starting targets."""
    return Json(await database(request).read(analysis.proposals, caller, service))
