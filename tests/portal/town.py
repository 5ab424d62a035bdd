"""Two agencies that run a service together, each with a person at a browser of their own, without scripts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.portal.conftest import HTML, PASSWORD, REGISTRY, Site, operator, running, token_in

SLA = "/api/sla/v1"
CODE = "permit-1"
BANGKOK = ZoneInfo("Asia/Bangkok")
AT = f"/app/agreements/{CODE}"
NAMES = {"city": "Example City", "land": "Land Office", "other": "Other Agency"}


def next_month() -> str:
    """The first day of the month after next, as it is typed: far enough away at any hour."""
    today = datetime.now(UTC)
    months = today.year * 12 + today.month + 1
    return f"1/{months % 12 + 1}/{months // 12}"


@dataclass
class Officer:
    """A person of an agency at their own browser, without scripts."""

    browser: httpx.AsyncClient
    agency: str
    rest: dict[str, str]
    """The token of the agency's own software."""

    async def page(self, path: str, lang: str = "en") -> httpx.Response:
        return await self.browser.get(path, headers={**HTML, "accept-language": lang})

    async def send(self, path: str, action: str | None = None, /, **fields: Any) -> httpx.Response:
        """Opens a page, keeps the hidden fields of one of its forms, and sends it."""
        found = await self.page(path)
        assert found.status_code == 200, found.text[:300]
        return await self.post(found.text, action or path.split("?")[0], **fields)

    async def post(self, html: str, action: str, /, **fields: Any) -> httpx.Response:
        """Sends a form of a page that was opened before."""
        forms = re.findall(r"<form.*?</form>", html, re.S)
        inside = next(each for each in forms if f'action="{action}"' in each)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
        return await self.browser.post(action, data={**hidden, **fields}, headers=HTML)

    async def counter_fields(self) -> dict[str, str]:
        """Every field of the form of a counter-offer, as it is shown."""
        html = (await self.page(f"{AT}/counter")).text
        found = dict(re.findall(r'<input id="([^"]+)" name="[^"]+" value="([^"]*)"', html))
        for name, options in re.findall(r'<select id="([^"]+)".*?>(.*?)</select>', html, re.S):
            chosen = re.search(r'<option value="([^"]*)" selected', options)
            first = re.search(r'<option value="([^"]*)"', options)
            found[name] = (chosen or first)[1] if first else ""
        return found


@dataclass
class Town:
    site: Site
    city: Officer
    land: Officer


@asynccontextmanager
async def open_town(folder: Path, **settings: Any) -> AsyncIterator[Town]:
    """Two agencies that run a service together, and a person of each."""
    names = ["registry", "sla", "evaluation", "metrics", "portal"]
    async with running(names, folder, **settings) as site:
        caller = await operator(site)
        officers = [await new_officer(site, caller, code) for code in ("city", "land")]
        admin = officers[0]
        registered = await admin.browser.post(
            f"{REGISTRY}/services",
            json={
                "code": "permit",
                "name": {"th": "ขอใบอนุญาต", "en": "Apply for a permit"},
                "owner": "city",
                "steps": [
                    {"code": "receive", "name": {"en": "Receive"}, "agency": "city"},
                    {"code": "check", "name": {"en": "Check"}, "agency": "land"},
                ],
            },
            headers=admin.rest,
        )
        assert registered.status_code == 201, registered.text
        for body in (
            {
                "code": "permit.time",
                "name": {"th": "เวลาทั้งหมด", "en": "Time to permit"},
                "kind": "duration",
                "unit": "s",
                "from": {"step": "receive", "occurrence": "first", "edge": "any"},
                "to": {"step": "check", "occurrence": "last", "edge": "end"},
                "clock": "elapsed",
            },
            {"code": "permit.up", "name": {"en": "Online"}, "kind": "ratio", "unit": "request"},
        ):
            made = await admin.browser.post(
                f"{SLA}/indicators", json={"service": "permit", **body}, headers=admin.rest
            )
            assert made.status_code == 201, made.text
        yield Town(site, *officers)
        for each in officers:
            await each.browser.aclose()


