"""Improvement actions: their states, reminders, and whether one helped (SEMANTICS, People's rules).

Judged on the same objective and scope, k closed windows before its start against k after its end. A window
that nothing could be determined of says nothing, and the next one takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from services.evaluation.domain.significance import (
    ALPHA,
    Tested,
    compared_shares,
    compared_values,
)
from services.evaluation.domain.windows import Window
from shared.clock import to_micros

PLANNED, IN_PROGRESS, DONE, DROPPED = "planned", "in_progress", "done", "dropped"
UNFINISHED = (PLANNED, IN_PROGRESS)

HELPED, WORSENED, NO_EFFECT, TOO_EARLY = "helped", "worsened", "no_effect", "too_early"
TOO_FEW_BEFORE, REDEFINED = "too_few_before", "redefined"

MOST_WINDOWS = 36
BEFORE = (timedelta(days=7), timedelta(days=1))
"""How long before the end of the due day its agency is reminded."""
AGAIN = timedelta(days=7)
"""How often after it."""


def starts(day: str, zone: str) -> datetime:
    """The instant at which a day starts."""
    return datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone))


def ends(day: str, zone: str) -> datetime:
    """The instant at which a day is over."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), ZoneInfo(zone))


def next_reminder(due_on: str, zone: str, now: datetime) -> datetime:
    """The next instant behind ``now`` at which an agency is reminded of what it has not done."""
    due = ends(due_on, zone)
    for lead in BEFORE:
        if now < due - lead:
            return due - lead
    if now < due:
        return due
    return due + ((now - due) // AGAIN + 1) * AGAIN


def days_left(due_on: str, zone: str, now: datetime) -> int:
    """Days until the due day, 0 on it, below 0 behind it."""
    return (date.fromisoformat(due_on) - now.astimezone(ZoneInfo(zone)).date()).days


@dataclass(frozen=True, slots=True)
class Measured:
    """What one window said. ``good``: the counted ones of a share, else None; ``results``: the evidence."""

    window: Window
    state: str
    verdict: str
    good: int | None
    total: int
    exact: Fraction
    results: tuple[str, ...]
    definition: str
    """What was counted, and how; without the target."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether it helped. ``outcome`` None: it cannot be said, for the reason ``why``."""

    outcome: str | None
    why: str | None
    before: tuple[Measured, ...]
    after: tuple[Measured, ...]
    tested: Tested | None

    @property
    def final(self) -> bool:
        """Whether nothing but a correction can change it."""
        judged = self.tested is not None
        return judged and all(one.state == "final" for one in (*self.before, *self.after))


def effect(before: Sequence[Measured], after: Sequence[Measured], windows: int, *, upper: bool) -> Effect:
    """``before``: the latest first; ``after``: the earliest first. ``upper``: less is better."""
    kept = tuple(reversed(before[:windows]))
    since = tuple(after[:windows])

    def cannot(outcome: str | None, why: str | None) -> Effect:
        return Effect(outcome, why, kept, since, None)

    if len(kept) < windows:
        return cannot(None, TOO_FEW_BEFORE)
    if len({one.definition for one in (*kept, *since)}) > 1:
        return cannot(None, REDEFINED)
    if len(since) < windows:
        return cannot(TOO_EARLY, None)
    was, is_now = pooled(kept), pooled(since)
    if was is not None and is_now is not None:
        tested = compared_shares(was, is_now)
        change = _share(is_now) - _share(was)
    else:
        tested = compared_values([one.exact for one in kept], [one.exact for one in since])
        change = mean(since) - mean(kept)
    if tested.p >= ALPHA or change == 0:
        return Effect(NO_EFFECT, None, kept, since, tested)
    better = change < 0 if upper else change > 0
    return Effect(HELPED if better else WORSENED, None, kept, since, tested)


def pooled(found: Sequence[Measured]) -> tuple[int, int] | None:
    """The counts of several windows together; None where they are no counts."""
    goods = [one.good for one in found]
    if not found or None in goods:
        return None
    return sum(good for good in goods if good is not None), sum(one.total for one in found)


def mean(found: Sequence[Measured]) -> Fraction:
    """The mean of the windows' values, each counting alike."""
    return sum((one.exact for one in found), Fraction(0)) / len(found)


def _share(counts: tuple[int, int]) -> Fraction:
    return Fraction(*counts)


def without_overlap(ordered: Sequence[Measured]) -> list[Measured]:
    """Of windows in order (either way) those that share no instant with one that was taken before."""
    taken: list[Measured] = []
    for one in ordered:
        last = taken[-1].window if taken else None
        if last is None or one.window.end <= last.start or one.window.start >= last.end:
            taken.append(one)
    return taken


def instants(started_on: str, done_on: str, zone: str) -> tuple[int, int]:
    """Up to when the windows before it end, and from when those after it start."""
    return to_micros(starts(started_on, zone)), to_micros(ends(done_on, zone))
