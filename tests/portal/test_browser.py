"""The pages as a browser shows them: the demo in a real instance, looked at with Chromium.

What only the eye can judge is left to scripts/screenshots; what can be measured is measured here, at the
widths, themes and languages of PORTAL: nothing scrolls sideways, no rule of axe-core is broken, focus is
seen, numbers and their verdicts agree.
"""

from __future__ import annotations

import json
import os
import re
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
PUBLIC = (
    "/",
    "/?q=xyz",
    "/services",
    "/services/restaurant",
    "/glossary",
    "/help",
    f"/reports/restaurant-licence/{LAST_MONTH}",
    "/reports/restaurant-licence/none",
    "/privacy",
    "/accessibility",
    "/developers",
    "/sign-in",
    "/none",
)
OBJECTIVES = "/app/agreements/restaurant-licence/objectives"
PRIVATE = (
    "/app",
    f"{OBJECTIVES}/inspection-2-days",
    f"{OBJECTIVES}/online-99",
    f"{OBJECTIVES}/register-1-working-day",
    f"{OBJECTIVES}/whole-licence",
    f"{OBJECTIVES}/licence-5-days/what-if",
    f"{OBJECTIVES}/online-99/what-if?target=99.5&out_from1=1/1/2569&out_to1=2/1/2569",
    f"{OBJECTIVES}/inspection-2-days/what-if?target=abc&from=x",
    "/app/calendars",
    "/app/calendars/city-office-hours",
)
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
        return (*PRIVATE, *self.linked)

    def pages(self, lang: str) -> Iterator[tuple[str, Page]]:
        """Every page, unfolded: the public ones as anybody sees them, the others signed in."""
        for paths, state in ((PUBLIC, None), (self.private, self.state)):
            context = self.context(lang, storage_state=state)
            for path in paths:
                page = _opened(context, self, path)
                page.evaluate(
                    "document.querySelectorAll('main details').forEach(each => { each.open = true })"
                )
                yield path, page
                page.close()
            context.close()


@pytest.fixture(scope="module")
def shown(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """An instance with the demo, somebody signed in, and a browser."""
    data = tmp_path_factory.mktemp("portal")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SANYA_")},
        "SANYA_DATA_DIR": str(data),
        "SANYA_PORT": str(port),
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
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            yield _signed_in(url, browser)
            browser.close()
    finally:
        server.terminate()
        server.wait()


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
        json={"email": EMAIL, "name": "สมศรี ใจดี", "roles": ["viewer"]},
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
    state: Any = context.storage_state()
    context.close()
    return Shown(url, browser, state, linked)


def _opened(context: BrowserContext, shown: Shown, path: str) -> Page:
    page = context.new_page()
    failures: list[str] = []
    page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: failures.append(request.url))
    answer = page.goto(shown.url + path)
    assert answer is not None
    # A page that is not there, or a form with faults, says so to the console as well.
    assert [each for each in failures if "404" not in each and "422" not in each] == []
    return page


@dataclass
class Measured:
    """Of every page in one language, opened once: what is too wide, and what axe finds in a theme."""

    wide: list[str]
    axe: list[str]


@pytest.fixture(scope="module", params=[("th", "light"), ("en", "dark")], ids="-".join)
def measured(request: pytest.FixtureRequest, shown: Shown) -> Measured:
    lang, theme = request.param
    found = Measured([], [])
    for path, page in shown.pages(lang):
        found.wide += _too_wide(path, page)
        page.emulate_media(color_scheme=theme)
        found.axe += _against_axe(path, page)
    return found


