"""What all pages share: their route class, the reader's language, cookies, and pages for errors."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from services.portal.client import Api, Away, Missing, Refused
from services.portal.rendering import Page, Pages, Person
from services.portal.sessions import Session, Sessions
from services.portal.text.language import Lang, choose, known
from services.portal.text.words import speech
from services.portal.verifying import Verifier
from services.portal.views.refusals import refusal_words, type_words
from services.portal.views.words import Reader
from shared.auth import public
from shared.errors import Problem
from shared.service import Context
from shared.telemetry import trace_id

log = structlog.get_logger(__name__)

CODE = r"^[a-z0-9][a-z0-9._-]{0,63}$"
LANGUAGE_COOKIE = "sanya_lang"
SESSION_COOKIE = "sanya_session"
FORM_COOKIE = "sanya_form"
YEAR_SECONDS = 365 * 86400
TOKEN_BYTES = 32


class SignInFirst(Exception):
    """The page is for who is signed in; the answer leads to the form and from there back."""


class FormRefused(Exception):
    """A form without the token that its page carried."""


@dataclass(frozen=True)
class Parts:
    """What the routes share; made for the first of them."""

    pages: Pages
    api: Api
    sessions: Sessions
    verifier: Verifier


def context_of(request: Request) -> Context:
    context: Context = request.app.state.contexts["portal"]
    return context


def parts_of(request: Request) -> Parts:
    kept = context_of(request).parts
    if "portal" not in kept:
        anybody = Api(kept["http"])
        kept["portal"] = Parts(Pages(), anybody, Sessions(anybody), Verifier())
    parts: Parts = kept["portal"]
    return parts


def language(request: Request) -> Lang:
    return choose(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))


def reader_of(request: Request) -> Reader:
    return Reader(language(request))


# --- cookies -----------------------------------------------------------------------------------------


def _cookie(request: Request, name: str) -> str:
    # The prefix keeps other hosts of the domain from setting it; browsers take it over TLS only.
    return f"__Host-{name}" if request.url.scheme == "https" else name


def read_cookie(request: Request, name: str) -> str | None:
    return request.cookies.get(_cookie(request, name))


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """For this visit only, and out of reach of scripts."""
    response.set_cookie(
        _cookie(request, name),
        value,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        _cookie(request, name), path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


# --- forms -------------------------------------------------------------------------------------------


def form_token(secret: str) -> str:
    """Stands in a form and follows from a cookie that other sites cannot read.

    Another text each time: pages go out compressed, and from the length of one that also repeats what
    was asked for, a token that stays the same could be guessed piece by piece (BREACH).
    """
    pad = secrets.token_bytes(TOKEN_BYTES)
    return base64.urlsafe_b64encode(pad + _xor(pad, _token_of(secret))).decode()


def _token_of(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"sanya form", hashlib.sha256).digest()


def _is_token_of(secret: str, given: str) -> bool:
    try:
        both = base64.b64decode(given.encode(), altchars=b"-_", validate=True)
    except ValueError:
        return False
    pad, masked = both[:TOKEN_BYTES], both[TOKEN_BYTES:]
    return len(masked) == TOKEN_BYTES and hmac.compare_digest(_xor(pad, masked), _token_of(secret))


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def check_form(request: Request, secret: str | None, given: object) -> None:
    """Raises FormRefused for a form that another site sent, or that has outlived its cookie."""
    from_elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    if from_elsewhere or secret is None or not isinstance(given, str) or not _is_token_of(secret, given):
        raise FormRefused


def local(path: object, otherwise: str) -> str:
    """An address of this site to go on to; anything else is not followed."""
    if isinstance(path, str) and re.fullmatch(r"/([A-Za-z0-9._~%-][A-Za-z0-9._~%/?=&+-]*)?", path):
        return path
    return otherwise


# --- who is signed in --------------------------------------------------------------------------------


async def session_of(request: Request) -> Session | None:
    """The reader's session. Raises Away when the registry cannot be asked."""
    secret = read_cookie(request, SESSION_COOKIE)
    return await parts_of(request).sessions.find(secret) if secret else None


