"""`/subscriptions` and `/notices`: what goes out by mail, to whom; `/mail-links`: what a mail's link does."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from services.delivery.api.common import database, place, settings_of, when
from services.delivery.domain.mail import KINDS
from services.delivery.handlers import subscribing as handlers
from services.delivery.handlers.subscribing import Wanted, no_link, no_subscription
from services.delivery.letters import message_id
from services.delivery.schemas.mail import (
    Asked,
    FollowBody,
    MailLink,
    MailState,
    MailStatus,
    Notices,
    NoticeView,
    SubscriptionBody,
    SubscriptionChange,
    Subscriptions,
    SubscriptionView,
    SubscriptionWithAddress,
)
from services.delivery.store import mail as store
from shared.auth import MaybeSignedIn, Role, SignedIn, public
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict
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

router = APIRouter(prefix="/api/delivery/v1", route_class=StrictRoute, tags=["mail"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A subscription's id.")]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The last part of a mail's link.")]


def _check_on(request: Request) -> None:
    if not settings_of(request).mail_on:
        raise Conflict(
            "this installation sends no mail: it has no mail server (SANYA_DELIVERY_SMTP_HOST); use the "
            "feed, its stream, or a webhook",
            slug="mail-off",
            title="Mail is off",
        )


def _told(found: store.Subscriber) -> dict[str, Any]:
    return {
        "id": found.id,
        "agency": found.agency,
        "kinds": list(found.kinds),
        "agencies": list(found.agencies),
        "services": list(found.services),
        "agreements": list(found.agreements),
        "language": found.language,
        "state": found.state,
        "suspended_because": found.because,
        "confirm_until": when(found.confirm_until),
        "made_at": rfc3339(found.made_at),
        "version": found.version,
    }


def _notice(found: store.Mail, sender: str) -> dict[str, Any]:
    return {
        "id": found.id,
        "subscription": found.subscription,
        "purpose": found.purpose,
        "kind": found.kind,
        "event": found.event_id,
        "message_id": message_id(found, sender) if sender else None,
        "status": found.status,
        "attempts": found.attempts,
        "next_at": when(found.next_at),
        "code": found.code,
        "error": found.error,
        "made_at": rfc3339(found.made_at),
        "last_at": when(found.last_at),
    }


@router.get("/mail", response_model=MailState)
async def mail_state(request: Request, caller: MaybeSignedIn) -> Response:
    """Whether notices go out by mail here; the operator also sees how many wait and failed."""
    queue = None
    if caller is not None and caller.has(Role.OPERATOR):
        queue = await database(request).read(store.count_by_status)
    return Json({"on": settings_of(request).mail_on, "kinds": list(KINDS), "queue": queue})


def _wanted(body: SubscriptionBody | SubscriptionChange) -> Wanted:
    return Wanted(
        _unique(body.kinds), _unique(body.agencies), _unique(body.services), _unique(body.agreements)
    )


def _unique(codes: list[Any] | None) -> tuple[str, ...] | None:
    return None if codes is None else tuple(dict.fromkeys(codes))


@router.post("/subscriptions", status_code=201, response_model=SubscriptionView)
async def subscribe(request: Request, body: SubscriptionBody, caller: SignedIn) -> Response:
    """Has notices sent to a mail address. To a new one goes a request to confirm, and nothing else before."""
    _check_on(request)
    wanted = _wanted(body)
    most = settings_of(request).delivery_subscriptions_most
    return await perform(
        request,
        database(request),
        lambda given, uow: _told(handlers.subscribe(given, uow)),
        handlers.Subscribe(caller, body.email, body.language, wanted, most),
        status=201,
        location=lambda made: f"/api/delivery/v1/subscriptions/{made['id']}",
        tag=lambda made: int(made["version"]),
    )


@router.get("/subscriptions", response_model=Subscriptions)
async def list_subscriptions(
    request: Request, caller: SignedIn, after: After = None, limit: Limit = 100
) -> Response:
    """Your own subscriptions."""
    behind = place(after)

    def read(connection: Connection) -> tuple[list[store.Subscriber], dict[str, str]]:
        found = store.of_owner(connection, caller.subject, behind, limit + 1)
        return found, store.addresses_of(connection, [each.id for each in found])

    found, addresses = await database(request).read(read)
    last = found[limit - 1] if len(found) > limit else None
    return Json(
        {
            "items": [{**_told(each), "email": addresses.get(each.id)} for each in found[:limit]],
            "next": None if last is None else cursor(to_micros(last.made_at), last.id),
        }
    )


@router.get("/subscriptions/{subscription}", response_model=SubscriptionWithAddress)
async def get_subscription(request: Request, subscription: Id, caller: SignedIn) -> Response:
    """One of your subscriptions, with its address."""

    def read(connection: Connection) -> dict[str, Any] | None:
        found = store.find(connection, subscription)
        if found is None or found.owner != caller.subject:
            return None
        return {**_told(found), "email": store.address_of(connection, subscription)}

    found = await database(request).read(read)
    if found is None:
        raise no_subscription(subscription)
    return Json(found, headers={"ETag": etag(found["version"])})


@router.patch("/subscriptions/{subscription}", response_model=SubscriptionView)
async def change_subscription(
    request: Request, subscription: Id, body: SubscriptionChange, caller: SignedIn
) -> Response:
    """Other kinds, another language, suspended or active again."""
    wanted = _wanted(body)
    command = handlers.Change(
        caller,
        subscription,
        body.language,
        body.state,
        wanted,
        lambda version: check_if_match(request, version),
    )
    return await perform(
        request,
        database(request),
        lambda given, uow: _told(handlers.change(given, uow)),
        command,
        tag=lambda made: int(made["version"]),
    )


@router.delete("/subscriptions/{subscription}", status_code=204)
async def end_subscription(request: Request, subscription: Id, caller: SignedIn) -> Response:
    """Ends it for good; its address, and what is known of its mails, are erased."""
    return await perform(
        request, database(request), handlers.remove, handlers.Named(caller, subscription), status=204
    )


@router.post("/subscriptions/{subscription}/confirmation", status_code=202, response_model=SubscriptionView)
async def ask_to_confirm_again(request: Request, subscription: Id, caller: SignedIn) -> Response:
    """Sends the request to confirm once more; the link before is void. Not more often than an address bears:
    after 10 minutes, 1 hour, 6 hours (429 with `Retry-After`)."""
    _check_on(request)
    return await perform(
        request,
        database(request),
        lambda given, uow: _told(handlers.ask_again(given, uow)),
        handlers.Named(caller, subscription),
        status=202,
    )


@router.post("/subscriptions/{subscription}/test", status_code=202, response_model=NoticeView)
async def send_test_mail(request: Request, subscription: Id, caller: SignedIn) -> Response:
    """Has a test mail sent; what came of it stands in the notices."""
    _check_on(request)
    sender = settings_of(request).delivery_mail_from

    def ask(given: handlers.Named, uow: UnitOfWork) -> dict[str, Any]:
        return _notice(handlers.ask_test(given, uow), sender)

    return await perform(request, database(request), ask, handlers.Named(caller, subscription), status=202)


@router.get("/notices", response_model=Notices)
async def list_notices(
    request: Request,
    caller: SignedIn,
    subscription: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    status: Annotated[MailStatus | None, Query()] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The mails of your subscriptions, and what came of each; `status=failed` lists what did not arrive."""
    behind = place(after)
    found = await database(request).read(
        store.mails_of, caller.subject, subscription, status, behind, limit + 1
    )
    last = found[limit - 1] if len(found) > limit else None
    sender = settings_of(request).delivery_mail_from
    return Json(
        {
            "items": [_notice(each, sender) for each in found[:limit]],
            "next": None if last is None else cursor(to_micros(last.made_at), last.id),
        }
    )


