"""Breaches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from services.evaluation import reading
from services.evaluation.api.common import database, visible_breach
from services.evaluation.handlers.breaches import breach_body
from services.evaluation.schemas import BreachOut
from services.evaluation.store import results
from shared.auth import SignedIn
from shared.http import After, Limit, Page, StrictRoute, cursor, read_cursor

router = APIRouter(route_class=StrictRoute)


@router.get("/breaches")
async def list_breaches(
    request: Request,
    caller: SignedIn,
    agreement: Annotated[str | None, Query(max_length=64)] = None,
    objective: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[str | None, Query(pattern="^(open|closed|withdrawn|superseded)$")] = None,
    responsible: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[BreachOut]:
    """Breaches of the agreements your agency is party to, newest first."""
    place = read_cursor(after, int, str)

    def read(connection: Any) -> list[results.Breach]:
        mine, _ = reading.visible(connection, caller.agency)
        return results.list_breaches(
            connection,
            agreements=[code for code in mine if agreement in (None, code)],
            objective=objective,
            state=state,
            responsible=responsible,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
        )

    rows = await database(request).read(read)
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(
        items=[BreachOut.model_validate(breach_body(row)) for row in rows],
        next=cursor(rows[-1].opened_at, rows[-1].id) if more else None,
    )


@router.get("/breaches/{breach_id}")
async def get_breach(request: Request, caller: SignedIn, breach_id: str) -> BreachOut:
    """One breach as it stands."""

    found = await database(request).read(visible_breach, breach_id, caller.agency)
    return BreachOut.model_validate(breach_body(found))
