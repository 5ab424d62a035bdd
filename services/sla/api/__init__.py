"""Routes of this service."""

from __future__ import annotations

from fastapi import APIRouter

from services.sla.api import (
    agreements,
    announcements,
    catalogue,
    comments,
    delegations,
    exchange,
    exclusions,
    factors,
    indicators,
    need_analysis,
    need_imports,
    needs,
    reviews,
    signatures,
    tasks,
    terminations,
)
from services.sla.domain.spreadsheets import MOST_BYTES

router = APIRouter()
router.include_router(indicators.router)
router.include_router(agreements.router)
router.include_router(announcements.router)
router.include_router(catalogue.router)
router.include_router(comments.router)
router.include_router(delegations.router)
router.include_router(terminations.router)
router.include_router(exchange.router)
router.include_router(exclusions.router)
router.include_router(reviews.router)
router.include_router(signatures.router)
router.include_router(tasks.router)
router.include_router(need_analysis.router)
router.include_router(need_imports.router, max_body_size=MOST_BYTES)
router.include_router(needs.router)
router.include_router(factors.router)
