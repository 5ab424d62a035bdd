"""Routes of this service."""

from __future__ import annotations

from fastapi import APIRouter

from services.sla.api import agreements, exclusions, indicators

router = APIRouter()
router.include_router(indicators.router)
router.include_router(agreements.router)
router.include_router(exclusions.router)