def _too_wide(path: str, page: Page) -> Iterator[str]:
    # 640 px is 1280 px with text at 200 %.
    for width in (320, 360, 640, 800, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            yield f"{path} at {width} px: {over} px too wide"


def _against_axe(path: str, page: Page) -> Iterator[str]:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        response = Axe().run(page, options={"resultTypes": ["violations"]}).response
        for rule in response["violations"]:
            for node in rule["nodes"]:
                failure = node["failureSummary"][:300]
                yield f"{path} at {width}: {rule['id']}: {node['html'][:200]} {failure}"


def test_nothing_scrolls_sideways_at_any_width(measured: Measured) -> None:
    assert measured.wide == []


def test_axe_finds_nothing(measured: Measured) -> None:
    assert measured.axe == []


def test_every_control_shows_its_focus(shown: Shown) -> None:
    context = shown.context(storage_state=shown.state)
    for path in ("/", "/services/restaurant", "/app", "/developers", PRIVATE[5]):
        page = _opened(context, shown, path)
        seen = 0
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                """() => { const e = document.activeElement; if (!e || e === document.body) return null;
                const s = getComputedStyle(e); const r = e.getBoundingClientRect();
                return [e.outerHTML.slice(0, 120), s.outlineStyle, parseFloat(s.outlineWidth),
                        r.width, r.height] }"""
            )
            if focused is None:
                break
            seen += 1
            assert focused[1] == "solid", focused
            assert focused[2] >= 3, focused
            assert min(focused[3:]) > 0, focused
        assert seen > 8
        page.close()
    context.close()


def test_the_skip_link_leads_to_the_content(shown: Shown) -> None:
    context = shown.context()
    page = _opened(context, shown, "/services/restaurant")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"
    context.close()


def test_on_a_phone_the_bar_is_low_and_its_menu_opens_without_scripts(shown: Shown) -> None:
    context = shown.context(width=360, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shown.url}/services/restaurant")
    bar = page.locator("header.bar").bounding_box()
    assert bar is not None
    assert bar["height"] <= 72

    page.locator(".menu-phone summary").click()

    assert page.locator(".menu-phone a[href='/services']").is_visible()
    context.close()


def test_a_phone_shows_verdict_number_and_fraction_first(shown: Shown) -> None:
    context = shown.context("th", width=360)
    page = _opened(context, shown, "/services/restaurant")
    panel = page.locator(".panel").first
    line = panel.locator(".line").first.bounding_box()
    assert line is not None
    assert line["y"] + line["height"] < 800
    assert re.search(r"ร้อยละ\s[\d.]+ \([\d,]+ จาก [\d,]+\sเรื่อง\)", panel.inner_text())
    context.close()


def test_the_strip_and_its_table_say_the_same(shown: Shown) -> None:
    context = shown.context()
    page = _opened(context, shown, "/services/restaurant")
    row = page.locator("main .row").first
    row.locator("summary").first.click()

    cells = [each.inner_text() for each in row.locator(".strip .hidden").all()]
    table = [
        (each.locator("th").inner_text(), *[cell.inner_text() for cell in each.locator("td span").all()[:3]])
        for each in row.locator("tbody tr").all()
    ]

    assert len(cells) == len(table) > 3
    for cell, (window, verdict, number, counts) in zip(reversed(cells), table, strict=True):
        assert cell.startswith(f"{window}: {verdict} {number}%")
        good, total = counts.split("\u00a0/\u00a0")
        assert f"({good} of {total}" in cell
    context.close()


def test_public_pages_know_no_open_window_and_the_agency_sees_it(shown: Shown) -> None:
    anybody = shown.context()
    public = _opened(anybody, shown, "/services/restaurant").inner_text("main")
    anybody.close()
    officer = shown.context(storage_state=shown.state)
    private = _opened(officer, shown, "/app").inner_text("main")
    officer.close()

    assert "On track" not in public
    assert "At risk" not in public
    assert re.search("On track|At risk|Breached", private)
    assert "permits@city.example" in private


def test_years_are_buddhist_in_thai_and_gregorian_in_english(shown: Shown) -> None:
    for lang, right, wrong in (("th", "25", "20"), ("en", "20", "25")):
        context = shown.context(lang, storage_state=shown.state)
        for path in ("/services/restaurant", "/app", shown.result):
            text = _opened(context, shown, path).inner_text("main")
            assert re.search(rf"\b{right}[67]?\d\d\b", text), (lang, path)
            assert not re.search(rf"(?<![\d,.]){wrong}[2-7]\d(?![\d,.])\b(?= |\u00a0|$)", text), (lang, path)
        context.close()


def test_a_number_stays_with_its_unit_and_a_term_whole(shown: Shown) -> None:
    context = shown.context("th", width=320)
    page = _opened(context, shown, "/services/restaurant")
    broken = page.evaluate(
        """() => [...document.querySelectorAll('.nb, .whole')].filter(e => e.getClientRects().length > 1)
               .map(e => e.textContent)"""
    )
    assert broken == []
    context.close()


