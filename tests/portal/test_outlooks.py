"""What a page says of an open window: its forecast, its warning line, and what of the budget is used."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.charts.shapes import Path, Rect
from services.portal.text.breaking import NBSP
from services.portal.text.dates import zone_of
from services.portal.text.language import Lang
from services.portal.views.budget import budget_of, outlook_of
from services.portal.views.history import Judged
from services.portal.views.objective import ObjectiveWords
from services.portal.views.words import Reader
from tests.portal.test_views import INDICATORS, month, objective, result

FORECAST = {"projected_bad": "71/1", "projected_total": "1240/1"}


def words(lang: Lang = "en", **changes: Any) -> ObjectiveWords:
    return ObjectiveWords(Reader(lang), objective(**changes), INDICATORS["time"], zone_of("Asia/Bangkok"))


def at_risk(**changes: Any) -> dict[str, Any]:
    return result(month(11), "at_risk", good=90, total=100, exact="9/10", forecast=FORECAST, **changes)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Forecast for the close: 71 cases not good, 62 allowed"),
        ("th", "คาดว่าเมื่อสิ้นรอบ ไม่อยู่ในเกณฑ์ 71 เรื่อง ยอมให้ได้ 62 เรื่อง"),
    ],
)
def test_the_forecast_is_one_sentence(lang: Lang, sentence: str) -> None:
    said = outlook_of(words(lang), at_risk())
    assert [str(each).replace(NBSP, " ") for each in said] == [sentence]


def test_forecast_and_allowance_are_never_shown_as_equal_when_they_are_not() -> None:
    forecast = {"projected_bad": "62001/1000", "projected_total": "1240/1"}
    (said,) = outlook_of(words(), {**at_risk(), "forecast": forecast})
    assert "62.001" in str(said)


def test_a_crossed_warning_line_is_said_in_the_targets_unit() -> None:
    said = outlook_of(words(warning="0.97"), {**at_risk(risks=["warning"]), "forecast": None})
    assert [str(each).replace(NBSP, " ") for each in said] == ["Beyond its warning line, ≥ 97%"]


def test_the_budget_bar_is_hatched_beyond_what_was_allowed() -> None:
    shown = Judged(words(), at_risk(budget={"consumed": "2", "remaining": "-1", "burn": "2"})).budget
    assert shown is not None
    assert (str(shown.used), str(shown.left)) == ("200.00% used", "−100.00% remaining")
    frame, within, over, hatch = shown.drawing.shapes
    assert isinstance(frame, Rect)
    assert isinstance(within, Rect)
    assert isinstance(over, Rect)
    assert isinstance(hatch, Path)
    assert (frame.look, within.look, over.look) == ("edge-allowed", "fill-ink", "edge-over")
    assert frame.width == within.width == over.width


def test_without_a_budget_there_is_no_bar() -> None:
    assert budget_of(Reader("en"), at_risk(budget=None)) is None
    assert budget_of(Reader("en"), None) is None
