"""Answers go out compressed to whoever takes that: a page is a tenth of its size then.

The compression is Starlette's. Its middleware knows neither of two rules of HTTP that are kept here:
`gzip;q=0` means no (RFC 9110, 12.5.3), and a strong ETag names the very bytes (8.8.3): ours come back in
`If-Match`, so what has one stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipResponder, IdentityResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1_000
"""Bytes; less fits into one packet as it is."""
LEVEL = 5
LARGE = 100_000
"""From here on it is done in a thread."""
PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""What is compressed in itself, and streams of events."""

_REFUSED = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)")


class Compressed:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        responder: IdentityResponder
        if takes_gzip(scope["headers"]):
            responder = GZipResponder(
                self.app, LEAST, LEVEL, thread_minimum_size=LARGE, exclude_content_types=PACKED
            )
        else:
            responder = IdentityResponder(self.app, LEAST, exclude_content_types=PACKED)
        responder.send = send
        as_it_is = False

        async def answer(message: Message) -> None:
            nonlocal as_it_is
            if message["type"] == "http.response.start":
                etag = Headers(raw=message["headers"]).get("etag", "W/")
                as_it_is = not etag.startswith("W/")
            await (send if as_it_is else responder.send_with_compression)(message)

        await self.app(scope, receive, answer)


def takes_gzip(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request says so."""
    said = ",".join(value.decode("latin-1").lower() for name, value in headers if name == b"accept-encoding")
    return "gzip" in said and not _REFUSED.search(said)
