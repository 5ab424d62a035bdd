"""What an exclusion would change, asked of the evaluator before anybody approves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.portal import gathering
from services.portal.client import Api, Refused, gather
from services.portal.text import dates

LONGEST_WINDOW = timedelta(days=370)
MOST_TRIED = 6
"""Objectives for which an exclusion is tried; one without names concerns all."""


async def indicators_in(api: Api, document: Mapping[str, Any] | None) -> gathering.Indicators:
    """Those of the agreement's service; none while they cannot be had."""
    if document is None:
        return {}
    (found,) = await gather(gathering.indicators_of(api, service=document["service"]))
    return found or {}


async def supposed(
    api: Api, found: Mapping[str, Any], document: Mapping[str, Any], now: datetime
) -> list[tuple[str, Mapping[str, Any]]] | None:
    """What-ifs that leave the span of an exclusion out, by objective; None: none could be had."""
    codes = found["objectives"] or [each["code"] for each in document["objectives"]]
    begin, end = dates.instant(found["from"]), dates.instant(found["to"])
    until = min(end + LONGEST_WINDOW, now.replace(second=0, microsecond=0) + timedelta(minutes=1))
    if until <= begin:
        return []
    tried = await gather(
        *(
            _tried(
                api,
                {
                    "agreement": found["agreement"],
                    "objective": code,
                    "from": begin.isoformat(),
                    "to": until.isoformat(),
                    "exclude": [{"from": found["from"], "to": found["to"]}],
                    "targets": [],
                },
            )
            for code in codes[:MOST_TRIED]
        )
    )
    answers = [(code, each) for code, each in zip(codes, tried, strict=False) if each is not None]
    return answers or None


async def _tried(api: Api, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        found = await api.post(f"{gathering.EVALUATION}/what-if", body)
    except Refused:
        # Nothing was reported for it yet, or not for so many windows: there is nothing to show.
        return None
    return found if "windows" in found else None
