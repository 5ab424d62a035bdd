"""Wire models of working calendars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, WithJsonSchema

from services.registry.schemas import Name, NameText, Version
from services.registry.working_hours import FIRST_YEAR, LAST_YEAR, countries
from shared.http import CodeText, Text, Wire

_ZONES = frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def _zone(text: str) -> str:
    if text not in _ZONES:
        raise ValueError("not an IANA time zone such as Asia/Bangkok")
    return text


def _day(given: Any) -> date:
    if not isinstance(given, str) or len(given) != 10:
        raise ValueError("not a date such as 2026-04-13")
    try:
        found = date.fromisoformat(given)
    except ValueError:
        raise ValueError("not a date that exists, such as 2026-04-13") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _country(text: str) -> str:
    if text not in countries():
        raise ValueError("no country set has this code (ISO 3166-1 alpha-2, such as TH)")
    return text


Zone = Annotated[str, Field(max_length=64, examples=["Asia/Bangkok"]), AfterValidator(_zone)]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-04-13"]}),
]
Opening = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:30"])]
Closing = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["16:30"])]
Span = tuple[Opening, Closing]
Hours = Annotated[list[Span], Field(max_length=48)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Year = Annotated[StrictInt, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class Years(Wire):
    """The years for which a country's holidays are written out; both count."""

    from_: Year = Field(alias="from")
    to: Year


class Addition(Wire):
    """A holiday that the country's set has not."""

    date: Day
    name: Name


class HalfDayIn(Wire):
    """A date with hours of its own, also where it is a holiday or its weekday is closed."""

    date: Day
    hours: Hours
    name: Name | None = None


class HolidaysIn(Wire):
    """A country's set (`country` with `years`, at most 50 of them) and what this agency changes of it."""

    country: Annotated[str, AfterValidator(_country), Field(examples=["TH"])] | None = None
    subdivision: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    years: Years | None = None
    add: Annotated[list[Addition], Field(max_length=2000)] = []
    remove: Annotated[list[Day], Field(max_length=2000)] = []


class CalendarVersionIn(Wire):
    """What a version says, whole. `weekly`: a weekday that is left out is closed."""

    name: Name
    time_zone: Zone
    weekly: dict[Weekday, Hours]
    holidays: HolidaysIn = HolidaysIn()
    half_days: Annotated[list[HalfDayIn], Field(max_length=2000)] = []


class CalendarIn(CalendarVersionIn):
    """`effective_from`: left out, the first version counts always."""

    code: CodeText
    owner: CodeText
    effective_from: Day | None = None


class NextVersionIn(CalendarVersionIn):
    """Judges journeys that start on `effective_from` or later. One for the past says so, and why."""

    effective_from: Day
    retroactive: StrictBool = False
    reason: Text | None = None


class HolidayOut(Wire):
    date: str
    name: NameText


class HalfDayOut(Wire):
    date: str
    hours: list[tuple[str, str]]
    name: NameText | None


class CalendarOut(Wire):
    """One version, with every holiday as a date. `years`: those of the country's set are written out."""

    code: str
    owner: str
    name: NameText
    version: Version
    time_zone: str
    weekly: dict[Weekday, list[tuple[str, str]]]
    country: str | None
    years: Years | None
    holidays: list[HolidayOut]
    half_days: list[HalfDayOut]
    effective_from: str | None
    retroactive: bool
    reason: str | None
    published_at: datetime
