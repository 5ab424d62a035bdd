"""Coverage: how much of a window its planned sources reported, slot by slot of their plans' frequency.

Slots start at the window's start; a shorter last one counts. A slot was reported when a row lies in it, or
when the source said that its report is complete for all of it. Each planned source is reckoned by itself, and
the window is covered as well as its least complete source: what one of them missed, no other makes good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from services.evaluation.domain.amounts import exact_text, shown
from services.evaluation.domain.panes import Bools
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """By which source an indicator is measured, and how often it reports (µs; the text as agreed)."""

    source: str
    frequency: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One plan's slots: those so far, those of them that were reported, and those of the whole window."""

    plan: SourcePlan
    slots: int
    reported: int
    coming: int

    def body(self) -> dict[str, Any]:
        return {
            "source": self.plan.source,
            "frequency": self.plan.text,
            "slots": self.slots,
            "reported": self.reported,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """``alive``: all of the window was reported, so that what is not in the reports did not happen."""

    parts: tuple[Part, ...] = ()
    alive: bool = False

    @property
    def share(self) -> Fraction | None:
        """The least complete source's share of the slots so far; None where there are none."""
        return min((Fraction(part.reported, part.slots) for part in self.parts if part.slots), default=None)

    @property
    def certain(self) -> Fraction | None:
        """The share that the whole window will have at least, whatever comes."""
        return min((Fraction(part.reported, part.coming) for part in self.parts if part.coming), default=None)

    def text(self) -> str | None:
        return None if self.share is None else shown(self.share)

    def body(self) -> list[dict[str, Any]] | None:
        """For the basis of a result."""
        return [part.body() for part in self.parts] or None

    def exact(self) -> str | None:
        return None if self.share is None else exact_text(self.share)


@dataclass(frozen=True, slots=True)
class Reports:
    """What is known of the minutes from ``first`` on: by source, rows, and what was reported as complete.

    ``dropped``: what exclusions leave out. A slot that lies in them has nothing to report.
    """

    first: int
    rows: Mapping[str, Bools]
    complete: Mapping[str, Bools]
    complete_by_any: Bools
    dropped: Bools


def judge_coverage(
    plans: Sequence[SourcePlan], reports: Reports, window: Window, span: tuple[int, int], upto: int
) -> Coverage:
    """The coverage of a window within ``span`` (when the revision is in force), as far as ``upto``."""
    start, end = max(window.start, span[0]), min(window.end, span[1])
    if start >= end:
        return Coverage()
    parts = tuple(_part(plan, reports, window, start, end, upto) for plan in plans)
    if plans:
        # Of a window that is excluded as a whole nobody was asked: that nothing came is no zero.
        alive = all(part.reported == part.coming for part in parts) and any(part.coming for part in parts)
    else:
        low, high = start // MINUTE - reports.first, end // MINUTE - reports.first
        dropped = reports.dropped[low:high]
        known = reports.complete_by_any[low:high] | dropped
        alive = upto >= end and bool(known.all()) and not dropped.all()
    return Coverage(parts, alive)


def _part(plan: SourcePlan, reports: Reports, window: Window, start: int, end: int, upto: int) -> Part:
    first = window.start + (start - window.start) // plan.frequency * plan.frequency
    low, high = start // MINUTE, end // MINUTE
    edges = np.arange(first // MINUTE, high, plan.frequency // MINUTE)
    # Only slots that are over: the running one may still be reported.
    over = np.minimum(edges + plan.frequency // MINUTE, high) <= upto // MINUTE
    edges[0] = low
    offsets = edges - low
    inside = slice(low - reports.first, high - reports.first)
    dropped = reports.dropped[inside]
    counts = ~np.logical_and.reduceat(dropped, offsets)
    told = np.zeros(len(offsets), dtype=np.bool_)
    if plan.source in reports.rows:
        told |= np.logical_or.reduceat(reports.rows[plan.source][inside], offsets)
    if plan.source in reports.complete:
        told |= np.logical_and.reduceat(reports.complete[plan.source][inside] | dropped, offsets)
    return Part(
        plan,
        int(np.count_nonzero(counts & over)),
        int(np.count_nonzero(counts & over & told)),
        int(np.count_nonzero(counts)),
    )
