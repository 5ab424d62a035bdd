"""Dates as an official writes them, and numbers that never contradict their verdict."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.text import dates, numbers, units
from services.portal.text.breaking import NBSP
from services.portal.text.language import Lang

BANGKOK = dates.zone_of("Asia/Bangkok")
AMSTERDAM = dates.zone_of("Europe/Amsterdam")


def spaced(text: str) -> str:
    return text.replace(NBSP, " ").replace(dates.JOINER, "")


def span(start: str, end: str) -> dates.Span:
    return dates.Span.of(start, end, BANGKOK)


def test_thai_counts_buddhist_years_and_english_gregorian() -> None:
    when = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)

    assert spaced(dates.moment(when, BANGKOK, "th")) == "22 พ.ย. 2569 09.15 น."
    assert spaced(dates.moment(when, BANGKOK, "en")) == "22 Nov 2026, 09:15"
    assert spaced(dates.day(when, "th")) == "22 พฤศจิกายน 2569"
    assert spaced(dates.day(when, "en")) == "22 November 2026"


def test_a_window_ends_at_its_last_moment() -> None:
    midnight = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)

    assert spaced(dates.last_moment(midnight, BANGKOK, "th")) == "30 พ.ย. 2569 24.00 น."
    assert spaced(dates.last_moment(midnight, BANGKOK, "en")) == "30 Nov 2026, 24:00"
    noon = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
    assert spaced(dates.last_moment(noon, BANGKOK, "en")) == "30 Nov 2026, 12:00"


@pytest.mark.parametrize(
    ("start", "end", "thai", "english"),
    [
        ("2026-10-31T17:00:00Z", "2026-11-30T17:00:00Z", "พฤศจิกายน 2569", "November 2026"),
        ("2025-12-31T17:00:00Z", "2026-12-31T17:00:00Z", "ปี 2569", "2026"),
        ("2026-11-15T17:00:00Z", "2026-11-16T17:00:00Z", "16 พ.ย. 2569", "16 Nov 2026"),
        (
            "2026-11-15T17:00:00Z",
            "2026-11-22T17:00:00Z",
            "16–22 พ.ย. 2569",
            "16–22 Nov 2026",
        ),
        (
            "2026-11-16T03:00:00Z",
            "2026-11-16T04:00:00Z",
            "16 พ.ย. 2569 10.00 น. – 11.00 น.",
            "16 Nov 2026, 10:00 – 11:00",
        ),
    ],
)
def test_a_window_is_named_by_what_it_is(start: str, end: str, thai: str, english: str) -> None:
    assert spaced(span(start, end).name("th")) == thai
    assert spaced(span(start, end).name("en")) == english


def test_a_month_over_a_change_of_summer_time_is_still_a_month() -> None:
    october = dates.Span.of("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", AMSTERDAM)

    assert october.name("en") == f"October{NBSP}2026"
    assert october.label("en") == "Oct"


def test_an_unknown_zone_falls_back_to_bangkok() -> None:
    assert dates.zone_of("Nowhere/Land") == BANGKOK
    assert dates.zone_of(None) == BANGKOK


@pytest.mark.parametrize(
    ("share", "target", "text"),
    [
        (Fraction(842, 893), Fraction(95, 100), "94.29"),
        (Fraction(94996, 100000), Fraction(95, 100), "94.996"),
        (Fraction(95, 100), Fraction(95, 100), "95.00"),
        (Fraction(99999, 100000), Fraction(95, 100), "99.999"),
        (Fraction(1), Fraction(95, 100), "100.00"),
        (Fraction(0), Fraction(95, 100), "0.00"),
        (Fraction(1, 10**6), Fraction(95, 100), "0.0001"),
        (Fraction(949999999, 10**9), Fraction(95, 100), "94.9999999"),
    ],
)
def test_decimals_are_added_while_a_number_would_touch_its_target(
    share: Fraction, target: Fraction, text: str
) -> None:
    assert numbers.percent(share, target) == text


@given(
    st.integers(1, 10**5).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))),
    st.integers(0, 1000),
)
def test_a_shown_number_never_contradicts_its_verdict(counted: tuple[int, int], target: int) -> None:
    share, wanted = Fraction(*counted), Fraction(target, 1000)

    shown = Fraction(numbers.percent(share, wanted).replace(",", ""))

    for mark in (wanted * 100, Fraction(0), Fraction(100)):
        assert (shown > mark, shown < mark) == (share * 100 > mark, share * 100 < mark)


def test_numbers_are_written_for_people() -> None:
    assert numbers.count(1152) == "1,152"
    assert numbers.count(-3) == "\u22123"
    assert numbers.plain(Fraction(300), Fraction(300)) == "300"
    assert numbers.plain(Fraction(2401, 8), Fraction(300)) == "300.13"
    assert numbers.short(Fraction(199, 2)) == "99.5"
    assert numbers.fraction(None) is None


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("P3D", "th", "3 วัน"),
        ("P1D", "en", "1 day"),
        ("PT72H", "en", "72 hours"),
        ("P1DT12H", "en", "1 day 12 hours"),
        ("PT8H", "th", "8 ชั่วโมง"),
        ("P", "en", "P"),
    ],
)
def test_durations_are_shown_as_they_were_promised(text: str, lang: Lang, said: str) -> None:
    assert spaced(units.duration(text, lang)) == said


def test_limits_in_days_say_which_days() -> None:
    assert spaced(units.limit({"working_days": 5}, "th") or "") == "5 วันทำการ"
    assert spaced(units.limit({"calendar_days": 1}, "en") or "") == "1 calendar day"
    assert units.limit("800", "en") is None


def test_an_undeclared_unit_is_shown_as_it_is() -> None:
    assert spaced(units.quantity("7", "kWh", "th")) == "7 kWh"