# --- the public --------------------------------------------------------------------------------------


@router.post("/public-subscriptions", status_code=202, dependencies=[public], response_model=Asked)
async def follow_services(request: Request, body: FollowBody) -> Response:
    """Follows the public announcements of some services. The address has to confirm it; the answer is the
    same whether it is known already or not."""
    _check_on(request)
    command = handlers.Follow(
        body.email,
        body.language,
        tuple(dict.fromkeys(body.services)),
        settings_of(request).delivery_confirmations_hourly,
    )

    def ask(given: handlers.Follow, uow: UnitOfWork) -> dict[str, Any]:
        handlers.follow(given, uow)
        return {"asked": True}

    return await perform(request, database(request), ask, command, status=202)


def _link(does: str, found: store.Subscriber) -> dict[str, Any]:
    return {
        "does": does,
        "language": found.language,
        "kinds": list(found.kinds),
        "services": list(found.services),
    }


@router.get("/mail-links/{token}", dependencies=[public], response_model=MailLink)
async def read_mail_link(request: Request, token: Token) -> Response:
    """What a mail's link is for. Reading it changes nothing: programs that look into mails follow links."""
    db = database(request)
    now = db.clock()

    def read(connection: Connection) -> dict[str, Any] | None:
        found = store.by_key(connection, token)
        if found is None:
            return None
        confirms = found.confirm == token
        if confirms and (found.confirm_until is None or found.confirm_until <= now):
            return None
        return _link("confirm" if confirms else "end", found)

    found = await db.read(read)
    if found is None:
        raise no_link()
    return Json(found, headers={"Cache-Control": "no-store"})


@router.post("/mail-links/{token}/confirmation", dependencies=[public], response_model=MailLink)
async def confirm_address(request: Request, token: Token) -> Response:
    """The holder of the address says yes: notices begin."""

    def confirm(given: str, uow: UnitOfWork) -> dict[str, Any]:
        return _link("end", handlers.confirm(given, uow))

    return await perform(request, database(request), confirm, token)


@router.post("/mail-links/{token}/ending", status_code=204, dependencies=[public])
async def end_by_link(request: Request, token: Token) -> Response:
    """Ends a subscription, with its address. A link that is unknown, or was used, answers alike."""
    return await perform(request, database(request), handlers.end, token, status=204)
