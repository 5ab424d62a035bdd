"""The wiring of the agreements' service."""

from __future__ import annotations

from pathlib import Path

from services.sla import api
from services.sla.settings import Settings
from services.sla.subscriptions import subscription
from shared.service import Service

service = Service(
    name="sla",
    router=api.router,
    settings=Settings,
    migrations=Path(__file__).parent / "migrations",
    subscription=subscription,
)
