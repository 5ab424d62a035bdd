"""Windows: ends of months, fiscal years, leap days, and clocks that jump."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from services.evaluation.domain.windows import (
    CalendarWindows,
    RollingWindows,
    Window,
    default_anchor,
    default_step,
    next_local_midnight,
)
from shared.clock import MINUTE, from_micros, to_micros

HOUR = 60 * MINUTE
DAY = 24 * HOUR


def micros(text: str) -> int:
    return to_micros(datetime.fromisoformat(text))


def calendar(unit: str, count: int, anchor: str, zone: str = "Asia/Bangkok") -> CalendarWindows:
    return CalendarWindows(unit, count, datetime.fromisoformat(anchor), ZoneInfo(zone))


def local(window: Window, windows: CalendarWindows) -> tuple[str, str]:
    start, end = (from_micros(each).astimezone(windows.zone) for each in window)
    return start.strftime("%Y-%m-%dT%H:%M%z"), end.strftime("%Y-%m-%dT%H:%M%z")


class TestCalendar:
    @pytest.mark.parametrize(
        ("unit", "count", "anchor", "instant", "start", "end"),
        [
            # The default anchors: Monday, the 1st, 1 January.
            ("week", 1, "1970-01-05", "2026-11-24T12:00+07:00", "2026-11-23", "2026-11-30"),
            ("month", 1, "1970-01-01", "2026-11-24T12:00+07:00", "2026-11-01", "2026-12-01"),
            ("quarter", 1, "1970-01-01", "2026-11-24T12:00+07:00", "2026-10-01", "2027-01-01"),
            ("half_year", 1, "1970-01-01", "2026-11-24T12:00+07:00", "2026-07-01", "2027-01-01"),
            ("year", 1, "1970-01-01", "2026-11-24T12:00+07:00", "2026-01-01", "2027-01-01"),
            # The Thai fiscal year, and its quarters; also years before the anchor.
            ("year", 1, "2025-10-01", "2026-09-30T23:59+07:00", "2025-10-01", "2026-10-01"),
            ("year", 1, "2025-10-01", "2026-10-01T00:00+07:00", "2026-10-01", "2027-10-01"),
            ("year", 1, "2025-10-01", "2019-12-31T00:00+07:00", "2019-10-01", "2020-10-01"),
            ("quarter", 1, "2025-10-01", "2026-02-14T00:00+07:00", "2026-01-01", "2026-04-01"),
            # From the 16th to the 15th.
            ("month", 1, "2026-01-16", "2026-03-15T23:59+07:00", "2026-02-16", "2026-03-16"),
            # A month that lacks the anchor's day uses its last one, and the next has it again.
            ("month", 1, "2026-01-31", "2026-02-10T00:00+07:00", "2026-01-31", "2026-02-28"),
            ("month", 1, "2026-01-31", "2026-03-10T00:00+07:00", "2026-02-28", "2026-03-31"),
            ("month", 1, "2026-01-31", "2026-04-10T00:00+07:00", "2026-03-31", "2026-04-30"),
            ("month", 1, "2026-01-31", "2028-02-10T00:00+07:00", "2028-01-31", "2028-02-29"),
            ("month", 1, "2026-01-30", "2026-03-29T00:00+07:00", "2026-02-28", "2026-03-30"),
            ("year", 1, "2024-02-29", "2026-06-01T00:00+07:00", "2026-02-28", "2027-02-28"),
            ("year", 1, "2024-02-29", "2028-06-01T00:00+07:00", "2028-02-29", "2029-02-28"),
            # Several units are counted from the anchor, on both sides of it.
            ("month", 2, "2026-01-01", "2025-12-31T00:00+07:00", "2025-11-01", "2026-01-01"),
            ("day", 10, "2026-01-01", "2026-01-31T00:00+07:00", "2026-01-31", "2026-02-10"),
            ("week", 2, "2026-01-05", "2026-01-19T00:00+07:00", "2026-01-19", "2026-02-02"),
        ],
    )
    def test_a_window_is_reckoned_from_the_anchor(
        self, unit: str, count: int, anchor: str, instant: str, start: str, end: str
    ) -> None:
        windows = calendar(unit, count, anchor)
        found = windows.at(micros(instant))
        assert local(found, windows) == (f"{start}T00:00+0700", f"{end}T00:00+0700")

    def test_the_start_counts_and_the_end_does_not(self) -> None:
        windows = calendar("month", 1, "2026-01-01")
        december = micros("2026-12-01T00:00+07:00")
        assert windows.at(december).start == december
        assert windows.at(december - 1).end == december

    def test_an_event_belongs_to_the_window_of_the_agreements_zone(self) -> None:
        new_year = micros("2026-01-01T02:00+07:00")
        bangkok, amsterdam = (
            calendar("year", 1, "2026-01-01", zone) for zone in ("Asia/Bangkok", "Europe/Amsterdam")
        )
        assert local(bangkok.at(new_year), bangkok)[0] == "2026-01-01T00:00+0700"
        assert local(amsterdam.at(new_year), amsterdam)[0] == "2025-01-01T00:00+0100"

    @pytest.mark.parametrize(
        ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-24", 24), ("2026-10-25", 25)]
    )
    def test_a_day_is_as_long_as_the_clock_makes_it(self, day: str, hours: int) -> None:
        windows = calendar("day", 1, "2020-01-01", "Europe/Amsterdam")
        found = windows.at(micros(f"{day}T12:00+01:00"))
        assert found.length == hours * HOUR
        assert local(found, windows)[0].startswith(f"{day}T00:00")

    def test_weeks_and_months_keep_their_wall_clock_start_across_a_jump(self) -> None:
        for unit in ("week", "month"):
            windows = calendar(unit, 1, "2026-01-05T08:30", "Europe/Amsterdam")
            for month in range(1, 13):
                found = windows.at(micros(f"2026-{month:02d}-20T12:00+00:00"))
                assert "T08:30" in local(found, windows)[0]

    def test_a_start_that_the_clock_jumps_over_comes_after_the_jump(self) -> None:
        windows = calendar("day", 1, "2026-01-01T02:30", "Europe/Amsterdam")
        found = windows.at(micros("2026-03-29T12:00+02:00"))
        assert local(found, windows) == ("2026-03-29T03:30+0200", "2026-03-30T02:30+0200")

    def test_a_start_that_the_clock_shows_twice_is_the_first(self) -> None:
        windows = calendar("day", 1, "2026-01-01T02:30", "Europe/Amsterdam")
        found = windows.at(micros("2026-10-25T12:00+01:00"))
        assert local(found, windows) == ("2026-10-25T02:30+0200", "2026-10-26T02:30+0100")

    def test_shifts_of_eight_hours_start_at_the_same_clock_times_in_summer(self) -> None:
        windows = calendar("hour", 8, "2026-01-01", "Europe/Amsterdam")
        found = windows.touching(micros("2026-07-01T00:00+02:00"), micros("2026-07-02T00:00+02:00"))
        assert [local(each, windows)[0][11:16] for each in found] == ["00:00", "08:00", "16:00"]

    def test_the_hour_that_is_jumped_over_has_no_window_and_the_one_shown_twice_has_one(self) -> None:
        windows = calendar("hour", 1, "2026-01-01", "Europe/Amsterdam")
        spring = windows.touching(micros("2026-03-29T01:00+01:00"), micros("2026-03-29T05:00+02:00"))
        assert [(local(each, windows)[0][11:16], each.length // HOUR) for each in spring] == [
            ("01:00", 1),
            ("03:00", 1),
            ("04:00", 1),
        ]
        autumn = windows.touching(micros("2026-10-25T01:00+02:00"), micros("2026-10-25T04:00+01:00"))
        assert [(local(each, windows)[0][11:16], each.length // HOUR) for each in autumn] == [
            ("01:00", 1),
            ("02:00", 2),
            ("03:00", 1),
        ]

    def test_windows_that_touch_a_span_are_whole_and_in_order(self) -> None:
        windows = calendar("month", 1, "2026-01-01")
        start, end = micros("2026-01-31T23:59+07:00"), micros("2026-03-01T00:00+07:00")
        assert [local(each, windows)[0][:7] for each in windows.touching(start, end)] == [
            "2026-01",
            "2026-02",
        ]
        assert [local(each, windows)[0][:7] for each in windows.touching(start, end + 1)] == [
            "2026-01",
            "2026-02",
            "2026-03",
        ]
        assert list(windows.touching(end, end)) == []

    def test_a_limit_at_a_windows_end_belongs_to_the_next(self) -> None:
        windows = calendar("month", 1, "2026-01-01")
        february = micros("2026-02-01T00:00+07:00")
        assert windows.first_ending_after(february).start == february
        assert windows.first_ending_after(february - 1).end == february

    def test_default_anchors(self) -> None:
        assert default_anchor("week").weekday() == 0
        assert {default_anchor(unit) for unit in ("day", "month", "quarter", "year")} == {
            datetime(1970, 1, 1)
        }


class TestRolling:
    @pytest.mark.parametrize(
        ("duration", "step"),
        [
            (MINUTE, MINUTE),
            (HOUR, MINUTE),
            (61 * MINUTE, 2 * MINUTE),
            (2 * HOUR, 2 * MINUTE),
            (DAY, 24 * MINUTE),
            (30 * DAY, 12 * HOUR),
        ],
    )
    def test_the_default_step_is_a_sixtieth_in_whole_minutes_rounded_up(
        self, duration: int, step: int
    ) -> None:
        assert default_step(duration) == step

    def test_steps_are_multiples_since_1970_whatever_the_zone(self) -> None:
        windows = RollingWindows(30 * DAY, 12 * HOUR)
        noon = micros("2026-11-24T12:00+00:00")
        ends = [each.end for each in islice(windows.ending_after(noon - 1), 3)]
        assert ends == [noon, noon + 12 * HOUR, noon + 24 * HOUR]
        assert next(windows.ending_after(noon)).end == noon + 12 * HOUR

    def test_thirty_days_are_thirty_times_24_hours_across_a_jump(self) -> None:
        windows = RollingWindows(30 * DAY, HOUR)
        found = windows.ending_at(micros("2026-11-01T00:00+01:00"))
        assert from_micros(found.start).astimezone(ZoneInfo("Europe/Amsterdam")).hour == 1

    def test_the_start_of_a_rolling_window_counts_and_its_end_does_not(self) -> None:
        windows = RollingWindows(HOUR, HOUR)
        assert [each.start for each in windows.touching(HOUR, HOUR + 1)] == [HOUR]
        assert [each.start for each in windows.touching(HOUR - 1, HOUR)] == [0]


class TestMidnight:
    @pytest.mark.parametrize(
        ("instant", "zone", "expected"),
        [
            ("2026-11-24T00:00+07:00", "Asia/Bangkok", "2026-11-24T00:00+07:00"),
            ("2026-11-24T00:01+07:00", "Asia/Bangkok", "2026-11-25T00:00+07:00"),
            ("2026-10-25T12:00+01:00", "Europe/Amsterdam", "2026-10-26T00:00+01:00"),
            ("2026-03-28T12:00+01:00", "Europe/Amsterdam", "2026-03-29T00:00+01:00"),
            ("2026-03-29T12:00+02:00", "Europe/Amsterdam", "2026-03-30T00:00+02:00"),
            # There the clock jumped from 24 o'clock to 1 o'clock.
            ("2018-11-03T12:00-03:00", "America/Sao_Paulo", "2018-11-04T01:00-02:00"),
        ],
    )
    def test_the_next_local_midnight(self, instant: str, zone: str, expected: str) -> None:
        found = next_local_midnight(micros(instant), ZoneInfo(zone))
        assert from_micros(found) == datetime.fromisoformat(expected).astimezone(UTC)
