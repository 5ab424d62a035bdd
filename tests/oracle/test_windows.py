"""The product's windows are the ones that walking from the anchor finds."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.domain.windows import CalendarWindows, RollingWindows
from tests.oracle.plain_windows import calendar_windows, rolling_windows

MINUTE = 60_000_000
SPANS = {"hour": 60, "day": 40, "week": 30, "month": 40, "quarter": 20, "half_year": 12, "year": 8}

# zone -> days on or around which its clock jumps
JUMPS = {
    "Europe/Amsterdam": (datetime(2026, 3, 29), datetime(2026, 10, 25)),
    "America/New_York": (datetime(2026, 3, 8), datetime(2026, 11, 1)),
    "Australia/Lord_Howe": (datetime(2026, 4, 5), datetime(2026, 10, 4)),
    "America/Sao_Paulo": (datetime(2018, 2, 18), datetime(2018, 11, 4)),
    "Asia/Bangkok": (datetime(2024, 2, 29), datetime(2026, 1, 31)),
    "Asia/Kathmandu": (datetime(2025, 12, 31), datetime(2023, 2, 28)),
}


@st.composite
def calendars(draw: st.DrawFn) -> CalendarWindows:
    zone = draw(st.sampled_from(sorted(JUMPS)))
    near = draw(st.sampled_from(JUMPS[zone])) + timedelta(minutes=30 * draw(st.integers(-96, 48)))
    anywhere = st.datetimes(datetime(2015, 1, 1), datetime(2027, 12, 31))
    anchor = draw(st.just(near) | anywhere).replace(second=0, microsecond=0)
    unit = draw(st.sampled_from(sorted(SPANS)))
    return CalendarWindows(unit, draw(st.integers(1, 5)), anchor, ZoneInfo(zone))


def walked(windows: CalendarWindows, reach: int) -> list[tuple[int, int]]:
    return calendar_windows(windows.unit, windows.count, windows.anchor, windows.zone, -reach, reach)


@settings(max_examples=70, deadline=None)
@given(calendars())
def test_the_window_that_holds_an_instant_is_the_walked_one(windows: CalendarWindows) -> None:
    for start, end in walked(windows, max(2, SPANS[windows.unit] // windows.count)):
        for instant in (start, (start + end) // 2, end - 1):
            assert tuple(windows.at(instant)) == (start, end)
            assert tuple(windows.first_ending_after(instant)) == (start, end)


@settings(max_examples=60, deadline=None)
@given(calendars(), st.data())
def test_windows_that_touch_a_span_are_all_that_share_an_instant_with_it(
    windows: CalendarWindows, data: st.DataObject
) -> None:
    plain = walked(windows, max(2, SPANS[windows.unit] // windows.count // 3))
    low, high = plain[0][0], plain[-1][1]
    first = data.draw(st.sampled_from([edge for pair in plain for edge in pair]) | st.integers(low, high - 1))
    last = data.draw(st.sampled_from([edge for pair in plain for edge in pair]) | st.integers(low, high))
    expected = [(a, b) for a, b in plain if a < last and first < b] if first < last else []
    assert [tuple(each) for each in windows.touching(first, last)] == expected


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 600).map(lambda minutes: minutes * MINUTE),
    st.integers(1, 90).map(lambda minutes: minutes * MINUTE),
    st.integers(0, 5_000_000_000),
)
def test_rolling_windows_end_at_multiples_of_the_step(duration: int, step: int, instant: int) -> None:
    windows = RollingWindows(duration, step)
    plain = rolling_windows(duration, step, instant, instant + 3 * step)
    found = windows.ending_after(instant)
    assert [tuple(next(found)) for _ in plain] == plain
    assert tuple(windows.first_ending_after(instant)) == plain[0]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 120).map(lambda minutes: minutes * MINUTE),
    st.integers(1, 30).map(lambda minutes: minutes * MINUTE),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_rolling_windows_that_touch_a_span(duration: int, step: int, first: int, length: int) -> None:
    start, end = first * MINUTE, (first + length) * MINUTE
    plain = rolling_windows(duration, step, start - duration, end + duration)
    expected = [(a, b) for a, b in plain if a < end and start < b] if start < end else []
    assert [tuple(each) for each in RollingWindows(duration, step).touching(start, end)] == expected
