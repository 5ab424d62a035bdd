"""An officer's way from what people say to a promise that answers it: on a phone, without scripts."""

from __future__ import annotations

import re

import pytest

from tests.portal.browsing import NEEDS, Shown, against_axe, opened, too_wide

FACTORS = "/app/services/restaurant/factors"
PAGES = (
    *(f"{NEEDS}{page}" for page in ("", "?source=law", "/new", "/import", "/coverage", "/ranking")),
    *(f"{NEEDS}{page}" for page in ("/themes", "/duplicates", "/indicators", "/indicators/end-to-end-time")),
    FACTORS,
    f"{FACTORS}/new",
)

CSV = "ความต้องการ,แหล่งที่มา,ช่องทาง,ความถี่\nอยากยื่นเรื่องผ่านโทรศัพท์มือถือ,แบบสำรวจ,ออนไลน์,{frequency}\n"


def test_a_need_is_gathered_corrected_and_linked_to_a_promise(shown: Shown) -> None:
    context = shown.context(width=360, java_script_enabled=False, storage_state=shown.state)
    page = context.new_page()
    page.goto(f"{shown.url}/app")
    page.locator(f"main a[href='{NEEDS}']").click()
    assert re.search(r"\d+ of \d+\sneeds have no promise yet", page.locator(".panel").inner_text())
    page.get_by_role("link", name="Add a need").click()

    page.get_by_label("In Thai").fill("ขอให้แจ้งผลทางข้อความเมื่อใบอนุญาตออก")
    page.locator("#wanted").fill("สิบ")
    page.get_by_role("button", name="Save", exact=True).click()
    alert = page.get_by_role("alert")
    assert "2 things to correct" in alert.inner_text().replace("\u00a0", " ")
    alert.get_by_role("link").first.click()
    assert page.url.endswith("#source")
    assert page.get_by_label("In Thai").input_value() == "ขอให้แจ้งผลทางข้อความเมื่อใบอนุญาตออก"

    page.get_by_label("Source").select_option("survey")
    page.locator("#wanted").fill("1")
    page.get_by_label("Frequency").select_option("4")
    page.get_by_label("Severity").select_option("2")
    page.get_by_label("Legal weight").select_option("1")
    page.get_by_role("button", name="Save", exact=True).click()
    assert "The need was added" in page.get_by_role("status").inner_text()
    assert "No promise covers this need yet" in page.locator(".panel").inner_text()

    page.locator("#target").select_option(value="o:restaurant-licence:licence-5-days")
    page.get_by_role("button", name="Link", exact=True).click()
    assert "This need is promised" in page.locator(".panel").inner_text()
    page.goto(f"{shown.url}{NEEDS}/coverage")
    row = page.locator("tbody tr", has_text="แจ้งผลทางข้อความ")
    assert re.search(r"Your licence within 5\sdays", row.inner_text())
    # Only what says something is shown on a phone.
    assert row.locator("td:visible").count() == 1
    context.close()


def test_a_file_is_seen_corrected_and_taken_in(shown: Shown) -> None:
    context = shown.context("th", width=360, java_script_enabled=False, storage_state=shown.state)
    page = context.new_page()
    page.goto(f"{shown.url}{NEEDS}/import")

    def look(frequency: str, encoding: str) -> str:
        body = CSV.format(frequency=frequency).encode(encoding)
        page.set_input_files("#file", {"name": "needs.csv", "mimeType": "text/csv", "buffer": body})
        page.get_by_role("button", name="ดูตัวอย่าง").click()
        return page.locator("main").inner_text().replace("\u00a0", " ")

    wrong = look("เก้า", "cp874")
    assert "มี 1 จุดที่ต้องแก้ในไฟล์" in wrong
    assert "ตัวเลข 1 ถึง 5 หรือเว้นว่าง ท่านกรอก “เก้า”" in wrong
    with page.expect_download() as download:
        page.get_by_role("button", name="ดาวน์โหลดรายการที่ต้องแก้").click()
    assert download.value.suggested_filename == "needs-corrections.csv"

    right = look("5", "cp874")
    assert "อยากยื่นเรื่องผ่านโทรศัพท์มือถือ" in right
    assert "TIS-620" in right or "CP874" in right
    page.get_by_role("button", name="นำเข้า").click()
    assert "นำเข้าความต้องการทั้งไฟล์แล้ว" in page.get_by_role("status").inner_text()
    assert page.locator("tbody tr", has_text="โทรศัพท์มือถือ").count() == 1
    context.close()


def test_likely_duplicates_are_merged_and_split_again(shown: Shown) -> None:
    context = shown.context(java_script_enabled=False, storage_state=shown.state)
    page = context.new_page()
    page.goto(f"{shown.url}{NEEDS}/duplicates")
    card = page.locator(".card", has_text="เช่าร้านเปล่า").first
    assert re.search(r"\d+% alike", card.inner_text())
    front = str(card.locator("h2 a").get_attribute("href"))
    card.get_by_role("button").click()
    assert "Merged" in page.get_by_role("status").inner_text()

    page.goto(shown.url + front)
    assert "Stands behind this one" in page.locator("main").inner_text()
    page.get_by_role("button", name="Split it out again").click()
    page.goto(shown.url + front)
    assert page.get_by_role("button", name="Merge into this one").count() == 1
    said = page.locator(".timeline").inner_text()
    assert "was merged into" in said
    assert "was split from" in said
    context.close()


def test_every_field_has_its_words_and_years_are_buddhist(shown: Shown) -> None:
    context = shown.context("th", storage_state=shown.state)
    page = opened(context, shown, f"{NEEDS}/new")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
               .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label'))
               .map(e => e.outerHTML)"""
    )
    assert nameless == []
    page.goto(f"{shown.url}{NEEDS}")
    page.locator("tbody th a").first.click()
    text = page.locator("main").inner_text()
    assert re.search(r"\b25[67]\d\b", text)
    assert not re.search(r"(?<![\d,./-])20[2-7]\d(?![\d,.-])", text)
    context.close()


@pytest.mark.parametrize(("lang", "theme"), [("th", "dark"), ("en", "light")])
def test_pages_fit_every_width_and_break_no_rule(shown: Shown, lang: str, theme: str) -> None:
    context = shown.context(lang, storage_state=shown.state)
    page = opened(context, shown, NEEDS)
    need = str(page.locator("tbody th a").first.get_attribute("href"))
    found: list[str] = []
    for path in (*PAGES, need, f"{need}/edit", f"{need}/erase"):
        page = opened(context, shown, path)
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        found += too_wide(path, page)
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        found += against_axe(path, page)
        page.close()
    context.close()
    assert found == []
