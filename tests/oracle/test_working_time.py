"""Working time against counting in steps of five minutes, with random calendars, zones, starts and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.evaluation.domain.limits import (
    CalendarDays,
    ElapsedLimit,
    Limit,
    WorkingDays,
    WorkingLimit,
    kept,
    longest,
)
from services.evaluation.domain.working_time import Calendars, Pause, WorkingCalendar, spent
from shared.clock import from_micros, to_micros
from tests.oracle import plain_working_time as plain
from tests.oracle.plain_working_time import STEP, Plain

STEP_MICROS = STEP // timedelta(microseconds=1)
# With a change of the clock, the turn of a year, 29 February, and midnights that are changed.
AROUND = {
    "Asia/Bangkok": [datetime(2026, 4, 10, tzinfo=UTC), datetime(2026, 12, 28, tzinfo=UTC)],
    "Europe/Berlin": [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)],
    "America/New_York": [datetime(2028, 2, 26, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)],
    "America/Santiago": [datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 9, 4, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)],
    "Asia/Beirut": [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)],
    "Asia/Kathmandu": [datetime(2027, 2, 26, tzinfo=UTC)],
}
NIGHT_ENDS, NIGHT_BEGINS = 5 * 60, 23 * 60


@st.composite
def days(draw: st.DrawFn) -> plain.Hours:
    marks = [0, 24 * 60] if draw(st.integers(0, 4)) == 0 else []
    inner = st.integers(NIGHT_ENDS // 5, NIGHT_BEGINS // 5).map(lambda step: step * 5)
    marks += draw(st.lists(inner, min_size=2, max_size=6, unique=True))
    marks = sorted(set(marks))
    marks = marks[: len(marks) // 2 * 2]
    return list(zip(marks[::2], marks[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Plain, WorkingCalendar, datetime]:
    name = draw(st.sampled_from(sorted(AROUND)))
    zone = ZoneInfo(name)
    around = draw(st.sampled_from(AROUND[name]))
    office = draw(days())
    weekly = [office if draw(st.integers(0, 6)) else () for _ in range(5)]
    weekly += [draw(st.one_of(st.just(()), days())) for _ in range(2)]
    if not any(weekly):
        weekly[0] = office
    near = st.integers(-2, 9).map(lambda n: (around + timedelta(days=n)).date())
    closed = frozenset(draw(st.lists(near, max_size=4)))
    special = draw(st.dictionaries(near, days(), max_size=2))
    own = {day: tuple(hours) for day, hours in special.items()}
    made = WorkingCalendar("c", 1, zone, tuple(tuple(one) for one in weekly), closed, own)
    start = around + draw(st.integers(-60, 500)) * STEP
    return Plain(zone, weekly, closed, special), made, start


@st.composite
def stops(draw: st.DrawFn, start: datetime) -> list[plain.Span]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first = start + draw(st.integers(-50, 600)) * STEP
        found.append((first, first + draw(st.integers(1, 300)) * STEP))
    return found


def micros(found: list[plain.Span]) -> list[Pause]:
    return [Pause(to_micros(start), to_micros(end), "land", "waits") for start, end in found]


@given(data=st.data(), case=calendars())
def test_time_spent_is_what_counting_gives(data: st.DataObject, case: Any) -> None:
    slow, fast, start = case
    pauses = data.draw(stops(start))
    end = start + data.draw(st.integers(0, 1500)) * STEP
    counted = plain.spent(slow.works, start, end, pauses)
    assert spent(fast, to_micros(start), to_micros(end), micros(pauses)) == counted * STEP_MICROS


@given(data=st.data(), case=calendars(), comparator=st.sampled_from(["<=", "<"]))
def test_a_limit_in_working_time_falls_where_counting_says(
    data: st.DataObject, case: Any, comparator: str
) -> None:
    slow, fast, start = case
    pauses = data.draw(stops(start))
    steps = data.draw(st.integers(0, 200))
    limit = WorkingLimit(steps * STEP_MICROS)
    found = limit.deadline(to_micros(start), comparator, fast, micros(pauses))
    assert from_micros(found) == plain.deadline_of_duration(slow.works, start, steps, pauses, comparator)
    # The deadline and the duration agree at every instant, also where a pause began too late to count.
    stopped = [pause for pause in micros(pauses) if pause.start < found]
    for after in (-1, 0, 1, STEP_MICROS, 40 * STEP_MICROS):
        end = max(found + after, to_micros(start))
        took = spent(fast, to_micros(start), end, stopped)
        within = took <= limit.micros if comparator == "<=" else took < limit.micros
        assert kept(end, comparator, found) == within


@given(data=st.data(), case=calendars())
def test_elapsed_limits_stop_in_pauses_too(data: st.DataObject, case: Any) -> None:
    _, _, start = case
    pauses = data.draw(stops(start))
    steps = data.draw(st.integers(1, 200))
    found = ElapsedLimit(steps * STEP_MICROS).deadline(to_micros(start), "<=", None, micros(pauses))
    assert from_micros(found) == plain.deadline_of_duration(lambda _t: True, start, steps, pauses, "<=")


@given(data=st.data(), case=calendars(), count=st.integers(0, 6))
def test_working_days_fall_where_counting_says(data: st.DataObject, case: Any, count: int) -> None:
    slow, fast, start = case
    begun = slow.opening(start).astimezone(slow.zone)
    assume(begun.hour * 60 + begun.minute >= NIGHT_ENDS or begun.hour == begun.minute == 0)
    pauses = data.draw(stops(start))
    found = WorkingDays(count).deadline(to_micros(start), "<=", fast, micros(pauses))
    assert from_micros(found) == plain.deadline_of_days(slow, start, count, pauses)


@given(case=calendars(), count=st.integers(0, 6), roll=st.booleans())
def test_calendar_days_end_with_the_date(case: Any, count: int, roll: bool) -> None:
    slow, fast, start = case
    day = start.astimezone(slow.zone).date() + timedelta(days=count)
    if roll:
        day = slow.working_date(day, 0)
    found = CalendarDays(count, roll, slow.zone).deadline(to_micros(start), "<=", fast)
    assert from_micros(found) == plain.end_of_date(slow.zone, day)


@given(case=calendars(), count=st.integers(0, 6))
def test_working_days_by_date_end_with_the_nth_working_date(case: Any, count: int) -> None:
    slow, fast, start = case
    day = slow.working_date(start.astimezone(slow.zone).date(), count)
    found = WorkingDays(count, by_date=True).deadline(to_micros(start), "<=", fast)
    assert from_micros(found) == plain.end_of_date(slow.zone, day)


@given(data=st.data(), case=calendars())
@settings(max_examples=settings().max_examples // 4)
def test_no_limit_falls_later_than_the_longest_wait(data: st.DataObject, case: Any) -> None:
    """How long a cohort's window waits for its last journey."""
    slow, fast, start = case
    limits: list[Limit] = [
        WorkingLimit(90 * STEP_MICROS),
        WorkingDays(3),
        WorkingDays(2, by_date=True),
        CalendarDays(2, True, slow.zone),
    ]
    limit = data.draw(st.sampled_from(limits))
    found = limit.deadline(to_micros(start), "<=", fast)
    assert found - to_micros(start) <= longest(limit, Calendars((fast,)))


