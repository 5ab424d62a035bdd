"""The routes of evaluation, one file a feature."""

from __future__ import annotations

from fastapi import APIRouter

from services.evaluation.api import (
    achieved,
    attribution,
    breaches,
    calendars,
    consequences,
    corrections,
    disputes,
    evidence,
    findings,
    improvements,
    kept_reports,
    results,
    what_if,
)
from shared.http import StrictRoute

router = APIRouter(prefix="/api/evaluation/v1", route_class=StrictRoute, tags=["results"])
for _part in (
    results,
    breaches,
    attribution,
    disputes,
    corrections,
    calendars,
    consequences,
    what_if,
    achieved,
    findings,
    improvements,
    kept_reports,
    evidence,
):
    router.include_router(_part.router)
