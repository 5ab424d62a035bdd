"""The wiring of the portal. It has no database: nothing here outlives a request but cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from services.portal import api
from services.portal.api.common import Parts, error_page
from services.portal.client import Api, open_client
from services.portal.rendering import Pages
from services.portal.sessions import Sessions
from services.portal.settings import PortalSettings
from shared.service import Context, Service


@asynccontextmanager
async def _pages(context: Context) -> AsyncIterator[None]:
    settings = cast(PortalSettings, context.settings)
    async with open_client(context.app, settings.portal_api_url, settings.portal_api_timeout) as http:
        anybody = Api(http)
        context.parts["portal"] = Parts(Pages(), anybody, Sessions(anybody))
        context.app.state.error_page = error_page
        yield


service = Service(name="portal", router=api.router, settings=PortalSettings, lifespan=_pages)
