"""Did it help? Two dots on one axis that begins at zero, and a tick at the target."""

from __future__ import annotations

from services.portal.charts.shapes import Circle, Drawing, Path, Shape

WIDTH, HEIGHT = 280, 36
EDGE, MIDDLE = 10, 18
RADIUS = 7


def before_after(before: float, after: float, target: float | None, scale: float) -> Drawing:
    """``scale``: what stands at the right end of the axis."""
    unit = (WIDTH - 2 * EDGE) / scale if scale > 0 else 0
    old, new = (EDGE + each * unit for each in (before, after))
    end = f"{WIDTH - EDGE}"
    shapes: list[Shape] = [
        Path(f"M{EDGE} {MIDDLE - 6}L{EDGE} {MIDDLE + 6}M{EDGE} {MIDDLE}L{end} {MIDDLE}", "edge-allowed"),
    ]
    if target is not None:
        place = EDGE + target * unit
        shapes.append(Path(f"M{place:.2f} 2L{place:.2f} {HEIGHT - 2}", "tick"))
    shapes += [Circle(new, MIDDLE, RADIUS, "dot"), Circle(old, MIDDLE, RADIUS, "ring-before")]
    return Drawing(WIDTH, HEIGHT, tuple(shapes), "held")
