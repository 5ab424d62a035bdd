"""The routes of evaluation, one file a feature."""

from __future__ import annotations

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
from shared.http import together
from shared.operations import operations_of

router = together(
    results.router,
    breaches.router,
    attribution.router,
    disputes.router,
    corrections.router,
    calendars.router,
    consequences.router,
    what_if.router,
    achieved.router,
    findings.router,
    improvements.router,
    kept_reports.router,
    evidence.router,
    operations_of("evaluation"),
)
