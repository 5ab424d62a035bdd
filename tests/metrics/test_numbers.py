"""Amounts and times are exactly what their texts say, on the fast way as on the slow one."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.domain import numbers
from services.metrics.domain.times import FEW, time_of_text, times_of_texts
from shared.clock import from_micros, to_micros

DIGITS = st.text("0123456789", min_size=1, max_size=20)


@st.composite
def number_texts(draw: st.DrawFn) -> str:
    """JSON numbers of all sizes, most of them near what is allowed."""
    whole = draw(st.one_of(st.just("0"), st.integers(1, 10**11).map(str)))
    part = draw(st.one_of(st.just(""), DIGITS.map(lambda digits: "." + digits)))
    sign = draw(st.sampled_from(["", "-"]))
    exponent = draw(st.one_of(st.just(""), st.integers(-12, 12).map(lambda e: f"e{e}")))
    return sign + whole + part + exponent


def expected(text: str) -> int | None:
    """10^-6 units by Decimal; None for what must be refused."""
    micro = Decimal(text).scaleb(6)
    if abs(micro) > numbers.MOST_MICRO or micro != micro.to_integral_value():
        return None
    return int(micro)


@given(number_texts())
def test_an_amount_is_what_its_text_says(text: str) -> None:
    found = numbers.micro_of_text(text)
    assert (None if isinstance(found, str) else found) == expected(text)


@given(st.lists(number_texts(), min_size=1, max_size=5))
def test_the_fast_way_gives_the_same_or_nothing(texts: list[str]) -> None:
    body = np.frombuffer(json.dumps(texts).replace('"', "").encode(), np.uint8)
    if numbers.may_lose_digits(bytes(body), body):
        return
    found = numbers.micros_of_floats(np.array([float(text) for text in texts]))
    wanted = [expected(text) for text in texts]
    assert (None if found is None else found.tolist()) == (None if None in wanted else wanted)


@given(st.integers(-numbers.MOST_MICRO, numbers.MOST_MICRO))
def test_every_amount_of_at_most_fifteen_digits_survives_a_float(micro: int) -> None:
    text = numbers.text_of_micro(micro)
    assert numbers.micro_of_text(text) == micro
    if len(re.sub(r"\D", "", text).lstrip("0")) <= 15:
        found = numbers.micros_of_floats(np.array([float(text)]))
        assert found is not None
        assert found.tolist() == [micro]


@given(st.text("0123456789.-eE+ _", max_size=18))
def test_strings_are_read_strictly(text: str) -> None:
    found = numbers.micros_of_strings([text])
    slow = numbers.micro_of_text(text)
    assert found is None or found.tolist() == [slow]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("9000000000", 9_000_000_000_000_000),
        ("-9000000000.000000", -9_000_000_000_000_000),
        ("9000000000.000001", numbers.TOO_LARGE),
        ("1e-6", 1),
        ("1e-7", numbers.TOO_FINE),
        ("0.1000000000000000000000000000001", numbers.TOO_FINE),
        ("1e400", numbers.TOO_LARGE),
        ("1e99999999999999999999", numbers.TOO_LARGE),
        ("1e-99999999999999999999", numbers.TOO_FINE),
        ("123456789012345678901234567890", numbers.TOO_LARGE),
        ("0e99999", 0),
        ("NaN", numbers.NOT_A_NUMBER),
        ("Infinity", numbers.NOT_A_NUMBER),
        ("1_0", numbers.NOT_A_NUMBER),
        ("٣", numbers.NOT_A_NUMBER),
        (" 1", numbers.NOT_A_NUMBER),
        ("", numbers.NOT_A_NUMBER),
        ("0x10", numbers.NOT_A_NUMBER),
    ],
)
def test_extreme_amounts(text: str, wanted: int | str) -> None:
    assert numbers.micro_of_text(text) == wanted


@pytest.mark.parametrize(
    ("text", "loses"),
    [
        ("123456789.12345678", True),
        ("12345678.1234567", False),
        ("1793466000000000", False),
        ("17934660000000000", True),
        ("1234567890123456e-7", True),
        ("1", False),
        ("", False),
    ],
)
def test_long_numbers_are_noticed(text: str, loses: bool) -> None:
    body = f"[{text}]".encode()
    assert numbers.may_lose_digits(body, np.frombuffer(body, np.uint8)) is loses


OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=OFFSETS)
SEPARATORS = st.sampled_from(["T", "t"])


@given(st.lists(MOMENTS, min_size=1, max_size=4), SEPARATORS, st.booleans(), st.sampled_from([1, FEW]))
def test_times_are_read_as_the_standard_library_reads_them(
    moments: list[datetime], separator: str, fractions: bool, many: int
) -> None:
    spec = "microseconds" if fractions else "seconds"
    moments = moments * many
    texts = [moment.isoformat(separator, spec) for moment in moments]
    wanted = [to_micros(moment if fractions else moment.replace(microsecond=0)) for moment in moments]
    found = times_of_texts(texts)
    assert found is not None
    assert found.tolist() == wanted
    assert [time_of_text(text) for text in texts] == wanted
    zulu = [from_micros(at).astimezone(UTC).isoformat().replace("+00:00", "Z") for at in wanted]
    again = times_of_texts(zulu)
    assert again is not None
    assert again.tolist() == wanted


@given(st.lists(st.text("0123456789-:TtZz+. ", min_size=19, max_size=26), min_size=1, max_size=2))
def test_what_is_no_time_is_none_on_both_ways(texts: list[str]) -> None:
    slow = [time_of_text(text) for text in texts]
    found = times_of_texts(texts)
    wanted = None if any(isinstance(at, str) for at in slow) else slow
    assert (None if found is None else found.tolist()) == wanted
    many = times_of_texts(texts * FEW)
    assert (many is None) == (wanted is None)
    assert many is None or many.tolist() == slow * FEW


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+07:60",
        "2026-01-01T00:00:00+0700",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00Z",
        "2026-01-01",
        "20260101T000000Z",
        "0001-01-01T00:00:00+07:00",
        "9999-12-31T23:59:59-07:00",
        "٢026-01-01T00:00:00Z",
        "",
        "yesterday",
    ],
)
def test_times_that_are_refused(text: str) -> None:
    assert isinstance(time_of_text(text), str)
    assert times_of_texts([text]) is None
    assert times_of_texts([text] * FEW) is None


def test_a_fraction_is_no_offset() -> None:
    assert time_of_text("2026-01-01T00:00:00.012345Z") == 1_767_225_600_012_345
    assert time_of_text("2026-01-01T00:00:00.124+00:00") == 1_767_225_600_124_000


def test_digits_beyond_the_microsecond_are_cut_off() -> None:
    for text in ("2026-01-01T00:00:00.123456789Z", "2026-01-01T07:00:00.1234567+07:00"):
        assert time_of_text(text) == to_micros(datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC))
        found = times_of_texts([text] * FEW)
        assert found is not None
        assert found.tolist() == [time_of_text(text)] * FEW
