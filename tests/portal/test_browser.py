"""The pages as a browser shows them: the demo in a real instance, looked at with Chromium.

What only the eye can judge is left to scripts/screenshots; what can be measured is measured here, at the
widths, themes and languages of PORTAL: nothing scrolls sideways, no rule of axe-core is broken, focus is
seen, numbers and their verdicts agree.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.portal.browsing import NEEDS, OBJECTIVES, Shown, against_axe, opened, too_wide

WHAT_IF = f"{OBJECTIVES}/licence-5-days/what-if"


@dataclass
class Measured:
    """Of pages in one language, opened once: what is too wide, and what axe finds in a theme."""

    wide: list[str]
    axe: list[str]


PARTS = 4
"""The pages are measured in so many parts: a busy machine takes minutes for all of them."""


LOOKS = (("th", "light"), ("en", "dark"))


@pytest.fixture(
    scope="module",
    params=[(*look, part) for look in LOOKS for part in range(PARTS)],
    ids=lambda param: "-".join(map(str, param)),
)
def measured(request: pytest.FixtureRequest, shown: Shown) -> Measured:
    lang, theme, part = request.param
    found = Measured([], [])
    for path, page in shown.pages(lang, part, PARTS):
        found.wide += too_wide(path, page)
        page.emulate_media(color_scheme=theme)
        found.axe += against_axe(path, page)
    return found


def test_nothing_scrolls_sideways_at_any_width(measured: Measured) -> None:
    assert measured.wide == []


def test_axe_finds_nothing(measured: Measured) -> None:
    assert measured.axe == []


def test_every_control_shows_its_focus(shown: Shown) -> None:
    context = shown.context(storage_state=shown.state)
    for path in ("/", "/services/restaurant", "/app", "/developers", WHAT_IF, f"{NEEDS}/new"):
        page = opened(context, shown, path)
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
    page = opened(context, shown, "/services/restaurant")
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
    page = opened(context, shown, "/services/restaurant")
    panel = page.locator(".panel").first
    line = panel.locator(".line").first.bounding_box()
    assert line is not None
    assert line["y"] + line["height"] < 800
    assert re.search(r"ร้อยละ\s[\d.]+ \([\d,]+ จาก [\d,]+\sเรื่อง\)", panel.inner_text())
    context.close()


def test_the_strip_and_its_table_say_the_same(shown: Shown) -> None:
    context = shown.context()
    page = opened(context, shown, "/services/restaurant")
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
    public = opened(anybody, shown, "/services/restaurant").inner_text("main")
    anybody.close()
    officer = shown.context(storage_state=shown.state)
    private = opened(officer, shown, "/app").inner_text("main")
    officer.close()

    assert "On track" not in public
    assert "At risk" not in public
    assert re.search("On track|At risk|Breached", private)
    assert "permits@city.example" in private


def test_years_are_buddhist_in_thai_and_gregorian_in_english(shown: Shown) -> None:
    for lang, right, wrong in (("th", "25", "20"), ("en", "20", "25")):
        context = shown.context(lang, storage_state=shown.state)
        for path in ("/services/restaurant", "/app", shown.result):
            text = opened(context, shown, path).inner_text("main")
            assert re.search(rf"\b{right}[67]?\d\d\b", text), (lang, path)
            assert not re.search(rf"(?<![\d,.]){wrong}[2-7]\d(?![\d,.])\b(?= |\u00a0|$)", text), (lang, path)
        context.close()


def test_a_number_stays_with_its_unit_and_a_term_whole(shown: Shown) -> None:
    context = shown.context("th", width=320)
    page = opened(context, shown, "/services/restaurant")
    broken = page.evaluate(
        """() => [...document.querySelectorAll('.nb, .whole')].filter(e => e.getClientRects().length > 1)
               .map(e => e.textContent)"""
    )
    assert broken == []
    context.close()


def test_thai_marks_are_not_cut(shown: Shown) -> None:
    context = shown.context("th", storage_state=shown.state)
    page = opened(context, shown, "/app")
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
    page = opened(context, shown, "/services/restaurant")
    page.emulate_media(media="print")

    assert not page.locator("header.bar").is_visible()
    assert page.locator(".strip svg").first.is_visible()
    assert page.locator(".foot-print").is_visible()
    assert f"{shown.url}/services/restaurant" in page.locator(".foot-print").inner_text()
    context.close()


def test_in_forced_colours_marks_keep_their_shapes(shown: Shown) -> None:
    context = shown.context(forced_colors="active")
    page = opened(context, shown, "/services/restaurant")
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
        page = opened(context, shown, f"{OBJECTIVES}/online-99/what-if?target=99.5")
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
        text = opened(context, shown, path).inner_text("main").split("curl")[0]
        assert re.search(r"\b25[67]\d\b", text), path
        assert not re.search(r"(?<![\d,./-])20[2-7]\d(?![\d,.-])", text), path
    context.close()


def test_a_party_takes_the_evidence_and_the_page_checks_it(shown: Shown, tmp_path: Path) -> None:
    officer = shown.context(storage_state=shown.state)
    page = opened(officer, shown, "/app/agreements/restaurant-licence/evidence")
    assert page.locator("tbody th", has_text="acceptances.json").is_visible()
    taken = officer.request.get(f"{shown.url}{page.locator('a.button').get_attribute('href')}")
    assert taken.ok
    raw, bundle = taken.body(), tmp_path / "evidence.zip"
    bundle.write_bytes(raw)
    officer.close()

    anybody = shown.context(width=360, java_script_enabled=False)
    page = anybody.new_page()
    page.goto(f"{shown.url}/verify")
    page.set_input_files("#file", bundle)
    page.get_by_role("button", name="Check this file").click()
    said = page.inner_text("main")
    assert re.search(r"All \d+ checks passed", said)
    assert "Not published here" not in said

    bundle.write_bytes(raw[:-1])
    page.set_input_files("#file", bundle)
    page.get_by_role("button", name="Check this file").click()
    assert "do not rely on this file" in page.inner_text("main")
    anybody.close()
