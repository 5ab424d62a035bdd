"""The route class of the hot road."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant

from shared.http import StrictRoute
from shared.idempotency import HEADER


class HotRoute(StrictRoute):
    """A route that calls its endpoint without the framework's solving of parameters, where there are none
    to solve but the caller and the idempotency key. What it declares tells OpenAPI and the tests of routes.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        usual = super().get_route_handler()
        authorise = _authorising(self.dependant)
        endpoint = self.endpoint

        async def hot(request: Request) -> Response:
            if authorise is None or request.scope["query_string"]:
                return await usual(request)
            caller = await authorise(request)
            answer: Response = await endpoint(request, caller, request.headers.get(HEADER))
            return answer

        return hot


def _authorising(dependant: Dependant) -> Callable[[Request], Coroutine[Any, Any, Any]] | None:
    """The dependency that declares who may use the route (`shared.auth.requires`)."""
    for inner in dependant.dependencies:
        if inner.call is not None and hasattr(inner.call, "access"):
            call: Callable[[Request], Coroutine[Any, Any, Any]] = inner.call
            return call
    return None
