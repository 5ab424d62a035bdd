"""Documents as PDF: Typst sets them, from the templates beside this file and data.

PDF/UA-1; the same data give the same bytes. The text comes out of the PDF as it went in: Laksaman, because
with it marks above and below Thai letters are not doubled when text is copied or spoken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.portal.charts.shapes import Circle, Drawing, Label, Rect, Shape
from services.portal.charts.shapes import Path as PathShape
from services.portal.text.breaking import parted

if TYPE_CHECKING:
    from typst import PDFStandard

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
STANDARDS: list[PDFStandard] = ["ua-1"]


def set_pdf(template: str, data: dict[str, Any], dated: datetime) -> bytes:
    """The PDF. Takes some tenths of a second of a processor: not for the loop."""
    # Typst is a large library, and only documents need it.
    import typst

    compiler = typst.Compiler(
        str(HERE / template),
        root=str(HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made = compiler.compile(
        format="pdf", pdf_standards=STANDARDS, timestamp=dated.astimezone(UTC).replace(microsecond=0)
    )
    assert isinstance(made, bytes)
    return made


def said(text: object) -> list[list[Any]]:
    """In pieces, so that terms stay whole on a line."""
    return [[piece, whole] for piece, whole in parted(str(text))]


# --- drawings ----------------------------------------------------------------------------------------

_STEP = re.compile(r"([MLZ])\s*(?:(-?[\d.]+)[ ,]+(-?[\d.]+))?")


def drawn(drawing: Drawing) -> dict[str, Any]:
    """A drawing of `services.portal.charts` as the template's `draw` takes it."""
    return {
        "width": drawing.width,
        "height": drawing.height,
        "shapes": [_shape(each) for each in drawing.shapes],
    }


def _shape(shape: Shape) -> dict[str, Any]:
    match shape:
        case Rect(x, y, width, height, look, radius):
            size = {"width": width, "height": height, "radius": radius}
            return {"kind": "rect", "x": x, "y": y, "look": look, **size}
        case Circle(x, y, radius, look):
            return {"kind": "circle", "x": x - radius, "y": y - radius, "radius": radius, "look": look}
        case PathShape(data, look):
            return {"kind": "path", "look": look, "steps": _steps(data)}
        case Label():
            raise ValueError("words in a drawing of a report stand beside it")


def _steps(data: str) -> Sequence[Any]:
    return [[step[1], float(step[2] or 0), float(step[3] or 0)] for step in _STEP.finditer(data)]
