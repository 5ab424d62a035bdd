"""`/webhooks`: an agency's own. What they hear is what the agency's stream shows, no more."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from services.delivery.api.common import database, place, settings_of, when
from services.delivery.handlers import webhooks as handlers
from services.delivery.handlers.naming import UNFED
from services.delivery.handlers.webhooks import agency_of, no_webhook
from services.delivery.schemas import (
    Deliveries,
    DeliveryStatus,
    DeliveryView,
    WebhookBody,
    WebhookChange,
    Webhooks,
    WebhookView,
    WebhookWithSecret,
)
from services.delivery.store import webhooks as store
from shared.auth import Principal, Role, requires
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Fault, Unprocessable
from shared.http import (
    After,
    Json,
    Limit,
    StrictRoute,
    check_if_match,
    cursor,
    etag,
    perform,
)

router = APIRouter(prefix="/api/delivery/v1", route_class=StrictRoute, tags=["webhooks"])

WebhookId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A webhook's id.")]


def _types(request: Request, wanted: list[str] | None) -> tuple[str, ...] | None:
    """The types in their order; 422 for one that the feed never has, which would be waited for in vain."""
    if wanted is None:
        return None
    known = request.app.state.contexts["delivery"].service.subscription.handlers.keys() - UNFED
    faults = [
        Fault(f"/types/{index}", f"the feed has no type {name!r}")
        for index, name in enumerate(wanted)
        if name not in known
    ]
    if faults:
        raise Unprocessable("the webhook names unknown event types", errors=faults)
    return tuple(dict.fromkeys(wanted))


def _told(found: store.Webhook, secrets: list[store.Secret]) -> dict[str, Any]:
    return {
        "id": found.id,
        "agency": found.agency,
        "url": found.url,
        "types": list(found.types),
        "state": found.state,
        "disabled_because": found.disabled_because,
        "reached": str(found.reached),
        "failing_since": when(found.failing_since),
        "attempts": found.attempts,
        "next_at": when(found.next_at),
        "secrets": [
            {
                "made_at": rfc3339(each.made_at),
                "ends_at": when(each.ends_at),
            }
            for each in secrets
        ],
        "made_by": found.made_by,
        "made_at": rfc3339(found.made_at),
        "version": found.version,
    }


def _as_stored(found: store.Webhook, uow: UnitOfWork) -> dict[str, Any]:
    return _told(found, store.secrets_of(uow.connection, [found.id], uow.now)[found.id])


def _delivery(found: store.Delivery) -> dict[str, Any]:
    return {
        "event": found.event_id,
        "type": found.type,
        "cursor": None if found.seq is None else str(found.seq),
        "status": found.status,
        "attempts": found.attempts,
        "code": found.code,
        "error": found.error,
        "first_at": rfc3339(found.first_at),
        "last_at": when(found.last_at),
    }


@router.post("/webhooks", status_code=201, response_model=WebhookWithSecret)
async def make_webhook(
    request: Request,
    body: WebhookBody,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """A new webhook. Its secret is in this answer and never shown again; it hears what comes from now on."""
    settings = settings_of(request)
    command = handlers.Make(
        caller,
        body.url,
        _types(request, body.types) or (),
        settings.delivery_webhook_private,
        settings.delivery_webhooks_most,
    )

    def make(given: handlers.Make, uow: UnitOfWork) -> dict[str, Any]:
        made, secret = handlers.make(given, uow)
        return {**_as_stored(made, uow), "secret": secret}

    return await perform(
        request,
        database(request),
        make,
        command,
        status=201,
        location=lambda made: f"/api/delivery/v1/webhooks/{made['id']}",
        tag=lambda made: int(made["version"]),
    )


@router.get("/webhooks", response_model=Webhooks)
async def list_webhooks(
    request: Request,
    after: After = None,
    limit: Limit = 100,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """The webhooks of the caller's agency."""
    db = database(request)
    behind = place(after)
    agency, now = agency_of(caller), db.clock()

    def read(connection: Connection) -> tuple[list[store.Webhook], dict[str, list[store.Secret]]]:
        found = store.of_agency(connection, agency, behind, limit + 1)
        return found, store.secrets_of(connection, [each.id for each in found], now)

    found, secrets = await db.read(read)
    last = found[limit - 1] if len(found) > limit else None
    return Json(
        {
            "items": [_told(each, secrets[each.id]) for each in found[:limit]],
            "next": None if last is None else cursor(to_micros(last.made_at), last.id),
        }
    )


