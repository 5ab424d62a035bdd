"""The wiring of evaluation."""

from __future__ import annotations

import asyncio
from pathlib import Path

from services.evaluation import api
from services.evaluation.handlers import improvements, jobs, sequencing
from services.evaluation.settings import Settings
from services.evaluation.subscriptions import subscription
from shared.clock import to_micros
from shared.service import Context, Service

SEQUENCER_SECONDS = 2.0


async def _keep_log(context: Context) -> None:
    """Gives the evidence log's leaves their places, and signs its checkpoints."""
    settings = context.settings
    assert isinstance(settings, Settings)
    db = context.db
    await db.write(sequencing.ensure_key, settings.evidence_origin)
    while True:
        more = False
        if await db.read(sequencing.has_work, to_micros(context.clock())):
            more = await db.write(sequencing.sequence, settings.evidence_origin)
        if not more:
            await asyncio.sleep(SEQUENCER_SECONDS)


service = Service(
    name="evaluation",
    router=api.router,
    settings=Settings,
    migrations=Path(__file__).parent / "migrations",
    subscription=subscription,
    leading=(_keep_log,),
    timers={
        jobs.COUNT: jobs.count_journeys,
        jobs.FORGET: jobs.forget,
        improvements.REMIND: improvements.remind,
        improvements.LOOK: improvements.look,
    },
)
