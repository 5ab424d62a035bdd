"""Routes of this service."""

from __future__ import annotations

from fastapi import APIRouter

from services.delivery.api import feed, mail, webhooks

router = APIRouter()
router.include_router(feed.router)
router.include_router(webhooks.router)
router.include_router(mail.router)
