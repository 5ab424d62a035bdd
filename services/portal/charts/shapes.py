"""What a drawing is made of. Lengths are CSS pixels; `look` is a class of the style sheet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    look: str
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    look: str


@dataclass(frozen=True, slots=True)
class Path:
    """SVG path data, absolute."""

    data: str
    look: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words in a drawing; ``anchor``: which of its ends stands at ``x``: start, middle, end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    look: str = "label"


Shape = Rect | Circle | Path | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    shapes: tuple[Shape, ...]
    look: str = ""
