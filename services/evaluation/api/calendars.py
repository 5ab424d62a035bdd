"""Working calendars: what a version would change in an agreement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from services.evaluation import reading
from services.evaluation.api.common import BASE, database
from services.evaluation.reading.impact import Supposed, impact
from services.evaluation.schemas.calendars import ChangedWindow, Impact
from shared.auth import SignedIn
from shared.db import Connection
from shared.errors import NotFound
from shared.http import After, CodeText, Limit, StrictRoute, cursor, read_cursor

router = APIRouter(prefix=f"{BASE}/calendars", route_class=StrictRoute, tags=["calendars"])

Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/{code}/versions/{version}/impact")
async def show_impact(
    request: Request,
    caller: SignedIn,
    code: Code,
    version: Number,
    agreement: Annotated[CodeText, Query(description="One that your agency is party to.")],
    limit: Limit = 100,
    after: After = None,
) -> Impact:
    """The closed windows that a version would judge otherwise, with the verdict before and after.

    Nothing is changed. A version for the past is adopted by all parties: a correction
    (`POST /api/evaluation/v1/corrections`) with `agreement`, `calendar` and `version`.
    """
    place = read_cursor(after, int)
    first = 0 if place is None else max(place[0], 0)

    def read(connection: Connection) -> Supposed:
        mine, _ = reading.visible(connection, caller.agency)
        if agreement not in mine:
            raise NotFound("there is no such agreement, or it is not open to you")
        return impact(connection, agreement, code, version)

    found = await database(request).read(read)
    page = found.windows[first : first + limit]
    start = found.version.effective_from
    return Impact(
        items=[ChangedWindow.model_validate(one) for one in page],
        next=cursor(first + limit) if len(found.windows) > first + limit else None,
        agreement=agreement,
        calendar=code,
        version=version,
        effective_from=None if start is None else start.isoformat(),
        retroactive=found.version.retroactive,
        judges=found.judges,
    )
