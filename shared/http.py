"""HTTP manners that every service shares: strict JSON, problems, idempotent writes, lists, ETags.

All refusals leave through `install_problems` as `application/problem+json` (RFC 9457), those of the
framework included.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import time
import unicodedata
from collections.abc import Callable, Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import structlog
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.db import Database, UnitOfWork, unanswered
from shared.errors import (
    MOST_ERRORS,
    Fault,
    NotYetKnown,
    PreconditionFailed,
    Problem,
    Unavailable,
    Unprocessable,
    UnsupportedMedia,
)
from shared.idempotency import HEADER, answer_once, once
from shared.strict_json import parse_json
from shared.telemetry import trace_id

log = structlog.get_logger(__name__)

T = TypeVar("T")

PROBLEM_JSON = "application/problem+json"
PROBLEM_TYPES = "https://sanya.example/problems/"
"""Problem types are names; docs/problems.md explains each under the last part as its heading."""

MAX_BODY = 1 << 20
NOT_YET_KNOWN_WAIT = 2.0


# --- what comes in -----------------------------------------------------------------------------------


class Wire(BaseModel):
    """A body or part of one: unknown fields are refused, so that a typing error is never ignored."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _no_number(cls, given: Any) -> Any:
        """FastAPI lets models be read from attributes, and a decimal, as strict JSON gives it, has some."""
        if isinstance(given, Decimal):
            raise ValueError("must be an object, not a number")
        return given


def nfc(text: str) -> str:
    """Text in NFC without control characters; the one form in which names are stored and compared."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in text):
        raise ValueError("must not contain control characters")
    return unicodedata.normalize("NFC", text)


CodeText = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True), AfterValidator(nfc)
]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True), AfterValidator(nfc)
]


class Words(Wire):
    """A text for people: Thai, English, or both."""

    th: Text | None = None
    en: Text | None = None

    def model_post_init(self, _context: Any) -> None:
        if self.th is None and self.en is None:
            raise ValueError('give at least one of "th" and "en"')


def _query_parameters(dependant: Dependant) -> set[str]:
    """The query parameters of a route and of all it depends on."""
    found = {field.alias for field in dependant.query_params}
    return found.union(*(_query_parameters(inner) for inner in dependant.dependencies))


class StrictRequest(Request):
    async def json(self) -> Any:
        return parse_json(await self.body())


class StrictRoute(APIRoute):
    """Every route of every service: strict JSON in, unknown query parameters refused."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = _query_parameters(self.dependant)

        async def strict(request: Request) -> Response:
            unknown = [name for name in request.query_params if name not in known]
            if unknown:
                raise Unprocessable(
                    "unknown query parameter",
                    errors=[
                        Fault(f"?{name}", "unknown; allowed: " + (", ".join(sorted(known)) or "none"))
                        for name in dict.fromkeys(unknown)
                    ],
                )
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


def together(*routers: APIRouter) -> APIRouter:
    """The routes of several routers as one flat list.

    `include_router` would analyse every route once more for each application, and try each request on every
    router that includes another once more than on the one before; so a router has its whole prefix itself.
    """
    found = APIRouter()
    for router in routers:
        found.routes.extend(router.routes)
    return found


# --- what goes out -----------------------------------------------------------------------------------


def encode(value: Any) -> bytes:
    """JSON of a wire model, or of plain values; exact decimals as strings."""
    return msgspec.json.encode(value, enc_hook=_encode_other)


def _encode_other(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"cannot encode {type(value).__name__}")


class Json(Response):
    """A JSON answer written by `encode`."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return content if isinstance(content, bytes) else encode(content)


def problem_response(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": PROBLEM_TYPES + problem.slug,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **problem.members,
    }
    if problem.errors:
        body["errors"] = [
            {"pointer": fault.pointer, "detail": fault.detail} for fault in problem.errors[:MOST_ERRORS]
        ]
        if len(problem.errors) > MOST_ERRORS:
            body["more_errors"] = len(problem.errors) - MOST_ERRORS
    trace = trace_id()
    if trace:
        body["trace_id"] = trace
    headers = dict(problem.headers)
    if problem.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(problem.retry_after)))
    if problem.status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return Response(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        problem.status,
        headers,
        PROBLEM_JSON,
    )


_FRAMEWORK: Mapping[int, tuple[str, str, str]] = {
    400: ("unreadable", "The body cannot be read", "the request could not be read"),
    404: ("not-found", "Not found, or not open to you", "there is nothing at this address"),
    405: ("method-not-allowed", "The method is not allowed here", "see Allow for the methods"),
    413: ("too-large", "The body is too large", "the body is larger than this address takes"),
}


class _Framework(Problem):
    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None) -> None:
        slug, title, standard = _FRAMEWORK.get(status, ("http", f"HTTP {status}", ""))
        generic = detail in {"Not Found", "Method Not Allowed", "Content Too Large", "", None}
        super().__init__(standard if generic else detail, slug=slug, title=title, headers=dict(headers or {}))
        self.status = status


def _pointer(location: Sequence[Any]) -> str:
    place, *rest = location or ("body",)
    if place == "body":
        steps = [str(step).replace("~", "~0").replace("/", "~1") for step in rest]
        return "".join(f"/{step}" for step in steps)
    name = "/".join(str(step) for step in rest)
    return {"query": f"?{name}", "path": f"{{{name}}}", "header": f"header {name}"}.get(place, name)


def faults_of(errors: Sequence[Any]) -> list[Fault]:
    """Pydantic's errors as faults with RFC 6901 pointers."""
    return [
        Fault(_pointer(error["loc"]), str(error["msg"]).removeprefix("Value error, ")) for error in errors
    ]


