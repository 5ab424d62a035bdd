"""The one writer of SVG. A drawing beside its own words is hidden from assistive technology."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from services.portal.charts.shapes import Circle, Drawing, Label, Path, Rect, Shape


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _element(shape: Shape) -> Markup:
    look = escape(shape.look)
    match shape:
        case Rect():
            corner = f' rx="{_number(shape.radius)}"' if shape.radius else ""
            return Markup(
                f'<rect x="{_number(shape.x)}" y="{_number(shape.y)}" width="{_number(shape.width)}" '
                f'height="{_number(shape.height)}"{corner} class="{look}"/>'
            )
        case Circle():
            return Markup(
                f'<circle cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{_number(shape.radius)}" '
                f'class="{look}"/>'
            )
        case Path():
            return Markup(f'<path d="{escape(shape.data)}" class="{look}"/>')
        case Label():
            return Markup(
                f'<text x="{_number(shape.x)}" y="{_number(shape.y)}" text-anchor="{escape(shape.anchor)}" '
                f'class="{look}">{escape(shape.text)}</text>'
            )


@lru_cache(maxsize=1024)
def svg(drawing: Drawing) -> Markup:
    """Hidden from assistive technology: the words stand beside it."""
    width, height = _number(drawing.width), _number(drawing.height)
    inside = Markup("").join(_element(shape) for shape in drawing.shapes)
    return Markup(
        f'<svg class="{escape(drawing.look)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">{inside}</svg>'
    )


def figure(drawing: Drawing, identity: str, title: str, description: str) -> Markup:
    """A drawing that says something of its own: its finding is its name. ``identity``: once a page."""
    width, height = _number(drawing.width), _number(drawing.height)
    inside = Markup("").join(_element(shape) for shape in drawing.shapes)
    name = escape(identity)
    return Markup(
        f'<svg class="{escape(drawing.look)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'focusable="false"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>{inside}</svg>'
    )
