"""Clauses in words, and what the form of a counter-offer makes of what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.text.language import Lang
from services.portal.views.clauses import Card, Wording, changed_cards, promise_cards, terms_card
from services.portal.views.drafting import Typed, filled, limit_parts, limit_value, slots_of
from services.portal.views.words import Agencies, Reader
from services.sla.domain.clauses import words_of
from services.sla.domain.differences import differences
from tests.portal.test_views import CITY, spaced

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
CITY_NAME = Reader("en").said(CITY["name"]).text  # type: ignore[arg-type]
HEALTH = {"code": "health", "name": {"th": "สาธารณสุข", "en": "Health"}}
INDICATORS = {
    "time": {"code": "time", "name": {"en": "Time"}, "kind": "duration", "unit": "s", "clock": "elapsed"},
    "up": {"code": "up", "name": {"en": "Online"}, "kind": "ratio", "unit": "request"},
    "stars": {"code": "stars", "name": {"en": "Stars"}, "kind": "rating", "unit": "point"},
}
SERVICE = {
    "code": "permit",
    "steps": [
        {"code": "receive", "name": {"en": "Receive"}, "agency": "city"},
        {"code": "check", "name": {"en": "Check"}, "agency": "health"},
    ],
}


def wording(lang: Lang = "en") -> Wording:
    reader = Reader(lang)
    return Wording(reader, Agencies(reader, [CITY, HEALTH]), INDICATORS, SERVICE)


def objective(**changes: Any) -> dict[str, Any]:
    return {
        "code": "fast",
        "indicator": "time",
        "responsible": "city",
        "aggregation": "share",
        "comparator": ">=",
        "target": "0.95",
        "good": {"comparator": "<=", "value": {"working_days": 5, "by": "clock"}},
        "window": {"kind": "calendar", "unit": "month", "count": 1, "anchor": "2001-01-01"},
        "count_at": "completion",
        "allotments": {"receive": "P1D", "check": "PT36H"},
        **changes,
    }


def document(*objectives: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "code": "a",
        "parent": None,
        "title": {"th": "ข้อตกลง", "en": "Agreement"},
        "service": "permit",
        "parties": ["city", "health"],
        "legal_form": "formal",
        "visibility": "public",
        "retroactive": False,
        "time_zone": "Asia/Bangkok",
        "calendar": None,
        "effective_from": "2027-01-01T00:00:00+07:00",
        "effective_until": None,
        "review_at": None,
        "objectives": list(objectives or (objective(),)),
        "composites": [],
        "consequences": [],
        "terms": {},
        **changes,
    }


def cards(before: dict[str, Any], after: dict[str, Any], lang: Lang = "en") -> tuple[Card, ...]:
    found = [
        {
            "clause": each.clause,
            "words": words_of(each.clause),
            "change": each.change,
            "before": each.before,
            "after": each.after,
        }
        for each in differences(before, after)
    ]
    return changed_cards(wording(lang), before, after, found)


def rows(card: Card) -> list[tuple[str, str | None, str | None]]:
    return [
        (each.label, each.before and spaced(each.before), each.after and spaced(each.after))
        for each in card.rows
    ]


def test_what_changed_of_a_promise_is_one_card_of_clauses_in_words() -> None:
    after = objective(
        target="0.9",
        comparator=">",
        good={"comparator": "<=", "value": {"calendar_days": 7, "roll": False}},
        responsible="health",
        window={"kind": "calendar", "unit": "quarter", "count": 2},
        allotments={"receive": "P2D"},
    )
    (card,) = cards(document(), document(after))

    assert (card.change, card.clause) == ("changed", "/objectives/fast")
    assert rows(card) == [
        ("Target", "at least 95%", "more than 90%"),
        ("What is good", "at most 5 working days", "at most 7 calendar days"),
        ("Window", "month", "2 quarters"),
        ("Responsible agency", CITY_NAME, "Health"),
        ("Time allotted: Check (Health)", "36 hours", None),
        (f"Time allotted: Receive ({CITY_NAME})", "1 day", "2 days"),
    ]
    assert all(each.clause.startswith("/objectives/fast/") for each in card.rows)


def test_promises_that_come_and_go_say_all_that_they_say() -> None:
    added = objective(code="up", indicator="up", good=None, allotments=None)
    fresh, gone = cards(document(), document(added))

    assert (fresh.code, fresh.change, gone.code, gone.change) == ("up", "added", "fast", "removed")
    assert ("Target", None, "at least 95%") in rows(fresh)
    assert ("Target", "at least 95%", None) in rows(gone)


def test_general_terms_are_said_whole() -> None:
    after = document(
        effective_from="2027-02-01T00:00:00+07:00",
        effective_until="2028-01-01T00:00:00+07:00",
        parties=["city", "health", "land"],
        terms={"notice": "P90D"},
        visibility="parties",
        retroactive=True,
        composites=[{"code": "all", "kind": "all", "members": [{"objective": "fast"}]}],
    )
    (card,) = cards(document(), after)

    assert card.clause == ""
    said = {label: (before, now) for label, before, now in rows(card)}
    assert said["In force from"] == ("1 Jan 2027, 00:00", "1 Feb 2027, 00:00")
    assert said["In force until"] == (None, "31 Dec 2027, 24:00")
    assert said["Term: notice period"] == (None, "90 days")
    assert said["Who may see it"] == ("everybody", "its parties only")
    assert said["Binds the past"] == ("no", "yes")
    assert said["Parties"][1] == f"{CITY_NAME}, Health, land"
    assert said["Composite all"][0] is None


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_same_says_nothing_and_a_whole_revision_says_all(lang: Lang) -> None:
    assert cards(document(), document(), lang) == ()
    (promise,) = promise_cards(wording(lang), document())
    assert [each.before for each in promise.rows] == [None] * len(promise.rows)
    assert len(promise.rows) == 6
    assert [each.clause for each in terms_card(wording(lang), document()).rows][:2] == [
        "/parties",
        "/effective_from",
    ]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ({"working_days": 3, "by": "clock"}, ("3", "working_days")),
        ({"calendar_days": 3, "roll": False}, ("3", "calendar_days")),
        ({"working_days": 3, "by": "date"}, None),
        ({"calendar_days": 3, "roll": True}, None),
        ("P3D", ("3", "d")),
        ("PT72H", ("72", "h")),
        ("PT90M", ("90", "min")),
        ("P1DT2H", None),
        ("800", ("800", "number")),
    ],
)
def test_a_limit_is_a_number_and_a_unit_and_back(value: Any, parts: tuple[str, str] | None) -> None:
    assert limit_parts(value) == parts
    if parts is not None:
        again = limit_value(*parts)
        assert limit_parts(again) == parts


def typed(
    base: dict[str, Any] | None, fields: Mapping[str, str] | None = None, *, bound: bool = False
) -> Typed:
    found = wording()
    slots = slots_of(found, base)
    shown = filled(found, base, slots, NOW, bound=bound)
    return Typed(found, base, slots, {**shown, **(fields or {})}, NOW, bound=bound)


def test_what_nobody_touched_stays_to_the_letter() -> None:
    base = document(objective(good={"comparator": "<=", "value": "P1DT2H"}, warning="0.97"))
    form = typed(base)

    assert form.document() == {**base}
    assert form.faults == []


def test_what_was_typed_is_in_the_document() -> None:
    form = typed(
        document(),
        {
            "o-fast-target": "90.5%",
            "o-fast-limit": "3",
            "o-fast-unit": "h",
            "o-fast-allot-check": "",
            "n-up-add": "yes",
            "n-up-target": "99",
            "n-up-responsible": "health",
            "n-stars-add": "yes",
            "n-stars-target": "4",
            "n-stars-responsible": "city",
            "until": "31/12/2570",
            "notice": "90",
        },
    )
    made = form.document()

    assert form.faults == []
    old, stars, up = made["objectives"]
    assert (old["target"], old["good"]["value"], old["allotments"]) == ("0.905", "PT3H", {"receive": "P1D"})
    assert (up["target"], up["comparator"], "good" in up) == ("0.99", ">=", False)
    assert (stars["aggregation"], stars["target"]) == ("mean", "4")
    assert made["effective_until"] == "2028-01-01T00:00:00+07:00"
    assert made["terms"] == {"notice": "P90D"}
    assert form.field_of("/objectives/2/responsible") == "n-up-responsible"
    assert form.field_of("/objectives/0/good/value") == "o-fast-limit"
    assert form.field_of("/effective_from") == "from"
    assert form.field_of("/consequences/0") == "form"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"o-fast-target": "101"}, "o-fast-target"),
        ({"o-fast-target": "เก้าสิบ"}, "o-fast-target"),
        ({"o-fast-limit": "1.5"}, "o-fast-limit"),
        ({"o-fast-limit": "-1"}, "o-fast-limit"),
        ({"from": "31/2/2570"}, "from"),
        ({"from": ""}, "from"),
        ({"from": "1/1/2569"}, "from"),
        ({"until": "soon"}, "until"),
        ({"notice": "many"}, "notice"),
        ({"title_th": " ", "title_en": ""}, "title_th"),
        ({"o-fast-remove": "yes"}, "promises"),
        ({"n-up-add": "yes", "n-up-target": "99"}, "n-up-responsible"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(fields: dict[str, str], field: str) -> None:
    form = typed(document(), fields)
    form.document()

    assert [each for each, _ in form.faults] == [field]


def test_an_amendment_begins_next_month_and_a_counter_offer_when_the_offer_does() -> None:
    past = document(effective_from="2026-05-01T00:00:00+07:00", retroactive=True)
    amendment, counter = typed(past, bound=True), typed(past)

    assert amendment.document()["effective_from"] == "2026-12-01T00:00:00+07:00"
    assert amendment.document()["retroactive"] is False
    assert counter.document() == past
    assert amendment.faults == counter.faults == []
