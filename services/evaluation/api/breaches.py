"""Breaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from services.evaluation import reading
from services.evaluation.api.common import BASE, database, visible_breach
from services.evaluation.handlers.breaches import breach_body
from services.evaluation.handlers.disputes import shown_of
from services.evaluation.schemas import BreachOut
from services.evaluation.store import results
from shared.auth import SignedIn
from shared.clock import to_micros
from shared.db import Connection
from shared.http import After, Limit, Page, StrictRoute, cursor, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["results"])


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
    db = database(request)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        mine, _ = reading.visible(connection, caller.agency)
        rows = results.list_breaches(
            connection,
            agreements=[code for code in mine if agreement in (None, code)],
            objective=objective,
            state=state,
            responsible=responsible,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
        )
        more = cursor(rows[limit - 1].opened_at, rows[limit - 1].id) if len(rows) > limit else None
        return _with_disputes(connection, rows[:limit], to_micros(db.clock())), more

    items, following = await db.read(read)
    return Page(items=[BreachOut.model_validate(item) for item in items], next=following)


@router.get("/breaches/{breach_id}")
async def get_breach(request: Request, caller: SignedIn, breach_id: str) -> BreachOut:
    """One breach as it stands, with who had its journeys' time, and its disputes."""
    db = database(request)

    def read(connection: Connection) -> dict[str, Any]:
        found = reading.refreshed(connection, visible_breach(connection, breach_id, caller.agency))
        (body,) = _with_disputes(connection, [found], to_micros(db.clock()))
        return body

    return BreachOut.model_validate(await db.read(read))


def _with_disputes(connection: Connection, rows: Sequence[results.Breach], now: int) -> list[dict[str, Any]]:
    disputes = shown_of(connection, [row.id for row in rows], now)
    return [{**breach_body(row), "disputes": disputes[row.id]} for row in rows]