def test_a_date_that_a_zone_left_out_is_no_working_day() -> None:
    """Samoa went from 29 to 31 December 2011."""
    zone = ZoneInfo("Pacific/Apia")
    calendar = WorkingCalendar("apia", 1, zone, (((480, 960),),) * 7)
    start = to_micros(datetime(2011, 12, 29, 9, tzinfo=zone).astimezone(UTC))
    found = WorkingDays(1).deadline(start, "<=", calendar)
    assert from_micros(found).astimezone(zone) == datetime(2011, 12, 31, 9, tzinfo=zone)
    assert calendar.working_day(date(2011, 12, 29), 2) == date(2012, 1, 1)


def test_a_duration_is_never_negative() -> None:
    calendar = WorkingCalendar("c", 1, ZoneInfo("UTC"), (((480, 960),),) * 7)
    with pytest.raises(ValueError, match="never negative"):
        spent(calendar, 10, 9)
    with pytest.raises(ValueError, match="never negative"):
        WorkingLimit(-1).deadline(0, "<=", calendar)


ALL_DAY = (((0, 1440),),) * 7


def test_a_limit_by_date_that_pauses_move_to_midnight_ends_with_the_day_that_closes() -> None:
    calendar = WorkingCalendar("c", 1, ZoneInfo("UTC"), ALL_DAY)
    start = to_micros(datetime(2026, 3, 2, 9, tzinfo=UTC))
    day = 24 * 3600 * 1_000_000
    pause = Pause(start, start + day, "land", "waits")
    found = WorkingDays(1, by_date=True).deadline(start, "<=", calendar, [pause])
    assert from_micros(found + 1) == datetime(2026, 3, 5, tzinfo=UTC)


def test_the_longest_wait_sees_every_year_and_every_version() -> None:
    day = 24 * 3600 * 1_000_000
    assert longest(CalendarDays(3, False, ZoneInfo("UTC")), None) >= 4 * day
    office = (((480, 960),),) * 5 + ((), ())
    flood = frozenset(date(2026, 2, 1) + timedelta(days=n) for n in range(40))
    for closed in (flood | {date(2030, 5, 1)}, flood | {date(2022, 5, 1)}):
        wet = WorkingCalendar("c", 1, ZoneInfo("UTC"), office, closed)
        dry = WorkingCalendar("c", 2, ZoneInfo("UTC"), office)
        assert longest(WorkingDays(1), Calendars((wet,))) >= 40 * day
        assert longest(WorkingDays(1), Calendars((wet, dry))) >= 40 * day
        assert longest(WorkingDays(1), Calendars((dry,))) < 20 * day


def test_no_working_time_is_used_up_where_it_begins() -> None:
    calendar = WorkingCalendar("c", 1, ZoneInfo("UTC"), (((480, 960),),) * 5 + ((), ()))
    saturday = to_micros(datetime(2026, 3, 7, 12, tzinfo=UTC))
    assert calendar.first(saturday, 0) == saturday
    assert calendar.first(saturday, 1) == to_micros(datetime(2026, 3, 9, 8, tzinfo=UTC)) + 1
    assert from_micros(calendar.opening(saturday)) == datetime(2026, 3, 9, 8, tzinfo=UTC)
