"""The wiring of evaluation."""

from __future__ import annotations

from pathlib import Path

from services.evaluation import api
from services.evaluation.handlers import jobs
from services.evaluation.subscriptions import subscription
from shared.service import Service

service = Service(
    name="evaluation",
    router=api.router,
    migrations=Path(__file__).parent / "migrations",
    subscription=subscription,
    timers={jobs.COUNT: jobs.count_journeys, jobs.FORGET: jobs.forget},
)
