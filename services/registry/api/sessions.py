"""Signing in and out. The portal keeps the session's secret and fetches short access tokens with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from services.registry.api.common import BASE, db, no_store, passwords, settings
from services.registry.handlers import people
from services.registry.handlers import sessions as handlers
from services.registry.issuing import person_of_session, person_token
from services.registry.schemas import PersonToken, SessionIn, SessionMade, SignIn
from services.registry.store import keys
from shared.auth import public
from shared.errors import TooManyRequests, Unauthenticated, Unprocessable
from shared.http import Json, StrictRoute

router = APIRouter(
    prefix=f"{BASE}/sessions", route_class=StrictRoute, tags=["sessions"], dependencies=[public]
)

WRONG = "mail address or password is wrong"


@router.post("", status_code=201, response_model=SessionMade)
async def sign_in(request: Request, body: SignIn) -> Response:
    """Opens a session with mail address and password, and gives its first access token.

    After five wrong passwords in a row an address has to wait: 30 s, doubling, at most 15 minutes (429).
    Not by `Idempotency-Key`: that would keep a fast hash of the password.
    """
    own = settings(request)
    name = people.sign_in_name(body.email)
    guess = await db(request).write(handlers.begin_guess, name)
    if guess.wait is not None:
        raise TooManyRequests(
            "too many wrong passwords for this mail address; wait, or ask your agency's admin for a link to "
            "a new one",
            retry_after=guess.wait,
        )
    right = await passwords(request).verify(guess.hash, body.password)
    if not right or guess.person is None or guess.hash is None:
        raise Unauthenticated(WRONG)
    command = handlers.OpenSession(guess.person, name, guess.hash, own.session_lifetime)
    opened = await db(request).write(handlers.open_session, command)
    if opened is None:
        raise Unauthenticated(WRONG)
    now = db(request).clock()
    key = await db(request).read(keys.signing, now)
    token = person_token(opened.person, key, now, own, now)
    made = SessionMade(
        **dict(token),
        session=opened.secret,
        session_expires_in=int(own.session_lifetime.total_seconds()),
    )
    return no_store(Json(made, 201))


@router.post("/token", response_model=PersonToken)
async def fresh_token(request: Request, body: SessionIn) -> Response:
    """A fresh access token of a session. 401: the session is over, the person has to sign in again."""
    now = db(request).clock()
    found = await db(request).read(person_of_session, body.session, now)
    if found is None:
        raise Unauthenticated("the session is over; sign in again")
    session, person, key = found
    return no_store(Json(person_token(person, key, session.signed_in_at, settings(request), now)))


@router.delete("/current", status_code=204)
async def sign_out(
    request: Request,
    body: SessionIn | None = None,
    sanya_session: Annotated[str | None, Header(max_length=500)] = None,
) -> Response:
    """Ends a session, named in the body or in the header `Sanya-Session`. One that is over is no error."""
    secret = body.session if body is not None else sanya_session
    if not secret:
        raise Unprocessable('name the session: {"session": …} in the body, or the header Sanya-Session')
    await db(request).write(handlers.end_session, secret)
    return Response(status_code=204)
