"""Journeys: where one recipient's passage through the steps starts and ends, and where it counts.

Both are functions of the set of a journey's events (and of how far the data is complete), so the order in
which events arrive does not matter (SEMANTICS, Journeys).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.evaluation.domain.limits import ELAPSED, kept
from services.evaluation.domain.objective import Edge, Objective
from services.evaluation.domain.working_time import Pause, spent

ANY = "*"

PENDING = "pending"
UNCOUNTED = "uncounted"
COUNTED = "counted"
OVERDUE_COUNTED = "overdue-counted"
OVERDUE_LISTED = "overdue-listed"

REPEATED = "repeated"
OUT_OF_ORDER = "out_of_order"
MISSING_START = "missing_start"
PAUSED = "paused"

PAUSE, RESUME = "pause", "resume"


@dataclass(frozen=True, slots=True)
class Event:
    """A step of a journey; a `point` is its start and end at once.

    ``holder``: whose the span before a completion is, as its source declared (domain/attribution.py).
    """

    id: str
    step: str
    agency: str | None
    edge: str
    at: int
    labels: Mapping[str, str] = field(default_factory=dict)
    holder: str = "next"
    reason: str = ""
    """Of a pause and its resume."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A journey as an indicator reads it. ``ended`` None: still open.

    ``labels``: those at its start; ``last_labels``: those at its end, and while it is open all known so far.
    One that is flagged `missing_start` has an end alone, and stands where that is.
    """

    started: int
    ended: int | None
    labels: Mapping[str, str]
    flags: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    waits: tuple[Pause, ...] = ()
    """Pauses of a journey that is open which nobody has ended; each lasts at least from its start."""
    last_labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def starts(self) -> bool:
        return MISSING_START not in self.flags

    @property
    def duration(self) -> int | None:
        return self.ended - self.started if self.ended is not None and self.starts else None

    def group(self, objective: Objective) -> tuple[str | None, ...]:
        """The label group it counts in, in the order of the objective's scope."""
        labels = self.last_labels if objective.scope_at == "end" else self.labels
        return tuple(labels.get(name) for name in objective.scope)


@dataclass(frozen=True, slots=True)
class Count:
    """Where a journey counts. ``at`` None: nowhere (yet). ``due``: a tick behind it changes this."""

    state: str
    at: int | None
    good: bool
    deadline: int | None
    due: int | None


def matches(event: Event, wanted: Edge) -> bool:
    """Whether an event is the declared step and edge."""
    if wanted.step not in (ANY, event.step):
        return False
    return wanted.edge == "any" or event.edge in (wanted.edge, "point")


def chosen(events: Sequence[Event], wanted: Edge) -> tuple[Event | None, bool]:
    """The first or last event that matches, and whether the named step was started or ended twice.

    ``events`` are in order of (at, id), each id once.
    """
    found = [event for event in events if matches(event, wanted)]
    if not found:
        return None, False
    starts = sum(event.edge != "end" for event in found)
    ends = sum(event.edge != "start" for event in found)
    repeated = wanted.step != ANY and max(starts, ends) > 1
    return (found[0] if wanted.occurrence == "first" else found[-1]), repeated


def read_journey(events: Sequence[Event], start: Edge, end: Edge) -> Reading | None:
    """Reads a journey. None: it has neither the declared start nor the end (yet), so it is none of these.

    One that has an end without a start counts nowhere, and is flagged `missing_start` where it ended.

    A declared end that lies before the start is not the end of this passage: the journey is read as open
    until an end at or behind its start appears, and flagged `out_of_order`.
    """
    every = sorted({event.id: event for event in events}.values(), key=lambda event: (event.at, event.id))
    ordered = [event for event in every if event.edge not in (PAUSE, RESUME)]
    first, start_repeated = chosen(ordered, start)
    if first is None:
        last, repeated = chosen(ordered, end)
        if last is None:
            return None
        labels = _labels(ordered, last.at)
        missing = (MISSING_START, *((REPEATED,) if repeated else ()))
        return Reading(last.at, last.at, labels, missing, last_labels=labels)
    behind = [event for event in ordered if event.at >= first.at]
    last, end_repeated = chosen(behind, end)
    early = any(event.at < first.at and matches(event, end) for event in ordered)
    ended = None if last is None else last.at
    stops = read_pauses(every, ended)
    noted = (
        (REPEATED, start_repeated or end_repeated or stops.repeated),
        (OUT_OF_ORDER, early or stops.out_of_order),
        (PAUSED, bool(stops.pauses or stops.waits)),
    )
    return Reading(
        first.at,
        ended,
        _labels(ordered, first.at),
        tuple(name for name, set_ in noted if set_),
        pauses=stops.pauses,
        waits=stops.waits,
        last_labels=_labels(ordered, ended),
    )


