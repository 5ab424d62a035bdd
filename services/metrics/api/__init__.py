"""The metrics service's routes."""

from __future__ import annotations

from services.metrics.api import backfills, batches, intake, sources
from shared.http import together
from shared.operations import operations_of

router = together(intake.router, batches.router, backfills.router, sources.router, operations_of("metrics"))
