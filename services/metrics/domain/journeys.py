"""Journey events: what is accepted, what is set aside, what is refused.

An event's id counts once for its service: the evaluator keeps the ids it has seen, because only it sees
all events in their order; the intake does not look for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.metrics.domain.judging import (
    TOO_LATE,
    UNKNOWN_LABEL,
    UNKNOWN_STEP,
    Faults,
    Span,
)
from services.metrics.domain.known import Known
from shared.errors import NotYetKnown
from shared.events.metrics import JourneyEvent

LONGEST_ID = 128
PAUSES = ("pause", "resume")
_REASON = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NOT_DIGITS = re.compile(r"[\s.\-]+")
CITIZEN = "looks like a Thai citizen id: send a number of the case, or a keyed hash, that identifies nobody"


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it was sent. ``named``: whether `agency` was given; null says that nobody held it."""

    id: str
    journey: str
    step: str
    edge: str
    at: int
    agency: str | None
    named: bool
    labels: dict[str, str]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JourneyReading:
    """A readable body of journey events."""

    source: str
    service: str
    backfill: str | None
    events: list[Told]


@dataclass(frozen=True, slots=True)
class JourneyJudgement:
    """What becomes of the events; ``aside`` by reason."""

    accepted: list[JourneyEvent]
    aside: dict[str, list[JourneyEvent]]


def is_citizen_id(text: str) -> bool:
    """Whether a text is a Thai citizen id: 13 digits, of which the last checks the others."""
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) != 13 or not (digits.isascii() and digits.isdecimal()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:12], range(13, 1, -1), strict=True))
    return (11 - total % 11) % 10 == int(digits[12])


def judge_journeys(reading: JourneyReading, known: Known, span: Span) -> JourneyJudgement:
    """Sorts the events of a body. Raises `Unprocessable` when one can never be right."""
    faults = Faults()
    for i, told in enumerate(reading.events):
        _check(told, f"/events/{i}", span, faults)
    faults.refuse("some events are wrong")
    strangers = {told.agency for told in reading.events if told.agency is not None} - known.agencies
    if strangers:
        raise NotYetKnown("the agency is not known here (yet): " + ", ".join(sorted(map(str, strangers))[:5]))
    steps = known.steps[reading.service]
    events = [
        JourneyEvent(
            told.id,
            told.journey,
            told.step,
            told.agency if told.named else steps.get(told.step),
            told.edge,
            told.at,
            {name: value for name, value in told.labels.items() if value},
            told.reason,
        )
        for told in reading.events
    ]
    return sort_events(events, steps, known.journey_labels(reading.service), span)


def sort_events(
    events: list[JourneyEvent],
    steps: Mapping[str, str],
    labels: Mapping[str, frozenset[str]],
    span: Span,
) -> JourneyJudgement:
    """Which events can be used now, and which wait and why."""
    accepted: list[JourneyEvent] = []
    aside: dict[str, list[JourneyEvent]] = {}
    for event in events:
        if span.horizon is not None and event.at < span.horizon:
            aside.setdefault(TOO_LATE, []).append(event)
        elif event.step not in steps:
            aside.setdefault(UNKNOWN_STEP, []).append(event)
        elif any(value not in labels.get(name, ()) for name, value in event.labels.items()):
            aside.setdefault(UNKNOWN_LABEL, []).append(event)
        else:
            accepted.append(event)
    return JourneyJudgement(accepted, aside)


def _check(told: Told, place: str, span: Span, faults: Faults) -> None:
    for field in ("id", "journey", "step"):
        text: str = getattr(told, field)
        if not (1 <= len(text) <= LONGEST_ID and text.isprintable()):
            faults.add(f"{place}/{field}", f"must have 1 to {LONGEST_ID} printable characters")
    for field in ("id", "journey"):
        if is_citizen_id(getattr(told, field)):
            faults.add(f"{place}/{field}", CITIZEN)
    if (told.edge in PAUSES) != bool(told.reason):
        faults.add(f"{place}/reason", "a pause and its resume say why, and only they")
    elif told.reason and not _REASON.fullmatch(told.reason):
        faults.add(f"{place}/reason", "a code that the agreement names, such as `waits-for-applicant`")
    for name, value in told.labels.items():
        if not (1 <= len(name) <= 64 and name.isprintable() and len(value) <= 200 and value.isprintable()):
            faults.add(f"{place}/labels", "names of 1 to 64 characters, values of at most 200, all printable")
            break
    if told.at > span.latest:
        faults.add(f"{place}/at", "lies in the future (more than 5 minutes after now)")
    if span.first is not None and span.end is not None and not span.first <= told.at < span.end:
        faults.add(f"{place}/at", "lies outside the backfill's from and to")
