"""What services refuse, in the reader's language: every documented type has words, nothing said is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markupsafe import escape

from services.portal.text.words import ALL
from services.portal.views.refusals import _SENTENCES, detail_words, refusal_words, type_words
from services.portal.views.words import Reader

PROBLEMS = (Path(__file__).parents[2] / "docs" / "problems.md").read_text(encoding="utf-8")
ROWS = [line.split("|") for line in PROBLEMS.splitlines() if line.startswith("| `")]
NAMES = [
    name
    for row in ROWS
    if any(code.strip().startswith("4") for code in row[2].split(","))
    for name in re.findall(r"`([a-z-]+)`", row[1])
]


def test_the_table_is_read() -> None:
    assert len(NAMES) > 40


@pytest.mark.parametrize("name", NAMES)
def test_every_type_of_refusal_has_words(name: str) -> None:
    problem = {"type": f"https://sanya.example/problems/{name}", "detail": "the <code> x-1 is taken"}
    thai = refusal_words(Reader("th"), 409, problem)

    assert type_words(Reader("th"), problem) is not None
    assert re.match("[ก-๙]", thai.plain)
    assert thai.plain.endswith("(the <code> x-1 is taken)")
    html = thai.__html__()
    assert '<span class="under" lang="en">' in html
    assert "<code>" not in html
    assert refusal_words(Reader("en"), 409, problem).plain == "This was not taken: the <code> x-1 is taken"


def test_a_type_that_nobody_knows_is_told_as_it_was_said() -> None:
    problem = {"type": "about:blank", "detail": "the moon is full"}

    assert type_words(Reader("th"), problem) is None
    assert "ระบบไม่รับรายการนี้" in refusal_words(Reader("th"), 418, problem).plain
    assert "the moon is full" in refusal_words(Reader("th"), 418, problem).plain
    assert "418" in refusal_words(Reader("th"), 418, {}).plain


SAID = {
    "Field required": "ต้องกรอก",
    "String should have at most 300 characters": "ยาวเกินไป ไม่เกิน 300 ตัวอักษร",
    "String should have at least 1 character": "สั้นเกินไป อย่างน้อย 1 ตัวอักษร",
    "String should match pattern '^[a-z]+$'": "รูปแบบไม่ถูกต้อง",
    "Input should be 'all', 'weighted' or 'worst'": "ต้องเป็นค่าใดค่าหนึ่งต่อไปนี้: 'all', 'weighted' or 'worst'",
    "Extra inputs are not permitted": "ระบบไม่รู้จักช่องนี้",
    "far is no party; one of: city, land": "far ไม่ใช่คู่ข้อตกลง",
    "say in `indicators` what 'Uptime' stands for; known: a.b": "ไม่รู้ว่า Uptime คือตัวชี้วัดใด",
    "column 'หมายเหตุ' is unknown; map it to null, or to one of: code": "ไม่รู้จักคอลัมน์ หมายเหตุ",
    "no column is `code`; say which in `mapping`": "ไม่มีคอลัมน์ของ code",
    "'a lot' is no number": "ต้องเป็นตัวเลข",
    "a formula; write what it comes to": "เป็นสูตร",
    "'3 days' is no window: hour, day": "ไม่รู้จักรอบการวัดนี้",
}


@pytest.mark.parametrize("said", SAID)
def test_the_commonest_sentences_are_said_in_thai_with_the_sentence_beneath(said: str) -> None:
    found = detail_words(Reader("th"), said)

    assert found.plain.startswith(SAID[said])
    assert f'lang="en">{escape(said)}'.split("-")[0][:30] in found.__html__().replace("\u00a0", " ")
    assert detail_words(Reader("en"), said).plain == said


def test_other_sentences_stand_as_they_are_marked_as_english() -> None:
    found = detail_words(Reader("th"), "a <b> nobody foresaw")

    assert found.plain == "a <b> nobody foresaw"
    assert found.__html__().startswith('<span lang="en">a &lt;b&gt;')
    assert detail_words(Reader("th"), "").plain == ""


def test_every_sentence_has_words_with_what_is_in_it() -> None:
    for pattern, name in _SENTENCES:
        asked = set(re.findall(r"\{(\w+)\}", ALL[name].th))
        assert asked <= set(pattern.groupindex), name