async def new_officer(site: Site, caller: dict[str, str], code: str) -> Officer:
    """An agency, its administrator's client, and a person who negotiates and signs, signed in."""
    name = {"th": f"หน่วยงาน {code}", "en": NAMES[code]}
    await site.browser.post(f"{REGISTRY}/agencies", json={"code": code, "name": name}, headers=caller)
    client = await site.browser.post(
        f"{REGISTRY}/agencies/{code}/clients",
        json={"name": "admin", "roles": ["agency_admin"]},
        headers=caller,
    )
    token = await _token(site, client.json())
    email = f"officer@{code}.example"
    roles = ["agency_admin", "negotiator", "signatory", "viewer"]
    invited = await site.browser.post(
        f"{REGISTRY}/agencies/{code}/people",
        json={"email": email, "name": f"Officer of {code}", "roles": roles},
        headers=token,
    )
    office = await site.browser.post(
        f"{REGISTRY}/agencies/{code}/clients",
        json={"name": "office", "roles": roles},
        headers=token,
    )
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://sanya.test")
    link = invited.json()["invitation"]["token"]
    await browser.post(f"{REGISTRY}/invitations/{link}/acceptance", json={"password": PASSWORD})
    found = await browser.get("/sign-in", headers=HTML)
    signed = await browser.post(
        "/sign-in",
        data={"form_token": token_in(found.text), "email": email, "password": PASSWORD},
        headers=HTML,
    )
    assert signed.status_code == 303
    return Officer(browser, code, await _token(site, office.json()))


async def _token(site: Site, client: dict[str, Any]) -> dict[str, str]:
    made = await site.browser.post(
        f"{REGISTRY}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(client["client_id"], client["client_secret"]),
    )
    return {"authorization": f"Bearer {made.json()['access_token']}"}


async def drafted(town: Town) -> httpx.Response:
    """City drafts the agreement on the page."""
    return await town.city.send(
        "/app/new-agreement?service=permit",
        code=CODE,
        parties=["city", "land"],
        title_th="ข้อตกลงใบอนุญาต",
        title_en="Permits",
        legal_form="formal",
        visibility="public",
        **{
            "from": next_month(),
            "n-permit.time-add": "yes",
            "n-permit.time-target": "95",
            "n-permit.time-limit": "5",
            "n-permit.time-unit": "d",
            "n-permit.time-window": "month",
            "n-permit.time-responsible": "land",
            "n-permit.time-allot-receive": "1",
            "n-permit.time-allotunit-receive": "d",
            "n-permit.time-allot-check": "3",
            "n-permit.time-allotunit-check": "d",
        },
    )


async def offered(town: Town) -> str:
    """-> the hash of the first offer."""
    assert (await drafted(town)).status_code == 303
    sent = await town.city.send(f"{AT}/negotiation", f"{AT}/offer", until="")
    assert sent.status_code == 303
    return await newest(town)


async def newest(town: Town) -> str:
    found = await town.city.browser.get(f"{SLA}/agreements/{CODE}", headers=town.city.rest)
    digest: str = found.json()["revisions"][-1]["hash"]
    return digest


def month_start(ago: int) -> datetime:
    today = datetime.now(BANGKOK)
    months = today.year * 12 + today.month - 1 - ago
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=BANGKOK)


async def eventually_async(ask: Callable[[], Awaitable[Any]], enough: Callable[[Any], bool]) -> Any:
    """What is answered as soon as it is enough; a machine that is busy may take long."""
    for _ in range(2400):
        found = await ask()
        if enough(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"it never came: {found}")


async def rest(who: Officer, method: str, path: str, body: Any = None, **headers: str) -> Any:
    sent = {**who.rest, **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer = await who.browser.request(method, path, json=body, headers=sent)
    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


async def agree(town: Town, document: dict[str, Any]) -> None:
    """Both accept it over REST."""
    drafted = await eventually_async(
        lambda: town.city.browser.post(f"{SLA}/agreements", json=document, headers=town.city.rest),
        lambda answer: answer.is_success,
    )
    digest = drafted.json()["revisions"][-1]["hash"]
    at = f"{SLA}/agreements/{document['code']}/revisions/{digest}"
    await rest(town.city, "POST", f"{at}/offer", {})
    for officer in (town.city, town.land):
        await rest(officer, "POST", f"{at}/acceptances", {"hash": digest})