def test_thai_marks_are_not_cut(shown: Shown) -> None:
    context = shown.context("th", storage_state=shown.state)
    page = _opened(context, shown, "/app")
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e =>
             getComputedStyle(e).overflow !== 'visible' && !e.classList.contains('hidden') &&
             e.textContent.trim() && e.tagName !== 'svg' && e.tagName !== 'INPUT')
             .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert [each for each in cut if not each.startswith(("<pre", "<thead"))] == []
    assert page.evaluate("document.fonts.check('16px Sarabun', 'ก≥−')")
    context.close()


def test_on_paper_the_strip_is_there_and_the_address_at_the_foot(shown: Shown) -> None:
    context = shown.context()
    page = _opened(context, shown, "/services/restaurant")
    page.emulate_media(media="print")

    assert not page.locator("header.bar").is_visible()
    assert page.locator(".strip svg").first.is_visible()
    assert page.locator(".foot-print").is_visible()
    assert f"{shown.url}/services/restaurant" in page.locator(".foot-print").inner_text()
    context.close()


def test_in_forced_colours_marks_keep_their_shapes(shown: Shown) -> None:
    context = shown.context(forced_colors="active")
    page = _opened(context, shown, "/services/restaurant")
    fills = page.evaluate("[...document.querySelectorAll('.cell rect')].map(e => getComputedStyle(e).fill)")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert fills
    assert ground not in fills
    context.close()


def test_a_what_if_is_filled_in_and_sent_without_scripts(shown: Shown) -> None:
    context = shown.context(width=360, java_script_enabled=False, storage_state=shown.state)
    page = context.new_page()
    page.goto(f"{shown.url}{OBJECTIVES}/inspection-2-days")
    page.locator("a[href$='/what-if']").click()
    assert "As agreed," in page.locator(".panel").inner_text()

    page.locator("#target").fill("50")
    page.locator("main form button").click()

    assert "target=50" in page.url
    said = page.locator(".panel").inner_text()
    assert re.search(r"Supposed otherwise, \d+ of \d+\swindows would have been met", said)
    assert re.search(r"As agreed, \d+ of \d+\swindows were met", said)
    assert page.locator("svg.chart.narrow").is_visible()
    assert not page.locator("svg.chart.wide").is_visible()
    assert page.locator("#target").input_value() == "50"
    context.close()


def test_a_long_what_if_tells_how_far_it_is_and_answers(shown: Shown) -> None:
    context = shown.context(storage_state=shown.state)
    page = context.new_page()
    page.goto(f"{shown.url}{OBJECTIVES}/inspection-2-days/what-if?bound=4")
    assert "job=" in page.url
    until = time.monotonic() + 60
    while page.locator("progress").count() and time.monotonic() < until:
        assert "stays at this address" in page.locator(".panel").inner_text()
        page.wait_for_timeout(500)
        page.reload()

    assert "Supposed otherwise" in page.locator(".panel").inner_text()
    context.close()


def test_labels_of_a_chart_are_large_enough_and_inside(shown: Shown) -> None:
    for width, look in ((1280, "wide"), (360, "narrow")):
        context = shown.context("th", width=width, storage_state=shown.state)
        page = _opened(context, shown, f"{OBJECTIVES}/online-99/what-if?target=99.5")
        found = page.evaluate(
            """look => { const svg = document.querySelector(`svg.chart.${look}`);
            const box = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].map(e => { const r = e.getBoundingClientRect();
              return [parseFloat(getComputedStyle(e).fontSize) * box.width / svg.viewBox.baseVal.width,
                      r.left >= box.left - 1 && r.right <= box.right + 1, e.textContent] }) }""",
            look,
        )
        assert len(found) > 5
        assert [each for each in found if each[0] < 13 or not each[1]] == []
        context.close()


def test_years_of_the_newer_pages_are_buddhist_in_thai(shown: Shown) -> None:
    context = shown.context("th", storage_state=shown.state)
    for path in ("/app/calendars/city-office-hours", *shown.linked[2:]):
        text = _opened(context, shown, path).inner_text("main").split("curl")[0]
        assert re.search(r"\b25[67]\d\b", text), path
        assert not re.search(r"(?<![\d,./-])20[2-7]\d(?![\d,.-])", text), path
    context.close()
