"""Reports that were made on schedule: public where the agreement is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from services.evaluation import reading
from services.evaluation.api.common import BASE, agency_of, database
from services.evaluation.handlers.kept_reports import body_of, whole_of
from services.evaluation.schemas.kept_reports import KeptReport, KeptReportWhole
from services.evaluation.store import kept_reports as store
from shared.auth import MaybeSignedIn
from shared.db import Connection
from shared.errors import NotFound
from shared.http import After, Limit, Page, StrictRoute, cursor, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["reports"])


@router.get("/reports")
async def list_reports(
    request: Request,
    caller: MaybeSignedIn,
    agreement: Annotated[str | None, Query(max_length=64)] = None,
    period: Annotated[
        str | None, Query(max_length=16, description="`2026-10`, `fy2027-q1` or `fy2027`.")
    ] = None,
    party: Annotated[
        str | None, Query(pattern="^me$", description="`me`: of agreements that your agency is party to.")
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[KeptReport]:
    """Reports that were made on schedule, newest first; what each was made from is kept."""
    place = read_cursor(after, int, str)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        mine, public = reading.visible(connection, agency_of(caller))
        seen = mine if party else mine | public
        rows = store.listed(
            connection,
            agreements=[code for code in sorted(seen) if agreement in (None, code)],
            period=period,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
        )
        more = cursor(rows[limit - 1].kept_at, rows[limit - 1].id) if len(rows) > limit else None
        return [body_of(each) for each in rows[:limit]], more

    items, following = await database(request).read(read)
    return Page(items=[KeptReport.model_validate(item) for item in items], next=following)


@router.get("/reports/{report}")
async def get_report(request: Request, caller: MaybeSignedIn, report: str) -> KeptReportWhole:
    """One with its results as they were then, and what has changed since."""

    def read(connection: Connection) -> dict[str, Any]:
        mine, public = reading.visible(connection, agency_of(caller))
        found = store.by_id(connection, report)
        if found is None or found.agreement not in mine | public:
            raise NotFound("there is no such report, or it is not open to you")
        return whole_of(connection, found)

    return KeptReportWhole.model_validate(await database(request).read(read))
