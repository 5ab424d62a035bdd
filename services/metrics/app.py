"""The wiring of the metrics service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.metrics.handlers import aside, batches, replay
from services.metrics.handlers.ticks import tick
from services.metrics.intake import Intake
from services.metrics.settings import MetricsSettings
from services.metrics.subscriptions import subscription
from shared.service import Context, Service


@asynccontextmanager
async def _intake(context: Context) -> AsyncIterator[None]:
    settings = context.settings
    assert isinstance(settings, MetricsSettings)
    floor = Path(settings.database.removeprefix("sqlite:///")) if settings.embedded else None
    intake = Intake(context.db, settings, context.clock, floor)
    context.parts["intake"] = intake
    writer = asyncio.create_task(intake.run(), name="metrics-intake")
    try:
        yield
    finally:
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)


async def _ticks(context: Context) -> None:
    settings = context.settings
    assert isinstance(settings, MetricsSettings)
    while True:
        await context.db.write(tick)
        await asyncio.sleep(settings.metrics_tick_seconds)


service = Service(
    name="metrics",
    routes="services.metrics.api",
    settings=MetricsSettings,
    migrations=Path(__file__).parent / "migrations",
    subscription=subscription,
    timers={
        aside.DRIVE_AGAIN: aside.on_timer,
        replay.REPLAY: replay.on_timer,
        "forget": batches.forget_old,
    },
    leading=(_ticks,),
    lifespan=_intake,
)
