"""The wiring of the agreements' service."""

from __future__ import annotations

from pathlib import Path

from services.sla.handlers.announcements import ANNOUNCEMENT, REMINDER, come_in_force, remind
from services.sla.handlers.history import OFFER_EXPIRY, offer_expired
from services.sla.handlers.signing import ensure_key
from services.sla.handlers.watches import WATCH, look
from services.sla.settings import Settings
from services.sla.subscriptions import subscription
from shared.db import Database
from shared.service import Service
from shared.settings import Settings as Common


def _first_key(db: Database, _settings: Common) -> None:
    db.transact(ensure_key)


service = Service(
    name="sla",
    routes="services.sla.api",
    settings=Settings,
    migrations=Path(__file__).parent / "migrations",
    subscription=subscription,
    after_migrate=_first_key,
    timers={
        OFFER_EXPIRY: offer_expired,
        ANNOUNCEMENT: come_in_force,
        REMINDER: remind,
        WATCH: look,
    },
)
