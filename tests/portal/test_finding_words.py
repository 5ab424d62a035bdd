"""Every number that a finding has is called something on its page, and is shown in its unit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.portal.text.words import ALL
from services.portal.views.recommending import SILENT, _number
from services.portal.views.words import Reader

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