ErrorPage = Callable[[Request, int], Coroutine[Any, Any, Response]]


def _page_of(request: Request) -> ErrorPage | None:
    """Who renders this error for people: a browser outside the APIs, in a process that has pages."""
    if request.url.path.startswith(("/api/", "/.well-known/")):
        return None
    if "text/html" not in request.headers.get("accept", ""):
        return None
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    return page


METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


def allowed_methods(request: Request) -> list[str]:
    """Every method of an address; the framework names those of the first route that matches alone."""

    def takes(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)

    return [method for method in METHODS if takes(method)]


def install_problems(app: FastAPI) -> None:
    """One renderer for every refusal and failure."""

    async def on_problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return problem_response(error)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, Problem):
            return problem_response(error.__cause__)
        page = _page_of(request)
        if page is not None:
            return await page(request, error.status_code)
        headers = error.headers
        if error.status_code == 405:
            headers = {**(headers or {}), "Allow": ", ".join(allowed_methods(request))}
        return problem_response(_Framework(error.status_code, error.detail, headers))

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = error.errors()
        media = request.headers.get("content-type", "")
        if isinstance(error.body, bytes) and error.body and "json" not in media:
            return problem_response(
                UnsupportedMedia(f"send the body as application/json, not {media or 'untyped'}")
            )
        return problem_response(
            Unprocessable("the request is readable but its content is wrong", errors=faults_of(errors))
        )

    async def on_bug(request: Request, error: Exception) -> Response:
        if unanswered(error):
            log.error("the database does not answer", path=request.url.path, exc_info=error)
            return problem_response(
                Unavailable("the service's database does not answer; send it again", retry_after=2)
            )
        log.error("unhandled", path=request.url.path, exc_info=error)
        return problem_response(
            Problem("an unexpected error on our side; quote the trace id when you report it")
        )

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(Exception, on_bug)


# --- writes ------------------------------------------------------------------------------------------


async def patiently(attempt: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs ``attempt``; while it names something not yet known here, again for up to 2 seconds."""
    until = time.monotonic() + NOT_YET_KNOWN_WAIT
    while True:
        try:
            return await attempt()
        except NotYetKnown:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.05)


async def perform(
    request: Request,
    db: Database,
    handler: Callable[[Any, UnitOfWork], Any],
    command: Any,
    *,
    status: int = 200,
    location: Callable[[Any], str] | None = None,
    tag: Callable[[Any], int] | None = None,
) -> Response:
    """One write: ``handler(command, uow)``, its result as JSON, once per `Idempotency-Key`.

    ``location`` and ``tag`` give the Location and the version for the ETag of a result.
    """
    caller = getattr(request.state, "principal", None)
    asked = once(
        caller.subject if caller else "",
        request.headers.get(HEADER),
        request.method,
        request.url.path,
        await request.body(),
    )

    def effect(given: Any, uow: UnitOfWork) -> Any:
        def run() -> tuple[int, bytes, dict[str, str]]:
            result = handler(given, uow)
            headers = {"Location": location(result)} if location else {}
            if tag:
                headers["ETag"] = etag(tag(result))
            return status, b"" if status == 204 else encode(result), headers

        return answer_once(asked, uow, run)

    answer = await patiently(lambda: db.write(effect, command))
    headers = dict(answer.headers)
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Json(answer.body, answer.status, headers)


# --- lists and versions ------------------------------------------------------------------------------

Limit = Annotated[int, Query(ge=1, le=1000, description="How many items at most.")]
After = Annotated[str | None, Query(max_length=2000, description="The `next` of the page before.")]


class Page(Wire, Generic[T]):
    """A part of a list; `next` is the cursor of the part after it, or null."""

    items: list[T]
    next: str | None = None


def cursor(*parts: str | int) -> str:
    """An opaque cursor over the sort key of a page's last item."""
    return base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).decode().rstrip("=")


YEAR_10000 = 253_402_300_800_000_000


def read_cursor(text: str | None, *kinds: type) -> list[Any] | None:
    """The parts of a cursor, checked; 422 for anything that `cursor` did not make."""
    if text is None:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != len(kinds)
        or not all(type(part) is kind and _storable(part) for part, kind in zip(parts, kinds, strict=True))
    ):
        raise Unprocessable(
            "the cursor is not one that a list gave",
            errors=[Fault("?after", "use `next` of the page before, as it was")],
        )
    return parts


def _storable(part: Any) -> bool:
    """Whether both databases take it, and a clock: no NUL, no lone surrogate, before the year 10000 in µs."""
    if isinstance(part, str):
        return "\0" not in part and not any(0xD800 <= ord(char) <= 0xDFFF for char in part)
    return not isinstance(part, int) or 0 <= part < YEAR_10000


def etag(version: int) -> str:
    return f'"{version}"'


def check_if_match(request: Request, version: int) -> None:
    """412 when `If-Match` names another version than the one stored; absent means "whatever it is"."""
    wanted = request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return
    if etag(version) not in [part.strip() for part in wanted.split(",")]:
        raise PreconditionFailed(
            f"changed meanwhile: the version is {etag(version)} now; read it again and repeat"
        )