async def person_of(request: Request) -> Person | None:
    """Whoever is signed in, for the frame; nobody while the registry is away."""
    try:
        session = await session_of(request)
    except Away:
        return None
    return None if session is None else shown(session)


def shown(session: Session) -> Person:
    return Person(session.name, session.agency, form_token(session.secret))


async def render(request: Request, page: Page, person: Person | None = None) -> Response:
    return parts_of(request).pages.render(
        request, language(request), page, now=context_of(request).clock(), person=person
    )


# --- errors ------------------------------------------------------------------------------------------

_ERRORS = {
    404: ("not_found_title", "not_found"),
    400: ("refused_title", "refused"),
    503: ("away_title", "away"),
}


async def error_page(request: Request, status: int) -> Response:
    """404 and "not yours" are one page; every page says what to do next."""
    t = speech(language(request))
    title, text = _ERRORS.get(404 if status in (403, 404, 405) else status, ("broken_title", "broken"))
    said = getattr(t, text)
    page = Page(
        "error.html",
        getattr(t, title).plain,
        {"heading": getattr(t, title), "text": said(trace=trace_id() or "–") if text == "broken" else said},
        trail=(("/", t.home.plain),),
        status=404 if status in (403, 405) else status,
        headers={"Retry-After": "5", "Cache-Control": "no-store"}
        if status == 503
        else {"Cache-Control": "no-store"},
    )
    person = await person_of(request) if status != 503 else None
    return await render(request, page, person)


async def _refused_page(request: Request, refusal: Refused) -> Response:
    """A refusal that a page had no place for: what it was, in the reader's language, and what was said."""
    if refusal.slug == "unauthenticated":
        return _to_sign_in(request)
    if refusal.status in (403, 405):
        return await error_page(request, refusal.status)
    reader = reader_of(request)
    t = reader.t
    heading = type_words(reader, refusal.problem) or t.problem_page
    page = Page(
        "error.html",
        heading.plain,
        {"heading": t.problem_page, "text": refusal_words(reader, refusal.status, refusal.problem)},
        trail=(("/", t.home.plain),),
        status=refusal.status,
        headers={"Cache-Control": "no-store"},
    )
    return await render(request, page, await person_of(request))


class PageRoute(APIRoute):
    """Sets the language where `?lang=` asks for it; answers what goes wrong with a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            wanted = known(request.query_params.get("lang"))
            if wanted is not None and request.method in ("GET", "HEAD"):
                return _clean_address(request, wanted)
            try:
                return await handle(request)
            except (Missing, RequestValidationError):
                return await error_page(request, 404)
            except Away:
                return await error_page(request, 503)
            except Refused as refusal:
                return await _refused_page(request, refusal)
            except FormRefused:
                return await error_page(request, 400)
            except SignInFirst:
                return _to_sign_in(request)
            except Problem as problem:
                return await error_page(request, problem.status)
            except HTTPException as error:
                return await error_page(request, error.status_code)
            except Exception as error:
                log.error("unhandled", path=request.url.path, exc_info=error)
                return await error_page(request, 500)

        return answer


def _clean_address(request: Request, lang: Lang) -> Response:
    rest = request.url.remove_query_params("lang").query
    path = "/" + request.url.path.lstrip("/")
    response = RedirectResponse(f"{path}?{rest}" if rest else path, 303)
    response.set_cookie(
        LANGUAGE_COOKIE,
        lang,
        max_age=YEAR_SECONDS,
        samesite="lax",
        httponly=True,
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


def _to_sign_in(request: Request) -> Response:
    response = RedirectResponse(f"/sign-in?next={request.url.path}&done=first", 303)
    if read_cookie(request, SESSION_COOKIE):
        drop_cookie(request, response, SESSION_COOKIE)
    return response


def page_router(max_body: int | None = None) -> APIRouter:
    """`max_body`: bytes that a form of these pages may have, where the default is not enough."""
    return APIRouter(
        route_class=PageRoute, dependencies=[public], include_in_schema=False, max_body_size=max_body
    )


PAGE: dict[str, Any] = {"methods": ["GET", "HEAD"], "response_model": None}
"""How a page is declared: `@router.api_route("/x", **PAGE)`."""
