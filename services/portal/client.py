"""The other services as the portal sees them: their REST, nothing else.

Embedded, requests stay in the process (ASGI); otherwise they go to `SANYA_PORTAL_API_URL`. A service that
does not answer is `Away`: the page says so where its part would stand, and shows the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import structlog
from starlette.types import ASGIApp

from shared.telemetry import current_trace

log = structlog.get_logger(__name__)

FILE_SECONDS = 60.0
"""How long the largest file may take."""
AT_ONCE = 8
"""Requests of one page in flight at a time."""


Asked = str | int | Sequence[str] | None
"""A query parameter: None is not sent, several values are sent one by one."""


class Away(Exception):
    """The service behind an address does not answer, or not as agreed."""


class Missing(Exception):
    """404: it does not exist, or is not open to the reader. One and the same."""


class Refused(Exception):
    """Another 4xx: `status`, and the problem that was answered."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('detail', '')}")
        self.status = status
        self.problem = problem

    @property
    def slug(self) -> str:
        """Which type of problem it is (docs/problems.md)."""
        return slug_of(self.problem)


def slug_of(problem: Mapping[str, Any]) -> str:
    return str(problem.get("type", "")).rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Api:
    """REST calls in the name of one reader: with ``token`` as that person, without as the public."""

    http: httpx.AsyncClient
    token: str | None = None

    async def get(self, path: str, **query: Asked) -> Any:
        """The JSON at a path below `/api`. Raises Missing, Refused, Away."""
        return await self._call("GET", path, query={k: v for k, v in query.items() if v is not None})

    async def file(self, path: str, **query: str) -> bytes:
        """What stands at a path, as it is. Raises Missing, Refused, Away."""
        return (await self._answer("GET", path, query=query, headers={"accept": "*/*"})).content

    async def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> Any:
        """``key``: makes a repetition the same request. Raises Missing, Refused, Away."""
        headers = None if key is None else {"idempotency-key": key}
        return await self._call("POST", path, body=body, headers=headers)

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Raises Missing, Refused, Away."""
        return await self._call("PUT", path, body=body)

    async def patch(
        self, path: str, body: Mapping[str, Any], *, version: int | None = None, key: str | None = None
    ) -> Any:
        """Changes parts of what stands at a path; with ``version`` only if it is still that one.

        Raises Missing, Refused, Away.
        """
        headers = {} if key is None else {"idempotency-key": key}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self._call("PATCH", path, body=body, headers=headers)

    async def send(
        self, path: str, content: bytes, kind: str, *, key: str | None = None, **query: str | int | None
    ) -> Any:
        """A file as the body, of the media type ``kind``. Raises Missing, Refused, Away."""
        headers = {"content-type": kind} | ({} if key is None else {"idempotency-key": key})
        given = {name: value for name, value in query.items() if value is not None}
        return await self._call(
            "POST", path, query=given, content=content, headers=headers, timeout=FILE_SECONDS
        )

    async def delete(self, path: str, **headers: str) -> Any:
        return await self._call("DELETE", path, headers=headers)

    async def items(self, path: str, *, most: int, **query: Asked) -> list[Any]:
        """Up to ``most`` items of a list, page by page."""
        found: list[Any] = []
        after: str | None = None
        while len(found) < most:
            page = await self.get(path, **query, limit=min(most - len(found), 1000), after=after)
            found += page["items"]
            after = page["next"]
            if after is None:
                break
        return found[:most]

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | Sequence[str]] | None = None,
        body: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Any:
        answer = await self._answer(
            method, path, query=query, body=body, content=content, headers=headers, timeout=timeout
        )
        try:
            return msgspec.json.decode(answer.content) if answer.content else None
        except ValueError as error:
            log.warning("away", path=path, reason=f"{type(error).__name__}: {error}")
            raise Away(path) from error

    async def _answer(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | Sequence[str]] | None = None,
        body: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        # Not compressed: these bytes stay in this process, or between neighbours.
        headers = {"accept": "application/json", "accept-encoding": "identity", **(headers or {})}
        trace = current_trace()
        if trace:
            headers["traceparent"] = trace
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        try:
            answer = await self.http.request(
                method,
                f"/api{path}",
                params=dict(query or {}),
                json=body,
                content=content,
                headers=headers,
                timeout=httpx.USE_CLIENT_DEFAULT if timeout is None else timeout,
            )
            if answer.status_code < 400:
                return answer
            problem = _problem(answer)
        except httpx.InvalidURL as error:
            # A form named what nothing can be called.
            raise Missing(path) from error
        except (httpx.HTTPError, ValueError) as error:
            log.warning("away", path=path, reason=f"{type(error).__name__}: {error}")
            raise Away(path) from error
        if answer.status_code == 404:
            raise Missing(path)
        if answer.status_code >= 500:
            log.warning("away", path=path, status=answer.status_code)
            raise Away(path)
        raise Refused(answer.status_code, problem)


async def readable(api: Api, path: str, **query: Asked) -> Any:
    """As `Api.get`; what cannot be, or may not be seen by the reader, is missing to them."""
    try:
        return await api.get(path, **query)
    except Refused as refusal:
        raise Missing(path) from refusal


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    found = answer.json()
    return found if isinstance(found, dict) else {}


async def gather(*calls: Any) -> list[Any]:
    """All of some calls, a few at a time; a call that is away gives None."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(call: Any) -> Any:
        async with gate:
            try:
                return await call
            except (Away, Missing):
                return None

    return list(await asyncio.gather(*(one(call) for call in calls)))


@asynccontextmanager
async def open_client(app: ASGIApp, base_url: str, timeout: float) -> AsyncIterator[httpx.AsyncClient]:
    """``base_url`` empty: ``app`` itself answers, without a network."""
    transport: httpx.AsyncBaseTransport
    if base_url:
        transport = httpx.AsyncHTTPTransport(retries=1)
    else:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport,
        base_url=base_url or "http://sanya.internal",
        timeout=timeout,
        limits=httpx.Limits(max_connections=50),
        trust_env=False,
    ) as client:
        yield client
