"""The pages of a negotiation as a browser shows them, while an amendment of the demo lies on the table."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.portal.browsing import Shown, against_axe, opened, too_wide

AT = "/app/agreements/restaurant-licence"
TARGET = '[id="o-online-99-target"]'


@pytest.fixture(scope="module")
def paths(shown: Shown) -> tuple[str, ...]:
    """All pages of the negotiation, once an amendment was typed and offered without scripts."""
    context = shown.context(width=360, java_script_enabled=False, storage_state=shown.state)
    page = context.new_page()
    page.goto(f"{shown.url}{AT}/counter")
    page.fill(TARGET, "99.9")
    page.fill("#why", "ระบบใหม่พร้อมใช้งานแล้ว")
    page.locator("button[value=offer]").click()
    assert "done=offered" in page.url, page.inner_text("main")
    page.goto(f"{shown.url}{AT}")
    digests = [
        str(each.get_attribute("href")).rsplit("/", 1)[1]
        for each in page.locator("main table a[href*='/revisions/']").all()
    ]
    page.goto(f"{shown.url}/announcements")
    announcement = str(page.locator("main li a").first.get_attribute("href"))
    context.close()
    return (
        "/app/agreements",
        AT,
        *(
            f"{AT}/{each}"
            for each in (
                "negotiation",
                "counter",
                "sign",
                "reject",
                "withdraw",
                "compare",
                f"compare?from={digests[1]}&to={digests[0]}",
                f"revisions/{digests[0]}",
                f"sign?revision={digests[1]}",
                "delegations",
                "terminate",
                "announcement",
            )
        ),
        "/app/new-agreement",
        "/app/new-agreement?service=restaurant",
        "/announcements",
        announcement,
    )


def unfolded(shown: Shown, paths: tuple[str, ...], lang: str) -> Iterator[tuple[str, Page]]:
    context = shown.context(lang, storage_state=shown.state)
    for path in paths:
        page = opened(context, shown, path)
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        yield path, page
        page.close()
    context.close()


@pytest.mark.parametrize(("lang", "theme"), [("th", "light"), ("en", "dark")])
def test_nothing_scrolls_sideways_and_axe_finds_nothing(
    shown: Shown, paths: tuple[str, ...], lang: str, theme: str
) -> None:
    found: list[str] = []
    for path, page in unfolded(shown, paths, lang):
        found += too_wide(path, page)
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        found += against_axe(path, page)
    assert found == []


def test_years_are_those_of_the_language(shown: Shown, paths: tuple[str, ...]) -> None:
    for lang, wrong in (
        ("th", r"(?<![\d,./-])20[2-7]\d(?![\d,.-])"),
        ("en", r"(?<![\d,./-])25[67]\d(?![\d,.-])"),
    ):
        for path, page in unfolded(shown, paths, lang):
            text = re.sub(r"[0-9a-f]{64}|restaurant-\d+", "", page.inner_text("main").split("{")[0])
            assert not re.search(wrong, text), (lang, path)


def test_before_and_after_read_without_colour_and_without_a_line_through(
    shown: Shown, paths: tuple[str, ...]
) -> None:
    context = shown.context("th", storage_state=shown.state)
    page = opened(context, shown, f"{AT}/negotiation")
    row = page.locator(".clauses.changed").first
    looks = page.evaluate(
        """() => ['del', 'ins'].map(e => { const s = getComputedStyle(document.querySelector(e));
           return [s.textDecorationLine, s.textDecorationStyle] })"""
    )

    assert re.search(r"เดิม\s+ไม่น้อยกว่าร้อยละ\s99\s+แก้เป็น\s+ไม่น้อยกว่าร้อยละ\s99\.9", row.inner_text())
    assert looks == [["underline", "dotted"], ["underline", "solid"]]
    context.close()


def test_parties_and_deadline_come_before_the_buttons_on_a_phone(
    shown: Shown, paths: tuple[str, ...]
) -> None:
    context = shown.context("en", width=360, storage_state=shown.state)
    page = opened(context, shown, f"{AT}/negotiation")
    places = [
        page.locator(each).first.bounding_box()
        for each in ("#answer", ".parties", ".clauses.changed", "#decision", "a.button[href*='/sign?']")
    ]

    tops = [each["y"] for each in places if each is not None]
    assert len(tops) == 5
    assert tops == sorted(tops)
    assert page.locator("a.button[href*='/sign?']").bounding_box()["height"] >= 44  # type: ignore[index]
    context.close()


def test_every_control_shows_its_focus(shown: Shown, paths: tuple[str, ...]) -> None:
    context = shown.context(storage_state=shown.state)
    for path in (f"{AT}/negotiation", f"{AT}/sign", f"{AT}/counter"):
        page = opened(context, shown, path)
        seen = 0
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                """() => { const e = document.activeElement; if (!e || e === document.body) return null;
                const s = getComputedStyle(e); return [e.outerHTML.slice(0, 120), s.outlineStyle,
                parseFloat(s.outlineWidth)] }"""
            )
            if focused is None:
                break
            seen += 1
            assert focused[1] == "solid", focused
            assert focused[2] >= 3, focused
        assert seen > 8
        page.close()
    context.close()
