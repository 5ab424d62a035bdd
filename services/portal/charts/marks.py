"""Verdict marks: told apart by shape first, by colour second, and never without their word.

met: a tick in a disc; on track: a tick in a ring; at risk: ! in a triangle; breached: × in a square;
not determined and no data: a dash in a dashed ring.
"""

from __future__ import annotations

from services.portal.charts.shapes import Circle, Drawing, Path, Rect, Shape

SIZE = 24


def _tick(x: float, y: float, look: str) -> Path:
    return Path(f"M{x - 5} {y + 0.5}L{x - 1.5} {y + 4}L{x + 5} {y - 4}", look)


def _cross(x: float, y: float, look: str) -> Path:
    return Path(f"M{x - 4} {y - 4}L{x + 4} {y + 4}M{x + 4} {y - 4}L{x - 4} {y + 4}", look)


def _dash(x: float, y: float, look: str) -> Path:
    return Path(f"M{x - 4} {y}L{x + 4} {y}", look)


def _bang(x: float, y: float, look: str) -> Path:
    return Path(f"M{x} {y - 4}L{x} {y + 1}M{x} {y + 4.5}L{x} {y + 4.6}", look)


def sign(verdict: str, x: float, y: float, look: str) -> Path:
    """The sign alone, centred."""
    draw = {"met": _tick, "on_track": _tick, "breached": _cross, "at_risk": _bang}.get(verdict, _dash)
    return draw(x, y, look)


def _ground(verdict: str) -> Shape:
    match verdict:
        case "met":
            return Circle(12, 12, 11, "fill-met")
        case "on_track":
            return Circle(12, 12, 10, "ring-met")
        case "at_risk":
            return Path("M12 1L23.5 22.5L0.5 22.5Z", "fill-at_risk")
        case "breached":
            return Rect(1, 1, 22, 22, "fill-breached", 2)
        case _:
            return Circle(12, 12, 10, "ring-unknown")


_SIGN_LOOK = {
    "met": "sign-on",
    "breached": "sign-on",
    "at_risk": "sign-on",
    "on_track": "sign-met",
}


def mark(verdict: str) -> Drawing:
    middle = 15.5 if verdict == "at_risk" else 12
    look = _SIGN_LOOK.get(verdict, "sign-unknown")
    return Drawing(SIZE, SIZE, (_ground(verdict), sign(verdict, 12, middle, look)), "mark")
