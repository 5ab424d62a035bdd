"""Routes of this service."""

from __future__ import annotations

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
from shared.http import together
from shared.operations import operations_of

router = together(
    indicators.router,
    agreements.router,
    announcements.router,
    catalogue.router,
    comments.router,
    delegations.router,
    terminations.router,
    exchange.router,
    exclusions.router,
    reviews.router,
    signatures.router,
    tasks.router,
    need_analysis.router,
    need_imports.router,
    needs.router,
    factors.router,
    operations_of("sla"),
)
