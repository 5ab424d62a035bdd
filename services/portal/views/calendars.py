"""Working calendars: hours of the week, holidays by year, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.words import Agencies, Moment, Reader, Said, moment

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Day:
    name: Phrase
    hours: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A holiday, or a day with hours of its own."""

    day: Phrase
    date: str
    machine: str
    name: Said
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    heading: Phrase
    days: tuple[Dated, ...]
    current: bool


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    href: str
    starts: str
    published: Moment | None
    retroactive: bool
    reason: str | None
    shown: bool


@dataclass(frozen=True, slots=True)
class CalendarPage:
    code: str
    name: Said
    owner: Said
    contact: Mapping[str, Any] | None
    number: int
    zone: str
    week: tuple[Day, ...]
    years: tuple[Year, ...]
    written_out: Phrase | None
    half_days: tuple[Dated, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    code: str
    name: Said
    owner: Said
    number: int


def listed(reader: Reader, found: Sequence[Mapping[str, Any]], agencies: Agencies) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            each["code"],
            reader.said(each["name"], each["code"]),
            agencies.name(each["owner"]),
            each["version"],
        )
        for each in found
    )


def calendar_page(
    reader: Reader,
    found: Mapping[str, Any],
    versions: Sequence[Mapping[str, Any]],
    agencies: Agencies,
    today: date,
) -> CalendarPage:
    """``found``: the version that is shown."""
    years = found["years"]
    return CalendarPage(
        code=found["code"],
        name=reader.said(found["name"], found["code"]),
        owner=agencies.name(found["owner"]),
        contact=agencies.contact(found["owner"]),
        number=found["version"],
        zone=found["time_zone"],
        week=tuple(Day(getattr(reader.t, name), _hours(reader, found["weekly"].get(name))) for name in DAYS),
        years=_years(reader, found["holidays"], today),
        written_out=None
        if years is None
        else reader.t.written_out(year=dates.year(years["to"], reader.lang)),
        half_days=tuple(_dated(reader, each, _hours(reader, each["hours"])) for each in found["half_days"]),
        versions=tuple(_version(reader, each, found["version"]) for each in versions),
    )


def _hours(reader: Reader, spans: Sequence[Sequence[str]] | None) -> str:
    """08.30–12.00 น., 13.00–16.30 น.; 08:30–12:00, 13:00–16:30."""
    if not spans:
        return reader.t.closed_day.plain
    if reader.lang == "en":
        return ", ".join(f"{begin}–{end}" for begin, end in spans)
    return ", ".join(f"{begin}–{end} น.".replace(":", ".").replace(" ", "\u00a0") for begin, end in spans)


def _dated(reader: Reader, each: Mapping[str, Any], hours: str = "") -> Dated:
    when = date.fromisoformat(each["date"])
    return Dated(
        day=getattr(reader.t, DAYS[when.weekday()]),
        date=dates.day(when, reader.lang),
        machine=each["date"],
        name=reader.said(each["name"]),
        hours=hours,
    )


def _years(reader: Reader, holidays: Sequence[Mapping[str, Any]], today: date) -> tuple[Year, ...]:
    by_year: dict[int, list[Mapping[str, Any]]] = {}
    for each in holidays:
        by_year.setdefault(int(each["date"][:4]), []).append(each)
    return tuple(
        Year(
            reader.t.holidays_of_year(year=dates.year(number, reader.lang), n=len(days)),
            tuple(_dated(reader, each) for each in sorted(days, key=lambda each: str(each["date"]))),
            number == today.year,
        )
        for number, days in sorted(by_year.items())
    )


def _version(reader: Reader, each: Mapping[str, Any], shown: int) -> Version:
    zone: tzinfo = dates.zone_of(each["time_zone"])
    starts = each["effective_from"]
    return Version(
        number=each["version"],
        href=f"/app/calendars/{each['code']}?version={each['version']}",
        starts=reader.t.from_the_start.plain
        if starts is None
        else dates.day(date.fromisoformat(starts), reader.lang),
        published=moment(reader, each["published_at"], zone),
        retroactive=each["retroactive"],
        reason=each["reason"],
        shown=each["version"] == shown,
    )
