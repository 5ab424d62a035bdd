"""The picture of docs/performance.md, drawn from the figures that the last runs kept."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

WIDTH, LEFT, ROW, BAR = 860, 250, 34, 12
LEAST, MOST = 1e5, 1e8
OURS, THEIRS, GOAL = "#0b5a8a", "#b9c4cc", "#b3261e"


def draw(figures: list[dict[str, Any]]) -> str:
    """Bars on a logarithmic scale: ours above the peer's, a line at each goal."""
    rows: list[tuple[str, float, float | None, float | None]] = []
    for one in figures:
        if one["part"] == "evaluator":
            times = one["windows"]
            name = f"judged: {one['series']:,} series, {times} windows"
            rows.append((name, one["rows_core"] * times, one["peer"] * times, 1e7 if times == 8 else None))
    for one in figures:
        if one["part"] == "intake":
            wanted = 1.5e6 if one["form"] == "columns" else 1e6 if one["series"] == 100 else 5e5
            name = f"accepted: {one['form']}, {one['batch']:,} a batch, {one['series']:,} series"
            rows.append((name, one["rows_core"], None, wanted))
    height = 70 + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#1b1f23">',
        "<title>Measurements for each second of a processor core</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="20" font-size="14">Measurements (times windows) for each second of a core; '
        f'<tspan fill="{OURS}">Sanya</tspan>, <tspan fill="#66727a">DuckDB (sums only)</tspan>, '
        f'<tspan fill="{GOAL}">goal</tspan></text>',
    ]
    for exponent in range(5, 9):
        x = _place(float(10**exponent))
        parts.append(f'<line x1="{x}" y1="36" x2="{x}" y2="{height - 26}" stroke="#dde3e7"/>')
        parts.append(f'<text x="{x}" y="{height - 10}" text-anchor="middle">{10**exponent:,}</text>')
    for index, (name, ours, theirs, goal) in enumerate(rows):
        y = 42 + ROW * index
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(name)}</text>')
        parts.append(_bar(y, ours, OURS))
        if theirs is not None:
            parts.append(_bar(y + BAR, theirs, THEIRS))
        if goal is not None:
            x = _place(goal)
            parts.append(
                f'<line x1="{x}" y1="{y - 3}" x2="{x}" y2="{y + 27}" stroke="{GOAL}" stroke-width="2"/>'
            )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _place(value: float) -> float:
    share = math.log(max(value, LEAST) / LEAST) / math.log(MOST / LEAST)
    return round(LEFT + share * (WIDTH - LEFT - 40), 1)


def _bar(y: int, value: float, colour: str) -> str:
    return f'<rect x="{LEFT}" y="{y}" width="{_place(value) - LEFT:.1f}" height="{BAR - 1}" fill="{colour}"/>'


def main(figures: Path, picture: Path) -> None:
    picture.write_text(draw(json.loads(figures.read_text())))
