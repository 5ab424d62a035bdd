"""What was achieved before anything was promised, beside each proposed target."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Request

from services.evaluation.api.common import BASE, agency_of, database
from services.evaluation.api.what_if import target_faults, window_faults
from services.evaluation.reading import achieved
from services.evaluation.reading.achieved import Wanted
from services.evaluation.schemas.achieved import AchievedIn, AchievedOut
from shared.auth import SignedIn
from shared.errors import Fault, Unprocessable
from shared.http import StrictRoute, patiently

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["what-if"])


@router.post("/achieved")
async def look_back(request: Request, caller: SignedIn, body: AchievedIn) -> AchievedOut:
    """ "Met in 7 of 12 months" had this been promised, the distribution, and targets to start from.

    Of a promise that is not agreed yet: counted from what any agreement that you can see has measured in the
    same way. Nothing is stored.
    """
    wanted = _wanted(body, agency_of(caller))
    db = database(request)
    return AchievedOut.model_validate(await patiently(lambda: db.read(achieved.answer, wanted)))


def _wanted(body: AchievedIn, agency: str | None) -> Wanted:
    objective = body.objective
    faults = [*window_faults(objective.window, "/objective/window")]
    for place, text in (
        ("/objective/target", objective.target),
        *((f"/objective/targets/{n}/target", one.target) for n, one in enumerate(objective.targets)),
    ):
        faults += target_faults(place, text, objective.aggregation)
    try:
        zone = ZoneInfo(body.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults.append(Fault("/time_zone", f"{body.time_zone!r} is no IANA time zone such as `Asia/Bangkok`"))
    if faults:
        raise Unprocessable("this cannot be judged", errors=faults)
    clauses: dict[str, Any] = objective.model_dump(exclude_none=True)
    return Wanted(agency, body.service, objective.code, clauses, body.months, zone)
