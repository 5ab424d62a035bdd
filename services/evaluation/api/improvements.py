"""The improvement register."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from services.evaluation import reading
from services.evaluation.api.common import BASE, agency_of, database
from services.evaluation.api.findings import least_of
from services.evaluation.handlers import improvements as handlers
from services.evaluation.reading import findings as computed
from services.evaluation.schemas.improvements import (
    ImprovementChange,
    ImprovementIn,
    ImprovementOut,
    ImprovementWhole,
)
from services.evaluation.store import improvements as store
from shared.auth import MaybeSignedIn, Principal, Role, requires
from shared.db import Connection
from shared.errors import Fault, Unprocessable
from shared.http import (
    After,
    Json,
    Limit,
    Page,
    StrictRoute,
    check_if_match,
    cursor,
    etag,
    perform,
    read_cursor,
)

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["improvements"])

STATES = "^(planned|in_progress|done|dropped)$"


@router.post("/improvements", status_code=201, response_model=ImprovementOut)
async def open_improvement(
    request: Request, body: ImprovementIn, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Enters an action that the caller's agency undertakes: from a breach, a recommendation, or of itself."""
    db = database(request)
    named = body.from_ if body.from_ is not None and body.from_.kind == "recommendation" else None
    least = least_of(request)

    def find(connection: Connection) -> dict[str, Any] | None:
        mine, _ = reading.visible(connection, caller.agency)
        if named is None or body.agreement not in mine:
            return None
        return computed.one_of(connection, body.agreement, body.objective, named.id, least)

    command = handlers.Open(
        caller,
        body.agreement,
        body.objective,
        body.scope,
        body.action,
        body.owner,
        body.windows,
        body.due_on,
        body.started_on,
        None if body.from_ is None else body.from_.model_dump(),
        None if named is None else await db.read(find),
    )
    return await perform(
        request,
        db,
        handlers.open_improvement,
        command,
        status=201,
        location=lambda made: f"/api/evaluation/v1/improvements/{made['id']}",
        tag=lambda made: int(made["version"]),
    )


@router.get("/improvements")
async def list_improvements(
    request: Request,
    caller: MaybeSignedIn,
    agreement: Annotated[str | None, Query(max_length=64)] = None,
    objective: Annotated[str | None, Query(max_length=64)] = None,
    agency: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[str | None, Query(pattern=STATES)] = None,
    source: Annotated[
        str | None, Query(alias="from", max_length=64, description="Id of a breach or recommendation.")
    ] = None,
    awaiting: Annotated[
        str | None, Query(pattern="^me$", description="`me`: what your agency has still to do.")
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[ImprovementOut]:
    """Improvements under the agreements of your agency, newest first; of public agreements the lessons."""
    place = read_cursor(after, int, str)
    db = database(request)
    now = db.clock()
    me = agency_of(caller)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        mine, public = reading.visible(connection, me)
        if awaiting and (me is None or agency not in (None, me)):
            return [], None
        rows = store.list_improvements(
            connection,
            mine=sorted(mine),
            public=sorted(public - mine),
            agreement=agreement,
            objective=objective,
            agency=me if awaiting else agency,
            state=state,
            source=source,
            unfinished=awaiting is not None,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
        )
        more = cursor(rows[limit - 1].opened_at, rows[limit - 1].id) if len(rows) > limit else None
        return handlers.shown(connection, rows[:limit], now, mine), more

    items, following = await db.read(read)
    return Page(items=[ImprovementOut.model_validate(item) for item in items], next=following)


@router.get("/improvements/{improvement}", response_model=ImprovementWhole)
async def get_improvement(request: Request, caller: MaybeSignedIn, improvement: str) -> Response:
    """One improvement with both periods and what it comes from."""
    db = database(request)
    now = db.clock()

    def read(connection: Connection) -> dict[str, Any]:
        mine, public = reading.visible(connection, agency_of(caller))
        found = store.by_id(connection, improvement)
        taught = found is not None and found.state == "done" and found.lesson is not None
        if found is None or not (found.agreement in mine or (taught and found.agreement in public)):
            raise handlers.no_improvement()
        (body,) = handlers.shown(connection, [found], now, mine)
        named = body["from"] if body["from"] and body["from"]["kind"] == "recommendation" else None
        decided = None if named is None else store.decided(connection, named["id"])
        return {**body, "finding": None if decided is None else decided.finding}

    body = await db.read(read)
    return Json(ImprovementWhole.model_validate(body), headers={"ETag": etag(body["version"])})


@router.patch("/improvements/{improvement}", response_model=ImprovementOut)
async def change_improvement(
    request: Request,
    improvement: str,
    body: ImprovementChange,
    caller: Principal = requires(Role.NEGOTIATOR),
) -> Response:
    """Moves it on: started, done, with its lesson, or dropped. Only its agency may."""
    changes = body.model_dump(exclude_unset=True)
    empty = [name for name, value in changes.items() if value is None]
    if empty or not changes:
        raise Unprocessable(
            "say what is to be other; what is absent stays",
            errors=[Fault(f"/{name}", "cannot be taken back; leave it out") for name in empty],
        )
    command = handlers.Change(caller, improvement, changes, lambda version: check_if_match(request, version))
    return await perform(
        request,
        database(request),
        handlers.change_improvement,
        command,
        tag=lambda made: int(made["version"]),
    )


@router.delete("/improvements/{improvement}/words/{what}", response_model=ImprovementOut)
async def erase_words(
    request: Request,
    improvement: str,
    what: Literal["action", "owner", "lesson", "reason"],
    caller: Principal = requires(Role.NEGOTIATOR, Role.AGENCY_ADMIN),
) -> Response:
    """Erases what its agency wrote in one place, for good."""
    return await perform(
        request, database(request), handlers.erase_words, handlers.Erase(caller, improvement, what)
    )
