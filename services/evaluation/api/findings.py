"""Findings, and the recommendations that follow from them."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from services.evaluation import reading
from services.evaluation.api.common import BASE, database
from services.evaluation.handlers import recommendations as handlers
from services.evaluation.reading import findings as computed
from services.evaluation.schemas.findings import DeclinationIn, FindingOut, RecommendationOut
from services.evaluation.settings import Settings
from services.evaluation.store import improvements as store
from shared.auth import Principal, Role, SignedIn, requires
from shared.clock import to_micros
from shared.db import Connection
from shared.errors import NotFound
from shared.http import After, Json, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["findings"])

Item = TypeVar("Item")
Agreement = Annotated[str, Query(max_length=64)]
Objective = Annotated[str | None, Query(max_length=64)]


def least_of(request: Request) -> int:
    """The smallest group that may be shown."""
    settings = request.app.state.contexts["evaluation"].settings
    assert isinstance(settings, Settings)
    return settings.suppress_below


@router.get("/findings")
async def list_findings(
    request: Request,
    caller: SignedIn,
    agreement: Agreement,
    objective: Objective = None,
    window: Annotated[
        AwareDatetime | None,
        Query(description="An instant in the closed window; absent: the last closed one of each objective."),
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[FindingOut]:
    """What explains the shortfall of a window, what explains most first; for parties of the agreement."""
    place = read_cursor(after, int)
    at = None if window is None else to_micros(window)
    least = least_of(request)

    def read(connection: Connection) -> list[dict[str, Any]]:
        _check_party(connection, agreement, caller)
        return computed.found_of(connection, agreement, objective, at, least)

    items, following = _page(await database(request).read(read), place, limit)
    return Page(items=[FindingOut.model_validate(item) for item in items], next=following)


@router.get("/recommendations")
async def list_recommendations(
    request: Request,
    caller: SignedIn,
    agreement: Annotated[
        str | None, Query(max_length=64, description="Absent: all agreements of your agency.")
    ] = None,
    objective: Objective = None,
    state: Annotated[str | None, Query(pattern="^(open|taken_up|declined)$")] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[RecommendationOut]:
    """What the last closed windows suggest (`open`), then what was taken up or declined, the latest first."""
    place = read_cursor(after, int)
    least = least_of(request)

    def read(connection: Connection) -> list[dict[str, Any]]:
        if agreement is None:
            asked = sorted(reading.visible(connection, caller.agency)[0])
        else:
            _check_party(connection, agreement, caller)
            asked = [agreement]
        decided = store.decided_of(connection, asked)
        known = {one.id for one in decided}
        found: list[dict[str, Any]] = []
        if state in (None, "open"):
            found = [
                {"id": one["id"], "state": "open", "finding": one}
                for code in asked
                for one in computed.found_of(connection, code, objective, None, least)
                if one["recommended"] and one["id"] not in known
            ]
        mine = [one for one in decided if objective in (None, one.objective) and state in (None, one.state)]
        return [*found, *handlers.shown(connection, mine)]

    items, following = _page(await database(request).read(read), place, limit)
    return Page(items=[RecommendationOut.model_validate(item) for item in items], next=following)


@router.get("/recommendations/{recommendation}", response_model=RecommendationOut)
async def get_recommendation(
    request: Request,
    caller: SignedIn,
    recommendation: str,
    agreement: Annotated[
        str | None, Query(max_length=64, description="Where an open one is looked for; absent: everywhere.")
    ] = None,
) -> Response:
    """One recommendation: as it was decided, or as it stands open."""
    least = least_of(request)

    def read(connection: Connection) -> dict[str, Any]:
        mine, _ = reading.visible(connection, caller.agency)
        decided = store.decided(connection, recommendation)
        if decided is not None and decided.agreement in mine:
            return handlers.shown(connection, [decided])[0]
        for code in sorted(mine) if agreement is None else sorted(mine & {agreement}):
            found = computed.one_of(connection, code, None, recommendation, least)
            if found is not None:
                return {"id": recommendation, "state": "open", "finding": found}
        raise handlers.no_recommendation()

    return Json(RecommendationOut.model_validate(await database(request).read(read)))


@router.delete("/recommendations/{recommendation}/words/reason", response_model=RecommendationOut)
async def erase_reason(
    request: Request,
    recommendation: str,
    caller: Principal = requires(Role.NEGOTIATOR, Role.AGENCY_ADMIN),
) -> Response:
    """Erases why the caller's agency declined it, for good."""
    command = handlers.EraseReason(caller, recommendation)
    return await perform(request, database(request), handlers.erase_reason, command)


@router.post("/recommendations/{recommendation}/declination", response_model=RecommendationOut)
async def decline_recommendation(
    request: Request,
    recommendation: str,
    body: DeclinationIn,
    caller: Principal = requires(Role.NEGOTIATOR),
) -> Response:
    """Says why a recommendation is not followed. (It is taken up by an improvement that comes `from` it.)"""
    db = database(request)
    least = least_of(request)

    def find(connection: Connection) -> dict[str, Any] | None:
        mine, _ = reading.visible(connection, caller.agency)
        if body.agreement not in mine:
            return None
        return computed.one_of(connection, body.agreement, body.objective, recommendation, least)

    command = handlers.Decline(caller, recommendation, body.agreement, body.reason, await db.read(find))
    return await perform(request, db, handlers.decline, command)


def _check_party(connection: Connection, agreement: str, caller: Principal) -> None:
    mine, _ = reading.visible(connection, caller.agency)
    if agreement not in mine:
        raise NotFound("there is no such agreement, or it is not open to you")


def _page(items: list[Item], place: list[Any] | None, limit: int) -> tuple[list[Item], str | None]:
    """A part of what was computed whole."""
    start = 0 if place is None else place[0]
    end = start + limit
    return items[start:end], cursor(end) if end < len(items) else None
