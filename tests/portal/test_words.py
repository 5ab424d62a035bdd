"""What pages say: whole in both languages, broken at the right places, one word for one thing."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import nodes

from services.portal.rendering import Assets, environment
from services.portal.text import words
from services.portal.text.breaking import NBSP, TERMS, joined, nb
from services.portal.text.language import LANGS, choose, said, sort_key
from services.portal.text.words import judging

PLACEHOLDERS = string.Formatter()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in PLACEHOLDERS.parse(text) if name}


@pytest.mark.parametrize("name", words.ALL)
def test_every_text_exists_in_both_languages_with_the_same_placeholders(name: str) -> None:
    text = words.ALL[name]

    assert text.th.strip()
    assert text.en.strip()
    assert placeholders(text.th) == placeholders(text.en)
    if text.one is not None:
        assert "n" in placeholders(text.en)
        assert placeholders(text.one) <= placeholders(text.en)


@pytest.mark.parametrize("name", words.ALL)
def test_thai_is_thai_and_english_is_english(name: str) -> None:
    text = words.ALL[name]
    if text is words.frame.OTHER_LANGUAGE:
        text = words.Text(text.en, text.th)

    assert re.search("[ก-๙]", text.th) or not re.search("[A-Za-z]{3}", text.th.replace("JSON", ""))
    assert not re.search("[ก-๙]", text.en)


@pytest.mark.parametrize("module", words.MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_word_is_written_once_in_its_module(module: ModuleType) -> None:
    assert module.__file__ is not None
    names = [
        target.id
        for statement in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_templates_name_only_words_that_exist() -> None:
    made = environment(Assets())
    asked: set[str] = set()
    for template in made.list_templates():
        source = made.loader.get_source(made, template)[0]  # type: ignore[union-attr]
        for node in made.parse(source).find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == "t":
                asked.add(node.attr)

    assert asked - {"n", "__getattr__"} <= set(words.ALL)
    assert len(asked) > 50


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        words.speech("th").nonsense  # noqa: B018


@pytest.mark.parametrize(
    ("name", "thai"),
    [
        ("met", "บรรลุเป้าหมาย"),
        ("breached", "ไม่บรรลุเป้าหมาย"),
        ("not_determined", "สรุปผลไม่ได้"),
        ("on_track", "อยู่ในเป้าหมาย"),
        ("at_risk", "มีความเสี่ยง"),
        ("no_data", "ยังไม่มีข้อมูล"),
        ("final", "ผลเป็นที่สุด"),
        ("error_budget", "ส่วนที่ยอมให้พลาดได้"),
    ],
)
def test_the_words_of_verdicts_are_those_agreed(name: str, thai: str) -> None:
    assert words.ALL[name].th == thai


def test_a_singular_is_used_for_one() -> None:
    assert judging.OVERDUE.counted("en", 1) == f"1{NBSP}case overdue, still open"
    assert judging.OVERDUE.counted("en", 2) == f"2{NBSP}cases overdue, still open"
    assert judging.OVERDUE.counted("th", 1).endswith(f"1{NBSP}เรื่อง")


def test_what_fills_a_placeholder_is_escaped_in_html_and_plain_in_titles() -> None:
    phrase = words.speech("en").found_none(query="<b>&")

    assert "“&lt;b&gt;&amp;”" in phrase.__html__()
    assert "“<b>&”" in phrase.plain


@pytest.mark.parametrize("term", TERMS)
def test_a_term_stays_on_one_line(term: str) -> None:
    assert nb(f"ดู{term}นี้") == f'ดู<span class="nb">{term}</span>นี้'


def test_text_of_others_is_escaped_by_nb() -> None:
    assert nb("<i>ข้อตกลง") == '&lt;i&gt;<span class="nb">ข้อตกลง</span>'


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("ภายใน 3 วัน", f"ภายใน 3{NBSP}วัน"),
        ("893 เรื่อง", f"893{NBSP}เรื่อง"),
        ("24.00 น.", f"24.00{NBSP}น."),
        ("at most 3 days", f"at most 3{NBSP}days"),
        ("ร้อยละ 94.29", f"ร้อยละ{NBSP}94.29"),
        ("ฉบับที่ 3", f"ฉบับที่{NBSP}3"),
        ("≥ 95", f"≥{NBSP}95"),
        ("3 mystery", "3 mystery"),
    ],
)
def test_a_number_does_not_part_from_its_unit(text: str, whole: str) -> None:
    assert joined(text) == whole


@pytest.mark.parametrize(
    ("cookie", "header", "lang"),
    [
        (None, None, "th"),
        ("en", "th", "en"),
        ("xx", "en", "en"),
        (None, "de, en-GB;q=0.8, th;q=0.5", "en"),
        (None, "en;q=0.4, th;q=0.9", "th"),
        (None, "en;q=nonsense", "th"),
        (None, "en;q=0", "th"),
        (None, "de", "th"),
    ],
)
def test_language_is_the_readers_choice_then_the_browsers_then_thai(
    cookie: str | None, header: str | None, lang: str
) -> None:
    assert choose(cookie, header) == lang


def test_a_text_in_one_language_is_shown_in_that_language() -> None:
    assert said({"en": "Permit"}, "th") == ("Permit", "en")
    assert said({"th": "ใบ", "en": "Permit"}, "th") == ("ใบ", "th")
    assert said(None, "th", "code-1") == ("code-1", None)


def test_a_leading_vowel_sorts_after_its_consonant() -> None:
    names = ["เกาะ", "กา", "ไข่", "ขา", "แก้ว", "เขา"]

    assert sorted(names, key=sort_key) == ["กา", "เกาะ", "แก้ว", "ขา", "เขา", "ไข่"]
    assert LANGS == ("th", "en")
