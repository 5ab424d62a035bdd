"""Names sort as in a Thai dictionary and are found however they are typed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain import SORTED, fold, search_text, sort_key

# The order of the Royal Institute's dictionary.
DICTIONARY = [
    "กก",
    "กรม",
    "กา",
    "เก",
    "เกม",
    "แก",
    "ไก่",
    "ขนส่ง",
    "เขต",
    "ที่ดิน",
    "เทศบาล",
    "ใบ",
    "แผนที่",
    "ไฟฟ้า",
    "สรรพากร",
    "โสม",
    "หมอ",
    "แห",
]
CONSONANTS = st.sampled_from([chr(point) for point in range(0x0E01, 0x0E2F)])
VOWELS = st.sampled_from("เแโใไ")


def test_a_leading_vowel_sorts_after_its_consonant() -> None:
    shuffled = random.Random(7).sample(DICTIONARY, len(DICTIONARY))
    assert sorted(shuffled, key=sort_key) == DICTIONARY


@given(VOWELS, CONSONANTS, CONSONANTS)
def test_the_consonant_decides_before_the_vowel(vowel: str, one: str, other: str) -> None:
    if one != other:
        assert (sort_key(vowel + one) < sort_key(other)) == (one < other)
        assert (sort_key(vowel + one) < sort_key(vowel + other)) == (one < other)


@given(st.text(max_size=400), st.text(max_size=400))
def test_the_key_is_bounded_and_a_function_of_the_text(one: str, other: str) -> None:
    assert len(sort_key(one)) <= 2 * SORTED + 1
    if " ".join(one.casefold().split()) == " ".join(other.casefold().split()):
        assert sort_key(one) == sort_key(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=30))
def test_without_leading_vowels_or_accents_the_order_is_that_of_the_letters(text: str) -> None:
    assert sort_key(text).split("\x01")[0] == " ".join(text.split())


def test_tone_marks_decide_only_between_otherwise_equal_names() -> None:
    assert sort_key("ป่า") < sort_key("ปาด")
    assert sort_key("ปา") < sort_key("ป่า")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("TESABAN", "Tesaban"), ("ที่ดิน", "กรมที่ดิน"), ("ทีดิน", "กรมที่ดิน"), ("cafe", "Café"), ("น้ำ", "การประปาน้ำดี")],
)
def test_a_word_is_found_whatever_its_case_accents_and_tone_marks(typed: str, name: str) -> None:
    assert fold(typed) in search_text({"th": name}, "x")
