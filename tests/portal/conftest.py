"""The portal beside real services in one process, with a real registry to sign in at."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.catalogue import SERVICES
from shared.service import create_app
from tests.patience import patient
from tests.portal.browsing import shown, town_hall

__all__ = ["shown", "town_hall"]

PASSWORD = "rain on a tin roof"
EMAIL = "somsri@city.example"
REGISTRY = "/api/registry/v1"
HTML = {"accept": "text/html", "accept-language": "en"}


@dataclass
class Site:
    """A browser without scripts: keeps cookies, follows no redirect by itself."""

    browser: httpx.AsyncClient
    app: FastAPI
    data: Path

    async def page(self, path: str, **headers: str) -> httpx.Response:
        return await self.browser.get(path, headers={**HTML, **headers})

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Posts a form with the token that its page carried."""
        found = await self.page(path)
        return await self.browser.post(
            path, data={"form_token": token_in(found.text), **fields}, headers=HTML
        )

    async def sign_in(self, password: str = PASSWORD, **fields: str) -> httpx.Response:
        return await self.send("/sign-in", email=EMAIL, password=password, **fields)


def token_in(html: str) -> str:
    return html.split('name="form_token" value="')[1].split('"')[0]


@asynccontextmanager
async def running(names: Sequence[str], data: Path, **settings: Any) -> AsyncIterator[Site]:
    """An instance of some services on an empty folder."""
    chosen = [SERVICES[name] for name in names]
    given = {"data_dir": data, **settings}
    for service in chosen:
        service.migrate(service.settings(**given))
    app = create_app(*chosen, settings=given)
    transport = httpx.ASGITransport(app)
    with patient():
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://sanya.test") as browser,
        ):
            yield Site(browser, app, data)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Registry and portal; the other services are away."""
    async with running(["registry", "portal"], tmp_path) as found:
        yield found


async def operator(site: Site) -> dict[str, str]:
    known = json.loads((site.data / "operator-credentials.json").read_text())
    answer = await site.browser.post(
        f"{REGISTRY}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(known["client_id"], known["client_secret"]),
    )
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
async def invitation(site: Site) -> str:
    """An agency, and the link of an invitation to its first person."""
    caller = await operator(site)
    await site.browser.post(
        f"{REGISTRY}/agencies",
        json={"code": "city", "name": {"th": "เทศบาลเมืองตัวอย่าง", "en": "Example City"}},
        headers=caller,
    )
    answer = await site.browser.post(
        f"{REGISTRY}/agencies/city/people",
        json={"email": EMAIL, "name": "สมศรี ใจดี", "roles": ["agency_admin"]},
        headers=caller,
    )
    path: str = answer.json()["invitation"]["path"]
    return path


@pytest.fixture
async def person(site: Site, invitation: str) -> str:
    """A person who has taken up their invitation."""
    answer = await site.send(invitation, password=PASSWORD)
    assert answer.status_code == 303
    return EMAIL
