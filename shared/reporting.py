"""Service-level reports: what a period's code means, and the hash of what a report is made from.

The evaluator keeps what a report was made from, pages make it: both have to mean the same by it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

import rfc8785

KIND = "sanya.report.v1"
FISCAL_START = 10
EARLIEST, LATEST = 1990, 2200
STRIP = 12
"""Closed windows before the period that stand in a report too."""
GROUPED_STRIP = 600
"""Where a promise is kept or broken group by group."""
MOST = 10_000
"""Windows of one promise in a report."""

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_FISCAL = re.compile(r"fy(\d{4})(?:-q([1-4]))?")


def span_of(code: str, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """[start, end) of `2026-10`, `fy2027-q1` or `fy2027`; None: there is no such period."""
    month, fiscal = _MONTH.fullmatch(code), _FISCAL.fullmatch(code)
    if month is not None:
        year, number, months = int(month[1]), int(month[2]), 1
        if not 1 <= number <= 12:
            return None
    elif fiscal is not None:
        year, number = int(fiscal[1]) - 1, FISCAL_START + 3 * (int(fiscal[2] or 1) - 1)
        months = 3 if fiscal[2] else 12
    else:
        return None
    if not EARLIEST <= year <= LATEST:
        return None
    return _first(year, number, zone), _first(year, number + months, zone)


def _first(year: int, month: int, zone: tzinfo) -> datetime:
    """The first of a month; 13 is January of the year after."""
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=zone)


def ended_before(first: date) -> list[str]:
    """The periods that end where a month begins: the month before, with it a quarter and a fiscal year."""
    last = first.month - 1 or 12
    found = [f"{first.year - (first.month == 1)}-{last:02}"]
    past = (first.month - FISCAL_START) % 12
    year = first.year + (first.month > FISCAL_START)
    if past % 3 == 0:
        found.append(f"fy{year}-q{past // 3 or 4}")
    if past == 0:
        found.append(f"fy{year}")
    return found


def promised(documents: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What some revisions promise, by code, and how many windows before the period its report shows too."""
    return {
        each["code"]: GROUPED_STRIP if each.get("scope") or "members" in each else STRIP
        for document in documents
        for each in (*document["objectives"], *(document.get("composites") or ()))
    }


def basis_of(
    agreement: str,
    revisions: Sequence[str],
    period: str,
    results: Iterable[tuple[str, int, str]],
    *,
    under_way: bool,
) -> str:
    """``revisions``: what was in force, oldest first; ``results``: id, revision and state of each shown."""
    content: dict[str, Any] = {
        "type": KIND,
        "agreement": agreement,
        "agreement_revisions": list(revisions),
        "period": period,
        "under_way": under_way,
        "results": sorted(list(each) for each in set(results)),
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()
