"""The wiring of delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.delivery import handlers
from services.delivery.courier import deliver
from services.delivery.handlers import notices, webhooks
from services.delivery.postman import post
from services.delivery.settings import DeliverySettings
from services.delivery.subscriptions import subscription
from services.delivery.wake import Wake
from shared.service import Context, Service


@asynccontextmanager
async def _streams(context: Context) -> AsyncIterator[None]:
    wake = Wake()
    context.parts["wake"] = wake
    context.db.listen(wake)
    yield


service = Service(
    name="delivery",
    routes="services.delivery.api",
    settings=DeliverySettings,
    migrations=Path(__file__).parent / "migrations",
    subscription=subscription,
    timers={
        "forget-feed": handlers.forget_old,
        "forget-deliveries": webhooks.forget_deliveries,
        "forget-mail": notices.forget,
    },
    leading=(deliver, post),
    lifespan=_streams,
)
