"""What would have been: windows judged again from the same numbers, with another target, window or bound.

Nothing here is stored: a what-if changes no result (SEMANTICS has one way of judging, and this is it).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import CLOSED, Judgement, Tally, judge
from services.evaluation.domain.windows import Window, Windows
from shared.errors import Fault, Unprocessable

POINTS = 20
"""How many steps a range of targets has that was not given."""
FINEST = 10**6


class Point(NamedTuple):
    """How many of the windows that can be judged would have kept a target."""

    target: Fraction
    met: int
    breached: int


def ending_within(windows: Windows, start: int, end: int, most: int) -> Iterator[Window]:
    """The windows whose end lies in [start, end), in order. Unprocessable: there are more than ``most``."""
    for number, window in enumerate(windows.ending_after(start - 1)):
        if window.end >= end:
            return
        if number >= most:
            raise Unprocessable(
                "too many windows end in this span: choose a shorter span, one group or longer windows",
                errors=[Fault("/to", "choose a shorter span")],
            )
        yield window


def judged(
    objective: Objective,
    tally_of: Callable[[Window], Tally],
    windows: Sequence[Window],
    complete: Callable[[Window, Tally], Tally],
) -> list[tuple[Window, Judgement]]:
    """Each window as if it were closed now. One that the objective's revision does not reach is left out.

    ``tally_of``: what counts in a window; ``complete`` adds how much of it was reported, where that counts.
    """
    begin, behind = objective.in_force
    found: list[tuple[Window, Judgement]] = []
    for window in windows:
        tally = complete(window, tally_of(window))
        outside = window.start < begin or (behind is not None and window.end > behind)
        if tally.n == 0 and outside:
            continue
        found.append((window, judge(objective, tally, CLOSED)))
    return found


def curve(objective: Objective, values: Sequence[Fraction], targets: Sequence[Fraction]) -> list[Point]:
    """Over a range of targets: how many of the windows with these values would have kept each."""
    ordered = sorted(values)
    points: list[Point] = []
    for target in targets:
        match objective.comparator:
            case ">=":
                met = len(ordered) - bisect_left(ordered, target)
            case ">":
                met = len(ordered) - bisect_right(ordered, target)
            case "<=":
                met = bisect_right(ordered, target)
            case _:
                met = bisect_left(ordered, target)
        points.append(Point(target, met, len(ordered) - met))
    return points


def usual_targets(target: Fraction, values: Sequence[Fraction]) -> list[Fraction]:
    """The target itself, and equal steps from the least to the greatest value of the windows."""
    low, high = min([*values, target]), max([*values, target])
    steps = {
        Fraction(round((low + (high - low) * step / POINTS) * FINEST), FINEST) for step in range(POINTS + 1)
    }
    return sorted({*steps, target})
