"""The metrics service's routes."""

from __future__ import annotations

from fastapi import APIRouter

from services.metrics.api import backfills, batches, intake, sources
from shared.http import StrictRoute

router = APIRouter(prefix="/api/metrics/v1", route_class=StrictRoute, tags=["metrics"])
router.include_router(intake.router)
router.include_router(batches.router)
router.include_router(backfills.router)
router.include_router(sources.router)
