"""What-ifs: what the form asks for, what is wrong with it, and how the answer is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.charts.curve import NARROW, WIDE, Mark, Point, curve
from services.portal.charts.shapes import Circle, Label, Path
from services.portal.charts.svg import figure
from services.portal.text import dates
from services.portal.text.breaking import NBSP
from services.portal.text.language import Lang
from services.portal.views.objective import ObjectiveWords
from services.portal.views.what_if import answer_of
from services.portal.views.what_if_form import Asked, bound_of, read_form
from services.portal.views.words import Reader
from tests.portal.test_views import INDICATORS, NOW, month, objective, spaced

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
BANGKOK = "+07:00"


def words(lang: Lang = "en", **changes: Any) -> ObjectiveWords:
    document = objective(**changes)
    return ObjectiveWords(
        Reader(lang), document, INDICATORS[document["indicator"]], dates.zone_of("Asia/Bangkok")
    )


def asked(lang: Lang = "en", document: dict[str, Any] | None = None, **given: str) -> Asked:
    return read_form(words(lang, **(document or {})), "a", given, SINCE, NOW, [{"province": "50"}])


def test_an_empty_form_asks_for_the_windows_of_the_last_year_as_agreed() -> None:
    found = asked()

    assert found.body == {
        "agreement": "a",
        "objective": "o",
        "from": f"2026-01-01T00:00:00{BANGKOK}",
        "to": f"2026-11-23T00:00:00{BANGKOK}",
    }
    assert (found.typed["from"], found.typed["to"]) == ("1/1/2026", "22/11/2026")
    assert found.faults == ()


def test_the_dates_of_the_form_are_buddhist_in_thai_and_read_in_either() -> None:
    given = {"from": "1/2/2569", "to": "2026-03-31"}
    thai = read_form(words("th"), "a", given, SINCE, NOW, [])

    assert thai.body["from"] == f"2026-02-01T00:00:00{BANGKOK}"
    assert thai.body["to"] == f"2026-04-01T00:00:00{BANGKOK}"
    assert asked("th").typed["from"] == "1/1/2569"


def test_a_target_in_percent_is_asked_for_exactly() -> None:
    assert asked(target="99.95").body["target"] == "0.9995"
    assert asked(target="90 ").body["target"] == "0.9"
    assert asked(document={"aggregation": "mean", "good": None}, target="1,500").body["target"] == "1500"


@pytest.mark.parametrize(
    ("value", "number", "sent"),
    [
        ("P3D", "4", "P4D"),
        ("PT8H", "4", "PT4H"),
        ({"working_days": 3}, "1", {"working_days": 1}),
        ({"calendar_days": 3}, "5", {"calendar_days": 5}),
        ("800", "750.5", "750.5"),
    ],
)
def test_another_bound_keeps_the_unit_that_was_agreed(value: Any, number: str, sent: Any) -> None:
    found = asked(document={"good": {"comparator": "<=", "value": value}}, bound=number)

    assert found.body["good"] == {"comparator": "<=", "value": sent}


def test_the_bound_that_was_agreed_is_no_other_bound() -> None:
    assert "good" not in asked(bound="3").body
    assert bound_of(words(good={"comparator": "<=", "value": {"working_days": 3, "by": "16:30"}})) is None
    assert bound_of(words(good={"comparator": "<=", "value": "P1DT2H"})) is None


def test_window_group_and_periods_are_asked_for() -> None:
    found = asked(
        window="quarter",
        group="province 50",
        out_from1="1/3/2026",
        out_to1="2/3/2026",
        out_from3="5/3/2569",
        out_to3="5/3/2569",
    )

    assert found.body["window"] == {"kind": "calendar", "unit": "quarter", "count": 1}
    assert found.body["scope"] == {"province": "50"}
    assert found.body["exclude"] == [
        {"from": f"2026-03-01T00:00:00{BANGKOK}", "to": f"2026-03-03T00:00:00{BANGKOK}"},
        {"from": f"2026-03-05T00:00:00{BANGKOK}", "to": f"2026-03-06T00:00:00{BANGKOK}"},
    ]
    assert "window" not in asked(window="fortnight").body


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"target": "ninety"}, "target", "must be a number; you entered “ninety”"),
        ({"target": "101"}, "target", "from 0 to 100; you entered “101”"),
        ({"target": "NaN"}, "target", "must be a number"),
        ({"from": "31/2/2026"}, "from", "day/month/year, such as 22/11/2026; you entered “31/2/2026”"),
        ({"to": "1/1/2300"}, "to", "day/month/year"),
        ({"from": "2/3/2026", "to": "1/3/2026"}, "to", "before the first"),
        ({"out_from1": "2/3/2026"}, "out_to1", "both the first and the last day"),
        ({"bound": "2.5"}, "bound", "must be a number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given: dict[str, str], field: str, said: str) -> None:
    ((at, words_of_it),) = read_form(words(), "a", given, SINCE, NOW, []).faults

    assert at == field
    assert said in words_of_it.plain.replace(NBSP, " ")


# --- the answer --------------------------------------------------------------------------------------


def numbers(verdict: str, good: int, total: int) -> dict[str, Any]:
    exact = f"{good}/{total}" if total else None
    return {"verdict": verdict, "good": good, "total": total, "value": None, "exact": exact}


def window(number: int, then: dict[str, Any], now: dict[str, Any] | None) -> dict[str, Any]:
    start, end = month(number)
    return {"scope": {}, "window": {"start": start, "end": end}, **then, "as_agreed": now}


MET, BROKEN = numbers("met", 98, 100), numbers("breached", 92, 100)
ANSWER = {
    "comparator": ">=",
    "target": "0.9",
    "as_agreed": {"met": 1, "breached": 1, "not_determined": 1},
    "supposed": {"met": 2, "breached": 0, "not_determined": 1},
    "windows": [
        window(1, numbers("not_determined", 0, 0), numbers("not_determined", 0, 0)),
        window(2, MET, MET),
        window(3, numbers("met", 92, 100), BROKEN),
    ],
    "curve": [
        {"target": "0.9", "met": 2, "breached": 0, "share": "1"},
        {"target": "0.95", "met": 1, "breached": 1, "share": "0.5"},
        {"target": "0.99", "met": 0, "breached": 2, "share": "0"},
    ],
}


def test_the_answer_is_a_sentence_then_windows_newest_first() -> None:
    shown = answer_of(words(), ANSWER, changed=True)

    assert spaced(shown.agreed) == "As agreed, 1 of 3 windows were met"
    assert spaced(shown.supposed) == "Supposed otherwise, 2 of 3 windows would have been met"
    assert spaced(shown.unknown) == "1 window could not be determined"
    assert [each.window.replace(NBSP, " ") for each in shown.rows] == [
        "March 2026",
        "February 2026",
        "January 2026",
    ]
    assert [each.differs for each in shown.rows] == [True, False, False]
    assert shown.rows[0].then.number == "92.00"
    assert shown.rows[2].then.number == "–"


def test_where_the_windows_are_others_nothing_is_compared() -> None:
    other = {
        **ANSWER,
        "as_agreed": None,
        "windows": [window(2, MET, None)],
    }
    shown = answer_of(words(), other, changed=True)

    assert shown.agreed is None
    assert shown.rows[0].now is None
    assert not shown.rows[0].differs


def test_the_picture_names_its_finding_and_its_table_has_every_point() -> None:
    picture = answer_of(words(), ANSWER, changed=True).picture

    assert picture is not None
    assert picture.title.plain.replace(NBSP, " ") == "A target of ≥ 90%: 2 of 2 windows met"
    assert picture.described.plain == "From a target of 90%, met in 2, to 99%, met in 0."
    assert [(each.target, each.met, each.share) for each in picture.rows] == [
        ("90%", "2", "100.00"),
        ("95%", "1", "50.00"),
        ("99%", "0", "0.00"),
    ]
    labels = [shape.text.replace(NBSP, " ") for shape in picture.wide.shapes if isinstance(shape, Label)]
    assert "agreed ≥ 95%" in labels
    assert "supposed ≥ 90%" in labels


def test_without_a_window_that_can_be_judged_there_is_no_picture() -> None:
    nothing = {**ANSWER, "windows": [], "curve": [{"target": "0.95", "met": 0, "breached": 0, "share": None}]}

    assert answer_of(words(), nothing, changed=False).picture is None


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_curve_stays_inside_and_its_labels_do_not_meet(width: int) -> None:
    points = [Point(80, 1), Point(90, 0.5), Point(99.9, 0)]
    marks = [Mark(95, "agreed ≥ 95%", "mark-agreed"), Mark(99.9, "supposed ≥ 99.9%", "mark-supposed")]
    drawing = curve(points, marks, ("80%", "99.9%"), width)

    dots = [shape for shape in drawing.shapes if isinstance(shape, Circle)]
    assert [dot.x for dot in dots] == sorted(dot.x for dot in dots)
    assert [dot.y for dot in dots] == sorted(dot.y for dot in dots)
    assert all(0 <= dot.x <= width and 0 <= dot.y <= drawing.height for dot in dots)
    labels = [shape for shape in drawing.shapes if isinstance(shape, Label)]
    above = [label for label in labels if "%" in label.text and "ed" in label.text]
    assert abs(above[0].y - above[1].y) >= 20
    for label in above:
        ends = label.x + 7.5 * len(label.text) if label.anchor == "start" else label.x
        assert ends <= width
    # Labels are drawn last, so that no line lies over them.
    first_label = drawing.shapes.index(labels[0])
    assert not any(isinstance(shape, Path) for shape in drawing.shapes[first_label:])


def test_a_single_point_is_drawn_in_the_middle() -> None:
    drawing = curve([Point(95, 1)], [Mark(95, "agreed", "mark-agreed")], ("95%", "95%"), NARROW)

    (dot,) = [shape for shape in drawing.shapes if isinstance(shape, Circle)]
    assert 100 < dot.x < 240
    assert [shape.text for shape in drawing.shapes if isinstance(shape, Label)].count("95%") == 1


def test_a_figure_has_a_name_and_a_description() -> None:
    html = str(figure(curve([Point(1, 1)], [], ("<1>", "2")), "c", "Title & more", "Said"))

    assert 'role="img" aria-labelledby="c-title c-desc"' in html
    assert '<title id="c-title">Title &amp; more</title><desc id="c-desc">Said</desc>' in html
    assert "&lt;1&gt;" in html
