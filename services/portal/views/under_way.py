"""Which calendar window is under way: only to say when its result is due. Nothing is judged by it.

The k-th window starts at anchor + k x count x unit, reckoned from the anchor (SEMANTICS, Windows).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from services.portal.text.dates import Span

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
DEFAULT_ANCHOR = "2001-01-01"


def window_at(window: Mapping[str, Any], zone: tzinfo, now: datetime) -> Span | None:
    """None for a rolling window: it has neither start nor end of its own."""
    if window.get("kind") != "calendar":
        return None
    anchor = datetime.fromisoformat(window.get("anchor") or DEFAULT_ANCHOR).replace(tzinfo=None)
    # Wall-clock arithmetic: starts keep their hour over a change of summer time.
    local = now.astimezone(zone).replace(tzinfo=None)
    count = int(window.get("count") or 1)
    if window["unit"] in _MONTHS:
        step = _MONTHS[window["unit"]] * count
        k = ((local.year - anchor.year) * 12 + local.month - anchor.month) // step
        while _months_on(anchor, k * step) > local:
            k -= 1
        while _months_on(anchor, (k + 1) * step) <= local:
            k += 1
        start, end = _months_on(anchor, k * step), _months_on(anchor, (k + 1) * step)
    else:
        length = _SPANS[window["unit"]] * count
        start = anchor + (local - anchor) // length * length
        end = start + length
    return Span(start.replace(tzinfo=zone), end.replace(tzinfo=zone))


def _months_on(anchor: datetime, months: int) -> datetime:
    """A month that lacks the anchor's day uses its last day."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, last))
