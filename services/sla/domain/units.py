"""Reading the small things a document is written in: durations, instants, limits of numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from zoneinfo import available_timezones

from services.sla.domain.canonical import WIDE
from shared.clock import MINUTE, SECOND, to_micros

DAY = 86_400 * SECOND
LARGEST = Decimal(9_000_000_000)
DECIMALS = 6
FIRST_YEAR, LAST_YEAR = 1970, 2199

_DURATION = re.compile(
    r"P(?:(\d{1,6})W|(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?)", re.ASCII
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?", re.ASCII)
_ANCHOR = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?", re.ASCII)


def duration_micros(text: str) -> int:
    """Microseconds of a duration of fixed length (`P3D` is 3 x 24 hours). ValueError says what is wrong."""
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        if re.fullmatch(r"P(?=\d+[YM])(\d+Y)?(\d+M)?.*", text):
            raise ValueError("years and months have no fixed length; write days (`P30D`)")
        raise ValueError("is not a duration such as `P3D`, `PT4H` or `P2W` (ISO 8601, whole seconds)")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = (weeks * 7 + days) * 86_400 + hours * 3600 + minutes * 60 + seconds
    return total * SECOND


def minutes_text(minutes: int) -> str:
    """A duration of whole minutes as a document writes it: 720 -> PT12H."""
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    time = "".join((f"{hours}H" if hours else "", f"{left}M" if left else ""))
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "") if minutes else "PT0S"


def whole_minutes(micros: int) -> bool:
    return micros % MINUTE == 0


def read_instant(text: str) -> datetime:
    """An RFC 3339 time with its offset, in UTC. ValueError says what is wrong."""
    if not _INSTANT.fullmatch(text):
        raise ValueError("is not a time with an offset such as `2026-11-01T00:00:00+07:00` (RFC 3339)")
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise ValueError(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except ValueError as error:
        raise ValueError(f"is not a time that exists: {error}") from None


def read_number(value: str | int | Decimal) -> Decimal:
    """An exact number, |x| <= 9·10^9, at most 6 decimals. ValueError says what is wrong."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError('is not a number such as "0.95"')
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError('is not a number such as "0.95"') from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(f"a number here is at most {LARGEST}")
    number = number.normalize(WIDE)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS:
        raise ValueError(f"a number here has at most {DECIMALS} decimals")
    return number


def read_amount(text: str) -> Decimal:
    """A stored number, or the seconds of a stored duration. ValueError: it is neither."""
    return Decimal(duration_micros(text)) / SECOND if text.startswith("P") else read_number(text)


def read_anchor(text: str) -> datetime:
    """A window's anchor: a date or a local date-time of whole minutes, without offset."""
    if not _ANCHOR.fullmatch(text):
        raise ValueError("is not a date (`2026-01-16`) or a local date-time (`2026-01-16T08:30`)")
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            anchor = datetime(day.year, day.month, day.day)
        else:
            anchor = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"is not a date that exists: {error}") from None
    if anchor.second:
        raise ValueError("windows start at whole minutes")
    if not FIRST_YEAR <= anchor.year <= LAST_YEAR:
        raise ValueError(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return anchor


@cache
def time_zones() -> frozenset[str]:
    """The IANA names."""
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def at_whole_minute(instant: datetime) -> bool:
    return whole_minutes(to_micros(instant))


def next_whole_minute(instant: datetime) -> datetime:
    """The instant itself when it is a whole minute, else the next one."""
    rest = to_micros(instant) % MINUTE
    return instant + timedelta(microseconds=(MINUTE - rest) % MINUTE)
