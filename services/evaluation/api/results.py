"""Results and explanations."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from services.evaluation import reading
from services.evaluation.api.common import BASE, agency_of, database
from services.evaluation.reading.agreed import without_journeys
from services.evaluation.schemas import Explanation, ResultOut, whole_result
from services.evaluation.store import results
from shared.auth import MaybeSignedIn
from shared.clock import to_micros
from shared.errors import Fault, NotFound, Unprocessable
from shared.http import After, Json, Limit, Page, StrictRoute, cursor, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["results"])

STATES = "^(open|closed|final)$"
VERDICTS = "^(met|breached|not_determined|on_track|at_risk|no_data)$"


@router.get("/results", response_model=Page[ResultOut])
async def list_results(
    request: Request,
    caller: MaybeSignedIn,
    agreement: Annotated[str | None, Query(max_length=64)] = None,
    objective: Annotated[str | None, Query(max_length=64)] = None,
    of: Annotated[
        list[str] | None,
        Query(max_length=100, description="Only these promises, each as `agreement/objective`."),
    ] = None,
    service: Annotated[str | None, Query(max_length=64, description="Of agreements on it.")] = None,
    party: Annotated[str | None, Query(max_length=64, description="Of agreements that it signed.")] = None,
    windows: Annotated[
        int | None,
        Query(
            ge=1,
            le=100,
            description="Of each objective and group only so many closed windows, the newest.",
        ),
    ] = None,
    ends_from: Annotated[
        AwareDatetime | None, Query(alias="from", description="The window's end lies at or behind it.")
    ] = None,
    ends_to: Annotated[
        AwareDatetime | None, Query(alias="to", description="The window's end lies before it.")
    ] = None,
    state: Annotated[str | None, Query(pattern=STATES, description="State of the window.")] = None,
    verdict: Annotated[str | None, Query(pattern=VERDICTS)] = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Newest results, newest window first. Open windows are for parties; closed ones follow the agreement."""
    place = read_cursor(after, int, str)
    low = None if ends_from is None else to_micros(ends_from)
    high = None if ends_to is None else to_micros(ends_to)
    pairs = [_promise(text) for text in of or ()]

    def read(connection: Any) -> tuple[list[dict[str, Any]], str | None]:
        mine, public = reading.visible(connection, agency_of(caller), service=service, party=party)
        asked = {agreement} if agreement is not None else {code for code, _ in pairs} or mine | public
        chosen = [code for code in mine | public if code in asked]
        found: list[dict[str, Any]] = []
        if place is None and state in (None, "open"):
            parties = [code for code in chosen if code in mine]
            found = [
                one.body
                for one in reading.open_results(connection, parties, objective, of=set(pairs))
                if verdict in (None, one.verdict) and _within(one, low, high)
            ]
        if state == "open":
            return found, None
        rows = results.list_results(
            connection,
            agreements=chosen,
            objective=objective,
            ends_from=low,
            ends_to=high,
            states=("closed", "final") if state is None else (state,),
            verdict=verdict,
            after=None if place is None else (place[0], place[1]),
            limit=limit + 1,
            of=pairs,
            windows=windows,
        )
        more = len(rows) > limit
        rows = rows[:limit]
        following = cursor(rows[-1].window_end, rows[-1].id) if more else None
        return [*found, *(row.body for row in rows)], following

    items, following = await database(request).read(read)
    return Json({"items": [whole_result(item) for item in items], "next": following})


def _promise(text: str) -> tuple[str, str]:
    agreement, slash, objective = text.partition("/")
    if not slash or not agreement or not objective:
        raise Unprocessable(
            "a promise is named by its agreement and its objective",
            errors=[Fault("?of", "write it as agreement/objective, such as licence/within-5-days")],
        )
    return agreement, objective


def _within(one: results.Result, low: int | None, high: int | None) -> bool:
    return (low is None or one.window_end >= low) and (high is None or one.window_end < high)


@router.get("/results/{result_id}")
async def get_result(request: Request, caller: MaybeSignedIn, result_id: str) -> ResultOut:
    """One revision of a result."""
    found = await database(request).read(_visible_result, result_id, agency_of(caller))
    return ResultOut.model_validate(found.body)


@router.get("/results/{result_id}/explanation")
async def explain_result(
    request: Request,
    caller: MaybeSignedIn,
    result_id: str,
    limit: Limit = 100,
    after: After = None,
) -> Explanation:
    """How a result came about, down to the batches and journeys; parties see journeys by name."""
    place = read_cursor(after, str)

    def read(connection: Any) -> dict[str, Any]:
        found = _visible_result(connection, result_id, agency_of(caller))
        body = reading.explanation(connection, found, "" if place is None else place[0], limit)
        if body is None:
            raise NotFound("there is no such result")
        mine, _ = reading.visible(connection, agency_of(caller))
        if found.agreement not in mine:
            body["journeys"] = []
            body["exclusions"] = without_journeys(body["exclusions"])
            body["corrections"] = [{**one, "reason": None} for one in body["corrections"]]
            body["batches"] = []
            body["consequences"] = []
            body["last"] = None
        return body

    body = await database(request).read(read)
    last = body.pop("last")
    return Explanation.model_validate({**body, "next": None if last is None else cursor(last)})


def _visible_result(connection: Any, result_id: str, agency: str | None) -> results.Result:
    mine, public = reading.visible(connection, agency)
    found = results.result_by_id(connection, result_id)
    if found is None and result_id.endswith("-0"):
        # Of an open window only what is beyond repair is stored; the rest is judged when asked for.
        coming = reading.open_results(connection, sorted(mine), named=result_id)
        found = next((one for one in coming if one.id == result_id), None)
    if found is not None and (
        found.agreement in mine or (found.agreement in public and found.state != "open")
    ):
        return found
    raise NotFound("there is no such result, or it is not open to you")
