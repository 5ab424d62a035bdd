"""The routes of the registry, one file a feature."""

from __future__ import annotations

from fastapi import APIRouter

from services.registry.api import (
    agencies,
    agency_keys,
    calendars,
    clients,
    keys,
    oauth,
    oidc,
    people,
    services,
    sessions,
    sources,
)
from shared.http import StrictRoute

router = APIRouter(route_class=StrictRoute)
for _part in (
    agencies,
    agency_keys,
    services,
    sources,
    calendars,
    clients,
    oauth,
    keys,
    people,
    sessions,
    oidc,
):
    router.include_router(_part.router)
