"""What pages make of what the API answers: the odd cases, on plain data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.text.breaking import NBSP
from services.portal.text.dates import zone_of
from services.portal.text.language import Lang
from services.portal.views.overview import Overview, overview, ranking
from services.portal.views.service import AgreementData, Promise, ServicePage, service_page
from services.portal.views.under_way import window_at
from services.portal.views.words import Agencies, Reader

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MONTH = {"kind": "calendar", "unit": "month", "count": 1, "anchor": "2001-01-01"}
CITY = {"code": "city", "name": {"th": "เทศบาล", "en": "City"}, "contact": {"name": "Desk", "phone": "1"}}
SERVICE = {
    "code": "permit",
    "name": {"th": "ใบอนุญาต", "en": "Permit"},
    "owner": "city",
    "steps": [{"code": "a", "name": {"en": "Receive"}, "agency": "city"}],
}
INDICATORS = {
    "time": {"code": "time", "service": "permit", "name": {"en": "Time"}, "kind": "duration", "unit": "s"},
    "speed": {"code": "speed", "service": "permit", "name": {"en": "Speed"}, "kind": "value", "unit": "ms"},
    "up": {"code": "up", "service": "permit", "name": {"en": "Up"}, "kind": "ratio", "unit": "request"},
}


def objective(**changes: Any) -> dict[str, Any]:
    return {
        "code": "o",
        "indicator": "time",
        "responsible": "city",
        "good": {"comparator": "<=", "value": "P3D"},
        "comparator": ">=",
        "target": "0.95",
        "window": MONTH,
        "count_at": "completion",
        "overdue": "counted",
        **changes,
    }


def month(number: int, year: int = 2026) -> tuple[str, str]:
    """The month as UTC instants of Bangkok's wall clock."""
    ends = (year + number // 12, number % 12 + 1)
    return (
        f"{year}-{number:02}-01T00:00:00+07:00",
        f"{ends[0]}-{ends[1]:02}-01T00:00:00+07:00",
    )


def result(window: tuple[str, str], verdict: str = "met", **changes: Any) -> dict[str, Any]:
    good, total = {"met": (98, 100), "breached": (90, 100)}.get(verdict, (0, 0))
    state = "open" if verdict in {"on_track", "at_risk", "no_data"} else "final"
    return {
        "id": f"{window[0]}-{verdict}",
        "revision": 1,
        "agreement": "a",
        "agreement_revision": "f" * 64,
        "objective": "o",
        "responsible": "city",
        "scope": {},
        "window": {"start": window[0], "end": window[1], "state": state},
        "verdict": verdict,
        "good": good,
        "total": total,
        "exact": f"{good}/{total}" if total else None,
        "comparator": ">=",
        "target": "0.95",
        "overdue": {"counted": 0, "listed": 0},
        "budget": {"consumed": "0.4", "remaining": "0.6", "burn": "0.4"} if total else None,
        "data_until": window[1],
        "computed_at": window[1],
        "final_at": "2026-12-04T00:00:00+07:00",
        **changes,
    }


def data(results: Any, *objectives: Mapping[str, Any]) -> AgreementData:
    state = {
        "code": "a",
        "in_force": "f" * 64,
        "revisions": [
            {"hash": "e" * 64, "in_force_from": "2025-01-01T00:00:00+07:00"},
            {"hash": "d" * 64, "in_force_from": None},
            {"hash": "f" * 64, "in_force_from": "2026-01-01T00:00:00+07:00"},
        ],
    }
    document = {
        "code": "a",
        "title": {"en": "Agreement"},
        "service": "permit",
        "parties": ["city"],
        "time_zone": "Asia/Bangkok",
        "objectives": list(objectives) or [objective()],
    }
    return AgreementData(state, document, results if isinstance(results, dict) else {"o": results})


def page(*agreements: AgreementData, lang: Lang = "en") -> ServicePage:
    reader = Reader(lang)
    return service_page(reader, SERVICE, Agencies(reader, [CITY]), agreements, INDICATORS, NOW)


def only(shown: ServicePage) -> Promise:
    (promise,) = shown.promises
    return promise


def spaced(text: object) -> str:
    return str(text).replace(NBSP, " ")


def test_the_panel_answers_for_the_last_closed_window() -> None:
    shown = page(data([result(month(10), "breached"), result(month(9))]))

    assert shown.panel is not None
    assert shown.panel.tone == "breached"
    assert spaced(shown.panel.heading) == "October 2026: the promise was not kept"
    assert spaced(shown.panel.summary) == "Last 2 windows: met 1, breached 1, not determined 0"
    assert spaced(only(shown).next_result) == "November 2026 is under way, result after 30 Nov 2026, 24:00"


def test_revisions_are_numbered_as_they_came_into_force() -> None:
    assert only(page(data([]))).agreement.number == 2


def test_before_the_first_close_the_page_says_when_the_first_result_comes() -> None:
    shown = page(data([]), lang="th")

    assert shown.panel is not None
    assert shown.panel.tone == "no_data"
    assert spaced(only(shown).next_result) == "ผลรอบแรกจะออกหลัง 30 พ.ย. 2569 24.00 น."


def test_not_determined_is_neither_met_nor_a_number() -> None:
    (group,) = only(page(data([result(month(10), "not_determined")]))).groups

    assert group.newest is not None
    assert group.newest.verdict == "not_determined"
    assert group.newest.numbers.number is None
    assert group.cells[-1].text == f"October{NBSP}2026: Not determined"


def test_a_window_judged_under_two_revisions_is_one_cell_in_two_halves() -> None:
    both = [
        result(month(10), "met", agreement_revision="e" * 64),
        result(month(10), "breached", id="second"),
    ]
    (group,) = only(page(data(both))).groups

    (cell,) = group.cells
    looks = {shape.look for shape in cell.drawing.shapes}
    assert {"fill-met", "fill-breached"} <= looks
    assert cell.text.endswith("(judged under two revisions)")
    assert len(group.table) == 2


def test_only_twelve_windows_are_shown_newest_last() -> None:
    many = [result(month(number, year)) for year in (2026, 2025) for number in range(10, 0, -1)]
    (group,) = only(page(data(many))).groups

    assert len(group.cells) == 12
    assert group.cells[-1].text.startswith(f"October{NBSP}2026")
    assert group.newest is not None
    assert group.newest.window == f"October{NBSP}2026"


def test_each_label_group_has_its_own_history_worst_first() -> None:
    groups = [
        result(month(10), "met", scope={"province": "10"}),
        result(month(10), "breached", scope={"province": "50"}),
        result(month(10), "met", scope={"province": None}),
    ]
    shown = only(page(data(groups, objective(scope=["province"]))))

    assert [each.scope for each in shown.groups] == ["province 50", "province 10", "province –"]
    assert shown.verdict == "breached"


def test_silence_since_the_last_result_is_said() -> None:
    shown = page(data([result(month(3, 2020))]))

    assert spaced(only(shown).silent) == (
        "Since 1 April 2020 there has been no data: nothing can be determined"
    )
    assert shown.panel is not None
    assert shown.panel.summary == only(shown).silent


def test_a_window_that_waits_for_its_close_is_no_silence() -> None:
    assert only(page(data([result(month(9))]))).silent is None


def test_results_that_are_away_leave_the_promise_and_no_verdict() -> None:
    shown = page(data({"o": None}))

    assert only(shown).away
    assert shown.panel is None


def test_the_headline_comes_first() -> None:
    shown = page(data({"o": [], "p": []}, objective(), objective(code="p", headline=True)))

    assert [each.code for each in shown.promises] == ["p", "o"]


@pytest.mark.parametrize(
    ("changes", "name", "target"),
    [
        ({}, "Time at most 3 days", "at least 95%"),
        ({"public_wording": {"en": "Quick"}}, "Quick", "at least 95%"),
        ({"target": "0.9995", "comparator": ">"}, "Time at most 3 days", "more than 99.95%"),
        (
            {"indicator": "speed", "good": {"comparator": "<", "value": "800"}},
            "Speed less than 800 ms",
            "at least 95%",
        ),
        (
            {
                "indicator": "speed",
                "good": None,
                "aggregation": "mean",
                "comparator": "<=",
                "target": "300",
            },
            "Speed",
            "at most 300 ms",
        ),
        (
            {
                "indicator": "speed",
                "good": None,
                "aggregation": "count",
                "comparator": "<",
                "target": "1",
            },
            "Speed",
            "less than 1 time",
        ),
        ({"indicator": "up", "good": None}, "Up", "at least 95%"),
        ({"indicator": "unknown"}, "o at most 3 days", "at least 95%"),
    ],
)
def test_an_objective_is_named_and_its_target_said(changes: dict[str, Any], name: str, target: str) -> None:
    promise = only(page(data([], objective(**changes))))

    assert spaced(promise.name) == name
    assert spaced(promise.target) == target
    assert promise.how


SLICED = {"budgeting": "timeslices", "slice": {"length": "PT5M", "target": "0.9", "empty": "ignored"}}


def test_slices_are_what_is_counted() -> None:
    promise = only(page(data([result(month(10))], objective(indicator="up", good=None, **SLICED))))

    assert spaced(promise.how[-1]).startswith("The window is cut into slices of 5 minutes; counted is")
    (group,) = promise.groups
    assert group.newest is not None
    assert "slices" in spaced(group.newest.numbers)


def test_a_mean_of_shares_has_no_numerator() -> None:
    averaged = SLICED | {"budgeting": "ratio-timeslices"}
    shown = only(page(data([result(month(10), good=None)], objective(indicator="up", good=None, **averaged))))

    assert "their shares are averaged" in spaced(shown.how[-1])
    (group,) = shown.groups
    assert group.newest is not None
    assert spaced(group.newest.numbers.number) == "98.00%"


def test_a_target_of_times_is_said_as_it_was_promised() -> None:
    mean = objective(aggregation="mean", good=None, comparator="<=", target="P2D")
    seconds = result(month(10), good=None, total=4, exact="90000/1", target="172800", comparator="<=")

    assert spaced(only(page(data([seconds], mean))).target) == "at most 2 days"


def test_thai_puts_a_space_before_a_number_and_none_before_a_word() -> None:
    promise = only(page(data([], objective(public_wording=None)), lang="th"))

    assert spaced(promise.target) == "ไม่น้อยกว่าร้อยละ 95"
    assert spaced(promise.name).endswith("ไม่เกิน 3 วัน")


def test_a_rolling_window_is_named_by_length_and_end() -> None:
    rolling = objective(window={"kind": "rolling", "duration": "P30D", "step": "PT12H"})
    (group,) = only(page(data([result(month(11))], rolling))).groups

    assert group.newest is not None
    assert spaced(group.newest.window) == "30 days → 30 Nov 2026, 24:00"
    assert group.cells[0].label == "30/11"


def test_the_overview_puts_the_worst_first_and_shows_the_window_under_way() -> None:
    reader = Reader("en")
    results = {
        "o": [result(month(11), "on_track", good=9, total=9, exact="1"), result(month(10))],
        "p": [result(month(10), "breached", objective="p")],
        "q": [],
    }
    documents = [objective(code=code) for code in "opq"]
    breach = {
        "id": "b",
        "state": "open",
        "agreement": "a",
        "objective": "p",
        "scope": {},
        "responsible": "city",
        "opened_at": "2026-11-01T00:00:00+07:00",
        "window": {"start": month(10)[0], "end": month(10)[1]},
        "result": "r",
    }

    shown = overview(
        reader,
        "city",
        Agencies(reader, [CITY]),
        {"permit": SERVICE},
        [data(results, *documents)],
        INDICATORS,
        [breach],
        NOW,
    )

    assert [row.promise.code for row in shown.rows] == ["p", "q", "o"]
    assert [row.verdict for row in shown.rows] == ["breached", "no_data", "on_track"]
    assert shown.rows[2].current is not None
    assert shown.rows[2].current.state == "open"
    assert shown.rows[0].current is not None
    assert shown.rows[0].current.budget is not None
    assert spaced(shown.rows[0].current.budget.used) == "40.00% used"
    assert spaced(shown.heading) == "1 breach is open"
    assert spaced(shown.tally) == "3 objectives: 1 as agreed, 1 to look after, 1 unknown"
    assert shown.breaches is not None
    assert (shown.breaches[0].window, shown.breaches[0].mine) == (f"October{NBSP}2026", True)
    assert shown.breaches[0].contact == CITY["contact"]


def test_an_overview_shows_fifty_rows_and_counts_all() -> None:
    reader = Reader("en")
    documents = [objective(code=f"o{number:02}") for number in range(60)]
    results = {each["code"]: [result(month(11), "on_track")] for each in documents}
    results["o59"] = [result(month(11), "breached")]
    agreements = [data(results, *documents)]
    ranked = ranking(agreements, "city", [])
    assert [each.objective for each in ranked[:2]] == ["o59", "o00"]

    def part(number: int) -> Overview:
        return overview(
            reader,
            "city",
            Agencies(reader, [CITY]),
            {"permit": SERVICE},
            agreements,
            INDICATORS,
            [],
            NOW,
            ranked,
            number,
        )

    first, second = part(1), part(2)
    assert [len(first.rows), len(second.rows)] == [50, 10]
    assert (first.part.first, first.part.last, first.part.of) == (1, 50, 60)
    assert (first.part.before, first.part.next, second.part.before, second.part.next) == (None, 2, 1, None)
    shown = [row.promise.code for row in (*first.rows, *second.rows)]
    assert shown == [each.objective for each in ranked]
    # All are counted on each page; what has to be looked at first stands on the first.
    assert first.tally == second.tally
    assert spaced(first.tally).startswith("60 objectives: 59 as agreed, 1 to look after")
    assert first.first is not None
    assert second.first is None
    assert part(99).part == second.part


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        (MONTH, "2026-11-01", "2026-12-01"),
        ({**MONTH, "anchor": "2026-01-16"}, "2026-11-16", "2026-12-16"),
        ({**MONTH, "anchor": "2026-01-31"}, "2026-10-31", "2026-11-30"),
        ({**MONTH, "unit": "year", "anchor": "2025-10-01"}, "2026-10-01", "2027-10-01"),
        ({**MONTH, "unit": "quarter"}, "2026-10-01", "2027-01-01"),
        ({**MONTH, "unit": "week"}, "2026-11-16", "2026-11-23"),
        ({**MONTH, "unit": "day", "count": 2, "anchor": "2026-11-22"}, "2026-11-22", "2026-11-24"),
    ],
)
def test_the_window_under_way_is_reckoned_from_its_anchor(
    window: dict[str, Any], start: str, end: str
) -> None:
    span = window_at(window, zone_of("Asia/Bangkok"), NOW)

    assert span is not None
    assert (span.start.date().isoformat(), span.end.date().isoformat()) == (start, end)
