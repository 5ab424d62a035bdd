"""What stands beside a report for the parties of its agreement: what was found, done, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from services.portal import gathering
from services.portal.api.common import reader_of
from services.portal.api.private import all_agencies
from services.portal.client import Api, Missing, gather
from services.portal.reports.figures import Report
from services.portal.reports.lessons import breached_windows
from services.portal.sessions import Session
from services.portal.views.lessons import Beside, actions_of, costs_of, done_in, finding_of
from services.portal.views.recommending import Names
from services.portal.views.words import Agencies

FINDINGS = f"{gathering.EVALUATION}/findings"
IMPROVEMENTS = f"{gathering.EVALUATION}/improvements"
CONSEQUENCES = f"{gathering.EVALUATION}/consequences"
THREE = 3
MOST = 200


async def beside(request: Request, session: Session | None, api: Api, report: Report) -> Beside | None:
    """None: the reader's agency is no party."""
    if session is None or session.agency not in report.party_codes:
        return None
    reader, agreement = reader_of(request), report.agreement.code
    windows = breached_windows(report, THREE)
    agencies, improvements, costs, *found = await gather(
        all_agencies(api),
        api.items(IMPROVEMENTS, most=MOST, agreement=agreement),
        api.get(CONSEQUENCES, agreement=agreement, limit=MOST, **report.period.ends),
        *explained(api, agreement, windows, THREE),
    )
    known = Agencies(reader, agencies)
    names = Names(reader, known, {agreement: report.steps})
    done = done_in(improvements or (), report.period.start, report.period.end)
    # The first of each promise, then the second: three promises are told of before one is told of thrice.
    ranked = [each for place in range(THREE) for one in found if one for each in one[place : place + 1]]
    return Beside(
        findings=None
        if any(each is None for each in found)
        else tuple(finding_of(each, names) for each in ranked[:THREE]),
        done=None if improvements is None else actions_of(reader, done, known),
        costs=None
        if costs is None
        else costs_of(reader, costs, {each.code: each.name for each in report.promises}, report.zone),
    )


def explained(api: Api, agreement: str, windows: Mapping[str, str], most: int) -> list[Any]:
    """For each promise the calls that ask what explains its window, most first."""
    return [_first(api, agreement, objective, window, most) for objective, window in windows.items()]


async def _first(api: Api, agreement: str, objective: str, window: str, most: int) -> Sequence[Any]:
    try:
        found = await api.get(FINDINGS, agreement=agreement, objective=objective, window=window, limit=most)
    except Missing:
        # A promise over others has no journeys of its own.
        return ()
    items: Sequence[Any] = found["items"]
    return items
