"""`/tasks`: what waits for the caller, or for the caller's agency."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from services.sla.api.common import CODE, database
from services.sla.domain.tasks import ROLES, answer
from services.sla.schemas.tasks import TaskKind, Tasks
from services.sla.store import agreements
from services.sla.store import tasks as store
from shared.auth import SignedIn
from shared.db import Connection
from shared.http import After, Json, Limit, StrictRoute, cursor, read_cursor

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["tasks"])


@router.get("/tasks", response_model=Tasks)
async def list_tasks(
    request: Request,
    caller: SignedIn,
    awaiting: Annotated[
        Literal["me", "agency"],
        Query(description="`me`: what the caller's roles may do; `agency`: all that waits for the agency."),
    ] = "me",
    kind: Annotated[TaskKind | None, Query()] = None,
    service: Annotated[str | None, Query(pattern=CODE)] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """What waits for an answer, a signature or an acknowledgement: nearest due date first."""
    db = database(request)
    now, place = db.clock(), read_cursor(after, int, str, str, str)
    roles = [role.value for role in caller.roles]

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        if caller.agency is None:
            return [], None
        found = [
            each
            for each in store.awaiting(connection, caller.agency, caller.subject, now)
            if kind in (None, each.kind)
            and service in (None, each.service)
            and (awaiting == "agency" or not set(ROLES[each.kind]).isdisjoint(roles))
            and (place is None or each.order > tuple(place))
        ]
        items = [
            answer(each, agreements.title(connection, each.revision), roles, now) for each in found[:limit]
        ]
        return items, cursor(*found[limit - 1].order) if len(found) > limit else None

    items, more = await db.read(read)
    return Json({"items": items, "next": more})
