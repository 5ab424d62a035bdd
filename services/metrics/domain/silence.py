"""Silence: a planned source that has not reported for longer than its plan says. No clock, no I/O.

A source is listened for from the moment its plan is in force and known here, and after a pause of our own
from its end: nobody could report while nobody took reports. Reports are what was accepted, rows or covers,
whatever their event times; a backfill is none: it is history. (docs/how-we-judge.md, "Measurement plans".)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from shared.clock import SECOND

REPORTED = "reported"
PLAN_ENDED = "plan_ended"

_DURATION = re.compile(
    r"P(?:(\d{1,6})W|(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?)", re.ASCII
)
_SECONDS = (604_800, 86_400, 3_600, 60, 1)

Key = tuple[str, str, str]
"""Agreement, indicator, source."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where a planned source stands. ``started_at`` None: no plan of it is in force.

    ``silent_since``: when the report was due that did not come; None while it reports.
    """

    started_at: int | None = None
    heard_at: int | None = None
    silent_since: int | None = None
    version: int = 0


def length_of(text: str) -> int:
    """Microseconds of a duration that the agreements' service has checked."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        raise ValueError(f"not a duration: {text!r}")
    parts = zip(found.groups(), _SECONDS, strict=True)
    return sum(int(part or 0) * seconds for part, seconds in parts) * SECOND


def started(before: Reporting, at: int) -> Reporting:
    """A plan is in force; ``at``: since when, as far as this service could know."""
    return before if before.started_at is not None else replace(before, started_at=at, heard_at=None)


def heard(before: Reporting, at: int) -> Reporting:
    """A report that was received at ``at``."""
    return before if at <= (before.heard_at or 0) else replace(before, heard_at=at)


def judged(before: Reporting, silence_after: int, since: int, now: int) -> tuple[Reporting, str | None]:
    """The state at ``now``, and the reason of a recovery or "silent" where an episode began or ended.

    ``since``: from when on reports could come without a pause of our own.
    """
    assert before.started_at is not None
    if before.silent_since is not None:
        if before.heard_at is None or before.heard_at <= before.silent_since - silence_after:
            return before, None
        # It did report: whether that is long ago again shows in what follows, as an episode of its own.
        return replace(before, silent_since=None, version=before.version + 1), REPORTED
    last = before.started_at if before.heard_at is None else before.heard_at
    due = max(last, since) + silence_after
    if now <= due:
        return before, None
    return replace(before, silent_since=due, version=before.version + 1), "silent"


def ended(before: Reporting) -> tuple[Reporting, str | None]:
    """No plan is in force any more: a silence ends with it."""
    if before.silent_since is None:
        return replace(before, started_at=None, heard_at=None), None
    after = Reporting(version=before.version + 1)
    return after, PLAN_ENDED
