"""What broken promises cost, as agreed; for parties."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from services.evaluation import reading
from services.evaluation.api.common import BASE, database
from services.evaluation.schemas.consequences import Consequences
from shared.auth import SignedIn
from shared.clock import to_micros
from shared.errors import NotFound
from shared.http import After, Limit, StrictRoute, cursor, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["consequences"])

NOTE = {
    "th": "คำนวณจากผลที่ปิดแล้วเพื่อแสดงเท่านั้น ระบบไม่เรียกเก็บหรือหักให้เอง",
    "en": "Computed from closed results and shown: nothing is charged or deducted by the system.",
}


@router.get("/consequences")
async def list_consequences(
    request: Request,
    caller: SignedIn,
    agreement: Annotated[str, Query(max_length=64)],
    ends_from: Annotated[
        AwareDatetime | None, Query(alias="from", description="The window's end lies at or behind it.")
    ] = None,
    ends_to: Annotated[
        AwareDatetime | None, Query(alias="to", description="The window's end lies before it.")
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> Consequences:
    """What the broken windows of an agreement cost, by their end. Caps and runs look at all its windows."""
    place = read_cursor(after, int)
    low = None if ends_from is None else to_micros(ends_from)
    high = None if ends_to is None else to_micros(ends_to)

    def read(connection: Any) -> dict[str, Any]:
        mine, _ = reading.visible(connection, caller.agency)
        if agreement not in mine:
            raise NotFound("there is no such agreement, or it is not open to you")
        found = [
            one
            for one in reading.reckoned(connection, agreement)
            if (low is None or one.judged.window.end >= low)
            and (high is None or one.judged.window.end < high)
        ]
        start = 0 if place is None else place[0]
        return {
            "agreement": agreement,
            "note": NOTE,
            "totals": reading.totals(found),
            "items": [reading.shown_cost(one) for one in found[start : start + limit]],
            "next": cursor(start + limit) if len(found) > start + limit else None,
        }

    return Consequences.model_validate(await database(request).read(read))
