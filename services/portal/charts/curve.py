"""A curve of shares over a range: how many windows would have kept each target. Marks stand as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.charts.shapes import Circle, Drawing, Label, Path, Rect, Shape

WIDE, NARROW = 720, 340
HEIGHT = 300
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 60, 34
ROW = 22
"""Height of a row of labels above the plot."""
LETTER = 7.5
"""About how wide a letter is; only to keep labels inside."""


@dataclass(frozen=True, slots=True)
class Point:
    """``place`` on the range, ``share`` of 1."""

    place: float
    share: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A line at a place of the range. ``look``: of the line."""

    place: float
    words: str
    look: str


def curve(
    points: Sequence[Point], marks: Sequence[Mark], ends: tuple[str, str], width: int = WIDE
) -> Drawing:
    """``ends``: what the first and the last place of the range are called."""
    places = [*(each.place for each in points), *(each.place for each in marks)]
    low, high = min(places), max(places)
    across = (width - LEFT - RIGHT) / ((high - low) or 1)
    deep = HEIGHT - TOP - BOTTOM

    def x(place: float) -> float:
        return LEFT + (place - low) * across if high > low else (LEFT + width - RIGHT) / 2

    def y(share: float) -> float:
        return TOP + (1 - share) * deep

    shapes: list[Shape] = [Rect(LEFT, TOP, width - LEFT - RIGHT, deep, "plot")]
    labels: list[Shape] = []
    for share, words in ((0.0, "0"), (0.5, "50"), (1.0, "100")):
        shapes.append(Path(f"M{LEFT} {y(share):.2f}L{width - RIGHT} {y(share):.2f}", "grid"))
        labels.append(Label(LEFT - 8, y(share) + 5, words, "end"))
    line = "L".join(f"{x(each.place):.2f} {y(each.share):.2f}" for each in points)
    for row, mark in enumerate(marks):
        at = x(mark.place)
        shapes.append(Path(f"M{at:.2f} {ROW * row + 22}L{at:.2f} {HEIGHT - BOTTOM}", mark.look))
        room = len(mark.words) * LETTER
        anchor = "start" if at + 6 + room < width else "end"
        labels.append(Label(at + (6 if anchor == "start" else -6), ROW * row + 34, mark.words, anchor))
    shapes.append(Path(f"M{line}", "series"))
    shapes += [Circle(x(each.place), y(each.share), 3, "dot") for each in points]
    labels.append(Label(LEFT, HEIGHT - 10, ends[0]))
    if ends[1] != ends[0]:
        labels.append(Label(width - RIGHT, HEIGHT - 10, ends[1], "end"))
    return Drawing(width, HEIGHT, (*shapes, *labels), "chart " + ("wide" if width == WIDE else "narrow"))
