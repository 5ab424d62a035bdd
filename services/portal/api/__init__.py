"""The pages of the portal, by address."""

from __future__ import annotations

from fastapi import APIRouter

from services.portal.api import (
    account,
    agreed,
    assets,
    links,
    negotiation,
    objectives,
    public,
    revisions,
    signed_in,
    signing,
)

router = APIRouter()
for part in (
    public,
    account,
    links,
    signed_in,
    objectives,
    agreed,
    negotiation,
    revisions,
    signing,
    assets,
):
    router.include_router(part.router)
