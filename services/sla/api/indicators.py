"""`/indicators`: public to read; written by the agencies that provide the service."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.sla.api.common import CODE, Code, code_cursor, database
from services.sla.handlers import indicators as handlers
from services.sla.schemas.indicators import ChangedIndicator, Indicator, Indicators, StoredIndicator
from services.sla.store import names as store
from shared.auth import Principal, Role, public, requires
from shared.errors import Fault, NotFound, PreconditionFailed, Unprocessable
from shared.http import After, Json, Limit, StrictRoute, check_if_match, cursor, etag, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["indicators"])


@router.post("/indicators", status_code=201, response_model=StoredIndicator)
async def make_indicator(
    request: Request, body: Indicator, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """An indicator of a service that the caller's agency owns or has a step of."""
    return await perform(
        request,
        database(request),
        handlers.make_indicator,
        handlers.Make(caller, body.plain()),
        status=201,
        location=lambda made: f"/api/sla/v1/indicators/{made['code']}",
        tag=_version,
    )


@router.get("/indicators", dependencies=[public], response_model=Indicators)
async def list_indicators(
    request: Request,
    service: Annotated[str | None, Query(pattern=CODE)] = None,
    kind: Annotated[str | None, Query(pattern="^(ratio|value|count|duration|rating)$")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Indicators by code."""
    found = await database(request).read(store.list_indicators, service, kind, code_cursor(after), limit + 1)
    more = cursor(found[limit - 1].code) if len(found) > limit else None
    return Json({"items": [each.answer() for each in found[:limit]], "next": more})


@router.get("/indicators/{code}", dependencies=[public], response_model=StoredIndicator)
async def get_indicator(request: Request, code: Code) -> Response:
    """One indicator; its `ETag` goes into `If-Match` of a change."""
    found = await database(request).read(store.find_indicator, code)
    if found is None:
        raise NotFound(f"no indicator {code!r} is known")
    return Json(found.answer(), headers={"ETag": etag(found.version)})


@router.put("/indicators/{code}", response_model=StoredIndicator)
async def change_indicator(
    request: Request, code: Code, body: ChangedIndicator, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """The whole indicator anew. Once a promise was offered on it, what it measures stays."""
    if body.code != code:
        raise Unprocessable(
            "the body is about another indicator", errors=[Fault("/code", f"the address says {code}")]
        )

    def unchanged(version: int) -> None:
        check_if_match(request, version)
        if body.version not in (None, version):
            raise PreconditionFailed(
                f"changed meanwhile: the version is {version} now; read it again and repeat"
            )

    return await perform(
        request,
        database(request),
        handlers.change_indicator,
        handlers.Change(caller, code, body.plain(), unchanged),
        tag=_version,
    )


def _version(answer: dict[str, Any]) -> int:
    version: int = answer["version"]
    return version
