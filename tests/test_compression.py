"""Text goes out compressed to whoever takes that, and to nobody else; what names its bytes stays as it is."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from shared.compression import LARGE, Compressed

ROOT = Path(__file__).parents[1]
LONG = "ข้อตกลงระดับการให้บริการ " * 200


def _answer(content: str, kind: str, **headers: str) -> Any:
    async def answer(_request: Request) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(content, media_type=kind, headers=named)

    return answer


async def _parts(_request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield LONG.encode()

    return StreamingResponse(parts(), media_type="text/csv")


APP = Compressed(
    Starlette(
        routes=[
            Route("/page", _answer(LONG, "text/html")),
            Route("/large", _answer(LONG * 100, "text/html")),
            Route("/short", _answer("short", "text/html")),
            Route("/json", _answer(f'"{LONG}"', "application/json")),
            Route("/font", _answer(LONG, "font/woff2")),
            Route("/zip", _answer(LONG, "application/zip")),
            Route("/events", _answer(LONG, "text/event-stream")),
            Route("/packed", _answer(LONG, "text/html", Content_Encoding="br")),
            Route("/named", _answer(LONG, "application/json", ETag='"7"')),
            Route("/weak", _answer(LONG, "text/html", ETag='W/"7"')),
            Route("/parts", _parts),
        ]
    )
)


def get(path: str, accept: str | None) -> tuple[httpx.Headers, bytes]:
    async def ask() -> tuple[httpx.Headers, bytes]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(APP), base_url="http://sanya.test"
        ) as http:
            del http.headers["accept-encoding"]
            headers = {} if accept is None else {"accept-encoding": accept}
            async with http.stream("GET", path, headers=headers) as answer:
                return answer.headers, b"".join([part async for part in answer.aiter_raw()])

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/page", "/json", "/large", "/weak"])
def test_text_is_packed_for_who_takes_it(path: str) -> None:
    headers, body = get(path, "gzip, deflate, br;q=0.9")
    plain, whole = get(path, None)
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == whole
    assert int(headers["content-length"]) == len(body) < len(whole) / 5
    assert "content-encoding" not in plain
    assert "Accept-Encoding" in headers["vary"]
    assert "Accept-Encoding" in plain["vary"]
    assert path != "/large" or len(whole) > LARGE


@pytest.mark.parametrize("accept", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_nobody_gets_what_they_do_not_take(accept: str) -> None:
    headers, body = get("/page", accept)
    assert ("content-encoding" in headers, body) == (False, LONG.encode())


@pytest.mark.parametrize("path", ["/short", "/font", "/zip", "/events", "/named"])
def test_what_gains_nothing_or_names_its_bytes_stays_as_it_is(path: str) -> None:
    headers, body = get(path, "gzip")
    assert "content-encoding" not in headers
    assert body == get(path, None)[1] != b""


def test_what_is_sent_in_parts_is_packed_part_by_part() -> None:
    headers, body = get("/parts", "gzip")
    _, whole = get("/parts", None)
    assert headers["content-encoding"] == "gzip"
    assert "content-length" not in headers
    assert gzip.decompress(body) == whole == LONG.encode() * 3


def test_what_is_packed_already_is_left_alone() -> None:
    headers, body = get("/packed", "gzip")
    assert (headers["content-encoding"], body) == ("br", LONG.encode())


def test_the_gateway_passes_on_what_readers_take() -> None:
    """The services pack; a gateway that hid what is taken, or packed again, would undo it."""
    told = (ROOT / "deploy" / "gateway" / "nginx.conf").read_text()
    assert not re.search(
        r"proxy_set_header\s+Accept-Encoding|proxy_hide_header\s+(Content-Encoding|Vary)", told
    )
