"""Whose time a breach was, as the page shows it."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.charts.bars import WIDTH, held
from services.portal.charts.shapes import Path, Rect
from services.portal.text.breaking import NBSP
from services.portal.text.dates import zone_of
from services.portal.text.language import Lang
from services.portal.views.attribution import disputes, whose_time
from services.portal.views.words import Agencies, Reader

AGENCIES = [
    {"code": "city", "name": {"th": "เทศบาล", "en": "City"}},
    {"code": "land", "name": {"th": "ที่ดิน", "en": "Land"}},
]


def part(agency: str | None, seconds: int, **more: Any) -> dict[str, Any]:
    return {
        "agency": agency,
        "seconds": str(seconds),
        "allotted": None,
        "exceeded_by": None,
        "exceeded": 0,
        "handover": {"seconds": "0", "to": [], "awaited_seconds": "0"},
        **more,
    }


BREACH = {
    "attributed": {"seconds": "432000", "journeys": 3, "summed": 2},
    "attribution": [
        part("land", 345_600, allotted="172800", exceeded_by="172800", exceeded=1),
        part("city", 86_400, handover={"seconds": "43200", "to": [{"agency": "land", "seconds": "43200"}]}),
        part(None, 0),
    ],
}


def shown(lang: Lang = "en") -> Any:
    reader = Reader(lang)
    return whose_time(reader, BREACH, None, Agencies(reader, AGENCIES))


def test_each_holder_has_a_row_and_so_has_the_gap() -> None:
    rows = [(each.name, each.time.replace(NBSP, " "), each.share) for each in shown().holders]
    assert rows == [
        ("Land", "4 days", "80.00"),
        ("City", "12 hours", "10.00"),
        ("Nobody known", "0 seconds", "0.00"),
        ("Hand-over gap: City to Land", "12 hours", "10.00"),
    ]
    assert shown("th").holders[-1].name == "ช่วงส่งต่อ: จากเทศบาล ถึงที่ดิน"


def test_what_was_allotted_is_said_or_not_at_all() -> None:
    land, city, *_ = shown().holders
    assert (land.allotted, land.exceeded_by, land.exceeded) == (f"2{NBSP}days", f"2{NBSP}days", 1)
    assert (city.allotted, city.exceeded_by, city.exceeded) == (None, None, None)


def test_a_breach_without_journeys_has_no_such_part() -> None:
    reader = Reader("en")
    assert (
        whose_time(reader, {"attributed": None, "attribution": []}, None, Agencies(reader, AGENCIES)) is None
    )


def test_beyond_the_allotted_is_hatched_behind_a_tick() -> None:
    within, beyond, hatch, tick = held(4, 2, 2, 4, "fill-agency-1").shapes
    assert isinstance(within, Rect)
    assert isinstance(beyond, Rect)
    assert isinstance(hatch, Path)
    assert isinstance(tick, Path)
    assert within.width + beyond.width == WIDTH - 2
    assert within.width == beyond.width == beyond.x
    assert tick.data.startswith(f"M{beyond.x:.2f} ")
    assert held(0, 0, None, 0, "fill-gap").shapes == ()


@pytest.mark.parametrize("state", ["open", "upheld", "declined", "noted", "expired"])
@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"kind": "breach"}, "the whole breach"),
        ({"kind": "journeys", "journeys": ["a"]}, "1 case"),
        ({"kind": "share", "agency": "land"}, "the time of Land"),
    ],
)
def test_a_dispute_is_told_with_its_answers(state: str, about: dict[str, Any], said: str) -> None:
    reader = Reader("en")
    found = {
        "id": "d1",
        "agency": "land",
        "about": about,
        "reason": None,
        "state": state,
        "opened_at": "2026-11-02T02:00:00Z",
        "due_at": "2026-11-23T17:00:00Z",
        "answers": [{"agency": "city", "answer": "uphold", "reason": "ours"}],
        "awaiting": ["province"] if state == "open" else [],
        "remedy_due": state == "upheld",
    }
    (one,) = disputes(reader, [found], Agencies(reader, AGENCIES), zone_of(None))
    assert one.heading.plain.replace(NBSP, " ") == f"Land disputes: {said}"
    assert (one.due is not None) == (state == "open")
    assert [reason for _, reason in one.answers] == (["ours", None] if state == "open" else ["ours"])
