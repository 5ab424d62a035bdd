"""The stored form and its hash: what says the same has the same id, on every machine."""

from __future__ import annotations

import json
import random
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.agreements import stored_form
from services.sla.domain.canonical import canonical, digest, shortest, stored
from services.sla.domain.units import read_number
from tests.sla.documents import AGREEMENT, agreement, objective, plain


def second_opinion(value: Any) -> str:
    """RFC 8785 written from its text: keys by UTF-16 code units, the shortest escapes, nothing between."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(_escaped(char) for char in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(second_opinion(item) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(f"{second_opinion(key)}:{second_opinion(value[key])}" for key in keys) + "}"


def _escaped(char: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    if char in short:
        return short[char]
    return f"\\u{ord(char):04x}" if ord(char) < 0x20 else char


PINNED = "ceabc02f7498ea347b9d6772a9881eefc94c67c1cd5716bbea0405cbf7f26253"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_an_independent_implementation_canonicalises_alike(value: Any) -> None:
    assert canonical(value).decode() == second_opinion(value)


def test_keys_are_ordered_by_utf16_code_units_as_the_rfc_says() -> None:
    # RFC 8785, 3.2.3: U+1F600 (a surrogate pair) sorts before U+FB33.
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "1": 5}).decode() == (
        '{"\\r":4,"1":5,"€":3,"😀":2,"\ufb33":1}'
    )


def form(document: Any) -> dict[str, Any]:
    found, faults = stored_form(plain(document))
    assert faults == []
    return found


def test_the_hash_stays_what_it_is() -> None:
    """A change of this value means that every signature given so far no longer fits its document."""
    assert digest(form(AGREEMENT)) == PINNED


def test_what_says_the_same_has_the_same_hash() -> None:
    expected = digest(form(AGREEMENT))
    shuffled = list(AGREEMENT.items())
    random.Random(7).shuffle(shuffled)
    thai = AGREEMENT["title"]["th"]
    assert digest(form(dict(shuffled))) == expected
    assert digest(form(objective(target="0.8"))) == expected
    assert digest(form(objective(target=0.8))) == expected
    assert digest(form(json.dumps(AGREEMENT).replace('"0.80"', "8e-1"))) == expected
    assert digest(form(json.dumps(AGREEMENT).replace('"0.80"', "0.800000000"))) == expected
    assert digest(form(agreement(effective_from="2026-01-31T17:00:00Z"))) == expected
    assert digest(form(agreement(effective_from="2026-01-31T18:00:00.000+01:00"))) == expected
    assert (
        digest(form(agreement(title={"th": unicodedata.normalize("NFD", thai), "en": "Permits"}))) == expected
    )
    assert digest(form(agreement(visibility="public", terms={}, review_at=None))) == expected
    assert digest(form(objective(contact="Head of permits"))) == expected, "a contact is not signed"


@pytest.mark.parametrize(
    "changed",
    [
        agreement(parties=["city", "land-office", "province"]),
        agreement(effective_from="2026-02-01T00:01:00+07:00"),
        agreement(retroactive=True),
        agreement(visibility="parties"),
        agreement(legal_form="informal"),
        agreement(parent="0" * 64),
        objective(target="0.800001"),
        objective(good={"comparator": "<", "value": "P3D"}),
        objective(good={"comparator": "<=", "value": "PT72H"}),
        objective(overdue="listed"),
        objective(clause="4.1"),
        agreement(terms={"notice": "30 days"}),
    ],
)
def test_what_says_something_else_has_another_hash(changed: dict[str, Any]) -> None:
    assert digest(form(changed)) != digest(form(AGREEMENT))


def test_text_is_kept_in_nfc_everywhere_also_in_free_terms() -> None:
    stored_terms = form(agreement(terms={"cafe\u0301": ["e\u0301"]}))["terms"]
    assert stored_terms == {"caf\u00e9": ["\u00e9"]}


def test_a_key_written_in_two_ways_is_refused() -> None:
    _, faults = stored_form(plain(agreement(terms={"e\u0301": 1, "\u00e9": 2})))
    assert [fault.pointer for fault in faults] == ["/terms/\u00e9"]


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"a": {"b": ["x\u0000"]}}, "/terms/a/b/0"),
        ({"n": 2**53}, "/terms/n"),
        ({"a/b": "\ud800"}, "/terms/a~1b"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(terms: Any, pointer: str) -> None:
    _, faults = stored_form(plain(agreement(terms=terms)))
    assert [fault.pointer for fault in faults] == [pointer]


def test_a_document_too_long_to_sign_is_refused() -> None:
    _, faults = stored_form(plain(agreement(terms={str(n): "x" * 4000 for n in range(70)})))
    assert faults[0].pointer == ""


@given(st.decimals(-9_000_000_000, 9_000_000_000, places=6, allow_nan=False), st.integers(0, 3))
def test_a_decimal_has_one_shortest_text(number: Decimal, zeros: int) -> None:
    text = shortest(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert text != "-0"
    padded = text + ("" if "." in text else ".0") + "0" * zeros
    assert shortest(read_number(padded)) == text


@given(values.filter(lambda value: isinstance(value, dict)))
def test_the_stored_form_is_its_own_stored_form(value: Any) -> None:
    faults: list[Any] = []
    once = stored(value, "", faults)
    if not faults:
        assert stored(once) == once
        assert digest(json.loads(canonical(once))) == digest(once)


@pytest.mark.parametrize(
    "number", ["0.90000000000000000000000000000000001", "9000000000.00000000000000000001"]
)
def test_a_digit_too_many_is_refused_and_never_rounded_away(number: str) -> None:
    assert shortest(Decimal(number)) == number
    with pytest.raises(ValueError, match=r"at most"):
        read_number(Decimal(number))
