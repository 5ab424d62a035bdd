"""What the routes of this service share."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request

from services.delivery.settings import DeliverySettings
from shared.clock import from_micros, rfc3339
from shared.db import Database
from shared.http import read_cursor


def database(request: Request) -> Database:
    db: Database = request.app.state.contexts["delivery"].db
    return db


def settings_of(request: Request) -> DeliverySettings:
    settings = request.app.state.contexts["delivery"].settings
    assert isinstance(settings, DeliverySettings)
    return settings


def place(after: str | None) -> tuple[datetime, str] | None:
    """The instant and the id behind which a list goes on."""
    parts = read_cursor(after, int, str)
    return None if parts is None else (from_micros(parts[0]), parts[1])


def when(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
