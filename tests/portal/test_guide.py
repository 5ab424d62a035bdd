"""The longer texts: whole in both languages, and true where they give figures."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.portal.text.words import guide

TEXTS = (guide.GUIDE, guide.PRIVACY, guide.ACCESSIBILITY)
CHAPTERS = [chapter for text in TEXTS for chapter in text]
DEMO = Path(__file__).resolve().parents[2] / "services" / "cli" / "demo"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.anchor)
def test_every_text_exists_in_both_languages_with_the_same_figures(chapter: guide.Chapter) -> None:
    for text in (chapter.title, *chapter.paragraphs, *chapter.points):
        assert re.search("[ก-๙]", text.th)
        assert not re.search("[ก-๙]", text.en)
        assert figures(text.th) == figures(text.en)


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.]*\d|\d", text))


def test_anchors_are_addresses_of_their_own() -> None:
    for text in TEXTS:
        assert len({chapter.anchor for chapter in text}) == len(text)


@pytest.mark.parametrize("now", [datetime(2026, month, 1) for month in range(1, 13)], ids=str)
def test_the_success_is_the_examples(now: datetime) -> None:
    """Whenever the example is loaded: fewer than 3 in 4 of its slow month, over 95 in 100 of the next."""
    slow, after = (inspected_in_time(now, month) for month in (4, 5))
    assert slow < 0.75
    assert after > 0.95


def inspected_in_time(now: datetime, month: int) -> float:
    def start(number: int) -> datetime:
        months = now.year * 12 + now.month - 1 + number - 6
        return datetime(months // 12, months % 12 + 1, 1)

    cases: dict[str, dict[str, datetime]] = {}
    with (DEMO / "cases.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["step"] == "inspect":
                at = start(int(row["month"])) + timedelta(minutes=int(row["minute"]))
                cases.setdefault(row["case"], {}).setdefault(row["edge"], at)
    ended = [
        case for case in cases.values() if len(case) == 2 and start(month) <= case["end"] < start(month + 1)
    ]
    return sum(case["end"] - case["start"] <= timedelta(days=2) for case in ended) / len(ended)
