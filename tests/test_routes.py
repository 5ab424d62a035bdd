"""Every route says who may use it, and keeps to it: route x role x agency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from services.catalogue import SERVICES
from shared import health
from shared.auth import Role, access_of, public
from shared.http import StrictRoute

WORDS = {"public", "signed-in", *(str(role) for role in Role)}


def routes(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router, those of routers inside it included."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes(route.original_router)


def addresses(name: str) -> set[str]:
    """Every address of a service, as its OpenAPI document has it."""
    return set(health.openapi_of(SERVICES[name])["paths"])


def declared(route: APIRoute) -> tuple[str, ...] | None:
    return access_of(route.dependant)


ALL = [(name, route) for name, service in SERVICES.items() for route in routes(service.router)]


@pytest.mark.parametrize(("name", "route"), ALL, ids=lambda value: getattr(value, "path", value))
def test_a_route_declares_who_may_use_it(name: str, route: APIRoute) -> None:
    access = declared(route)
    assert access is not None, f"{route.methods} {route.path} forgot to say who may use it"
    assert set(access) <= WORDS


@pytest.mark.parametrize(("name", "route"), ALL, ids=lambda value: getattr(value, "path", value))
def test_a_route_reads_strictly(name: str, route: APIRoute) -> None:
    if SERVICES[name].migrations is not None:
        assert isinstance(route, StrictRoute)


@pytest.mark.parametrize("name", [name for name, one in SERVICES.items() if one.migrations is not None])
def test_addresses_stand_under_their_service(name: str) -> None:
    strange = [path for path in addresses(name) if not re.match(rf"^(/api/{name}/v1/|/\.well-known/)", path)]
    assert strange == []
    assert len(addresses(name)) > 1


def test_what_a_process_says_of_itself_is_public_by_purpose() -> None:
    assert all(declared(route) == ("public",) for route in routes(health.router))


def test_a_route_that_forgot_is_found() -> None:
    router = APIRouter()

    @router.get("/open")
    async def left_open() -> dict[str, Any]:
        return {}

    @router.get("/said", dependencies=[public])
    async def said() -> dict[str, Any]:
        return {}

    assert [declared(route) for route in routes(router)] == [None, ("public",)]
