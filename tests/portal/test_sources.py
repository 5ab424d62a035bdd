"""Pages of sources: silent ones first with whom to call, what came of an own one, another's is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.portal.text.words import speech
from services.portal.views.service import AgreementData
from services.portal.views.sources import Sources
from services.portal.views.words import Agencies, Reader
from tests.portal.conftest import REGISTRY
from tests.portal.desk import plain
from tests.portal.town import Officer, Town, open_town

METRICS = "/api/metrics/v1"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as found:
        yield found


async def registered(officer: Officer, code: str) -> None:
    made = await officer.browser.post(
        f"{REGISTRY}/sources",
        json={"code": code, "agency": officer.agency, "services": ["permit"]},
        headers=officer.rest,
    )
    assert made.status_code == 201, made.text


async def reporting(officer: Officer) -> dict[str, str]:
    """The token of a system of the officer's agency that may report."""
    made = await officer.browser.post(
        f"{REGISTRY}/agencies/{officer.agency}/clients",
        json={"name": "counter", "roles": ["reporter"]},
        headers=officer.rest,
    )
    token = await officer.browser.post(
        f"{REGISTRY}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(made.json()["client_id"], made.json()["client_secret"]),
    )
    return {"authorization": f"Bearer {token.json()['access_token']}"}


async def test_without_a_source_the_page_says_so(town: Town) -> None:
    for lang in ("en", "th"):
        t = speech(lang)
        text = plain((await town.city.page("/app/sources", lang)).text)
        assert t.sources_none_planned.plain in text
        assert t.sources_ours_none.plain in text


async def test_an_own_source_is_shown_and_another_agencys_is_missing(town: Town) -> None:
    await registered(town.city, "counter")
    for lang in ("en", "th"):
        t = speech(lang)
        assert "counter" in plain((await town.city.page("/app/sources", lang)).text)
        own = await town.city.page("/app/sources/counter", lang)
        assert own.status_code == 200
        assert t.source_not_planned.plain in plain(own.text)
        assert t.source_batches_none.plain in plain(own.text)
        theirs, missing = [
            await town.land.page(f"/app/sources/{code}", lang) for code in ("counter", "nothing")
        ]
        assert theirs.status_code == missing.status_code == 404
        assert plain(theirs.text) == plain(missing.text)
    assert "counter" not in plain((await town.land.page("/app/sources")).text)
    assert 'href="/app/sources"' in (await town.land.page("/app")).text


async def test_what_came_last_is_first_with_what_was_set_aside(town: Town) -> None:
    await registered(town.city, "counter")
    reporter = await reporting(town.city)
    for indicator in ("permit.up", "permit.unheard"):
        row = {"indicator": indicator, "at": datetime.now(UTC).isoformat(), "good": 3, "total": 4}
        sent = await town.city.browser.post(
            f"{METRICS}/measurements",
            json={"source": "counter", "service": "permit", "measurements": [row]},
            headers={**reporter, "idempotency-key": indicator},
        )
        assert sent.status_code == 202, sent.text
    newest = await town.city.browser.get(
        f"{METRICS}/batches", params={"newest": "true", "limit": 1}, headers=reporter
    )
    assert len(newest.json()["items"]) == 1
    page = newest.json()
    older = await town.city.browser.get(
        f"{METRICS}/batches", params={"newest": "true", "after": page["next"]}, headers=reporter
    )
    assert len(older.json()["items"]) == 1
    listed = await town.city.browser.get(f"{METRICS}/batches", headers=reporter)
    order = [each["id"] for each in listed.json()["items"]]
    assert [page["items"][0]["id"], older.json()["items"][0]["id"]] == order[::-1]
    text = plain((await town.city.page("/app/sources/counter")).text)
    assert text.index("unknown indicator 1") < text.rindex("JSON")
    assert text.index(page["items"][0]["id"]) < text.index(older.json()["items"][0]["id"])


