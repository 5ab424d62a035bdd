"""Bars: whose time, a tick at what was allotted; what of a budget is used, in its frame. Hatched beyond."""

from __future__ import annotations

from services.portal.charts.shapes import Drawing, Path, Rect, Shape

WIDTH = 240
HEIGHT = 24
TOP, THICK = 5, 14
STEP = 6
"""Between two lines of the hatch."""


def held(time: float, beyond: float, allotted: float | None, scale: float, look: str) -> Drawing:
    """``time`` of which ``beyond`` was more than allotted; all in the unit of ``scale``, the full width."""
    unit = (WIDTH - 2) / scale if scale else 0
    within, over = (time - beyond) * unit, beyond * unit
    shapes: list[Shape] = []
    if within > 0:
        shapes.append(Rect(0, TOP, within, THICK, look, 1))
    if over > 0:
        shapes += [Rect(within, TOP, over, THICK, "edge-over"), Path(_hatch(within, over), "hatch-over")]
    if allotted is not None:
        place = min(allotted * unit, WIDTH - 1)
        shapes.append(Path(f"M{place:.2f} {TOP - 4}L{place:.2f} {TOP + THICK + 4}", "tick"))
    return Drawing(WIDTH, HEIGHT, tuple(shapes), "held")


def spent(used: float) -> Drawing:
    """What of a budget is used (1: all of it): its frame, filled from the left, hatched beyond it."""
    unit = (WIDTH - 2) / max(used, 1.0)
    within, over = min(used, 1.0) * unit, max(used - 1.0, 0.0) * unit
    shapes: list[Shape] = [Rect(1, TOP, unit, THICK, "edge-allowed", 1)]
    if within > 0:
        shapes.append(Rect(1, TOP, within, THICK, "fill-ink", 1))
    if over > 0:
        shapes += [Rect(1 + unit, TOP, over, THICK, "edge-over"), Path(_hatch(1 + unit, over), "hatch-over")]
    return Drawing(WIDTH, HEIGHT, tuple(shapes), "held")


def _hatch(start: float, width: float) -> str:
    lines = []
    for place in range(STEP, int(width + THICK) + 1, STEP):
        left, right = max(place - THICK, 0), min(place, width)
        if left < right:
            lines.append(
                f"M{start + left:.2f} {TOP + place - left:.2f}L{start + right:.2f} {TOP + place - right:.2f}"
            )
    return "".join(lines) or f"M{start:.2f} {TOP}L{start:.2f} {TOP + THICK}"
