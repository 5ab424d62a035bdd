"""Burn rates of a promise on time slices: a lookback holds the slices that ended in it, as windows cut them.

A slice is judged whole, so a burn changes only when one ends, or when its end leaves a lookback: then a tick
looks again, as long as there is anything that could change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluation.domain.budget import burn_of_share, reached
from services.evaluation.domain.lookbacks import Burning, Counted
from services.evaluation.domain.objective import BurnPair, Objective
from services.evaluation.domain.slices import Sliced, share_of
from services.evaluation.domain.windows import CalendarWindows, Window
from shared.clock import MINUTE


@dataclass(frozen=True, slots=True)
class SliceLookbacks:
    """``cut``: the minutes of the longest lookback, of a slice before it, and of what came behind."""

    objective: Objective
    cut: Sliced

    def burning(self, pair: BurnPair, at: int) -> Burning:
        """What a pair says at a minute, exactly."""
        long, long_burn = self._burn(at * MINUTE, pair.long)
        short, short_burn = self._burn(at * MINUTE, pair.short)
        return Burning(pair, long, short, long_burn, short_burn, reached(pair, long_burn, short_burn))

    def _burn(self, at: int, length: int) -> tuple[Counted, Fraction | None]:
        slices = self.cut.across(list(spans(self.objective, at, length)))
        _, total, share = share_of(self.objective, slices)
        return Counted(slices.bad, total), burn_of_share(self.objective, share, total)

    def may_reach(self, pairs: Sequence[BurnPair]) -> bool:
        """Whether any slice of what is known here can be bad."""
        if not pairs:
            return False
        bad = self.cut.good if self.objective.is_upper else self.cut.total - self.cut.good
        return self.cut.rule.empty == "bad" or bool((bad > 0).any())

    def next_change(self, pairs: Sequence[BurnPair], at: int) -> int | None:
        """The first minute behind ``at`` at which a pair may say otherwise, should nothing more arrive."""
        empty_counts = self.cut.rule.empty != "ignored" and not self.objective.scope
        if not pairs or not (len(self.cut.minute) or empty_counts):
            return None
        now = at * MINUTE
        lengths = {0, *(span for pair in pairs for span in (pair.long, pair.short))}
        changes = [next_end(self.objective, now - length, now) + length for length in lengths]
        windows = self.objective.windows
        if not isinstance(windows, CalendarWindows):
            changes.append(windows.first_ending_after(now).end)  # its slices lie otherwise
        return min(changes) // MINUTE


def spans(objective: Objective, at: int, length: int) -> Iterator[Window]:
    """What [at - length, at) holds of slices that ended in it: spans from the start of one to the end of one.

    Slices lie as the windows cut them; rolling windows, as the one of the last step does.
    """
    assert objective.slice is not None
    size, start, windows = objective.slice.length, at - length, objective.windows
    if not isinstance(windows, CalendarWindows):
        base = windows.last_end(at) - windows.duration
        yield Window(base + (start - base) // size * size, base + (at - base) // size * size)
        return
    for window in windows.touching(start, at):
        first = window.start + max(0, (start - window.start) // size) * size
        behind = window.end if window.end <= at else window.start + (at - window.start) // size * size
        if first < behind:
            yield Window(first, behind)


def next_end(objective: Objective, behind: int, at: int) -> int:
    """The first end of a slice behind an instant, as slices lie at ``at``."""
    assert objective.slice is not None
    size, windows = objective.slice.length, objective.windows
    if isinstance(windows, CalendarWindows):
        window = windows.at(behind)
        return min(window.start + ((behind - window.start) // size + 1) * size, window.end)
    base = windows.last_end(at) - windows.duration
    return base + ((behind - base) // size + 1) * size