class Stops(NamedTuple):
    """The pauses of a journey; ``waits``: those that nobody has ended while it is open."""

    pauses: tuple[Pause, ...]
    waits: tuple[Pause, ...]
    repeated: bool
    out_of_order: bool


def read_pauses(ordered: Sequence[Event], ended: int | None) -> Stops:
    """Each agency's pauses of each reason: from a `pause` to the next `resume`, at most to the journey's end.

    A second pause before it is over and a resume of none change nothing and are flagged.
    """
    running: dict[tuple[str, str], int] = {}
    pauses: list[Pause] = []
    repeated = out_of_order = False
    for event in ordered:
        if event.edge not in (PAUSE, RESUME):
            continue
        whose = (event.agency or "", event.reason)
        if event.edge == PAUSE:
            repeated |= whose in running
            running.setdefault(whose, event.at)
        elif whose in running:
            pauses.append(Pause(running.pop(whose), event.at, *whose))
        else:
            out_of_order = True
    waits: list[Pause] = []
    for whose, start in running.items():
        if ended is None:
            waits.append(Pause(start, start, *whose))
        elif start < ended:
            pauses.append(Pause(start, ended, *whose))
    return Stops(tuple(sorted(pauses)), tuple(sorted(waits)), repeated, out_of_order)


def _labels(ordered: Sequence[Event], until: int | None) -> dict[str, str]:
    """The labels known at an instant (None: all): of each name the newest value."""
    labels: dict[str, str] = {}
    for event in ordered:
        if until is not None and event.at > until:
            break
        labels.update(event.labels)
    return labels


def deadline_of(objective: Objective, reading: Reading) -> int | None:
    """The instant that parts the journeys that keep the limit from the others; None: there is no limit."""
    if objective.good is None or objective.limit is None:
        return None
    calendar = objective.calendar_at(reading.started)
    pauses = objective.agreed(reading.pauses)
    return objective.limit.deadline(reading.started, objective.good[0], calendar, pauses)


def time_spent(objective: Objective, reading: Reading, deadline: int | None) -> int | None:
    """How long a journey took on the objective's clock, which stands still in pauses. None: it is open.

    A pause that begins when the limit was reached stops nothing, so that this and the deadline agree.
    """
    if reading.ended is None or not reading.starts:
        return None
    agreed = objective.agreed(reading.pauses)
    pauses = [pause for pause in agreed if deadline is None or pause.start < deadline]
    calendar = objective.calendar_at(reading.started) if objective.in_working_time else None
    return spent(calendar or ELAPSED, reading.started, reading.ended, pauses)


def count(objective: Objective, reading: Reading, complete_to: int) -> Count:
    """Where a journey counts for an objective, when data are complete up to ``complete_to``.

    With d the instant at which the limit falls (`deadline_of`), W the first window whose end is later than d:

    - `completion`, overdue `counted`: ended before W's end -> in the window of its end, good if within the
      limit. Else bad in W, once, and nowhere else; that is certain as soon as d has passed.
    - `completion`, overdue `listed`: in the window of its end; listed in W if it ends behind it.
    - `start`, `deadline`: in the window of its start (its limit); pending until it ended or d has passed.
    """
    if not reading.starts:
        return Count(UNCOUNTED, None, False, None, None)
    if objective.good is None:
        # An aggregate of durations (mean, maximum, ...): counts at its end.
        if reading.ended is None:
            return Count(PENDING, None, False, None, None)
        return Count(COUNTED, reading.ended, False, None, None)
    deadline = deadline_of(objective, reading)
    assert deadline is not None
    if any(wait.start < deadline for wait in objective.agreed(reading.waits)):
        # The clock stands still, and nobody knows for how long.
        return Count(PENDING, None, False, None, None)
    ended = reading.ended
    good = ended is not None and kept(ended, objective.good[0], deadline)
    passed = complete_to > deadline
    if objective.count_at == "completion":
        if objective.overdue == "counted":
            boundary = objective.windows.first_ending_after(deadline).end
            if ended is not None and ended < boundary:
                return Count(COUNTED, ended, good, deadline, None)
            if ended is not None or passed:
                return Count(OVERDUE_COUNTED, deadline, False, deadline, None)
            return Count(PENDING, None, False, deadline, deadline)
        if ended is not None:
            return Count(COUNTED, ended, good, deadline, None)
        if passed:
            return Count(OVERDUE_LISTED, None, False, deadline, None)
        return Count(PENDING, None, False, deadline, deadline)
    at = reading.started if objective.count_at == "start" else deadline
    if ended is not None:
        return Count(COUNTED, at, good, deadline, None)
    if passed:
        return Count(COUNTED, at, False, deadline, None)
    return Count(PENDING, None, False, deadline, deadline)
