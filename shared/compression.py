"""Answers that are text go out compressed to whoever takes that: a page is a tenth of its size then.

What is sent in parts (streams, files) is left alone, and so is what has a strong ETag: it names the bytes,
and comes back in `If-Match` as it was given.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1_000
"""Bytes; less fits into one packet as it is."""
LEVEL = 5
LARGE = 100_000
"""From here on it is done in a thread."""
GZIP = zlib.MAX_WBITS | 16

TEXTS = (
    b"text/html",
    b"text/css",
    b"text/csv",
    b"text/plain",
    b"application/json",
    b"application/problem+json",
    b"application/yaml",
    b"image/svg+xml",
)
_REFUSED = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)")

Headers = list[tuple[bytes, bytes]]


class Compressed:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        taken = takes_gzip(scope["headers"])
        start: Message | None = None

        async def pack(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if _is_text(message["headers"]):
                    # It may have been answered otherwise to somebody who takes something else.
                    message = {**message, "headers": [*message["headers"], (b"vary", b"Accept-Encoding")]}
                    if taken:
                        start = message
                        return
            elif start is not None:
                held, start = start, None
                body = message.get("body", b"")
                if not message.get("more_body", False) and len(body) >= LEAST:
                    body = await _packed(body)
                    held = {**held, "headers": _relabelled(held["headers"], len(body))}
                    message = {**message, "body": body}
                await send(held)
            await send(message)

        await self.app(scope, receive, pack)


def takes_gzip(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request says so."""
    said = ",".join(value.decode("latin-1").lower() for name, value in headers if name == b"accept-encoding")
    return "gzip" in said and not _REFUSED.search(said)


def _is_text(headers: Headers) -> bool:
    text = False
    for name, value in headers:
        if name == b"content-type":
            text = value.split(b";")[0].strip() in TEXTS
        elif name == b"content-encoding" or (name == b"etag" and not value.startswith(b"W/")):
            return False
    return text


async def _packed(body: bytes) -> bytes:
    return await asyncio.to_thread(_gzip, body) if len(body) >= LARGE else _gzip(body)


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return packer.compress(body) + packer.flush()


def _relabelled(headers: Headers, length: int) -> Headers:
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    return [*kept, (b"content-encoding", b"gzip"), (b"content-length", str(length).encode())]
