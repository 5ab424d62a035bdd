"""Every number that a finding has is called something on its page, and is shown in its unit."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.portal.rendering import Assets, environment
from services.portal.text.words import ALL, speech
from services.portal.views.improving import Promises
from services.portal.views.recommending import SILENT, FindingShown, Names, _number, finding_shown
from services.portal.views.words import Agencies, Reader

FINDINGS = Path(__file__).resolve().parents[2] / "services/evaluation"
SOURCES = (FINDINGS / "domain/findings/choosing.py", FINDINGS / "reading/findings.py")


def named() -> set[str]:
    blocks = [
        block
        for source in SOURCES
        for block in re.findall(r"numbers(?::[^=]*)? ?= ?\{(.*?)\}", source.read_text(encoding="utf-8"), re.S)
    ]
    return {name for block in blocks for name in re.findall(r'^\s*"(\w+)":', block, re.M)}


def test_every_number_of_a_finding_has_words() -> None:
    assert len(named()) > 20
    assert {name for name in named() - set(SILENT) if f"number_{name}" not in ALL} == set()


@pytest.mark.parametrize("name", ["over", "all_over", "measure", "waited", "time"])
def test_a_length_of_time_is_no_bare_number(name: str) -> None:
    assert "hours" in _number(Reader("en"), name, "7200000000", None)


def test_a_chance_is_a_share() -> None:
    assert _number(Reader("en"), "chance", "1/4", None) == "25.00%"


def found() -> FindingShown:
    reader = Reader("en")
    both = {"th": "พบ", "en": "Found"}
    finding: dict[str, Any] = {
        "id": "f" * 24,
        "agreement": "a",
        "objective": "o",
        "window": {"start": "2026-09-01T00:00:00+07:00", "end": "2026-10-01T00:00:00+07:00"},
        "recommended": True,
        "explains": None,
        "sure": None,
        "numbers": {},
        "text": both,
        "action": {"text": both, "agency": "city", "what_if": None},
        "evidence": {"results": [], "journeys": [], "looked_at": None, "of": None},
    }
    names = Names(reader, Agencies(reader, []), {})
    return finding_shown(reader, finding, Promises(reader, [], {}), names)


def test_a_finding_of_a_window_that_is_not_the_last_leads_to_no_page() -> None:
    row = environment(Assets()).get_template("finding.html").module.finding_row  # type: ignore[attr-defined]
    shown = found()

    assert shown.raw.startswith("/app/api/")
    assert f'href="/app/recommendations/{shown.id}"' in row(speech("en"), shown, 2)
    assert "/app/recommendations/" not in row(speech("en"), replace(shown, href=None), 2)
