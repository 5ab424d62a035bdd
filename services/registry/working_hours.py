"""What a working calendar's version says, written out: every holiday as a date, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from shared.errors import Fault

if TYPE_CHECKING:
    from services.registry.schemas.calendars import CalendarVersionIn, HolidaysIn

FIRST_YEAR, LAST_YEAR = 1970, 2199
MOST_YEARS = 50
LEAST_WEEKLY = 60
"""Minutes of work a week. Deadlines in working time would lie centuries away without such a floor."""

Words = dict[str, str]


@cache
def countries() -> Mapping[str, list[str]]:
    """ISO 3166-1 alpha-2 code -> subdivisions that have holidays of their own."""
    import holidays  # thirty modules that only this and the dates need

    found = holidays.list_supported_countries(include_aliases=True)
    return {code: names for code, names in found.items() if len(code) == 2}


def faults_of(body: CalendarVersionIn) -> list[Fault]:
    """What is wrong with a version, whatever came before it."""
    faults = [*_weekly_faults(body.weekly), *_holiday_faults(body.holidays)]
    days = [one.date for one in body.half_days]
    for index, one in enumerate(body.half_days):
        place = f"/half_days/{index}"
        if days.index(one.date) != index:
            faults.append(Fault(f"{place}/date", f"{one.date} stands twice"))
        if not one.hours:
            faults.append(Fault(f"{place}/hours", "say when it is worked; a date without hours is a holiday"))
        faults += _span_faults(one.hours, f"{place}/hours")
    return faults


def _weekly_faults(weekly: Mapping[Any, list[tuple[str, str]]]) -> Iterator[Fault]:
    worked = 0
    for name, hours in weekly.items():
        yield from _span_faults(hours, f"/weekly/{name}")
        worked += sum(_minutes(close) - _minutes(open_) for open_, close in hours)
    if worked < LEAST_WEEKLY:
        yield Fault("/weekly", "a calendar needs working hours: an hour a week at least")


def _span_faults(hours: list[tuple[str, str]], place: str) -> Iterator[Fault]:
    for index, (open_, close) in enumerate(hours):
        if close <= open_:
            yield Fault(
                f"{place}/{index}",
                f"closes at {close}, not after it opens; a night is two spans, to 24:00 and from 00:00",
            )
    for index, (before, after) in enumerate(pairwise(hours), start=1):
        if after[0] < before[1]:
            yield Fault(f"{place}/{index}", "spans stand in the order of the day and do not overlap")


def _holiday_faults(body: HolidaysIn) -> Iterator[Fault]:
    if body.country is None:
        for name in ("years", "subdivision"):
            if getattr(body, name) is not None:
                yield Fault(f"/holidays/{name}", "belongs to a country's set: say its `country`")
    elif body.years is None:
        yield Fault("/holidays/years", 'say for which years: {"from": 2026, "to": 2030}')
    elif body.years.to < body.years.from_:
        yield Fault("/holidays/years/to", "must not be before `from`")
    elif body.years.to - body.years.from_ >= MOST_YEARS:
        yield Fault("/holidays/years", f"at most {MOST_YEARS} years")
    elif body.subdivision is not None and body.subdivision not in countries()[body.country]:
        known = ", ".join(countries()[body.country]) or "none"
        yield Fault("/holidays/subdivision", f"not one of {body.country}: {known}")
    else:
        known_days = country_holidays(body)
        for index, day in enumerate(body.remove):
            if day not in known_days:
                yield Fault(f"/holidays/remove/{index}", f"{day} is no holiday of the set")
    if body.country is None and body.remove:
        yield Fault("/holidays/remove", "takes dates out of a country's set: say its `country`")
    added = [one.date for one in body.add]
    for index, one in enumerate(body.add):
        if added.index(one.date) != index:
            yield Fault(f"/holidays/add/{index}/date", f"{one.date} stands twice")


def country_holidays(body: HolidaysIn) -> dict[date, Words]:
    """The country's holidays in the years that are written out, with names in both languages if known."""
    if body.country is None or body.years is None:
        return {}
    import holidays

    years = range(body.years.from_, body.years.to + 1)
    default = holidays.country_holidays(body.country)
    spoken = default.supported_languages
    found: dict[date, Words] = {}
    for language, code in (("en", "en_US"), ("th", "th")):
        if code not in spoken and language == "th":
            continue
        chosen = code if code in spoken else default.default_language
        days = holidays.country_holidays(body.country, subdiv=body.subdivision, years=years, language=chosen)
        for day, name in days.items():
            if day.year in years:
                found.setdefault(day, {})[language] = name
    return found


def written_out(body: CalendarVersionIn) -> dict[str, Any]:
    """Name, zone, hours and every date: what the event tells, without code, owner and number."""
    days = country_holidays(body.holidays)
    for gone in body.holidays.remove:
        del days[gone]
    days.update({one.date: one.name.text() for one in body.holidays.add})
    years = body.holidays.years
    return {
        "name": body.name.text(),
        "time_zone": body.time_zone,
        "weekly": {name: list(hours) for name, hours in sorted(body.weekly.items()) if hours},
        "country": body.holidays.country,
        "years": None if years is None else (years.from_, years.to),
        "holidays": [{"date": day.isoformat(), "name": days[day]} for day in sorted(days)],
        "half_days": [
            {
                "date": one.date.isoformat(),
                "hours": one.hours,
                "name": None if one.name is None else one.name.text(),
            }
            for one in sorted(body.half_days, key=lambda one: one.date)
        ],
    }


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
