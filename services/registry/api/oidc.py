"""Signing in at an OpenID provider. The portal sends the browser there and hands over what it comes back
with; codes and tokens of the provider never reach the browser's pages."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request, Response

from services.registry.api.common import BASE, context, db, no_store, settings
from services.registry.api.sessions import guessed
from services.registry.handlers import oidc as handlers
from services.registry.handlers import people, sessions
from services.registry.handlers.clients import may_see
from services.registry.issuing import person_of_session, person_token
from services.registry.provider import Identity, Provider, ProviderAway, Untrusted
from services.registry.schemas import IdInPath, SessionMade
from services.registry.schemas.oidc import (
    OidcBegin,
    OidcBegun,
    OidcIdentity,
    OidcReturn,
    OidcReturned,
    OidcState,
)
from services.registry.store import keys, subjects
from services.registry.store import oidc as store
from shared.auth import SignedIn, public
from shared.db import Connection, Row
from shared.errors import Conflict, NotFound, Unauthenticated, Unavailable
from shared.http import Json, StrictRoute, perform

log = structlog.get_logger(__name__)

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["sessions"])


def _provider(request: Request) -> Provider:
    found: Provider | None = context(request).parts.get("oidc")
    if found is None:
        raise Conflict(
            "people sign in with a password here: no OpenID provider is set (SANYA_OIDC_ISSUER)",
            slug="oidc-off",
            title="No OpenID provider",
        )
    return found


@router.get("/oidc", dependencies=[public])
async def oidc_state(request: Request) -> OidcState:
    """Whether there is a provider, for the page where people sign in."""
    own = settings(request)
    if not own.oidc_issuer:
        return OidcState(on=False, name=None, issuer=None)
    return OidcState(on=True, name=own.oidc_name, issuer=own.oidc_issuer)


@router.post("/sessions/oidc", status_code=201, dependencies=[public], response_model=OidcBegun)
async def begin_oidc(request: Request, body: OidcBegin) -> Response:
    """Begins signing in, linking or signing in again at the provider. Good for 10 minutes, once."""
    provider = _provider(request)
    if body.session is not None:
        found = await db(request).read(person_of_session, body.session, db(request).clock())
        if found is None:
            raise Unauthenticated("the session is over; sign in again")
        if body.password is not None:
            name = people.sign_in_name(found[1].email)
            await guessed(request, name, body.password, "the password is wrong")
            await db(request).write(sessions.forgive, name)
    begun = await db(request).write(handlers.begin, handlers.Begin(body.purpose, body.session))
    try:
        url = await provider.authorization_url(
            state=begun.state,
            nonce=begun.nonce,
            verifier=begun.verifier,
            again=body.purpose == handlers.STEP_UP,
        )
    except (Untrusted, ProviderAway) as error:
        raise _away(error) from error
    made = OidcBegun(url=url, attempt=begun.attempt, expires_in=int(handlers.UNDER_WAY.total_seconds()))
    return no_store(Json(made, 201))


@router.post("/sessions/oidc/return", dependencies=[public], response_model=OidcReturned)
async def return_from_oidc(request: Request, body: OidcReturn) -> Response:
    """Takes what the provider sent the browser back with. The attempt is used up by this.

    401 `oidc-not-linked`: nobody's account is linked to that identity: sign in with the password and link it.
    """
    provider = _provider(request)
    taken = await db(request).write(handlers.take, handlers.Return(body.attempt, body.state))
    if taken is None:
        raise Unauthenticated("this sign-in was not begun here, is over, or was used; begin again")
    try:
        identity = await provider.redeem(
            body.code,
            verifier=taken.verifier,
            nonce=taken.nonce,
            again=taken.purpose == handlers.STEP_UP,
            issuer=body.iss,
            now=db(request).clock(),
        )
    except Untrusted as error:
        log.warning("an OpenID sign-in was refused", reason=str(error))
        raise Unauthenticated("the provider's answer could not be verified; begin again") from error
    except ProviderAway as error:
        raise _away(error) from error
    if taken.purpose == handlers.SIGN_IN:
        made = await _signed_in(request, identity)
        return no_store(Json(OidcReturned(purpose="sign-in", made=made)))
    prove = handlers.Prove(taken, identity)
    if taken.purpose == handlers.LINK:
        await db(request).write(handlers.link, prove)
        return no_store(Json(OidcReturned(purpose="link")))
    ticket = await db(request).write(handlers.step_up, prove)
    return no_store(Json(OidcReturned(purpose="step-up", ticket=ticket)))


async def _signed_in(request: Request, identity: Identity) -> SessionMade:
    own = settings(request)
    opened = await db(request).write(handlers.sign_in, handlers.SignIn(identity, own.session_lifetime))
    if opened is None:
        raise Unauthenticated(
            "no active account is linked to this identity; sign in with your password and link it, or ask "
            "your agency's admin",
            slug="oidc-not-linked",
            title="No account is linked",
        )
    now = db(request).clock()
    key = await db(request).read(keys.signing, now)
    return SessionMade(
        **dict(person_token(opened.person, key, now, own, now)),
        session=opened.secret,
        session_expires_in=int(own.session_lifetime.total_seconds()),
    )


def _away(error: Exception) -> Unavailable:
    log.warning("the OpenID provider cannot be used", reason=str(error))
    return Unavailable(
        "the OpenID provider cannot be used at the moment; sign in with your password", retry_after=30
    )


# --- whose identity ----------------------------------------------------------------------------------


@router.get("/people/{id}/identity")
async def read_identity(request: Request, id: IdInPath, caller: SignedIn) -> OidcIdentity:
    """Whether a person may sign in at the provider; for themselves and for their agency's admin."""
    issuer = settings(request).oidc_issuer

    def one(connection: Connection) -> Row | None:
        row = subjects.person_by_id(connection, id)
        if row is None or not may_see(caller, row):
            raise NotFound("there is no person with this id, or they belong to another agency")
        return store.identity_of(connection, id, issuer)

    found = await db(request).read(one)
    if found is None:
        raise NotFound("the person is linked to no identity of the OpenID provider")
    return OidcIdentity(issuer=found.issuer, linked_at=found.linked_at)


@router.delete("/people/{id}/identity", status_code=204)
async def unlink_identity(request: Request, id: IdInPath, caller: SignedIn) -> Response:
    """Ends a link: by the person, or by their agency's admin."""
    return await perform(request, db(request), handlers.unlink, handlers.Unlink(caller, id), status=204)