async def test_who_is_not_signed_in_is_led_to_the_form(town: Town) -> None:
    town.city.browser.cookies.clear()
    for path in ("/app/sources", "/app/sources/counter"):
        answer = await town.city.page(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


# --- the words of silence ----------------------------------------------------------------------------

DOCUMENT: dict[str, Any] = {
    "title": {"en": "Permits"},
    "time_zone": "Asia/Bangkok",
    "objectives": [
        {"code": code, "indicator": indicator, "responsible": "land"}
        for code, indicator in (("up", "permit.up"), ("often", "permit.up"), ("fast", "permit.time"))
    ],
}


def result(end: str, coverage: str | None) -> dict[str, Any]:
    return {"scope": {}, "coverage": coverage, "window": {"end": end}}


def status(source: str, state: str, indicator: str = "permit.up") -> dict[str, Any]:
    return {
        "source": source,
        "state": state,
        "indicator": indicator,
        "agreement": "permit-1",
        "frequency": "P1D",
        "post": "Head of records",
        "silent_since": "2026-11-20T17:00:00Z" if state == "silent" else None,
        "heard_at": None if state == "waiting" else "2026-11-19T02:00:00Z",
    }


def around(lang: Any) -> Sources:
    reader = Reader(lang)
    known = [{"code": "land", "name": {"en": "Land Office"}, "contact": {"name": "Malee", "phone": "02 1"}}]
    results = {
        "up": [result("2026-10-31T17:00:00Z", "0.2"), result("2026-11-30T17:00:00Z", "0.9")],
        "often": [result("2026-11-30T17:00:00Z", "0.75")],
        "fast": None,
    }
    return Sources(
        reader,
        "city",
        frozenset({"counter"}),
        {"permit-1": AgreementData({"code": "permit-1"}, DOCUMENT, results)},
        {},
        Agencies(reader, known),
    )


@pytest.mark.parametrize(
    ("states", "en", "th"),
    [
        (
            ("reporting", "silent"),
            "1 of 2 planned sources is silent",
            "แหล่งข้อมูลขาดการส่ง 1 รายการ จากที่วางแผนไว้ 2 รายการ",
        ),
        (("reporting",), "The planned source reports on time", "ส่งข้อมูลตรงเวลาครบทั้ง 1 รายการ"),
        (("reporting", "reporting"), "All 2 planned sources report on time", "ส่งข้อมูลตรงเวลาครบทั้ง 2 รายการ"),
        (
            ("reporting", "waiting"),
            "No source is silent: 1 report, 1 are not yet due",
            "ไม่มีแหล่งข้อมูลขาดการส่ง ส่งแล้ว 1 รายการ ยังไม่ถึงกำหนดส่งครั้งแรก 1 รายการ",
        ),
        ((), "No agreement in force has a measurement plan", "ข้อตกลงที่มีผลใช้บังคับยังไม่มีแผนการวัด"),
    ],
)
def test_the_heading_answers_whether_every_source_sends(states: tuple[str, ...], en: str, th: str) -> None:
    for lang, said in (("en", en), ("th", th)):
        found = around(lang)
        heading = found.heading(found.planned(status(f"s{n}", state) for n, state in enumerate(states)))
        assert heading.plain.replace("\u00a0", " ").replace("\u2060", "") == said


def test_a_silent_source_stands_first_with_whom_to_call_and_its_least_coverage() -> None:
    found = around("en")
    rows = found.planned(
        [status("a", "reporting", "permit.time"), status("b", "waiting"), status("z", "silent")]
    )
    assert [row.source for row in rows] == ["z", "b", "a"]
    silent = rows[0]
    assert silent.silent_since is not None
    assert silent.silent_since.machine.startswith("2026-11-21T00:00")
    assert (silent.post, silent.coverage) == ("Head of records", "75.00")
    assert silent.responsible is not None
    assert silent.responsible.text == "Land Office"
    assert silent.contact == {"name": "Malee", "phone": "02 1"}
    assert rows[2].coverage is None


def test_an_own_source_is_ones_own_affair() -> None:
    (row,) = around("en").planned([status("counter", "silent")])
    assert row.own
    assert row.responsible is not None
    assert row.responsible.text == "city"