@router.get("/webhooks/{webhook}", response_model=WebhookView)
async def get_webhook(
    request: Request,
    webhook: WebhookId,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """One webhook: how far it is, and whether its receiver takes what is sent."""
    db = database(request)
    now = db.clock()

    def read(connection: Connection) -> dict[str, Any] | None:
        found = _own(connection, webhook, caller)
        if found is None:
            return None
        return _told(found, store.secrets_of(connection, [webhook], now)[webhook])

    found = await db.read(read)
    if found is None:
        raise no_webhook(webhook)
    return Json(found, headers={"ETag": etag(found["version"])})


def _own(connection: Connection, webhook: str, caller: Principal) -> store.Webhook | None:
    agency = agency_of(caller)
    found = store.find(connection, webhook)
    return found if found is not None and found.agency == agency else None


@router.patch("/webhooks/{webhook}", response_model=WebhookView)
async def change_webhook(
    request: Request,
    webhook: WebhookId,
    body: WebhookChange,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """Another address, other types, disabled or enabled."""
    command = handlers.Change(
        caller,
        webhook,
        body.url,
        _types(request, body.types),
        body.state,
        settings_of(request).delivery_webhook_private,
        lambda version: check_if_match(request, version),
    )
    return await perform(
        request,
        database(request),
        lambda given, uow: _as_stored(handlers.change(given, uow), uow),
        command,
        tag=lambda made: int(made["version"]),
    )


@router.delete("/webhooks/{webhook}", status_code=204)
async def remove_webhook(
    request: Request,
    webhook: WebhookId,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """Takes it away for good, with what is known of its deliveries."""
    return await perform(
        request, database(request), handlers.remove, handlers.Named(caller, webhook), status=204
    )


@router.post("/webhooks/{webhook}/secrets", status_code=201, response_model=WebhookWithSecret)
async def rotate_webhook_secret(
    request: Request,
    webhook: WebhookId,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """A new secret, shown this once. The old one signs beside it for a day, so that no event is refused."""

    def rotate(given: handlers.Rotate, uow: UnitOfWork) -> dict[str, Any]:
        made, secret = handlers.rotate(given, uow)
        return {**_as_stored(made, uow), "secret": secret}

    overlap = settings_of(request).delivery_webhook_overlap
    return await perform(
        request, database(request), rotate, handlers.Rotate(caller, webhook, overlap), status=201
    )


@router.post("/webhooks/{webhook}/test", status_code=202, response_model=DeliveryView)
async def send_test_event(
    request: Request,
    webhook: WebhookId,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """Has a `sanya.delivery.webhook.test.v1` sent once; what came of it stands in the deliveries."""
    return await perform(
        request,
        database(request),
        lambda given, uow: _delivery(handlers.ask_test(given, uow)),
        handlers.Named(caller, webhook),
        status=202,
    )


@router.get("/webhooks/{webhook}/deliveries", response_model=Deliveries)
async def list_deliveries(
    request: Request,
    webhook: WebhookId,
    status: Annotated[DeliveryStatus | None, Query()] = None,
    after: After = None,
    limit: Limit = 100,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.NEGOTIATOR),
) -> Response:
    """What came of each event."""
    behind = place(after)

    def read(connection: Connection) -> list[store.Delivery] | None:
        if _own(connection, webhook, caller) is None:
            return None
        return store.deliveries_of(connection, webhook, status, behind, limit + 1)

    found = await database(request).read(read)
    if found is None:
        raise no_webhook(webhook)
    last = found[limit - 1] if len(found) > limit else None
    return Json(
        {
            "items": [_delivery(each) for each in found[:limit]],
            "next": None if last is None else cursor(to_micros(last.first_at), last.event_id),
        }
    )
