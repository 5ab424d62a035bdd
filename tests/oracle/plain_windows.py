"""Windows by walking: the local starts one unit after the other, and the instant of each by looking it up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def micros(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """When the wall clock shows ``local``: the first time; where it never does, as if it had not jumped."""
    naive_utc = local.replace(tzinfo=UTC)
    offsets = set()
    for hours in range(-30, 31):
        offset = (naive_utc + timedelta(hours=hours)).astimezone(zone).utcoffset()
        assert offset is not None
        offsets.add(offset)
    shown = [
        naive_utc - offset
        for offset in offsets
        if (naive_utc - offset).astimezone(zone).replace(tzinfo=None) == local
    ]
    if shown:
        return min(shown)
    before = (naive_utc - timedelta(hours=30)).astimezone(zone).utcoffset()
    assert before is not None
    return naive_utc - before


def last_day(year: int, month: int) -> int:
    day = date(year, month, 28)
    while (day + timedelta(days=1)).month == month:
        day += timedelta(days=1)
    return day.day


def month_later(year: int, month: int, step: int) -> tuple[int, int]:
    month += step
    if month == 13:
        return year + 1, 1
    if month == 0:
        return year - 1, 12
    return year, month


def local_starts(unit: str, count: int, anchor: datetime, k_from: int, k_to: int) -> Iterator[datetime]:
    """The wall-clock starts of windows k_from..k_to, each reckoned from the anchor by walking from it."""
    for k in range(k_from, k_to + 1):
        direction = 1 if k >= 0 else -1
        if unit in MONTHS:
            year, month = anchor.year, anchor.month
            for _ in range(abs(k) * count * MONTHS[unit]):
                year, month = month_later(year, month, direction)
            yield anchor.replace(year=year, month=month, day=min(anchor.day, last_day(year, month)))
        else:
            unit_length = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
            local = anchor
            for _ in range(abs(k) * count):
                local += unit_length[unit] * direction
            yield local


def calendar_windows(
    unit: str, count: int, anchor: datetime, zone: ZoneInfo, k_from: int, k_to: int
) -> list[tuple[int, int]]:
    """[start, end) in µs of windows k_from..k_to-1, without those that have no instant in them."""
    starts = [micros(instant_of(each, zone)) for each in local_starts(unit, count, anchor, k_from, k_to)]
    return [(a, b) for a, b in pairwise(starts) if a < b]


def rolling_windows(duration: int, step: int, first: int, last: int) -> list[tuple[int, int]]:
    """The windows whose end lies in (first, last], found by trying every minute since 1970."""
    minute = 60_000_000
    ends = [m * minute for m in range(first // minute, last // minute + 1) if (m * minute) % step == 0]
    return [(end - duration, end) for end in ends if first < end <= last]
