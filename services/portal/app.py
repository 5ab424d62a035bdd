"""The wiring of the portal. It has no database: nothing here outlives a request but cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from fastapi import Request, Response

from services.portal.client import open_client
from services.portal.settings import PortalSettings
from shared.service import Context, Service


@asynccontextmanager
async def _pages(context: Context) -> AsyncIterator[None]:
    settings = cast(PortalSettings, context.settings)
    async with open_client(context.app, settings.portal_api_url, settings.portal_api_timeout) as http:
        context.parts["http"] = http
        context.app.state.error_page = _error_page
        yield


async def _error_page(request: Request, status: int) -> Response:
    from services.portal.api.common import error_page  # with the other pages, when first asked for

    return await error_page(request, status)


service = Service(name="portal", routes="services.portal.api", settings=PortalSettings, lifespan=_pages)
