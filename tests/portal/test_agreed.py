"""What parties agreed beside the agreement, why results changed, and composites, as pages show them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.portal.text import dates
from services.portal.text.breaking import NBSP
from services.portal.text.language import Lang
from services.portal.views.agreed import correction_page, exclusion_page, waiting_for
from services.portal.views.calendars import calendar_page
from services.portal.views.composite import as_objective, promises_in
from services.portal.views.evidence import result_page
from services.portal.views.history import covered, undetermined
from services.portal.views.objective import ObjectiveWords
from services.portal.views.objective_page import ObjectivePage, objective_page
from services.portal.views.words import Agencies, Reader
from tests.portal.test_views import CITY, INDICATORS, MONTH, data, month, objective, result, spaced

HEALTH = {"code": "health", "name": {"th": "สาธารณสุข", "en": "Health"}}
COMPOSITE = {
    "code": "whole",
    "title": {"en": "All together"},
    "kind": "weighted",
    "responsible": "city",
    "members": [{"objective": "o", "weight": "2"}, {"objective": "p", "weight": "1"}],
    "comparator": ">=",
    "target": "0.9",
}
MEMBERS = [
    {"objective": "o", "weight": "2", "verdict": "met", "value": "0.98", "exact": "49/50", "counts": True},
    {
        "objective": "p",
        "weight": "1",
        "verdict": "not_determined",
        "value": None,
        "exact": None,
        "counts": False,
    },
]


def reader(lang: Lang = "en") -> Reader:
    return Reader(lang)


def agencies(lang: Lang = "en") -> Agencies:
    return Agencies(reader(lang), [CITY, HEALTH])


def with_composite(*found: dict[str, Any]) -> Any:
    """An agreement of two objectives and their composite; ``found``: results of the composite."""
    known = data({"whole": list(found)}, objective(), objective(code="p"))
    return type(known)(known.state, {**known.document, "composites": [COMPOSITE]}, known.results)


def of_whole(verdict: str = "met", **changes: Any) -> dict[str, Any]:
    numbers = {
        "good": None,
        "total": 1,
        "exact": "49/50",
        "target": "0.9",
        "members": MEMBERS,
        "budget": None,
    }
    return result(month(10), verdict, objective="whole", **{**numbers, **changes})


def page(known: Any, code: str, lang: Lang = "en") -> ObjectivePage:
    shown = objective_page(reader(lang), known, code, INDICATORS, None, agencies(lang))
    assert shown is not None
    return shown


# --- composites --------------------------------------------------------------------------------------


def test_a_composite_has_the_windows_of_its_members_also_through_another_composite() -> None:
    outer = {"code": "outer", "kind": "all", "members": [{"objective": "whole"}]}
    document = {"objectives": [objective(), objective(code="p")], "composites": [COMPOSITE, outer]}

    assert [each["code"] for each in promises_in(document)] == ["o", "p", "whole", "outer"]
    assert as_objective(outer, document)["window"] == MONTH
    assert as_objective(outer, document)["target"] == "1"
    assert as_objective(COMPOSITE, None)["window"]["kind"] == "calendar"


def test_a_composite_is_shown_with_its_members_and_their_weights() -> None:
    shown = page(with_composite(of_whole()), "whole")

    assert str(shown.name) == "All together"
    assert spaced(shown.target) == "at least 90%"
    assert shown.what_if is None
    assert [
        (each.href.rsplit("/", 1)[1], each.value, each.weight, each.counts) for each in shown.members
    ] == [
        ("o", "98.00%", "2", True),
        ("p", "–", "1", False),
    ]
    assert shown.first is not None
    assert shown.first.current is not None
    assert spaced(shown.first.current.numbers.fraction) == "from 1 promise"


def test_an_objective_says_which_composite_it_is_part_of() -> None:
    known = with_composite()

    assert [(href, str(name)) for href, name in page(known, "o").part_of] == [
        ("/app/agreements/a/objectives/whole", "All together")
    ]
    assert page(known, "o").what_if == "/app/agreements/a/objectives/o/what-if"
    assert objective_page(reader(), known, "none", INDICATORS, None, agencies()) is None


def test_all_is_kept_when_every_one_is() -> None:
    every = as_objective(
        {"code": "e", "kind": "all", "members": [{"objective": "o"}]}, {"objectives": [objective()]}
    )
    words = ObjectiveWords(reader(), every, None, dates.zone_of(None))

    assert str(words.target_words()) == "every one of them is kept"
    assert (
        spaced(words.numbers({"exact": "1/2", "good": 1, "total": 2, "target": "1"}).fraction)
        == "1 of 2 promises"
    )


# --- why nothing can be determined -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "document", "said"),
    [
        ({}, {}, "because no data came"),
        ({"total": 3, "few": True}, {"minimum_total": 10}, "3 cases is less than the minimum of 10"),
        (
            {"total": 90, "coverage": "0.62"},
            {"coverage_floor": "0.9"},
            "because 62.00% of the data came, less than the 90% agreed",
        ),
        ({"total": 9, "unknown_group": True}, {}, "no target of its own"),
        ({"members": MEMBERS}, {}, "promises in it"),
    ],
)
def test_not_determined_says_why(changes: dict[str, Any], document: dict[str, Any], said: str) -> None:
    words = ObjectiveWords(reader(), objective(**document), INDICATORS["time"], dates.zone_of(None))
    found = undetermined(words, result(month(10), "not_determined", **changes))

    assert said in spaced(found)


def test_what_is_determined_needs_no_reason_and_coverage_is_never_rounded_up() -> None:
    words = ObjectiveWords(reader(), objective(), INDICATORS["time"], dates.zone_of(None))

    assert undetermined(words, result(month(10), "met")) is None
    assert covered(None) is None
    assert covered("0.99999") == "99.999"


# --- why a result changed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "named", "href"),
    [
        ("late_data", "batch-1", None),
        ("exclusion", "e1", "/app/exclusions/e1"),
        ("correction", "c1", "/app/corrections/c1"),
        ("calendar", "office@2", "/app/calendars/office"),
        ("void", "b", None),
        ("revision", "f", None),
        ("backfill", "x", None),
    ],
)
def test_a_result_says_why_it_changed_from_what_and_by_whom(kind: str, named: str, href: str | None) -> None:
    cause = {
        "kind": kind,
        "id": named,
        "by": "health",
        "from": {"verdict": "breached", "exact": "47/50"},
        "others": [{"kind": "void", "id": "b", "by": None}],
    }
    shown = page(data([result(month(10), revision=2, cause=cause), result(month(9))]), "o")

    (change,) = shown.changes
    assert (change.href, str(change.by)) == (href, "by Health")
    assert spaced(change.window) == "October 2026"
    assert change.before.plain == "before: Breached 94.00%"
    assert change.now == "Met 98.00%"
    assert spaced(change.more) == "and 1 more cause"


# --- explanations ------------------------------------------------------------------------------------


def explanation(**changes: Any) -> dict[str, Any]:
    return {
        "result": result(month(10)),
        "formula": "good / total >= 0.95",
        "steps": [],
        "objective": objective(),
        "indicator": INDICATORS["time"],
        "counts": {
            "indicator": "time",
            "from": month(10)[0],
            "to": month(10)[1],
            "without": [{"start": "2026-10-05T00:00:00+07:00", "end": "2026-10-06T00:00:00+07:00"}],
        },
        "members": [],
        "consequences": [],
        "burn": None,
        "calendar": None,
        "calendar_versions": [],
        "plan": None,
        "exclusions": [],
        "corrections": [],
        "batches": [],
        "journeys": [],
        "after_final": [],
        "earlier": [],
        "next": None,
        **changes,
    }


def test_what_does_not_count_stands_apart_with_the_reason() -> None:
    seen: dict[str, Any] = {
        "started": month(10)[0],
        "ended": None,
        "seconds": None,
        "good": False,
        "batches": [],
    }
    journeys = [
        {"journey": name, "state": state, "counts": counts, "why_not": why, **seen}
        for name, state, counts, why in (
            ("a", "counted", True, None),
            ("b", "pending", False, "pending"),
            ("c", "counted", False, "excluded"),
            ("d", "new-state", False, "new-state"),
        )
    ]
    shown = result_page(reader(), explanation(journeys=journeys, next="after"), None, agencies())

    assert [each.journey for each in shown.cases] == ["a"]
    assert [(each.name, str(each.why)) for each in shown.explained.left_out] == [
        ("b", "not ended, limit not reached"),
        ("c", "left out as agreed"),
        ("d", "does not count (new-state)"),
    ]
    assert shown.explained.next == "after"
    assert spaced(shown.explained.without[0]) == "without 5 Oct 2026"


def test_an_explanation_shows_what_was_agreed_and_by_whom() -> None:
    exclusion = {
        "id": "e1",
        "kind": "maintenance",
        "reason": {"en": "Moved"},
        "from": "2026-10-05T00:00:00+07:00",
        "to": "2026-10-05T12:00:00+07:00",
        "journeys": [],
        "proposed_by": "city",
        "proposed_at": "2026-10-06T00:00:00+07:00",
        "approvals": [{"agency": "health", "at": "2026-10-07T02:00:00Z"}],
    }
    cost = {
        "consequence": "points",
        "bracket": {"comparator": "<", "value": "0.9", "cost": "1"},
        "due": "3",
        "cost": "1",
        "unit": "points",
    }
    pair = {"long": "PT1H", "short": "PT5M", "factor": "14.4", "factor_exact": "72/5"}
    lookback = {"from": "", "to": "", "total": 100, "bad": 1, "burn": "0.2", "burn_exact": "1/5"}
    burn = {
        "pairs": [
            {"pair": pair, "long": lookback, "short": {**lookback, "burn_exact": None}, "reached": False}
        ]
    }
    shown = result_page(
        reader(),
        explanation(
            exclusions=[exclusion],
            consequences=[cost],
            burn=burn,
            calendar={"code": "office", "version": 2},
            calendar_versions=[1, 2],
            plan=[{"source": "api", "frequency": "PT5M", "slots": 100, "reported": 98}],
        ),
        None,
        agencies(),
    ).explained

    (agreed,) = shown.exclusions
    assert (str(agreed.what), agreed.span and spaced(agreed.span)) == (
        "Planned maintenance",
        "5 Oct 2026, 00:00 – 12:00",
    )
    assert spaced(agreed.approvals[0]) == "Health, 7 Oct 2026, 09:00"
    assert [
        (each.bracket.replace(NBSP, " "), spaced(each.due), spaced(each.cost)) for each in shown.costs
    ] == [("< 90%", "3 points", "1 points")]
    assert [(each.burn, each.factor) for each in shown.burn] == [("0.20", "14.4"), (None, "14.4")]
    assert [str(each) for each in shown.versions] == ["version 1", "version 2"]
    assert (shown.plans[0].slots, shown.plans[0].reported) == ("100", "98")


def test_the_explanation_of_a_composite_is_its_members() -> None:
    found = explanation(
        result=of_whole(), objective=COMPOSITE, indicator={}, counts=None, members=MEMBERS, formula="mean"
    )
    document = with_composite().document
    shown = result_page(reader(), found, document, agencies())
    away = result_page(reader(), found, None, agencies())

    assert [each.value for each in shown.explained.members] == ["98.00%", "–"]
    assert str(away.objective) == "All together"
    assert [each.value for each in away.explained.members] == ["0.98", "–"]


# --- exclusions and corrections ----------------------------------------------------------------------


def exclusion(**changes: Any) -> dict[str, Any]:
    return {
        "id": "e" * 64,
        "hash": "e" * 64,
        "agreement": "a",
        "state": "proposed",
        "kind": "force_majeure",
        "objectives": ["o"],
        "scope": None,
        "from": "2026-10-05T00:00:00+07:00",
        "to": "2026-10-12T00:00:00+07:00",
        "journeys": [],
        "reason": {"th": "น้ำท่วม"},
        "parties": ["city", "health"],
        "proposed_by": "health",
        "proposed_at": "2026-10-20T00:00:00Z",
        "expires_at": None,
        "approvals": [{"agency": "health", "at": "2026-10-20T00:00:00Z", "signatory": None}],
        "rejections": [],
        "revocations": [],
        "awaiting": ["city"],
        **changes,
    }


def test_what_waits_is_told_with_the_nearest_deadline_first() -> None:
    correction = {
        "id": "c1",
        "kind": "calendar",
        "calendar": "office",
        "version": 2,
        "batches": [],
        "proposed_by": "city",
        "proposed_at": "2026-10-01T00:00:00Z",
    }
    dispute = {
        "breach": "b1",
        "agency": "health",
        "reason": None,
        "opened_at": "2026-10-03T00:00:00Z",
        "due_at": "2026-10-30T17:00:00Z",
    }
    task = {
        "kind": "acknowledgement",
        "id": "n1",
        "agreement": "a",
        "title": {"en": "Permits"},
        "asked_by": None,
        "since": "2026-10-02T00:00:00Z",
        "due": "2026-10-09T17:00:00Z",
        "days_late": 3,
    }
    tasks = [
        task,
        {**task, "kind": "exclusion", "id": "e"},
        {**task, "kind": "offer", "asked_by": "health", "due": None, "days_late": 0},
    ]
    rows = waiting_for(reader(), (tasks, [exclusion()], [correction], [dispute]), agencies())

    assert [each.href for each in rows] == [
        "/announcements/n1",
        "/app/breaches/b1",
        "/app/corrections/c1",
        "/app/agreements/a/negotiation",
        f"/app/exclusions/{'e' * 64}",
    ]
    assert (rows[0].what, spaced(rows[0].late)) == ("To acknowledge: Permits", "3 days overdue")
    assert str(rows[0].by) == "the system"
    assert spaced(rows[1].due.text if rows[1].due else "") == "30 Oct 2026, 24:00"
    assert rows[2].due is None
    assert (rows[3].what, str(rows[3].by), rows[3].late) == ("To sign or answer: Permits", "Health", None)
    assert spaced(rows[4].what) == "To leave out: Force majeure, 5–\u206011 Oct 2026"


@pytest.mark.parametrize("state", ["proposed", "approved", "rejected", "withdrawn", "expired", "revoked"])
def test_an_exclusion_says_where_it_stands_and_what_it_would_change(state: str) -> None:
    answer = {
        "windows": [
            {
                "scope": {},
                "window": {"start": month(number)[0], "end": month(number)[1]},
                "verdict": "met",
                "good": 95,
                "total": 98,
                "exact": "95/98",
                "as_agreed": {"verdict": verdict, "good": good, "total": total, "exact": f"{good}/{total}"},
            }
            for number, verdict, good, total in ((10, "breached", 90, 100), (11, "met", 95, 98))
        ]
    }
    found = exclusion(state=state, awaiting=["city"] if state == "proposed" else [])
    shown = exclusion_page(
        reader(), found, "city", data([]).document, INDICATORS, agencies(), [("o", answer)]
    )

    assert shown.waiting == shown.mine == (state == "proposed")
    (change,) = shown.changes or ()
    assert (spaced(change.window), change.before.verdict, change.after.verdict) == (
        "October 2026",
        "breached",
        "met",
    )
    assert spaced(change.before.said) == "90.00% (90 of 100 cases)"
    said = [spaced(each) for each in shown.answers]
    assert said[0] == "Health proposed it, 20 Oct 2026, 07:00"
    assert (
        said[-1] == "Example City has not answered" or said[-1] == "City has not answered"
    ) == shown.waiting
    assert shown.reason is not None
    assert shown.reason.lang == "th"


def test_an_exclusion_of_named_cases_cannot_be_reckoned_beforehand() -> None:
    found = exclusion(**{"from": None, "to": None}, journeys=["r-1", "r-2"])
    shown = exclusion_page(reader(), found, "health", None, {}, agencies(), None)

    assert shown.changes is None
    assert not shown.mine
    assert ("What is left out", "The cases r-1, r-2") in [(str(name), said) for name, said in shown.facts]


@pytest.mark.parametrize("kind", ["calendar", "batches"])
def test_a_correction_shows_what_it_is_about(kind: str) -> None:
    found = {
        "id": "c1",
        "hash": "h",
        "agreement": "a",
        "kind": kind,
        "state": "proposed",
        "results": [] if kind == "calendar" else ["r1"],
        "batches": [] if kind == "calendar" else ["b1"],
        "calendar": "office" if kind == "calendar" else None,
        "version": 2 if kind == "calendar" else None,
        "reason": None,
        "proposed_by": "city",
        "proposed_at": "2026-10-20T00:00:00Z",
        "approvals": [],
        "rejections": [{"agency": "health", "at": "2026-10-21T00:00:00Z", "reason": "no"}],
        "awaiting": ["city"],
    }
    said = {"verdict": "met", "good": 98, "total": 100, "exact": "98/100"}
    item = {
        "objective": "o",
        "scope": {},
        "window": {"start": month(10)[0], "end": month(10)[1]},
        "before": said,
        "after": {**said, "verdict": "breached", "good": 90, "exact": "90/100"},
    }
    impact = {"items": [item]} if kind == "calendar" else None
    shown = correction_page(reader(), found, "city", data([]).document, INDICATORS, agencies(), impact)

    assert shown.mine
    assert (shown.changes is None) == (kind == "batches")
    assert shown.results == (() if kind == "calendar" else ("r1",))
    assert any("(no)" in each for each in shown.answers)
    assert ("version 2" in shown.heading) == (kind == "calendar")


# --- calendars ---------------------------------------------------------------------------------------


def calendar(**changes: Any) -> dict[str, Any]:
    return {
        "code": "office",
        "owner": "city",
        "name": {"th": "เวลาราชการ", "en": "Office hours"},
        "version": 2,
        "time_zone": "Asia/Bangkok",
        "weekly": {"monday": [["08:30", "12:00"], ["13:00", "16:30"]]},
        "country": "TH",
        "years": {"from": 2026, "to": 2027},
        "holidays": [
            {"date": "2027-01-01", "name": {"th": "วันขึ้นปีใหม่"}},
            {"date": "2026-04-13", "name": {"th": "วันสงกรานต์", "en": "Songkran"}},
        ],
        "half_days": [{"date": "2026-12-30", "hours": [["08:30", "12:00"]], "name": None}],
        "effective_from": "2026-04-01",
        "retroactive": True,
        "reason": "Decree",
        "published_at": "2026-05-01T02:00:00Z",
        **changes,
    }


def test_a_calendar_is_read_in_the_years_of_its_reader() -> None:
    first = calendar(version=1, effective_from=None, retroactive=False, reason=None)
    today = date(2026, 11, 22)
    thai = calendar_page(reader("th"), calendar(), [calendar(), first], agencies("th"), today)
    english = calendar_page(reader(), calendar(), [calendar(), first], agencies(), today)

    assert thai.week[0].hours.replace(NBSP, " ") == "08.30–12.00 น., 13.00–16.30 น."
    assert english.week[0].hours == "08:30–12:00, 13:00–16:30"
    assert str(english.week[6].hours) == "closed"
    assert spaced(thai.years[0].days[0].date) == "13 เมษายน 2569"
    assert str(thai.years[0].days[0].day) == "วันจันทร์"
    assert [spaced(each.heading) for each in english.years] == [
        "Holidays of 2026 (1)",
        "Holidays of 2027 (1)",
    ]
    assert [each.current for each in english.years] == [True, False]
    assert english.years[1].days[0].name.lang == "th"
    assert [
        (each.number, spaced(each.starts), each.retroactive, each.shown) for each in english.versions
    ] == [
        (2, "1 April 2026", True, True),
        (1, "always", False, False),
    ]
    assert spaced(english.half_days[0].hours) == "08:30–12:00"


def test_a_calendar_without_a_country_says_no_last_year() -> None:
    bare = calendar(country=None, years=None, holidays=[], half_days=[], weekly={})
    shown = calendar_page(reader(), bare, [bare], agencies(), date(2026, 11, 22))

    assert shown.written_out is None
    assert shown.years == ()
