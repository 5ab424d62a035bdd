"""Limits of a journey's time, in the four ways they are written, and the calendar that some of them need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.sla.domain.units import duration_micros
from shared.clock import SECOND
from shared.errors import Fault

MOST_DAYS = 3660
MOST_WORKING = 2000 * 3600 * SECOND
"""About a year of office hours. Beyond it, count in working days."""
COUNTED_BY = ("clock", "date")


def completed(value: Any) -> Any:
    """A limit with its defaults spelled out."""
    if not isinstance(value, Mapping):
        return value
    if "working_days" in value:
        return {"by": "clock", **value}
    return {"roll": False, **value}


def faults_of(
    objective: Mapping[str, Any], place: str, *, calendar: str | None, indicator: Mapping[str, Any] | None
) -> Iterator[Fault]:
    """What is wrong with the limit of an objective on journeys; ``calendar``: the agreement's."""
    yield from _pause_faults(objective, place, indicator)
    if indicator is None or indicator["kind"] != "duration":
        return
    working = indicator.get("clock") == "working"
    if working and calendar is None:
        yield Fault(
            "/calendar", f"{indicator['code']} is measured in working time: say by which working calendar"
        )
    good = objective.get("good")
    if good is None:
        return
    if good["comparator"] not in ("<", "<="):
        yield Fault(
            f"{place}/good/comparator",
            "a journey that is still open past a lower limit has kept it, yet would count as overdue; "
            "write `<` or `<=`, and count the quick ones with a target from above",
        )
    value = good["value"]
    place = f"{place}/good/value"
    if not isinstance(value, Mapping):
        yield from _duration_faults(value, place, working)
        return
    yield from _days_faults(value, place)
    if good["comparator"] == "<" and ("calendar_days" in value or value.get("by") == "date"):
        yield Fault(place, "days by their dates end with a date: write `<=`")
    if calendar is None and not working and ("working_days" in value or value.get("roll")):
        yield Fault("/calendar", f"{place} counts working days: say by which working calendar")


def _pause_faults(
    objective: Mapping[str, Any], place: str, indicator: Mapping[str, Any] | None
) -> Iterator[Fault]:
    """`pauses`: the reasons for which a journey's clock may stand still."""
    pauses = objective.get("pauses") or []
    if pauses and indicator is not None and indicator["kind"] != "duration":
        yield Fault(f"{place}/pauses", f"only journeys pause; {indicator['code']} is a {indicator['kind']}")
    for index, reason in enumerate(pauses):
        if reason in pauses[:index]:
            yield Fault(f"{place}/pauses/{index}", f"{reason} stands twice")


def _duration_faults(value: str, place: str, working: bool) -> Iterator[Fault]:
    try:
        micros = duration_micros(value)
    except ValueError as error:
        yield Fault(place, f"{value!r} {error}")
        return
    if working and ("D" in value or "W" in value):
        yield Fault(
            place,
            "a day of working time has no fixed length: write hours (`PT24H`), "
            'or {"working_days": 3} or {"calendar_days": 3}',
        )
    elif working and micros > MOST_WORKING:
        yield Fault(place, f"at most {MOST_WORKING // (3600 * SECOND)} working hours; write working days")
    if micros <= 0 and not working:
        yield Fault(place, "a limit is longer than zero")


def _days_faults(value: Mapping[str, Any], place: str) -> Iterator[Fault]:
    name = "working_days" if "working_days" in value else "calendar_days"
    days = value[name]
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
        yield Fault(f"{place}/{name}", f"a whole number of days, 0 to {MOST_DAYS}")
    if "roll" in value and not isinstance(value["roll"], bool):
        yield Fault(f"{place}/roll", "true: a last day that is not worked moves to the next one that is")
    if "by" in value and value["by"] not in COUNTED_BY:
        yield Fault(f"{place}/by", f"one of: {', '.join(COUNTED_BY)}")
