"""Limits in working time and days: what is taken, what is refused and why, and the calendar they need."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from services.sla.domain.agreements import World, check, stored_form
from services.sla.domain.indicators import completed
from services.sla.handlers import names as heard
from shared.errors import NotYetKnown
from shared.events.envelope import Record
from shared.events.registry import CalendarPublished
from tests.sla.conftest import Table
from tests.sla.documents import CONFIRM, INDICATORS, P95, agreement, known_world, plain, plain_indicator

WORKING = {**INDICATORS[0], "code": "permit.working-time", "clock": "working"}
VALUE = "/objectives/0/good/value"


def promise(
    value: Any, *, comparator: str = "<=", working: bool = False, calendar: str | None = "office"
) -> Any:
    one = {**copy.deepcopy(CONFIRM), "good": {"comparator": comparator, "value": value}}
    if working:
        one["indicator"] = "permit.working-time"
    return agreement(objectives=[one], calendar=calendar)


def world(*calendars: str) -> World:
    known = known_world()
    made = {**known.indicators, "permit.working-time": completed(plain_indicator(WORKING))}
    return replace(known, indicators=made, calendars=frozenset(calendars or ("office",)))


def refused(document: Any) -> dict[str, str]:
    form, faults = stored_form(plain(document))
    assert faults == []
    found = check(form, world())
    return {fault.pointer: fault.detail for fault in (*found.faults, *found.unknown)}


GOOD = [
    promise("P3D", calendar=None),
    promise("PT72H"),
    promise("PT8H", working=True),
    promise("PT0S", working=True),
    promise({"working_days": 3}),
    promise({"working_days": 0}),
    promise({"working_days": 3}, comparator="<"),
    promise({"working_days": 3, "by": "date"}),
    promise({"calendar_days": 3}, calendar=None),
    promise({"calendar_days": 0}, calendar=None),
    promise({"calendar_days": 3, "roll": True}),
    promise({"working_days": 3}, working=True),
    promise({"calendar_days": 3, "roll": False}, calendar=None),
]


@pytest.mark.parametrize("document", GOOD)
def test_limits_in_all_four_ways_are_taken(document: Any) -> None:
    assert refused(document) == {}


@pytest.mark.parametrize(
    ("document", "pointer", "sentence"),
    [
        (promise("PT8H", working=True, calendar=None), "/calendar", "measured in working time"),
        (promise({"working_days": 3}, calendar=None), "/calendar", "counts working days"),
        (promise({"calendar_days": 3, "roll": True}, calendar=None), "/calendar", "counts working days"),
        (promise("P3D", working=True), VALUE, "no fixed length"),
        (promise("P1W", working=True), VALUE, "no fixed length"),
        (promise("P1DT2H", working=True), VALUE, "no fixed length"),
        (promise("PT2001H", working=True), VALUE, "at most 2000"),
        (promise("PT0S"), VALUE, "longer than zero"),
        (promise("3 days"), VALUE, "not a duration"),
        (promise({"working_days": -1}), f"{VALUE}/working_days", "0 to 3660"),
        (promise({"working_days": 3661}), f"{VALUE}/working_days", "0 to 3660"),
        (promise({"working_days": 1.5}), f"{VALUE}/working_days", "whole number"),
        (promise({"working_days": "3"}), f"{VALUE}/working_days", "whole number"),
        (promise({"working_days": True}), f"{VALUE}/working_days", "whole number"),
        (promise({"working_days": 3, "by": "noon"}), f"{VALUE}/by", "clock, date"),
        (promise({"calendar_days": 3, "roll": 1}), f"{VALUE}/roll", "next one"),
        (promise({"calendar_days": 3}, comparator="<"), VALUE, "`<=`"),
        (promise({"working_days": 3, "by": "date"}, comparator="<"), VALUE, "`<=`"),
        (promise({"working_days": 3}, comparator=">="), "/objectives/0/good/comparator", "lower limit"),
        (promise("P3D", calendar="lunar"), "/calendar", "no calendar 'lunar' is known"),
    ],
)
def test_a_limit_that_cannot_be_judged_is_refused(document: Any, pointer: str, sentence: str) -> None:
    if sentence == "not a duration":
        document["objectives"][0]["good"]["value"] = "P3"
    assert sentence in refused(document)[pointer]


def test_the_reasons_for_which_a_clock_stands_still_are_agreed() -> None:
    document = promise("P3D")
    document["objectives"][0]["pauses"] = ["waits-for-applicant", "waits-for-court"]
    assert refused(document) == {}
    document["objectives"][0]["pauses"].append("waits-for-court")
    assert "stands twice" in refused(document)["/objectives/0/pauses/2"]
    no_journeys = agreement(objectives=[{**P95, "pauses": ["waits-for-court"]}])
    assert "only journeys pause" in refused(no_journeys)["/objectives/0/pauses"]


def test_what_is_signed_says_how_days_are_counted() -> None:
    for given, stored in (
        ({"working_days": 3}, {"working_days": 3, "by": "clock"}),
        ({"calendar_days": 3}, {"calendar_days": 3, "roll": False}),
        ("PT72H", "PT72H"),
    ):
        form, _ = stored_form(plain(promise(given)))
        assert form["objectives"][0]["good"]["value"] == stored
        # Written out, it is the same promise.
        assert stored_form(plain(promise(stored)))[0] == form


def test_a_calendar_is_waited_for_like_any_name(table: Table) -> None:
    document = promise({"working_days": 3})
    with pytest.raises(NotYetKnown) as told:
        table.draft(document)
    assert [fault.pointer for fault in told.value.errors] == ["/calendar"]
    fact = CalendarPublished(
        version=1,
        code="office",
        owner="city",
        name={"en": "Office"},
        time_zone="Asia/Bangkok",
        weekly={"monday": [("09:00", "17:00")]},
        country=None,
        years=None,
        holidays=[],
        half_days=[],
        effective_from=None,
        retroactive=False,
    ).event()
    record = Record(
        topic=fact.topic,
        partition=0,
        offset=0,
        key=fact.key,
        type=fact.type,
        id="1",
        source="/sanya/registry",
        subject=fact.subject,
        version=1,
        at=0,
        trace=None,
        data=fact.data,
    )
    table.db.transact(lambda _command, uow: heard.keep_calendar(record, uow))
    assert len(table.draft(document)) == 64
