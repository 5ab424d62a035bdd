"""The routes of the registry, one file a feature."""

from __future__ import annotations

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
from shared.http import together
from shared.operations import operations_of

router = together(
    agencies.router,
    agency_keys.router,
    services.router,
    sources.router,
    calendars.router,
    clients.router,
    oauth.router,
    keys.router,
    people.router,
    sessions.router,
    oidc.router,
    operations_of("registry"),
)
