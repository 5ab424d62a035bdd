"""The wiring of evaluation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from services.evaluation.handlers import improvements, jobs, kept_reports, sequencing
from services.evaluation.handlers.sequencing import Writing
from services.evaluation.settings import Settings
from services.evaluation.subscriptions import subscription
from shared.clock import to_micros
from shared.service import Context, Service

SEQUENCER_SECONDS = 2.0
REPORTS_SECONDS = 60.0
MICROSECOND = timedelta(microseconds=1)


async def _keep_log(context: Context) -> None:
    """Gives the evidence log's leaves their places, and signs its checkpoints."""
    settings = context.settings
    assert isinstance(settings, Settings)
    db = context.db
    writing = Writing(settings.evidence_origin, settings.evidence_checkpoint_every // MICROSECOND)
    await db.write(sequencing.ensure_key, writing.origin)
    while True:
        more = False
        if await db.read(sequencing.has_work, writing, to_micros(context.clock())):
            more = await db.write(sequencing.sequence, writing)
        if not more:
            await asyncio.sleep(SEQUENCER_SECONDS)


async def _keep_reports(context: Context) -> None:
    """Keeps what the reports of the last period are made from, once it is due."""
    db = context.db
    while True:
        for each in await db.read(kept_reports.ready, context.clock()):
            await db.write(kept_reports.keep_one, each)
        await asyncio.sleep(REPORTS_SECONDS)


service = Service(
    name="evaluation",
    routes="services.evaluation.api",
    settings=Settings,
    migrations=Path(__file__).parent / "migrations",
    subscription=subscription,
    leading=(_keep_log, _keep_reports),
    timers={
        jobs.COUNT: jobs.count_journeys,
        jobs.FORGET: jobs.forget,
        improvements.REMIND: improvements.remind,
        improvements.LOOK: improvements.look,
    },
)
