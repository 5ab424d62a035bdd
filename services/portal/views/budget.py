"""The error budget as words and a bar, and where an open window is heading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.charts.bars import spent
from services.portal.charts.shapes import Drawing
from services.portal.text import numbers
from services.portal.text.phrase import Phrase
from services.portal.views.objective import ObjectiveWords
from services.portal.views.words import Reader


@dataclass(frozen=True, slots=True)
class Budget:
    """What may fail: how much of it is used, what remains (signed), and both as a bar."""

    used: Phrase
    left: Phrase
    drawing: Drawing


def budget_of(reader: Reader, result: Mapping[str, Any] | None) -> Budget | None:
    """None where there is no result, or nothing may fail."""
    found = None if result is None else result.get("budget")
    if found is None:
        return None
    consumed, remaining = Fraction(found["consumed"]), Fraction(found["remaining"])
    return Budget(
        used=reader.t.budget_used(used=numbers.percent(consumed, None)),
        left=reader.t.budget_left(left=numbers.percent(remaining, None)),
        drawing=spent(max(float(consumed), 0.0)),
    )


def outlook_of(words: ObjectiveWords, result: Mapping[str, Any]) -> tuple[Phrase, ...]:
    """The forecast of an open window in one sentence, and that its warning line is crossed."""
    t = words.reader.t
    said = []
    forecast = result.get("forecast")
    if forecast is not None:
        bad, total = Fraction(forecast["projected_bad"]), Fraction(forecast["projected_total"])
        target = Fraction(result["target"])
        allowed = total * (target if result["comparator"] in {"<", "<="} else 1 - target)
        said.append(
            t.forecast_close(
                bad=numbers.plain(bad, allowed),
                allowed=numbers.plain(allowed, bad),
                unit=words.counted_unit(2),
            )
        )
    warning = words.document.get("warning")
    if warning is not None and "warning" in result.get("risks", ()):
        said.append(t.warning_crossed(line=words.short(warning)))
    return tuple(said)
