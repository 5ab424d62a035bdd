"""The one middleware: gives every request its trace, counts it and logs it."""

from __future__ import annotations

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooLarge
from shared.http import PROBLEM_JSON, problem_response
from shared.telemetry import REQUESTS, new_trace, use_trace, valid_trace

log = structlog.get_logger("sanya.access")

QUIET = {"/livez", "/readyz", "/metrics"}
"""Addresses of the process, not of a service: asked for every few seconds by machines."""


_TOO_LARGE = TooLarge("the body is larger than this address takes; send it in parts")


def _is_problem(start: Message) -> bool:
    return (b"content-type", PROBLEM_JSON.encode()) in start["headers"]


class Telemetry:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"traceparent"), None)
        trace = given if given and valid_trace(given) else new_trace()
        status = 500
        began = time.perf_counter()

        replaced = False

        async def tell(message: Message) -> None:
            nonlocal status, replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                if status == 413 and not _is_problem(message):
                    # The framework's limit answers in plain text, past every error handler.
                    replaced = True
                    await problem_response(_TOO_LARGE)(scope, receive, send)
                    return
                message = {
                    **message,
                    "headers": [
                        *message["headers"],
                        (b"traceparent", trace.encode()),
                        (b"x-content-type-options", b"nosniff"),
                    ],
                }
            await send(message)

        with use_trace(trace):
            try:
                await self.app(scope, receive, tell)
            finally:
                took = time.perf_counter() - began
                route = getattr(scope.get("route"), "path", "unmatched")
                # The address, not the route: inside another router a route knows only its own part.
                parts = scope["path"].split("/") if route != "unmatched" else []
                service = parts[2] if len(parts) > 2 and parts[1] == "api" else "pages"
                REQUESTS.labels(service, scope["method"], route, str(status)).observe(took)
                if scope["path"] not in QUIET:
                    log.info(
                        "request",
                        method=scope["method"],
                        # A one-time token in an address is a secret.
                        path=route if "{token}" in route else scope["path"],
                        status=status,
                        ms=round(took * 1000, 1),
                    )
