"""A strip of closed windows: one cell each, its colour and sign the verdict of the window.

A breached cell is taller; an undetermined one has a dashed edge and no ground; a window judged under two
revisions is one cell in two halves.
"""

from __future__ import annotations

from functools import lru_cache

from services.portal.charts.marks import sign
from services.portal.charts.shapes import Drawing, Rect, Shape

WIDTH = 28
HEIGHT = 36
LOWER = 8
"""How much lower a cell is than a breached one."""


@lru_cache(maxsize=256)
def cell(verdicts: tuple[str, ...]) -> Drawing:
    """The cell of one window; more than one verdict: judged under several revisions. Many are alike."""
    width = WIDTH / len(verdicts)
    shapes: list[Shape] = []
    for place, verdict in enumerate(verdicts):
        shapes += _part(verdict, place * width, width)
    return Drawing(WIDTH, HEIGHT, tuple(shapes), "cell")


def _part(verdict: str, x: float, width: float) -> list[Shape]:
    top = 0 if verdict == "breached" else LOWER
    known = verdict in {"met", "breached"}
    inset = 0.0 if known else 1.0
    ground = Rect(
        x + 1 + inset / 2,
        top + inset,
        width - 2 - inset,
        HEIGHT - top - 2 * inset,
        f"fill-{verdict}" if known else "edge-unknown",
        2,
    )
    look = "sign-on" if known else "sign-unknown"
    return [ground, sign(verdict, x + width / 2, (top + HEIGHT) / 2, look)]
