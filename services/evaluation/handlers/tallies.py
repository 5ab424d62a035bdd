"""What counts in a span: the one place where judging, slices, lookbacks and what-ifs read the panes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.evaluation.domain.objective import Objective
from services.evaluation.domain.panes import Ints
from services.evaluation.domain.rolling import Slide
from services.evaluation.domain.verdict import Tally
from services.evaluation.domain.windows import Window
from services.evaluation.store import panes
from services.evaluation.store.panes import Track
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Minutes:
    """Panes as columns, in order of their minute. ``sum``: Python integers, so that it cannot overflow."""

    minute: Ints
    n: Ints
    good: Ints
    total: Ints
    sum: np.typing.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.minute)


def tally(connection: Connection, track: Track, objective: Objective, window: Window) -> Tally:
    """What counts in [start, end) of a track; both are whole minutes."""
    n, good, total, total_sum = panes.sums(connection, track, *window)
    minimum, maximum = (
        panes.extremes(connection, track, *window) if objective.keeps_extremes else (None, None)
    )
    return Tally(n, good, total, total_sum, minimum, maximum)


def minutes(connection: Connection, track: Track, objective: Objective, start: int, end: int) -> Minutes:
    """What counts in [start, end), minute by minute."""
    rows = panes.panes_between(connection, track, start, end)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    minute, n, good, total = (np.array(column, dtype=np.int64) for column in columns[:4])
    sums = np.empty(len(rows), dtype=np.object_)
    sums[:] = columns[4]
    return Minutes(minute, n, good, total, sums)


def slide(connection: Connection, track: Track, objective: Objective, start: int, end: int) -> Slide:
    """Prefix sums over [start, end), for windows that overlap."""
    rows = panes.panes_between(connection, track, start, end)
    extremes = panes.extremes_between(connection, track, start, end) if objective.keeps_extremes else []
    return Slide(rows, extremes)
