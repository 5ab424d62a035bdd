"""Findings: what explains most of a window's shortfall, with its numbers and how sure that is."""

from services.evaluation.domain.findings.finding import Finding, Sure, WhatIf

__all__ = ["Finding", "Sure", "WhatIf"]
