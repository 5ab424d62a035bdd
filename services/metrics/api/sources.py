"""Who reports as planned, and who is silent since when."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from services.metrics.api.common import BASE, database
from services.metrics.domain.silence import Reporting
from services.metrics.store import reporting as store
from services.metrics.store.reporting import Plan
from shared.auth import SignedIn
from shared.clock import rfc3339, to_micros
from shared.http import After, Limit, Page, StrictRoute, Wire, cursor, read_cursor

router = APIRouter(prefix=f"{BASE}/sources-status", route_class=StrictRoute, tags=["metrics"])

Filter = Annotated[str | None, Query(max_length=64)]
State = Literal["waiting", "reporting", "silent"]


class SourceStatus(Wire):
    """A planned source, for one indicator of one agreement.

    `waiting`: in force, and neither heard yet nor overdue. `silent_since`: when the report was due that did
    not come.
    """

    agreement: str
    service: str
    indicator: str
    source: str
    state: State
    heard_at: str | None
    silent_since: str | None
    frequency: str
    post: str | None


@router.get("")
async def list_sources_status(
    request: Request,
    caller: SignedIn,
    agreement: Filter = None,
    service: Filter = None,
    source: Filter = None,
    indicator: Filter = None,
    state: Annotated[State | None, Query()] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[SourceStatus]:
    """Planned sources of the agreements in force that your agency is party to; of all, for the operator."""
    given = {"agreement": agreement, "service": service, "source": source, "indicator": indicator}
    filters = {name: value for name, value in given.items() if value is not None}
    place = read_cursor(after, str, str, str)
    now = to_micros(request.app.state.contexts["metrics"].clock())
    rows = await database(request).read(store.listed, caller.agency, now, filters)
    found = [
        (plan, _status(plan, standing))
        for plan, standing in rows
        if (place is None or plan.key > tuple(place)) and state in (None, _state(standing))
    ]
    more = cursor(*found[limit - 1][0].key) if len(found) > limit else None
    return Page(items=[status for _, status in found[:limit]], next=more)


def _state(standing: Reporting) -> State:
    if standing.silent_since is not None:
        return "silent"
    return "waiting" if standing.heard_at is None else "reporting"


def _status(plan: Plan, standing: Reporting) -> SourceStatus:
    return SourceStatus(
        agreement=plan.agreement,
        service=plan.service,
        indicator=plan.indicator,
        source=plan.source,
        state=_state(standing),
        heard_at=None if standing.heard_at is None else rfc3339(standing.heard_at),
        silent_since=None if standing.silent_since is None else rfc3339(standing.silent_since),
        frequency=plan.frequency,
        post=plan.post,
    )
