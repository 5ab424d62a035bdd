"""A real instance with the demo, somebody signed in, and Chromium: started once for all tests of looks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SANYA = [sys.executable, "-m", "services"]
EMAIL, PASSWORD = "somsri@city.example", "rain on a tin roof"
START_SECONDS = 120
LAST_MONTH = f"{datetime.now(UTC).replace(day=1) - timedelta(days=1):%Y-%m}"
FISCAL_YEAR = int(LAST_MONTH[:4]) + (int(LAST_MONTH[5:]) >= 10)
PUBLIC = (
    "/",
    "/?q=xyz",
    "/services",
    "/services/restaurant",
    "/services/restaurant/follow",
    "/agreements/restaurant-licence",
    "/agencies/health",
    "/improvements",
    "/glossary",
    "/help",
    f"/reports/restaurant-licence/{LAST_MONTH}",
    f"/reports/restaurant-licence/fy{FISCAL_YEAR}/lessons",
    "/reports/restaurant-licence/none",
    "/privacy",
    "/accessibility",
    "/developers",
    "/verify",
    f"/verify?hash={'0' * 64}",
    "/verify?hash=none",
    "/sign-in",
    "/invitations/used-or-over",
    "/resets/used-or-over",
    "/mail/used-or-over",
    "/none",
)
OBJECTIVES = "/app/agreements/restaurant-licence/objectives"
NEEDS = "/app/services/restaurant/needs"
PRIVATE = (
    "/app",
    "/app/mail",
    "/app/account",
    "/app/services/restaurant",
    f"{OBJECTIVES}/inspection-2-days",
    f"{OBJECTIVES}/online-99",
    f"{OBJECTIVES}/register-1-working-day",
    f"{OBJECTIVES}/whole-licence",
    f"{OBJECTIVES}/licence-5-days/what-if",
    f"{OBJECTIVES}/online-99/what-if?target=99.5&out_from1=1/1/2569&out_to1=2/1/2569",
    f"{OBJECTIVES}/inspection-2-days/what-if?target=abc&from=x",
    "/app/agreements/restaurant-licence/exchange",
    "/app/reports",
    "/app/agreements/restaurant-licence/evidence",
    f"/reports/restaurant-licence/{LAST_MONTH}",
    f"/reports/restaurant-licence/fy{FISCAL_YEAR}/lessons",
    "/app/sources",
    "/app/sources/one-stop",
    "/app/map",
    "/app/calendars",
    "/app/calendars/city-office-hours",
    "/app/calendars/city-office-hours/versions/2/adoption",
    "/app/improvements",
    "/app/improvements/new",
    "/app/recommendations",
    "/app/agreements/restaurant-licence/findings",
    "/app/exclusions",
    "/app/corrections",
    "/app/agreements/restaurant-licence/exclusions/new",
    "/app/people",
    "/app/clients",
)
WITH_EVERYTHING = {
    "SANYA_PUBLIC_URL": "https://sanya.example",
    "SANYA_DELIVERY_SMTP_HOST": "127.0.0.1",
    "SANYA_DELIVERY_SMTP_PORT": "1",
    "SANYA_DELIVERY_MAIL_FROM": "sanya@sanya.example",
    "SANYA_OIDC_ISSUER": "https://id.example",
    "SANYA_OIDC_CLIENT_ID": "sanya",
    "SANYA_OIDC_CLIENT_SECRET": "nobody is asked with this",
    "SANYA_OIDC_NAME": "ThaiD",
}
"""So that there are the pages of mail and of another way to sign in. Nobody listens at these addresses."""
LISTED = ("/app/people", "/app/clients")
LINKED = ("results", "breaches", "exclusions", "corrections")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]


@dataclass
class Shown:
    url: str
    browser: Browser
    state: dict[str, Any]
    """Cookies of who is signed in."""
    linked: tuple[str, ...]
    """One of each that /app leads to."""
    listed: tuple[str, ...]
    """The first of each list."""

    @property
    def result(self) -> str:
        return self.linked[0]

    def context(
        self, lang: str = "en", theme: str = "light", width: int = 1280, **more: Any
    ) -> BrowserContext:
        return self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if theme == "dark" else "light",
            locale="th-TH" if lang == "th" else "en-GB",
            **more,
        )

    @property
    def private(self) -> tuple[str, ...]:
        return (*PRIVATE, *self.linked, *self.listed)

    def pages(self, lang: str, part: int = 0, parts: int = 1) -> Iterator[tuple[str, Page]]:
        """Every page, or every so-manieth, unfolded: the public ones as anybody sees them, the others signed
        in."""
        for paths, state in ((PUBLIC, None), (self.private, self.state)):
            context = self.context(lang, storage_state=state)
            for path in paths[part::parts]:
                page = opened(context, self, path)
                page.evaluate(
                    "document.querySelectorAll('main details').forEach(each => { each.open = true })"
                )
                yield path, page
                page.close()
            context.close()


@pytest.fixture(scope="session")
def town_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an instance with the demo, and a person of it."""
    data = tmp_path_factory.mktemp("portal")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SANYA_")},
        "SANYA_DATA_DIR": str(data),
        "SANYA_PORT": str(port),
        # So that there is evidence to look at.
        "SANYA_EVIDENCE_CHECKPOINT_EVERY": "PT1S",
        **WITH_EVERYTHING,
    }
    with (data / "log").open("w") as log:
        server = subprocess.Popen(
            [*SANYA, "serve"], env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server, data / "log")
        subprocess.run([*SANYA, "demo"], env=environment, cwd=ROOT, check=True, capture_output=True)
        _invite(url, data)
        yield url
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def shown(chromium: str, town_hall: str) -> Iterator[Shown]:
    """The instance, somebody signed in, and a browser; for a module alone, because while Playwright runs no
    other event loop can be started in its thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield _signed_in(town_hall, browser)
        browser.close()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the instance did not become ready:\n{log.read_text()[-3000:]}")


def _invite(url: str, data: Path) -> None:
    registry = f"{url}/api/registry/v1"
    admin = json.loads((data / "clients.json").read_text())["city/admin"]
    answer = httpx.post(
        f"{registry}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(admin["client_id"], admin["client_secret"]),
    )
    invited = httpx.post(
        f"{registry}/agencies/city/people",
        json={
            "email": EMAIL,
            "name": "สมศรี ใจดี",
            "roles": ["agency_admin", "negotiator", "signatory", "viewer"],
        },
        headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
    )
    link = invited.json()["invitation"]["token"]
    httpx.post(f"{registry}/invitations/{link}/acceptance", json={"password": PASSWORD}).raise_for_status()


def _signed_in(url: str, browser: Browser) -> Shown:
    """Signs in as a person would, by the keyboard alone."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{url}/app")
    page.locator("#email").focus()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/app")
    linked = tuple(
        str(page.locator(f"table a[href*='/app/{each}/']").first.get_attribute("href")) for each in LINKED
    )
    listed: list[str] = []
    for each in LISTED:
        page.goto(url + each)
        listed.append(str(page.locator(".row .name a").first.get_attribute("href")))
    state: Any = context.storage_state()
    context.close()
    return Shown(url, browser, state, linked, tuple(listed))


def opened(context: BrowserContext, shown: Shown, path: str) -> Page:
    page = context.new_page()
    failures: list[str] = []
    page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: failures.append(request.url))
    answer = page.goto(shown.url + path)
    assert answer is not None
    # A page that is not there, or a form with faults, says so to the console as well.
    assert [each for each in failures if "404" not in each and "422" not in each] == []
    return page


def too_wide(path: str, page: Page) -> Iterator[str]:
    # 640 px is 1280 px with text at 200 %.
    for width in (320, 360, 640, 800, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            yield f"{path} at {width} px: {over} px too wide"


def against_axe(path: str, page: Page) -> Iterator[str]:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        response = Axe().run(page, options={"resultTypes": ["violations"]}).response
        for rule in response["violations"]:
            for node in rule["nodes"]:
                failure = node["failureSummary"][:300]
                yield f"{path} at {width}: {rule['id']}: {node['html'][:200]} {failure}"
