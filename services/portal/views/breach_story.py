"""What happened around a breach, in order, who is told of it, what follows from it, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happened:
    at: Moment
    what: Phrase


@dataclass(frozen=True, slots=True)
class Action:
    """An entry of the improvement register that the breach gave rise to."""

    href: str
    what: str
    owner: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class Story:
    told: tuple[Said, ...]
    happened: tuple[Happened, ...]
    """Oldest first."""
    actions: tuple[Action, ...] | None
    """None: the register is away."""
    costs: tuple[Phrase, ...] | None


def story_of(
    reader: Reader,
    breach: Found,
    document: Found | None,
    improvements: Sequence[Found] | None,
    costs: Found | None,
    agencies: Agencies,
) -> Story:
    """``improvements``: that came from it; ``costs``: of its agreement, with this window; None: away."""
    zone = dates.zone_of((document or {}).get("time_zone"))
    return Story(
        told=tuple(agencies.name(each) for each in (document or {}).get("parties", ())),
        happened=_happened(reader, breach, improvements or (), agencies, zone),
        actions=None
        if improvements is None
        else tuple(action_of(reader, each, agencies) for each in improvements),
        costs=None
        if costs is None
        else tuple(_cost(reader, each) for each in costs["items"] if each["result"] == breach["result"]),
    )


def _happened(
    reader: Reader, breach: Found, improvements: Sequence[Found], agencies: Agencies, zone: tzinfo
) -> tuple[Happened, ...]:
    t = reader.t
    found: list[tuple[str, Phrase]] = [(breach["opened_at"], t.breach_found)]
    if breach["closed_at"]:
        found.append((breach["closed_at"], t.breach_ended))
    for dispute in breach.get("disputes") or ():
        who = agencies.name(dispute["agency"])
        found.append((dispute["opened_at"], t.breach_disputed(agency=who.text)))
        for answer in dispute["answers"]:
            said = getattr(t, f"said_{answer['answer']}")(agency=agencies.name(answer["agency"]).text)
            found.append((answer["answered_at"], said))
    found += [
        (each["opened_at"], t.breach_action_opened(what=each["action"] or t.words_erased.plain))
        for each in improvements
    ]
    end = dates.instant(breach["window"]["end"])
    # The window's end first: a breach is found at that instant at the earliest.
    told = [(end, until(reader, end, zone), t.breach_window_ended)]
    told += [(dates.instant(at), moment(reader, at, zone), what) for at, what in found]
    told.sort(key=lambda each: each[0])
    return tuple(Happened(at, what) for _, at, what in told if at is not None)


def action_of(reader: Reader, each: Found, agencies: Agencies) -> Action:
    t = reader.t
    owner = agencies.name(each["agency"]).text
    return Action(
        href=f"/app/improvements/{each['id']}",
        what=each["action"] or t.words_erased.plain,
        owner=f"{each['owner']}, {owner}" if each["owner"] else owner,
        due=dates.day(date.fromisoformat(each["due_on"]), reader.lang),
        state=_state(reader, each),
    )


def _state(reader: Reader, each: Found) -> str:
    t = reader.t
    said = [getattr(t, f"paper_{each['state']}").plain]
    if each["overdue"]:
        said.append(t.n("paper_overdue", -each["days_left"]).plain)
    if each["effect"] is not None:
        said.append(effect_of(reader, each["effect"]))
    return ", ".join(said)


def effect_of(reader: Reader, effect: Found) -> str:
    """Helped, before 91.23% (1,040/1,140), after 95.64% (1,120/1,171)."""
    t = reader.t
    outcome = t.paper_cannot_say if effect["outcome"] is None else getattr(t, f"paper_{effect['outcome']}")
    if effect["before"]["exact"] is None or effect["after"]["exact"] is None:
        return str(outcome.plain)
    before, after = (_value(effect[side]) for side in ("before", "after"))
    return f"{outcome.plain}: {t.paper_before_after(before=before, after=after).plain}"


def _value(period: Found) -> str:
    exact = Fraction(period["exact"])
    if period["good"] is None:
        return numbers.plain(exact, None)
    counts = f"{numbers.count(period['good'])}/{numbers.count(period['total'])}"
    return f"{numbers.percent(exact, None)}% ({counts})"


def _cost(reader: Reader, each: Found) -> Phrase:
    cost = units.quantity(numbers.plain(Fraction(each["cost"]), None), each["unit"], reader.lang)
    return reader.t.breach_costs(cost=cost)
