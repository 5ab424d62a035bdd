"""The improvement register, findings and recommendations on pages without a browser: an agency takes one
up or declines it, moves it on, and everybody reads what was learnt."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.portal.text import dates
from tests.portal.conftest import HTML, REGISTRY, operator
from tests.portal.test_negotiation import main
from tests.portal.town import (
    BANGKOK,
    Officer,
    Town,
    agree,
    eventually_async,
    month_start,
    new_officer,
    open_town,
    rest,
)

EVALUATION, METRICS = "/api/evaluation/v1", "/api/metrics/v1"
CODE = "slow"
NEW = "/app/improvements/new"
START = month_start(1)
TODAY = dates.written_day(datetime.now(BANGKOK).date(), "en")
LATER = dates.written_day((datetime.now(BANGKOK) + timedelta(days=40)).date(), "en")


def events() -> list[dict[str, Any]]:
    """Sixty cases of last month; the first step takes three days in every other one."""
    found = []
    for number in range(60):
        now = START + timedelta(hours=number * 6)
        for step, agency, hours in (("receive", "city", 72 if number % 2 else 8), ("check", "land", 12)):
            for edge in ("start", "end"):
                found.append(
                    {
                        "id": f"{number}-{step}-{edge}",
                        "journey": f"case-{number}",
                        "step": step,
                        "agency": agency,
                        "edge": edge,
                        "at": now.astimezone(UTC).isoformat(),
                    }
                )
                now += timedelta(hours=hours if edge == "start" else 0)
    return found


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The two promise a permit in two days; last month every other one was late."""
    async with open_town(tmp_path, metrics_tick_seconds=0.5, metrics_disk_floor_mb=0) as found:
        document = {
            "code": CODE,
            "title": {"th": "ข้อตกลงใบอนุญาต", "en": "Slow permits"},
            "service": "permit",
            "parties": ["city", "land"],
            "legal_form": "informal",
            "visibility": "public",
            "retroactive": True,
            "time_zone": "Asia/Bangkok",
            "effective_from": month_start(3).isoformat(),
            "effective_until": None,
            "objectives": [
                {
                    "code": "in-time",
                    "indicator": "permit.time",
                    "responsible": "land",
                    "good": {"comparator": "<=", "value": "P2D"},
                    "count_at": "completion",
                    "allotments": {"receive": "P1D", "check": "P1D"},
                    "comparator": ">=",
                    "target": "0.9",
                    "window": {"kind": "calendar", "unit": "month"},
                    "grace": "PT1H",
                }
            ],
        }
        await agree(found, document)
        yield found


async def reported(town: Town) -> list[dict[str, Any]]:
    """-> the recommendations that stand open"""
    client = await rest(
        town.land,
        "POST",
        f"{REGISTRY}/agencies/land/clients",
        {"name": "reporter", "roles": ["agency_admin", "reporter"]},
    )
    token = await town.site.browser.post(
        f"{REGISTRY}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(client["client_id"], client["client_secret"]),
    )
    bearer = {"authorization": f"Bearer {token.json()['access_token']}"}
    system = Officer(town.land.browser, "land", bearer)
    await rest(
        system,
        "POST",
        f"{REGISTRY}/sources",
        {"code": "land-api", "agency": "land", "services": ["permit"]},
    )
    body = {"source": "land-api", "service": "permit", "events": events()}
    await eventually_async(
        lambda: town.land.browser.post(
            f"{METRICS}/journey-events", json=body, headers={**system.rest, "idempotency-key": "slow"}
        ),
        lambda answer: answer.is_success,
    )
    found = await eventually_async(
        lambda: town.land.browser.get(f"{EVALUATION}/recommendations", headers=town.land.rest),
        lambda answer: any(each["finding"]["kind"] == "step" for each in answer.json().get("items", ())),
    )
    items: list[dict[str, Any]] = found.json()["items"]
    return items


