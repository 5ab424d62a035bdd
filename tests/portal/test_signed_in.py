"""Pages of who is signed in, without a browser: who sees them, and what they say while services are away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.conftest import Site
from tests.portal.test_http import signed_in_at_the_registry

OBJECTIVE = "/app/agreements/permit-2026/objectives/o"
PAGES = (
    OBJECTIVE,
    f"{OBJECTIVE}/what-if",
    f"/app/exclusions/{'e' * 64}",
    f"/app/corrections/{'c' * 64}",
    "/app/calendars",
    "/app/calendars/office",
)
CALENDAR: dict[str, Any] = {
    "code": "office",
    "owner": "city",
    "name": {"th": "เวลาราชการ", "en": "Office hours"},
    "time_zone": "Asia/Bangkok",
    "weekly": {"monday": [["08:30", "12:00"], ["13:00", "16:30"]]},
    "holidays": {"country": "TH", "years": {"from": 2026, "to": 2027}},
}


@pytest.mark.parametrize("path", PAGES)
async def test_who_is_not_signed_in_is_asked_to_and_led_back(site: Site, path: str) -> None:
    answer = await site.page(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/sign-in?next={path}")


@pytest.mark.parametrize("path", PAGES[:4])
async def test_while_the_service_behind_a_page_is_away_it_says_so(site: Site, person: str, path: str) -> None:
    await site.sign_in()
    answer = await site.page(path)

    assert answer.status_code in (404, 503)
    assert "Traceback" not in answer.text


async def test_what_waits_is_unknown_rather_than_nothing_while_services_are_away(
    site: Site, person: str
) -> None:
    await site.sign_in()
    page = await site.page("/app")

    assert page.status_code == 200
    assert "The list of what waits for you cannot be shown at the moment" in page.text
    assert "Nothing waits for your agency" not in page.text


async def test_a_calendar_is_read_with_its_versions(site: Site, person: str) -> None:
    caller = await signed_in_at_the_registry(site)
    made = await site.browser.post("/api/registry/v1/calendars", json=CALENDAR, headers=caller)
    assert made.status_code == 201, made.text
    await site.sign_in()

    listed = await site.page("/app/calendars")
    page = await site.page("/app/calendars/office")
    thai = await site.page("/app/calendars/office", **{"accept-language": "th"})
    missing = [await site.page(path) for path in ("/app/calendars/none", "/app/calendars/office?version=2")]

    assert 'href="/app/calendars/office"' in listed.text
    assert "08:30–12:00, 13:00–16:30" in page.text
    assert '<time datetime="2026-04-13">' in page.text
    assert "2569" in thai.text.split("<main")[1]
    assert [answer.status_code for answer in missing] == [404, 404]


async def test_without_a_calendar_the_list_says_so(site: Site, person: str) -> None:
    await site.sign_in()

    assert "There is no working calendar yet" in (await site.page("/app/calendars")).text
