"""Working calendars: versions written out once, told whole, never changed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.registry.conftest import CITY, LAND, Site

DAY = [["08:30", "12:00"], ["13:00", "16:30"]]
OFFICE: dict[str, Any] = {
    "code": "thai-office",
    "owner": "city",
    "name": {"th": "ปฏิทินราชการ", "en": "Government office"},
    "time_zone": "Asia/Bangkok",
    "weekly": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), DAY),
    "holidays": {
        "country": "TH",
        "years": {"from": 2026, "to": 2027},
        "add": [{"date": "2026-07-31", "name": {"en": "Founding day"}}],
        "remove": ["2026-05-01"],
    },
    "half_days": [{"date": "2026-12-30", "hours": [["08:30", "12:00"]]}],
}
NEXT = {name: value for name, value in OFFICE.items() if name not in ("code", "owner")}


def changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(OFFICE), **changes}


def following(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(NEXT), "effective_from": "2026-06-01", **changes}


@pytest.fixture
async def office(site: Site) -> Site:
    await site.permit()
    await site.done("POST", "/calendars", CITY, OFFICE)
    return site


class TestAVersion:
    async def test_writes_out_the_holidays_of_the_country_with_additions_and_removals(
        self, office: Site
    ) -> None:
        found = await office.done("GET", "/calendars/thai-office", LAND)
        days = {one["date"]: one["name"] for one in found["holidays"]}
        assert days["2026-04-13"] == {"th": "วันสงกรานต์", "en": "Songkran Festival"}
        assert days["2026-07-31"] == {"en": "Founding day"}
        assert "2026-05-01" not in days
        assert "2027-05-01" in days
        assert min(days) == "2026-01-01"
        assert max(days) < "2028-01-01"
        assert list(days) == sorted(days)
        assert (found["version"], found["years"], found["effective_from"]) == (
            1,
            {"from": 2026, "to": 2027},
            None,
        )

    async def test_is_told_whole_so_that_nobody_needs_the_library(self, office: Site) -> None:
        (fact,) = office.told("registry.calendar.v1")
        assert fact["weekly"]["monday"] == DAY
        assert "sunday" not in fact["weekly"]
        assert {"date": "2026-04-13", "name": {"th": "วันสงกรานต์", "en": "Songkran Festival"}} in fact[
            "holidays"
        ]
        assert fact["half_days"] == [{"date": "2026-12-30", "hours": [["08:30", "12:00"]], "name": None}]

    async def test_closes_at_24_00_at_most_and_23_59_stays(self, office: Site) -> None:
        weekly = {"monday": [["00:00", "24:00"]], "friday": [["00:00", "23:59"]]}
        found = await office.done("POST", "/calendars", CITY, changed(code="long", weekly=weekly))
        assert found["weekly"] == weekly

    async def test_a_country_without_thai_names_has_english_ones(self, office: Site) -> None:
        holidays = {"country": "NP", "years": {"from": 2026, "to": 2026}}
        found = await office.done("POST", "/calendars", CITY, changed(code="nepal", holidays=holidays))
        assert found["holidays"]
        assert all(one["name"]["en"] for one in found["holidays"])

    async def test_a_calendar_needs_no_country(self, office: Site) -> None:
        found = await office.done("POST", "/calendars", CITY, changed(code="plain", holidays={}))
        assert (found["holidays"], found["country"], found["years"]) == ([], None, None)


class TestVersions:
    async def test_a_later_one_stands_beside_the_first(self, office: Site) -> None:
        weekly = {"monday": [["09:00", "17:00"]]}
        second = await office.done(
            "POST", "/calendars/thai-office/versions", CITY, following(weekly=weekly, name={"en": "Summer"})
        )
        assert (second["version"], second["effective_from"], second["name"]) == (
            2,
            "2026-06-01",
            {"en": "Summer"},
        )
        first = await office.done("GET", "/calendars/thai-office/versions/1", LAND)
        assert first["weekly"]["monday"] == DAY
        listed = await office.done("GET", "/calendars/thai-office/versions?limit=1", LAND)
        assert [one["version"] for one in listed["items"]] == [2]
        rest = await office.done("GET", f"/calendars/thai-office/versions?after={listed['next']}", LAND)
        assert [one["version"] for one in rest["items"]] == [1]
        assert [fact["version"] for fact in office.told("registry.calendar.v1")] == [1, 2]
        page = await office.done("GET", "/calendars?owner=city", LAND)
        assert [(one["code"], one["version"]) for one in page["items"]] == [("thai-office", 2)]

    async def test_one_for_the_past_says_so_and_why(self, office: Site) -> None:
        path = "/calendars/thai-office/versions"
        # The clock of this registry stands at 2026-03-02.
        for body, place in (
            (following(effective_from="2026-03-01"), "/effective_from"),
            (following(effective_from="2026-03-01", retroactive=True), "/reason"),
            (following(effective_from="2026-03-02", retroactive=True, reason="x"), "/retroactive"),
        ):
            answer = await office.call("POST", path, CITY, body)
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, place)
        await office.done("POST", path, CITY, following(effective_from="2026-03-02"))
        past = following(effective_from="2026-03-01", retroactive=True, reason="a strike nobody wrote down")
        found = await office.done("POST", path, CITY, past)
        assert (found["version"], found["retroactive"]) == (3, True)
        assert "strike" not in office.everything_told()

    async def test_only_its_owner_publishes(self, office: Site) -> None:
        foreign = await office.call("POST", "/calendars/thai-office/versions", LAND, following())
        assert foreign.status_code == 403
        assert (await office.call("POST", "/calendars", LAND, changed(code="other"))).status_code == 403
        missing = await office.call("POST", "/calendars/nothing/versions", CITY, following())
        assert missing.status_code == 404

    async def test_whoever_is_signed_in_reads(self, office: Site) -> None:
        assert (await office.call("GET", "/calendars/thai-office")).status_code == 401
        for path in (
            "/calendars/nothing",
            "/calendars/thai-office/versions/2",
            "/calendars/nothing/versions",
        ):
            assert (await office.call("GET", path, LAND)).status_code == 404
        taken = await office.call("POST", "/calendars", CITY, OFFICE)
        assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/code")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"weekly": {}}, "/weekly"),
        ({"weekly": {"monday": []}}, "/weekly"),
        ({"weekly": {"monday": [["09:00", "09:30"]]}}, "/weekly"),
        ({"weekly": {"monday": [["09:00", "09:00"]]}}, "/weekly/monday/0"),
        ({"weekly": {"monday": [["22:00", "06:00"]]}}, "/weekly/monday/0"),
        ({"weekly": {"monday": [["09:00", "12:00"], ["11:59", "16:00"]]}}, "/weekly/monday/1"),
        ({"weekly": {"monday": [["13:00", "16:00"], ["09:00", "12:00"]]}}, "/weekly/monday/1"),
        ({"weekly": {"monday": [["09:00", "24:01"]]}}, "/weekly/monday/0/1"),
        ({"weekly": {"monday": [["24:00", "24:00"]]}}, "/weekly/monday/0/0"),
        ({"weekly": {"monday": [["9:00", "12:00"]]}}, "/weekly/monday/0/0"),
        ({"weekly": {"someday": [["09:00", "12:00"]]}}, "/weekly/someday"),
        ({"time_zone": "Asia/Nowhere"}, "/time_zone"),
        ({"holidays": {"country": "TH"}}, "/holidays/years"),
        ({"holidays": {"country": "XX", "years": {"from": 2026, "to": 2026}}}, "/holidays/country"),
        ({"holidays": {"country": "TH", "years": {"from": 2027, "to": 2026}}}, "/holidays/years/to"),
        ({"holidays": {"country": "TH", "years": {"from": 2000, "to": 2050}}}, "/holidays/years"),
        (
            {"holidays": {"country": "TH", "subdivision": "zz", "years": {"from": 2026, "to": 2026}}},
            "/holidays/subdivision",
        ),
        ({"holidays": {"years": {"from": 2026, "to": 2026}}}, "/holidays/years"),
        ({"holidays": {"remove": ["2026-04-13"]}}, "/holidays/remove"),
        (
            {
                "holidays": {
                    "country": "TH",
                    "years": {"from": 2026, "to": 2026},
                    "remove": ["2026-04-17"],
                }
            },
            "/holidays/remove/0",
        ),
        ({"holidays": {"add": [{"date": "2026-02-29", "name": {"en": "x"}}]}}, "/holidays/add/0/date"),
        ({"holidays": {"add": [{"date": 20260101, "name": {"en": "x"}}]}}, "/holidays/add/0/date"),
        ({"holidays": {"add": [{"date": "2026-02-27", "name": {}}]}}, "/holidays/add/0/name"),
        ({"half_days": [{"date": "2026-12-30", "hours": []}]}, "/half_days/0/hours"),
        ({"half_days": [{"date": "2026-12-30", "hours": [["08:30", "12:00"]]}] * 2}, "/half_days/1/date"),
        ({"effective_from": "1969-12-31"}, "/effective_from"),
    ],
)
async def test_bad_input_is_refused_with_its_place(site: Site, changes: dict[str, Any], place: str) -> None:
    await site.permit()
    answer = await site.call("POST", "/calendars", CITY, changed(**changes))
    assert answer.status_code == 422, answer.text
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert any(pointer.startswith(place) for pointer in pointers), pointers
    assert (await site.call("GET", "/calendars/thai-office", CITY)).status_code == 404
