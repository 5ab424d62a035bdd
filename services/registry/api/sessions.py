"""Signing in and out. The portal keeps the session's secret and fetches short access tokens with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from services.registry.api.common import BASE, db, no_store, passwords, settings
from services.registry.handlers import oidc, people
from services.registry.handlers import sessions as handlers
from services.registry.issuing import person_of_session, person_token
from services.registry.schemas import PersonToken, SessionIn, SessionMade, SignIn, StepUp
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
    person, hash = await guessed(request, name, body.password, WRONG)
    command = handlers.OpenSession(person, name, hash, own.session_lifetime)
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


@router.post("/step-up", response_model=PersonToken)
async def step_up(request: Request, body: StepUp) -> Response:
    """The session's person gives the password again: an access token whose `auth_time` is now.

    Or shows the ticket for having signed in again at the OpenID provider, once.
    An acceptance asks for one. The session itself stays what it was: its next token is an ordinary one.
    Wrong passwords count as those of `POST /sessions` do.
    """
    now = db(request).clock()
    found = await db(request).read(person_of_session, body.session, now)
    if found is None:
        raise Unauthenticated("the session is over; sign in again")
    if body.ticket is not None:
        proved = await db(request).write(oidc.use_ticket, oidc.Ticket(body.session, body.ticket))
        if proved is None:
            raise Unauthenticated("the ticket was used or is over; sign in again at the provider")
        return no_store(Json(person_token(found[1], found[2], proved, settings(request), now)))
    assert body.password is not None
    name = people.sign_in_name(found[1].email)
    await guessed(request, name, body.password, "the password is wrong")
    await db(request).write(handlers.forgive, name)
    # Read again: meanwhile the session may have ended, or the person been disabled.
    again = await db(request).read(person_of_session, body.session, now)
    if again is None:
        raise Unauthenticated("the session is over; sign in again")
    return no_store(Json(person_token(again[1], again[2], now, settings(request), now)))


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


async def guessed(request: Request, name: str, password: str, wrong: str) -> tuple[str, str]:
    """The person of a mail address and the hash of the password, which was right."""
    guess = await db(request).write(handlers.begin_guess, name)
    if guess.wait is not None:
        raise TooManyRequests(
            "too many wrong passwords for this mail address; wait, or ask your agency's admin for a link to "
            "a new one",
            retry_after=guess.wait,
        )
    right = await passwords(request).verify(guess.hash, password)
    if not right or guess.person is None or guess.hash is None:
        raise Unauthenticated(wrong)
    return guess.person, guess.hash
