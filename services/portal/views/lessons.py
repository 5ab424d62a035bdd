"""What a period taught: what was found, what was done about it and whether it helped, what is proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.breach_story import Action, action_of
from services.portal.views.recommending import Names
from services.portal.views.words import Agencies, Reader, Said

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence of the evaluator, who could act, and whom to call there."""

    text: str
    action: str
    agency: str
    person: str
    result: str | None
    """The evidence."""


@dataclass(frozen=True, slots=True)
class Learnt:
    action: str
    agency: str
    lesson: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a report for the parties: as it is now, not in its basis. None: away."""

    findings: tuple[Finding, ...] | None
    done: tuple[Action, ...] | None
    costs: tuple[Phrase, ...] | None
    """What the broken windows of the period cost as agreed, then what all of them cost together."""


def finding_of(found: Found, names: Names) -> Finding:
    agency = found["action"]["agency"]
    contact = names.agencies.contact(agency) or {}
    results = found["evidence"]["results"]
    return Finding(
        text=names.put(found, "text"),
        action=names.put(found, "action"),
        agency=names.agencies.name(agency).text,
        person=", ".join(str(contact[each]) for each in ("name", "phone") if contact.get(each)),
        result=results[0]["id"] if results else None,
    )


def costs_of(reader: Reader, found: Found, names: Mapping[str, Said], zone: tzinfo) -> tuple[Phrase, ...]:
    """``names``: of promises, by code. What costs nothing is left out."""
    t = reader.t

    def cost(each: Found) -> str:
        return units.quantity(numbers.plain(Fraction(each["cost"]), None), each["unit"], reader.lang)

    lines = [
        t.cost_line(
            promise=names.get(each["objective"], Said(each["objective"])).text,
            window=dates.Span.of(each["window"]["start"], each["window"]["end"], zone).name(reader.lang),
            cost=cost(each),
        )
        for each in found["items"]
        if Fraction(each["cost"])
    ]
    return (*lines, *(t.cost_total(cost=cost(each)) for each in found["totals"] if Fraction(each["cost"])))


def in_period(improvements: Sequence[Found], start: datetime, end: datetime) -> list[Found]:
    """What was under way or done in [start, end), the first entered first. It may be entered when it has
    begun: its own days count."""

    def begun(each: Found) -> bool:
        if each["started_on"] is not None:
            return date.fromisoformat(each["started_on"]) < end.date()
        return dates.instant(each["opened_at"]) < end

    return sorted(
        (
            each
            for each in improvements
            if begun(each)
            and (each["done_on"] is None or date.fromisoformat(each["done_on"]) >= start.date())
        ),
        key=lambda each: str(each["opened_at"]),
    )


def done_in(improvements: Sequence[Found], start: datetime, end: datetime) -> list[Found]:
    return [
        each
        for each in in_period(improvements, start, end)
        if each["done_on"] is not None and date.fromisoformat(each["done_on"]) < end.date()
    ]


def actions_of(reader: Reader, improvements: Sequence[Found], agencies: Agencies) -> tuple[Action, ...]:
    return tuple(action_of(reader, each, agencies) for each in improvements)


def learnt_of(reader: Reader, improvements: Sequence[Found], agencies: Agencies) -> tuple[Learnt, ...]:
    """Those whose lesson is written and was not erased."""
    erased = reader.t.words_erased.plain
    return tuple(
        Learnt(each["action"] or erased, agencies.name(each["agency"]).text, each["lesson"])
        for each in improvements
        if each["lesson"]
    )


def counted(reader: Reader, name: str, n: int, of: int) -> Phrase:
    return reader.t.n(name, n, of=f"{of:,}")
