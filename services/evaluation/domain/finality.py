"""Which windows are final: what comes for them later counts only by a correction (SEMANTICS, Windows).

A window is final once its grace has passed, or by the seal of a backfill that touches it, if it had ended by
then. The first is one instant, before which everything is final; the second are islands behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from services.evaluation.domain.objective import Objective
from services.evaluation.domain.windows import CalendarWindows, Window, Windows


class Seal(NamedTuple):
    """A sealed backfill of [from_at, to_at). ``reached``: how far data were complete when it was sealed."""

    to_at: int
    backfill: str
    from_at: int
    reached: int
    sealed_at: int

    def touches(self, window: Window) -> bool:
        return self.from_at < window.end and self.to_at > window.start

    def ended(self, window: Window) -> bool:
        """Whether it judged a window as final: one that it touches and that had ended by then."""
        return self.touches(window) and window.end <= self.reached


def past_grace(objective: Objective, known_at: int, tick: int) -> int:
    """The end of the last window that is past its grace at a tick; 0 before the first.

    For windows that had ended before all parties accepted (``known_at``) grace runs from then.
    """
    if known_at + objective.grace > tick:
        return 0
    return objective.windows.last_end(tick - objective.grace)


@dataclass(frozen=True, slots=True)
class Finality:
    """``past_grace``: windows that end at or before it are final. ``seals``: what else made some final."""

    windows: Windows
    past_grace: int
    seals: Sequence[Seal] = ()

    def holds(self, window: Window) -> bool:
        """Whether a window is final."""
        return window.end <= self.past_grace or any(seal.ended(window) for seal in self.seals)

    @property
    def edge(self) -> int:
        """Behind it nothing is final."""
        return max((self.past_grace, *(seal.reached for seal in self.seals)))

    def parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of [start, end) of which every window is final: of calendar windows one for each."""
        end = min(end, self.edge)
        windows = self.windows
        if isinstance(windows, CalendarWindows):
            edges = [edge for window in windows.touching(start, end) for edge in window]
        else:
            # Which windows hold an instant changes where a step ends, and where a window begins.
            first, step = start // windows.step * windows.step, windows.step
            steps = range(first, end + step, step)
            edges = [edge for one in steps for edge in (one, one - windows.duration % step)]
        cuts = sorted({start, end, *(edge for edge in edges if start < edge < end)}) if start < end else []
        for low, high in pairwise(cuts):
            if self.everywhere(low):
                yield low, high

    def everywhere(self, at: int) -> bool:
        """Whether every window that holds an instant is final."""
        if at >= self.edge:
            return False
        windows = self.windows
        if isinstance(windows, CalendarWindows):
            return self.holds(windows.at(at))
        last = windows.last_end(at + windows.duration)
        reached = max(at, self.past_grace)
        while reached < last:
            window = windows.first_ending_after(reached)
            seal = next((one for one in self.seals if one.ended(window)), None)
            if seal is None:
                return False
            # It judged all that follow, as far as they touch it and had ended.
            reached = max(window.end, min(seal.to_at + windows.duration - 1, seal.reached))
        return True
