"""Beside a proposed target: what was achieved before anybody agreed on it."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.text.language import Lang
from services.portal.views.clauses import Wording
from services.portal.views.target_help import help_of
from services.portal.views.words import Agencies, Reader

UP = {
    "code": "up",
    "indicator": "permit.availability",
    "comparator": ">=",
    "target": "0.95",
    "window": {"kind": "calendar", "unit": "month", "count": 1, "anchor": "2026-01-01"},
}
BESIDE: dict[str, Any] = {"asked": [], "law": [], "steps": None, "needs": []}
GROUP: dict[str, Any] = {
    "scope": {},
    "target": "0.95",
    "met": 7,
    "of": 12,
    "distribution": {
        "least": "0.87",
        "lower_quartile": "0.912",
        "median": "0.95",
        "upper_quartile": "0.988",
        "greatest": "0.999",
    },
    "proposals": [
        {"part": "all", "target": "0.87", "met": 12, "of": 12},
        {"part": "half", "target": "0.961", "met": 6, "of": 12},
    ],
}


def beside(lang: Lang, *groups: dict[str, Any]) -> list[str]:
    reader = Reader(lang)
    wording = Wording(reader, Agencies(reader, []), {}, None)
    words = wording.words(UP, {"time_zone": "Asia/Bangkok"})
    achieved = {"groups": list(groups)}
    found = help_of(wording, words, BESIDE, "permit-2026", "permit", None, in_force=None, achieved=achieved)
    return [str(each).replace("\u00a0", " ") for each in found.kept]


def test_met_in_so_many_windows_the_spread_and_where_to_start() -> None:
    assert beside("en", GROUP) == [
        "In the last 12 months it would have been met in 7 of 12 windows",
        "The last 12 months: least 87%, median 95%, greatest 99.9%",
        "Targets to start from, by what was achieved: 87% (met in 12 of 12); 96.1% (met in 6 of 12)",
    ]
    assert "บรรลุ 7 จาก 12 รอบ" in beside("th", GROUP)[0]


@pytest.mark.parametrize(
    "groups",
    [
        (),
        ({**GROUP, "distribution": None, "proposals": []},),
        ({**GROUP, "scope": {"province": "10"}, "distribution": None},),
    ],
)
def test_nothing_is_said_of_what_nobody_measured(groups: tuple[dict[str, Any], ...]) -> None:
    assert beside("en", *groups) == []


def test_groups_have_a_line_each_by_their_own_target_the_worst_first() -> None:
    good = {**GROUP, "scope": {"province": "10"}, "met": 11}
    own = {**GROUP, "scope": {"province": "50"}, "target": "0.9", "met": 4}

    assert beside("en", good, own) == [
        "Group province 50 (target 90%): in the last 12 months met in 4 of 12 windows, median 95%",
        "Group province 10 (target 95%): in the last 12 months met in 11 of 12 windows, median 95%",
    ]
    thai = beside("th", good, own)[0]
    assert "กลุ่ม province 50" in thai
    assert "บรรลุ 4 จาก 12 รอบ" in thai


def test_no_more_groups_than_a_card_can_hold_and_the_others_are_counted() -> None:
    many = [{**GROUP, "scope": {"province": str(10 + n)}, "met": n} for n in range(12)]

    found = beside("en", *many)

    assert len(found) == 9
    assert found[-1] == "and 4 more groups, which kept it more often"
    assert "met in 0 of 12" in found[0]


def test_what_came_of_counting_has_no_more_decimals_than_it_needs() -> None:
    spread = {**GROUP["distribution"], "least": "0.762711864406", "median": "0.94999"}

    assert "least 76.27%, median 94.999%" in beside("en", {**GROUP, "distribution": spread})[1]
