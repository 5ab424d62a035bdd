"""The form of a what-if: what was typed, what is wrong with it, and the request that it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.objective import ObjectiveWords, scope_text

UNITS = ("hour", "day", "week", "month", "quarter", "half_year", "year")
PERIODS = 3
"""Periods to leave out that the form has room for."""
BACK = timedelta(days=366)
FIELDS = (
    "target",
    "bound",
    "window",
    "from",
    "to",
    "group",
    *(f"{name}{n}" for n in range(1, PERIODS + 1) for name in ("out_from", "out_to")),
)
_BOUND = re.compile(r"P(?:(?P<d>\d+)D|T(?:(?P<h>\d+)H|(?P<min>\d+)M|(?P<s>\d+)S))")


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit that is one number of one unit, so that another number can be typed for it."""

    number: str
    unit: str
    written: str
    """`days` of a named kind, a `duration`, or a plain `number`."""

    def value(self, number: str) -> Any:
        match self.written:
            case "days":
                return {self.unit: int(number)}
            case "duration":
                return f"P{number}D" if self.unit == "d" else f"PT{number}{self.unit[0].upper()}"
        return number

    @property
    def whole(self) -> bool:
        return self.written != "number"


def bound_of(words: ObjectiveWords) -> Bound | None:
    good = words.document.get("good")
    if good is None:
        return None
    value = good["value"]
    if isinstance(value, Mapping):
        name = next((each for each in ("working_days", "calendar_days") if each in value), None)
        # One that also says when the day ends is more than a number.
        return Bound(str(value[name]), name, "days") if name is not None and len(value) == 1 else None
    found = _BOUND.fullmatch(value)
    if found is not None:
        unit, number = next((name, text) for name, text in found.groupdict().items() if text)
        return Bound(number, unit, "duration")
    if value.startswith("P"):
        return None
    return Bound(value, str((words.indicator or {}).get("unit") or ""), "number")


@dataclass(frozen=True)
class Asked:
    """``typed``: the fields as they came; ``faults``: (field, what is wrong)."""

    typed: Mapping[str, str]
    faults: tuple[tuple[str, Phrase], ...]
    body: Mapping[str, Any]
    target: str
    """What is supposed, in the terms of the agreement."""


class Reading:
    """Reads the fields of the form; collects what is wrong."""

    def __init__(self, words: ObjectiveWords, typed: Mapping[str, str], now: datetime) -> None:
        self.words = words
        self.typed = typed
        self.now = now
        self.faults: list[tuple[str, Phrase]] = []
        self.example = dates.written_day(now.astimezone(words.zone).date(), words.reader.lang)

    def fault(self, field: str, said: Phrase) -> None:
        self.faults.append((field, said))

    def number(self, field: str, *, whole: bool = False) -> str | None:
        """What was typed as an exact number; None: nothing, or no number."""
        given = self.typed[field].strip()
        if not given:
            return None
        try:
            value = Decimal(given.replace(",", "").replace(numbers.MINUS, "-").removesuffix("%"))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) > 9_000_000_000 or (whole and value % 1):
            self.fault(field, self.words.reader.t.not_a_number(given=given[:40]))
            return None
        return f"{value.normalize():f}"

    def target(self) -> str | None:
        given = self.number("target")
        if given is None or not self.words.share:
            return given
        share = Decimal(given) / 100
        if not 0 <= share <= 1:
            self.fault("target", self.words.reader.t.not_a_share(given=self.typed["target"][:40]))
            return None
        return f"{share.normalize():f}"

    def day(self, field: str) -> date | None:
        given = self.typed[field].strip()
        if not given:
            return None
        found = dates.read_day(given)
        if found is None:
            said = self.words.reader.t.not_a_date(example=self.example, given=given[:40])
            self.fault(field, said)
        return found

    def period(self, first: str, last: str) -> tuple[date | None, date | None]:
        """Both days count. A day that is wrong was told already."""
        begin, end = self.day(first), self.day(last)
        if begin is not None and end is not None and end < begin:
            self.fault(last, self.words.reader.t.ends_before)
            return begin, None
        return begin, end

    def midnight(self, when: date) -> str:
        return datetime(when.year, when.month, when.day, tzinfo=self.words.zone).isoformat()


def read_form(
    words: ObjectiveWords,
    agreement: str,
    given: Mapping[str, str],
    since: datetime,
    now: datetime,
    groups: Sequence[Mapping[str, str | None]],
) -> Asked:
    """``since``: when the agreement came into force. Left out, the windows of the last year are asked for."""
    local = now.astimezone(words.zone)
    start = max(since.astimezone(words.zone), local - BACK).date()
    typed = {
        **dict.fromkeys(FIELDS, ""),
        "from": dates.written_day(start, words.reader.lang),
        "to": dates.written_day(local.date(), words.reader.lang),
        **{name: text for name, text in given.items() if name in FIELDS},
    }
    form = Reading(words, typed, now)
    first, last = form.period("from", "to")
    body: dict[str, Any] = {
        "agreement": agreement,
        "objective": words.document["code"],
        "from": form.midnight(first or start),
        "to": form.midnight((last or local.date()) + timedelta(days=1)),
    }
    target = form.target()
    if target is not None:
        body["target"] = target
    _bound(form, body)
    if typed["window"] in UNITS:
        body["window"] = {"kind": "calendar", "unit": typed["window"], "count": 1}
    chosen = next((each for each in groups if scope_text(each) == typed["group"]), None)
    if chosen is not None and typed["group"]:
        body["scope"] = dict(chosen)
    _periods(form, body)
    faults = sorted(form.faults, key=lambda each: FIELDS.index(each[0]))
    return Asked(typed, tuple(faults), body, target or words.document["target"])


def _bound(form: Reading, body: dict[str, Any]) -> None:
    bound = bound_of(form.words)
    if bound is None:
        return
    number = form.number("bound", whole=bound.whole)
    if number is not None and Fraction(number) != Fraction(bound.number):
        body["good"] = {
            "comparator": form.words.document["good"]["comparator"],
            "value": bound.value(number),
        }


def _periods(form: Reading, body: dict[str, Any]) -> None:
    left_out = []
    for n in range(1, PERIODS + 1):
        names = (f"out_from{n}", f"out_to{n}")
        begin, end = form.period(*names)
        if begin is not None and end is not None:
            left_out.append({"from": form.midnight(begin), "to": form.midnight(end + timedelta(days=1))})
        empty = next((name for name in names if not form.typed[name].strip()), None)
        if empty is not None and any(form.typed[name].strip() for name in names):
            form.fault(empty, form.words.reader.t.date_missing)
    if left_out:
        body["exclude"] = left_out


def shown_bound(words: ObjectiveWords, bound: Bound) -> tuple[str, str]:
    """Its unit and its agreed number, in words."""
    return units.unit(bound.unit, words.reader.lang), numbers.short(Fraction(bound.number))
