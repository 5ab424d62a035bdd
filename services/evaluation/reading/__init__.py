"""Reads that need a rule, by feature: who sees what, open windows, explanations."""

from services.evaluation.reading.attribution import attributed, refreshed
from services.evaluation.reading.consequences import reckoned, shown_cost, totals
from services.evaluation.reading.explanation import explanation
from services.evaluation.reading.open_results import open_results
from services.evaluation.reading.visible import objective_of, visible

__all__ = [
    "attributed",
    "explanation",
    "objective_of",
    "open_results",
    "reckoned",
    "refreshed",
    "shown_cost",
    "totals",
    "visible",
]
