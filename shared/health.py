"""What a process says of itself: /livez, /readyz, /metrics, /docs and each service's openapi.json."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.auth import access_of, public
from shared.errors import MOST_ERRORS
from shared.http import PROBLEM_JSON, Json

if TYPE_CHECKING:
    from shared.service import Context, Service

PING_SECONDS = 2.0

router = APIRouter(dependencies=[public], include_in_schema=False)


@router.get("/livez")
async def livez() -> Response:
    """The process runs. Says nothing about what it depends on."""
    return Json({"status": "ok"})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Whether requests can be answered (api: its own databases) and records consumed (worker)."""
    working = request.app.state.role != "api"
    contexts: list[Context] = list(request.app.state.contexts.values())
    checks = await asyncio.gather(*(_check(context, working) for context in contexts))
    services = {context.service.name: check for context, check in zip(contexts, checks, strict=True)}
    ready = request.app.state.fatal is None and all(check["ready"] for check in checks)
    body = {"status": "ready" if ready else "not-ready", "services": services}
    return Json(body, 200 if ready else 503, {} if ready else {"Retry-After": "2"})


async def _check(context: Context, working: bool) -> dict[str, Any]:
    if context.service.migrations is None:
        return {"ready": True}
    problems: list[str] = []
    try:
        async with asyncio.timeout(PING_SECONDS):
            await context.db.ping()
    except Exception as error:
        problems.append(f"database: {type(error).__name__}")
    progress = context.progress
    found: dict[str, Any] = {"lag": sum(progress.lag.values())}
    if working:
        if not progress.running:
            problems.append("consumer: not running")
        if progress.stalled:
            problems.append("consumer: stalled")
    return {"ready": not problems, **found, **({"problems": problems} if problems else {})}


@router.get("/metrics")
async def metrics() -> Response:
    """Prometheus text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457): what is wrong, where, and what to do.",
    "content": {
        PROBLEM_JSON: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {
                        "type": "array",
                        "maxItems": MOST_ERRORS,
                        "items": {
                            "type": "object",
                            "required": ["pointer", "detail"],
                            "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                        },
                    },
                    "more_errors": {"type": "integer"},
                    "trace_id": {"type": "string"},
                },
            }
        }
    },
}
TOKEN = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def openapi_of(service: Service) -> dict[str, Any]:
    """The OpenAPI document of one service.

    Every refusal is a problem, and what a route declares of its callers stands beside it: `security`, and
    the roles that may in `x-roles`. FastAPI knows of neither, and would promise another body for a 422.
    """
    document = get_openapi(title=f"Sanya {service.name}", version="1", routes=service.router.routes)
    components = document.setdefault("components", {})
    for name in ("HTTPValidationError", "ValidationError"):
        components.get("schemas", {}).pop(name, None)
    components["responses"] = {"Problem": PROBLEM}
    components["securitySchemes"] = {"token": TOKEN}
    for route in iter_route_contexts(service.router.routes):
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is None:
                continue
            operation["responses"].pop("422", None)
            for status in ("4XX", "503"):
                operation["responses"][status] = {"$ref": "#/components/responses/Problem"}
            access = access_of(route.dependant) or ()
            if access != ("public",):
                operation["security"] = [{"token": []}]
                if access != ("signed-in",):
                    operation["x-roles"] = list(access)
    return document


def documents(services: Sequence[Service]) -> APIRouter:
    """`/api/<service>/openapi.json` of each service here, and `/docs`, the index of them."""
    found = APIRouter(dependencies=[public], include_in_schema=False)
    with_api = [service for service in services if service.migrations is not None]
    cache: dict[str, dict[str, Any]] = {}

    def add(service: Service) -> None:
        async def openapi() -> Response:
            if service.name not in cache:
                cache[service.name] = openapi_of(service)
            return Json(cache[service.name])

        found.add_api_route(f"/api/{service.name}/openapi.json", openapi, methods=["GET"])

    for service in with_api:
        add(service)

    @found.get("/docs")
    async def docs() -> Response:
        rows = "".join(
            f'<li><a href="/api/{name}/openapi.json">{name}</a></li>'
            for name in (html.escape(service.name) for service in with_api)
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sanya: APIs</title>'
            f"<h1>Sanya: APIs</h1><p>OpenAPI documents of the services:</p><ul>{rows}</ul></html>"
        )
        return Response(page, media_type="text/html; charset=utf-8")

    return found
