"""Who had the journeys behind a result or a breach; for parties."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from services.evaluation import reading
from services.evaluation.api.common import BASE, database, visible_breach
from services.evaluation.schemas import AttributionOut
from services.evaluation.store import results
from shared.auth import SignedIn
from shared.db import Connection
from shared.errors import Fault, NotFound, Unprocessable
from shared.http import After, Limit, StrictRoute, cursor, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["attribution"])


@router.get("/attribution")
async def read_attribution(
    request: Request,
    caller: SignedIn,
    result: Annotated[str | None, Query(max_length=64, description="A result's id, or")] = None,
    breach: Annotated[str | None, Query(max_length=64, description="a breach's.")] = None,
    which: Annotated[
        Literal["bad", "all"] | None,
        Query(description="Journeys that count as bad (the default, where single ones can), or all."),
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> AttributionOut:
    """Each agency's part of the journeys' time, exactly, with hand-over gaps and the journeys as evidence."""
    if (result is None) == (breach is None):
        raise Unprocessable("name one of them", errors=[Fault("?result", "give `result` or `breach`")])
    place = read_cursor(after, str)

    def read(connection: Connection) -> dict[str, Any]:
        mine, _ = reading.visible(connection, caller.agency)
        broken = None if breach is None else visible_breach(connection, breach, caller.agency)
        found = results.result_by_id(connection, broken.result if broken else result or "")
        if found is None or found.agreement not in mine:
            raise NotFound("there is no such result, or it is not open to you")
        if found.track < 0:
            raise NotFound("a composite has no journeys of its own: ask for the results of its members")
        body = reading.attributed(connection, found, broken, which, place[0] if place else "", limit)
        if body is None:
            raise NotFound("there is no such result, or it is not open to you")
        return body

    body = await database(request).read(read)
    last = body.pop("last")
    return AttributionOut.model_validate({**body, "next": None if last is None else cursor(last)})
