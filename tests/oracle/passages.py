"""Worlds of journeys: working calendars, limits in the four ways, cases that hurry, dawdle and get lost."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.evaluation import engine
from tests.evaluation.test_calendars import WEEK, office
from tests.oracle import worlds
from tests.oracle.plain_facts import MINUTE, Passed
from tests.oracle.plain_passages import instant
from tests.oracle.plain_working_time import Plain
from tests.oracle.worlds import HOUR, LONG_GRACE, PROVINCES, SHARES, Made, lengths

FIVE = 5 * MINUTE
ELAPSED = ("PT5H", "PT24H", "P2D", "PT90M")
WORKED = ("PT30M", "PT4H", "PT8H", "PT10H")
DAYS: tuple[dict[str, Any], ...] = (
    {"working_days": 1},
    {"working_days": 0},
    {"working_days": 2, "by": "date"},
    {"calendar_days": 1},
    {"calendar_days": 2, "roll": True},
)
HOURS = (("08:30", "12:00"), ("13:00", "16:30")), (("09:00", "17:00"),), (("08:00", "12:00"),)


def passing(chance: Random) -> Made:
    """A world of journeys under one or two revisions, by a calendar of one or two versions."""
    made = worlds.begin(chance, units=("day", "week", "month"))
    where = {
        "from": {
            "step": chance.choice(("*", "t01")),
            "occurrence": chance.choice(("first", "first", "last")),
            "edge": chance.choice(("any", "start")),
        },
        "to": {"step": "t05", "occurrence": chance.choice(("first", "last")), "edge": "end"},
    }
    clock = chance.choice(("elapsed", "working"))
    found = {"kind": "duration", **where, "clock": clock, "labels": {"province": list(PROVINCES)}}
    worlds.indicators(made, passage=found)
    calendars(chance, made)
    plans = []
    if chance.randrange(4) == 0:
        frequency = chance.choice(lengths(made))
        plans = [{"indicator": "passage", "source": "source", "frequency": frequency}]
    codes = ["one", "two"][: chance.choice((1, 2))]
    old = [promise(chance, made, code, clock, bool(plans)) for code in codes]
    new = None
    if chance.randrange(3) == 0:
        new = [promise(chance, made, code, clock, bool(plans)) for code in codes]
    worlds.agree(chance, made, old, new, plans=plans, calendar="office")
    cases = [f"c{number}" for number in range(chance.randrange(1, 6))]
    scoped = all(one["scope"] for one in old + (new or []))
    worlds.left_out(chance, made, codes, scoped, cases)
    for name in cases:
        add_case(chance, made, name)
    if chance.randrange(3) == 0:
        worlds.add_reports(chance, made, most=3)
    return made


def calendars(chance: Random, made: Made) -> None:
    """The office's hours; perhaps other ones from a day of the world on."""
    first = instant(made.start).astimezone(made.zone).date()
    last = instant(made.end).astimezone(made.zone).date()
    since: date | None = None
    for version in range(1, chance.choice((2, 3))):
        days = [day for day in WEEK if chance.randrange(8)] or [*WEEK]
        weekly = {day: chance.choice(HOURS) for day in days}
        holidays = {first + timedelta(days=chance.randrange(8)) for _ in range(chance.randrange(3))}
        told: dict[str, Any] = {
            "time_zone": made.zone.key,
            "weekly": weekly,
            "holidays": [{"date": str(day), "name": {"en": "Holiday"}} for day in sorted(holidays)],
        }
        made.control.append(office(version, None if since is None else str(since), **told))
        names = [*WEEK, "saturday", "sunday"]
        hours = [[_minutes(span) for span in weekly.get(name, ())] for name in names]
        made.world.calendars.append((since, Plain(made.zone, hours, frozenset(holidays), {})))
        since = first + timedelta(days=chance.randrange((last - first).days + 1))


def _minutes(span: tuple[str, str]) -> tuple[int, int]:
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in span)
    return first, last


def promise(chance: Random, made: Made, code: str, clock: str, planned: bool) -> dict[str, Any]:
    more: dict[str, Any] = {
        "window": made.window,
        "minimum_total": chance.choice((1, 1, 2)),
        "scope": ["province"] if chance.randrange(3) == 0 else [],
        "grace": LONG_GRACE,
    }
    if more["scope"]:
        more["scope_at"] = chance.choice(("start", "end"))
    if planned and chance.randrange(2):
        more["coverage_floor"] = chance.choice(("0.25", "0.5"))
    if chance.randrange(5) == 0:
        more["aggregation"] = chance.choice(("mean", "sum", "minimum", "maximum", "count"))
        more["target"] = "2" if more["aggregation"] == "count" else chance.choice(("PT4H", "P1D", "14400"))
        return engine.objective(
            code, "passage", comparator=chance.choice(("<=", "<", ">=")), count_at="completion", **more
        )
    value = chance.choice((*DAYS, *(WORKED if clock == "working" else ELAPSED)))
    by_date = isinstance(value, dict) and ("calendar_days" in value or "by" in value)
    more |= {
        "good": {"comparator": "<=" if by_date else chance.choice(("<=", "<=", "<")), "value": value},
        "count_at": chance.choice(("completion", "completion", "start", "deadline")),
        "overdue": chance.choice(("counted", "listed")),
        "comparator": chance.choice((">=", ">")),
        "target": chance.choice(SHARES),
    }
    if chance.randrange(6) == 0:
        cut = {"length": chance.choice(lengths(made)), "empty": "ignored", "target": "0.5"}
        more |= {"budgeting": "timeslices", "slice": cut}
    return engine.objective(code, "passage", **more)


def add_case(chance: Random, made: Made, name: str) -> None:
    """One journey, in one batch or two; some have false ends that are voided."""
    begun = worlds.moment(chance, made) // FIVE * FIVE
    begun = max(begun, -(-made.start // FIVE) * FIVE)
    province = chance.choice(PROVINCES)
    moves = chance.choice((0, 0, 0, 1))

    def event(step: str, edge: str, at: int) -> Passed:
        label = chance.choice(PROVINCES) if moves and step != "t01" else province
        return Passed(name, step, edge, at, {"province": label}, "source", "")

    events = [event("t01", chance.choice(("start", "point")), begun)]
    at = begun
    for _ in range(chance.choice((0, 0, 1, 2))):
        at += chance.randrange(1, 100) * FIVE
        events.append(event(chance.choice(("t01", "t03")), chance.choice(("start", "end", "point")), at))
    for _ in range(chance.choice((0, 1, 1, 1, 2))):
        # At the limit, beside it, on another day, or before anything began.
        took = chance.choice((90 * MINUTE, 5 * HOUR, 24 * HOUR, 48 * HOUR, 8 * HOUR, -HOUR))
        took += chance.choice((-FIVE, 0, 0, FIVE, chance.randrange(600) * FIVE))
        if all(one.at != begun + took for one in events):
            events.append(event("t05", chance.choice(("end", "point")), begun + took))
    if chance.randrange(10) == 0:
        events.pop(0)
    if not events:
        return
    chance.shuffle(events)
    half = chance.randrange(len(events) + 1)
    for number, part in enumerate((events[:half], events[half:])):
        if part:
            made.batches.append(worlds.journey_batch(f"{name}-{number}", part))
            made.world.events += part
    if chance.randrange(6) == 0:
        false = event("t05", "end", begun + chance.randrange(1, 900) * FIVE + MINUTE)
        made.wrong.append(worlds.journey_batch(f"{name}-wrong", [false]))
