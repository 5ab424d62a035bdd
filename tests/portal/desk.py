"""The desk of a negotiator who gathers needs: two agencies, their service, forms without scripts."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.catalogue import SERVICES
from tests.portal.conftest import EMAIL, HTML, PASSWORD, REGISTRY, Site, operator, running, token_in

SLA = "/api/sla/v1"
NEIGHBOUR, STRANGER, READER = "malee@land.example", "far@far.example", "reader@city.example"
BASE = "/app/services/permit/needs"
FACTORS = "/app/services/permit/factors"
SERVICE: dict[str, Any] = {
    "code": "permit",
    "name": {"th": "ใบอนุญาตก่อสร้าง", "en": "Building permit"},
    "owner": "city",
    "steps": [
        {"code": "receive", "name": {"en": "Receive"}, "agency": "city"},
        {"code": "inspect", "name": {"en": "Inspect"}, "agency": "land"},
    ],
}
SAID: dict[str, str] = {
    "statement_th": "ขอให้ออกใบอนุญาตเร็วขึ้น",
    "source": "survey",
    "recipient_group": "ผู้ประกอบการ",
    "channel": "เคาน์เตอร์",
    "frequency": "4",
    "severity": "3",
    "legal_weight": "2",
    "wanted": "3",
    "wanted_unit": "d",
    "evidence": "https://city.example/survey.pdf",
}
LAW = {
    "kind": "law",
    "text_th": "ต้องพิจารณาให้แล้วเสร็จภายใน 45 วัน",
    "section": "มาตรา 25",
    "value": "45",
    "value_unit": "d",
}


@dataclass
class Office:
    """Somebody of an agency at the desk."""

    site: Site
    bearer: dict[str, str]

    async def page(self, path: str, **headers: str) -> httpx.Response:
        return await self.site.page(path, **headers)

    async def text(self, path: str) -> str:
        answer = await self.page(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("location"))
        return plain(answer.text)

    async def send(self, path: str, shown_at: str | None = None, **fields: Any) -> httpx.Response:
        """Posts a form with the token and the key of the page that it stands on."""
        found = (await self.page(shown_at or path)).text
        data = {"form_token": token_in(found), "key": hidden(found, "key"), **fields}
        return await self.site.browser.post(path, data=data, headers=HTML)

    async def add(self, **fields: str) -> str:
        """The id of a need that the form added."""
        answer = await self.send(f"{BASE}/new", **{**SAID, **fields})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].removeprefix(f"{BASE}/").split("?")[0]

    async def upload(self, name: str, body: bytes, **fields: str) -> httpx.Response:
        found = (await self.page(f"{BASE}/import")).text
        return await self.site.browser.post(
            f"{BASE}/import",
            data={"form_token": token_in(found), "key": hidden(found, "key"), "step": "look", **fields},
            files={"file": (name, body)},
            headers=HTML,
        )

    async def become(self, email: str) -> None:
        """Somebody else sits down at the desk."""
        self.site.browser.cookies.clear()
        answer = await self.site.send("/sign-in", email=email, password=PASSWORD)
        assert answer.status_code == 303

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.site.browser.request(method, f"{SLA}{path}", json=body, headers=self.bearer)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def needs(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.call("GET", "/needs?service=permit&limit=1000"))["items"]
        return items


def plain(html: str) -> str:
    """The content of a page, without what keeps terms and numbers whole on a line."""
    found = html.split("<main")[1].partition(">")[2].split("</main>")[0]
    return unescape(re.sub(r'<span class="nb">(.*?)</span>', r"\1", found)).replace("\u00a0", " ")


def hidden(html: str, name: str) -> str:
    return unescape(html.split(f'name="{name}" value="')[1].split('"')[0])


async def enrolled(site: Site, agency: str, email: str, *roles: str) -> dict[str, str]:
    """Somebody of an agency who has set a password, and their bearer token."""
    caller = await operator(site)
    body = {"code": agency, "name": {"en": agency.title()}}
    await site.browser.post(f"{REGISTRY}/agencies", json=body, headers=caller)
    answer = await site.browser.post(
        f"{REGISTRY}/agencies/{agency}/people",
        json={"email": email, "name": "สมศรี ใจดี", "roles": ["agency_admin"]},
        headers=caller,
    )
    assert answer.status_code == 201, answer.text
    link = answer.json()["invitation"]["token"]
    accepted = await site.browser.post(
        f"{REGISTRY}/invitations/{link}/acceptance", json={"password": PASSWORD}
    )
    assert accepted.is_success, accepted.text
    admin = await bearer(site, email)
    changed = await site.browser.patch(
        f"{REGISTRY}/people/{answer.json()['person']['id']}",
        json={"roles": ["agency_admin", *roles]},
        headers=admin,
    )
    assert changed.is_success, changed.text
    return await bearer(site, email)


async def bearer(site: Site, email: str) -> dict[str, str]:
    answer = await site.browser.post(f"{REGISTRY}/sessions", json={"email": email, "password": PASSWORD})
    assert answer.is_success, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def _settled(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Two agencies, their service, somebody at each desk: made once, copied for each test."""
    # What the agreements' service listens to has to be there, though nobody speaks.
    for name in ("metrics", "evaluation", "delivery"):
        SERVICES[name].migrate(SERVICES[name].settings(data_dir=folder))
    async with running(["registry", "sla", "portal"], folder) as site:
        await enrolled(site, "land", NEIGHBOUR, "negotiator")
        await enrolled(site, "far", STRANGER, "negotiator")
        caller = await enrolled(site, "city", EMAIL, "negotiator")
        for body in (SERVICE, {**SERVICE, "code": "other", "steps": []}):
            made = await site.browser.post(f"{REGISTRY}/services", json=body, headers=caller)
            assert made.status_code == 201, made.text
        invited = await site.browser.post(
            f"{REGISTRY}/agencies/city/people",
            json={"email": READER, "name": "Reader", "roles": ["viewer"]},
            headers=caller,
        )
        link = invited.json()["invitation"]["token"]
        await site.browser.post(f"{REGISTRY}/invitations/{link}/acceptance", json={"password": PASSWORD})
        await site.sign_in()
        for _ in range(200):
            answer = await site.browser.get(f"{SLA}/needs/ranking?service=permit", headers=caller)
            if answer.is_success:
                break
            await asyncio.sleep(0.05)
        assert answer.is_success, answer.text
        return caller, dict(site.browser.cookies)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, str]]:
    folder = tmp_path_factory.mktemp("settled")
    return folder, *asyncio.run(_settled(folder))


@pytest.fixture
async def office(
    settled: tuple[Path, dict[str, str], dict[str, str]], tmp_path: Path
) -> AsyncIterator[Office]:
    """A negotiator of the agency that owns the service, signed in at the portal."""
    folder, caller, cookies = settled
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    async with running(["registry", "sla", "portal"], tmp_path) as site:
        site.browser.cookies.update(cookies)
        yield Office(site, caller)