def forms(page: str) -> str:
    """Its words without marks, and with plain spaces."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


async def test_a_recommendation_becomes_an_improvement_that_is_done_with_a_lesson(town: Town) -> None:
    open_ones = await reported(town)
    (step,) = [each for each in open_ones if each["finding"]["kind"] == "step"]
    await _findings_name_steps_and_agencies(town, step)
    await _another_agency_sees_none(town, step)

    page = await town.land.page(f"{NEW}?recommendation={step['id']}")
    assert "Shorten step Receive (Example City)." in forms(page.text)
    assert re.search(r'<option value="[^"]*in-time[^"]*" selected', page.text)
    wrong = await town.land.post(page.text, NEW, promise="", action="", owner="", due="soon", windows="x")
    assert wrong.status_code == 422
    for said in ("Choose the objective", "you entered “soon”", "not “x”"):
        assert said in forms(wrong.text)
    assert 'value="soon"' in wrong.text
    value = html.unescape(re.findall(r'<option value="([^"]*in-time[^"]*)"', page.text)[0])
    typed = {"promise": value, "action": "A second desk", "owner": "head", "due": LATER, "windows": "1"}
    made = await town.land.post(wrong.text, NEW, **typed)
    assert made.status_code == 303, main(made)
    address = made.headers["location"].split("?")[0]
    taken = await town.land.page(f"/app/recommendations/{step['id']}")
    assert "Made an improvement" in forms(taken.text)
    assert address in taken.text

    await _moves(town, address)
    await _everybody_learns(town)


async def _findings_name_steps_and_agencies(town: Town, step: dict[str, Any]) -> None:
    for path in ("/app/agreements/slow/findings", "/app/services/permit", "/app/recommendations"):
        page = await town.land.page(path)
        assert page.status_code == 200, path
        assert "Step Receive (Example City) took" in forms(page.text), path
    thai = await town.land.page(f"/app/recommendations/{step['id']}", "th")
    assert "ขั้นตอน Receive (หน่วยงาน city)" in forms(thai.text)
    assert "แน่ชัดเพียงใด" in forms(thai.text)
    asked = step["finding"]["action"]["what_if"]
    assert f"{asked['good']}/{asked['total']}" in forms(thai.text)
    wrong = await town.land.page("/app/agreements/slow/findings?day=tomorrow")
    assert wrong.status_code == 422
    assert "tomorrow" in wrong.text
    last = dates.written_day((START + timedelta(days=9)).date(), "en")
    there = await town.land.page(f"/app/agreements/slow/findings?day={last}")
    assert "Step Receive" in forms(there.text)
    assert f'href="/app/recommendations/{step["id"]}"' in there.text
    raw = html.unescape(
        re.findall(r'href="(/app/api/evaluation/v1/findings[^"]*window=[^"]*)"', there.text)[0]
    )
    twin = await town.land.page(raw)
    assert step["id"] in {each["id"] for each in twin.json()["items"]}


async def _another_agency_sees_none(town: Town, step: dict[str, Any]) -> None:
    other = await new_officer(town.site, await operator(town.site), "other")
    for path in ("/app/agreements/slow/findings", f"/app/recommendations/{step['id']}"):
        assert (await other.page(path)).status_code == 404, path
    assert step["id"] not in (await other.page("/app/recommendations")).text
    await other.browser.aclose()


async def _moves(town: Town, address: str) -> None:
    seen = await town.land.page(address)
    assert "Planned" in forms(seen.text)
    assert "the window before its start is compared" in forms(seen.text)
    nameless = await town.land.post(seen.text, address, act="cancel", reason="")
    assert nameless.status_code == 422
    assert "Enter: Why it is cancelled" in forms(nameless.text)
    started = await town.land.post(seen.text, address, act="start", started=TODAY)
    assert started.status_code == 303, main(started)
    other = {"act": "change", "action": "Three desks", "owner": "h", "due": LATER}
    stale = await town.land.post(seen.text, address, key="another-form", **other)
    assert stale.status_code == 409
    assert "Somebody changed this improvement" in forms(stale.text)
    assert "Three desks" in forms(stale.text)
    again = await town.land.post(stale.text, address, **other)
    assert again.status_code == 303, main(again)
    page = await town.land.page(address)
    assert (await town.land.post(page.text, address, act="done", done=TODAY)).status_code == 303
    page = await town.land.page(address)
    assert "Too early to say" in forms(page.text)
    written = await town.land.post(page.text, address, act="lesson", lesson="One desk is too few")
    assert written.status_code == 303, main(written)
    theirs = await town.city.page(address)
    assert "Land Office undertakes it" in forms(theirs.text)
    assert "Move it on" not in theirs.text

    register = await town.city.page("/app/improvements")
    assert "1 done: 0 helped, 0 no effect, 0 worsened, 1 too early" in forms(register.text)
    assert "Three desks" in forms((await town.city.page("/app/improvements?q=DESKS&state=done")).text)
    assert "No improvement matches" in forms((await town.city.page("/app/improvements?q=nothing")).text)
    assert "ทะเบียนการปรับปรุง" in forms((await town.city.page("/app/improvements", "th")).text)


async def _everybody_learns(town: Town) -> None:
    page = await town.site.browser.get("/improvements", headers=HTML)
    assert "Three desks" in forms(page.text)
    assert "One desk is too few" in forms(page.text)
    assert "head" not in main(page)
    assert "/app/recommendations" not in page.text
    assert "One desk" in forms(
        (await town.site.browser.get("/improvements?service=permit", headers=HTML)).text
    )
    assert "One desk" not in forms(
        (await town.site.browser.get("/improvements?service=none", headers=HTML)).text
    )


async def test_a_recommendation_is_declined_and_its_reason_erased(town: Town) -> None:
    open_ones = await reported(town)
    address = f"/app/recommendations/{open_ones[0]['id']}"
    page = await town.land.page(address)
    silent = await town.land.post(page.text, address, reason="")
    assert silent.status_code == 422
    assert "Say why" in forms(silent.text)
    sent = await town.land.post(silent.text, address, reason="The law forbids it")
    assert sent.status_code == 303, main(sent)
    told = await town.city.page(address)
    assert "The law forbids it" in forms(told.text)
    assert "Land Office" in forms(told.text)
    declined = await town.land.page(address)
    erased = await town.land.post(declined.text, address, act="erase")
    assert erased.status_code == 303, main(erased)
    assert "The law forbids it" not in forms((await town.city.page(address)).text)
    late = await town.city.post(page.text, address, reason="Too late")
    assert late.status_code in (400, 422)


async def test_an_improvement_comes_from_a_breach(town: Town) -> None:
    await reported(town)
    found = await eventually_async(
        lambda: town.land.browser.get(f"{EVALUATION}/breaches?agreement={CODE}", headers=town.land.rest),
        lambda answer: bool(answer.json().get("items")),
    )
    breach = found.json()["items"][0]["id"]
    page = await town.land.page(f"/app/breaches/{breach}")
    assert f"{NEW}?breach={breach}" in page.text
    form = await town.land.page(f"{NEW}?breach={breach}")
    value = html.unescape(re.findall(r'<option value="([^"]*)" selected', form.text)[0])
    typed = {"promise": value, "action": "Ask less", "owner": "head", "due": LATER, "windows": "1"}
    made = await town.land.post(form.text, NEW, **typed)
    assert made.status_code == 303, main(made)
    address = made.headers["location"].split("?")[0]
    assert address in (await town.land.page(f"/app/breaches/{breach}")).text
    page = await town.land.page(address)
    dropped = await town.land.post(page.text, address, act="cancel", reason="The law changed")
    assert dropped.status_code == 303, main(dropped)
    assert "The law changed" in forms((await town.city.page(address)).text)
