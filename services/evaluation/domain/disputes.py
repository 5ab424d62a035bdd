"""Disputes of a breach: how long they are open, and what their answers come to (SEMANTICS, People's rules).

Nobody decides alone: it is upheld only when every other party upholds it, and stays open until all of them
have answered or its time is over, so that no one's answer closes it for the others. What it is then is
computed from the answers and the instant, never flipped by a timer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.clock import from_micros, to_micros

WORKING_DAYS = 15

OPEN, UPHELD, DECLINED, NOTED, EXPIRED = "open", "upheld", "declined", "noted", "expired"
UPHOLD, DECLINE, NOTE = "uphold", "decline", "note"

SATURDAY = 5


def monday_to_friday(day: date) -> bool:
    """The working days of an agreement without a calendar."""
    return day.weekday() < SATURDAY


def due_at(
    opened: int,
    zone: ZoneInfo,
    is_working: Callable[[date], bool] = monday_to_friday,
    days: int = WORKING_DAYS,
) -> int:
    """The end of the last of the working days that follow the day on which a dispute was opened."""
    day = from_micros(opened).astimezone(zone).date()
    while days:
        day += timedelta(days=1)
        days -= is_working(day)
    return to_micros(datetime.combine(day + timedelta(days=1), time(), zone))


def state(answers: Mapping[str, str], others: Iterable[str], due: int, now: int) -> str:
    """What a dispute has come to: ``answers`` by agency, ``others``: who has to answer."""
    asked = set(others)
    given = {agency: answer for agency, answer in answers.items() if agency in asked}
    if set(given) != asked and now < due:
        return OPEN
    said = set(given.values())
    if DECLINE in said:
        return DECLINED
    if not said:
        return EXPIRED
    return UPHELD if said == {UPHOLD} and set(given) == asked else NOTED
