"""The hot road: measurements and journey events come in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from services.metrics.api.common import BASE, MOST_BODY
from services.metrics.api.hot import HotRoute
from services.metrics.api.openapi import JOURNEY_EVENTS_BODY, MEASUREMENTS_BODY
from services.metrics.intake import JOURNEYS, MEASUREMENTS, Form, Intake, Posted
from services.metrics.schemas import AcceptedAnswer
from shared.auth import Principal, Role, requires
from shared.errors import Fault, Unprocessable, UnsupportedMedia
from shared.idempotency import once

router = APIRouter(prefix=BASE, route_class=HotRoute, tags=["metrics"], max_body_size=MOST_BODY)

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Names the batch for its source: sent again with the same body it counts once. "
        "Required but for a dry run.",
    ),
]
DRY: dict[int | str, dict[str, Any]] = {
    200: {"model": AcceptedAnswer, "description": "A dry run: judged, and nothing stored."}
}
DryRun = Annotated[bool, Query(description="Judge the body, answer 200 and store nothing.")]


@router.post(
    "/measurements",
    status_code=202,
    response_model=AcceptedAnswer,
    responses=DRY,
    openapi_extra={"requestBody": MEASUREMENTS_BODY},
)
async def post_measurements(
    request: Request,
    caller: Principal = requires(Role.REPORTER),
    idempotency_key: Key = None,
    dry_run: DryRun = False,
) -> Response:
    """Accepts a batch of measurements of one service, in rows or in columns, all or nothing.

    The answer comes when the batch is durable. Rows of unknown indicators or labels, and rows older than
    the horizon, are set aside with the reason.
    """
    return await _take(request, MEASUREMENTS, caller, idempotency_key, dry_run)


@router.post(
    "/journey-events",
    status_code=202,
    response_model=AcceptedAnswer,
    responses=DRY,
    openapi_extra={"requestBody": JOURNEY_EVENTS_BODY},
)
async def post_journey_events(
    request: Request,
    caller: Principal = requires(Role.REPORTER),
    idempotency_key: Key = None,
    dry_run: DryRun = False,
) -> Response:
    """Accepts steps of journeys of one service, all or nothing. An event counts once by its id.

    Without `agency` the step's responsible agency performed it; null says that nobody held the journey.
    """
    return await _take(request, JOURNEYS, caller, idempotency_key, dry_run)


async def _take(request: Request, form: Form, caller: Principal, key: str | None, dry_run: bool) -> Response:
    intake: Intake = request.app.state.contexts["metrics"].parts["intake"]
    if key is None and not dry_run:
        raise Unprocessable(
            "an Idempotency-Key is needed, so that a batch sent twice counts once",
            errors=[Fault("header Idempotency-Key", "send any text that you give to this batch alone")],
        )
    _check_media(request)
    intake.admit()
    declared = request.headers.get("content-length", "0")
    with intake.working(int(declared) if declared.isdecimal() else 0):
        body = await request.body()
        asked = once("", key, request.method, request.url.path, body)
        posted = Posted(body, caller.agency, None if dry_run else key, asked.request_hash)
        accepted = await intake.accept(form, posted)
    headers = {"Idempotency-Replayed": "true"} if accepted.replayed else {}
    return Response(accepted.answer, 200 if dry_run else 202, headers, "application/json")


def _check_media(request: Request) -> None:
    media = request.headers.get("content-type", "")
    if media.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMedia(f"send the body as application/json, not {media[:60] or 'untyped'}")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("send the body uncompressed")
