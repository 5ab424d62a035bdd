"""A report as PDF: Typst sets it, from the template beside this file and the report as data.

PDF/UA-1; the same report gives the same bytes. The text comes out of the PDF as it went in: Laksaman, because
with it marks above and below Thai letters are not doubled when text is copied or spoken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.portal.charts.shapes import Circle, Drawing, Label, Rect, Shape
from services.portal.charts.shapes import Path as PathShape
from services.portal.reports.figures import Promise, Report, Row
from services.portal.text.breaking import parted

if TYPE_CHECKING:
    from typst import PDFStandard

HERE = Path(__file__).parent
TEMPLATE = HERE / "report.typ"
FONTS = HERE / "fonts"
STANDARDS: list[PDFStandard] = ["ua-1"]


def typeset(report: Report) -> bytes:
    """The PDF. Takes some tenths of a second of a processor: not for the loop."""
    # Typst is a large library, and only reports need it.
    import typst

    compiler = typst.Compiler(
        str(TEMPLATE),
        root=str(HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_data(report), ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=report.dated)
    assert isinstance(made, bytes)
    return made


def _data(report: Report) -> dict[str, Any]:
    t = report.reader.t
    covers = [
        (t.agreement, f"{report.agreement.title}, {t.revision_in_force(n=report.agreement.number).plain}"),
        (t.parties, ", ".join(map(str, report.parties))),
        (t.report_period, report.period_name.plain),
        (t.report_state, report.state.plain),
        *([(t.report_calendar, report.calendar)] if report.calendar else []),
        *([(t.report_data, report.data_until)] if report.data_until else []),
        (t.content_hash, report.agreement.hash),
        (t.report_basis, report.basis),
    ]
    return {
        "lang": report.reader.lang,
        "title": f"{t.report.plain}: {report.service}, {report.period_name.plain}",
        "kind": _said(t.report),
        "service": _said(report.service),
        "period": _said(report.period_name),
        "open": _said(report.state) if report.open else None,
        "heading": _said(report.heading),
        "covers_title": _said(t.report_covers),
        "covers": [[_said(name), _said(value)] for name, value in covers],
        "promises_title": _said(t.report_promises),
        "columns": [_said(each) for each in (t.report_promise, t.target, t.verdict, t.result)],
        "window_columns": [
            _said(each) for each in (t.window, t.verdict, t.result, t.fraction_column, t.state)
        ],
        "none": _said(t.report_none_here),
        "how_title": _said(t.report_how),
        "twelve": _said(t.report_twelve),
        "responsible": _said(t.responsible),
        "target": _said(t.target),
        "basis": report.basis,
        "basis_why": _said(t.report_basis_why),
        "page_words": t.report_page_of.plain,
        "promises": [_promise(report, each) for each in report.promises],
    }


def _promise(report: Report, promise: Promise) -> dict[str, Any]:
    t = report.reader.t
    return {
        "name": _said(promise.name),
        "target": _said(promise.target),
        "target_short": promise.target_short,
        "responsible": _said(promise.responsible),
        "how": [_said(each) for each in promise.how],
        "rows": [_row(report, row) for row in promise.rows],
        "newest": _row(report, promise.rows[-1]) if promise.rows else None,
        "no_data": _said(t.report_none_here),
        "strips": [
            {
                "scope": strip.scope,
                "summary": None if strip.summary is None else _said(strip.summary),
                "cells": [{"label": each.label, "drawing": drawn(each.drawing)} for each in strip.cells],
            }
            for strip in promise.strips
        ],
    }


def _row(report: Report, row: Row) -> dict[str, Any]:
    shown, t = row.shown, report.reader.t
    notes = [each for each in (shown.reason, shown.overdue, shown.excluded) if each is not None]
    revision = f", {t.result_revision(n=shown.revision).plain}" if shown.revision > 1 else ""
    return {
        "scope": row.scope,
        "window": _said(shown.window),
        "verdict": shown.verdict,
        "words": _said(shown.verdict_words),
        "number": _said(shown.numbers.number) if shown.numbers.number else _said("–"),
        "fraction": _said(shown.numbers.fraction) if shown.numbers.fraction else _said("–"),
        "state": _said(shown.state_words.plain + revision),
        "notes": [_said(each) for each in notes],
    }


def _said(text: object) -> list[list[Any]]:
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
