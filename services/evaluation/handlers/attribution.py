"""Whose part of a broken promise was too long: the journeys of a window, split among agencies.

Bounded: the `MOST` journeys that took longest (open ones first) are summed up; how many there were is said,
and all are paged as evidence by `GET /attribution`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from services.evaluation.domain.allotments import Use, add, used
from services.evaluation.domain.amounts import exact_text, shown
from services.evaluation.domain.attribution import Measure, Passage, elapsed, passage, shares
from services.evaluation.domain.attribution import divided as parts_of
from services.evaluation.domain.journeys import Event, read_pauses
from services.evaluation.domain.objective import SHARE, Objective
from services.evaluation.domain.windows import Window
from services.evaluation.domain.working_time import Elapsed, Pause, spent
from services.evaluation.handlers.journeys import event_of
from services.evaluation.store import journeys as store
from services.evaluation.store.journeys import Contribution
from shared.clock import SECOND, rfc3339
from shared.db import Connection

MOST = 2000


def of_window(
    connection: Connection,
    track: int,
    service: str,
    objective: Objective,
    window: Window,
    tick: int,
    *,
    which: str | None = None,
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The attribution of a window's journeys, and what it rests on; empty for what has no journeys.

    ``which``: `bad` or `all`; without it the bad ones, where single journeys can be.
    """
    if not objective.on_journeys:
        return [], None
    bad = chosen(objective, which) == "bad"
    found = store.longest_in(connection, track, *window, bad=bad, limit=MOST)
    every = store.number_in(connection, track, *window, bad=bad)
    journeys = passages(connection, service, objective, found, window, tick)
    use = used(journeys, dict(objective.allotments))
    basis = {
        "until": rfc3339(min(tick, window.end)) if tick else None,
        "journeys": every,
        "summed": len(found),
        "which": "bad" if bad else "all",
        "flags": dict(sorted(use.flags.items())),
        "seconds": seconds(use.total),
    }
    return described(use, objective), basis


def chosen(objective: Objective, which: str | None) -> str:
    """A share is broken by single journeys; a mean, say, by all of them."""
    return which or ("bad" if objective.aggregation == SHARE else "all")


def measure_of(objective: Objective, one: Contribution, events: Sequence[Event], until: int) -> Measure:
    """The clock of a journey's limit: the working calendar in force at its start, or the wall's.

    It stands still in the pauses that the parties agreed on, but for one that begins behind the limit.
    """
    calendar = objective.calendar_at(one.started) if objective.clock == "working" else None
    stops = read_pauses(sorted(events, key=lambda event: (event.at, event.id)), one.ended)
    waits = [_until(pause, until) for pause in stops.waits]
    pauses = [
        pause
        for pause in objective.agreed((*stops.pauses, *waits))
        if one.deadline is None or pause.start < one.deadline
    ]
    if calendar is None and not pauses:
        return elapsed
    clock = calendar or Elapsed()
    return lambda start, end: spent(clock, start, end, pauses)


def _until(pause: Pause, until: int) -> Pause:
    """A pause that nobody has ended yet, as far as the journey is looked at."""
    return pause._replace(end=max(pause.start, until))


def passages(
    connection: Connection,
    service: str,
    objective: Objective,
    found: Sequence[Contribution],
    window: Window,
    tick: int,
) -> Iterable[tuple[str, Passage, Measure]]:
    """Journeys with their split and their clock."""
    for start in range(0, len(found), store.CHUNK):
        chunk = found[start : start + store.CHUNK]
        events = store.events_of(connection, service, [one.journey for one in chunk])
        for one in chunk:
            known = [event_of(row) for row in events.get(one.journey, ())]
            until = horizon(one, window, tick)
            yield one.journey, split(one, known, until), measure_of(objective, one, known, until)


def horizon(one: Contribution, window: Window, tick: int) -> int:
    """How far a journey is looked at: to its end; one that goes on, to the window's end or its own limit.

    What comes later is no part of what the window judged, so late reports do not move it.
    """
    last = max(window.end, one.deadline or 0)
    return min(last, tick, one.ended or tick)


def split(one: Contribution, events: Sequence[Event], until: int) -> Passage:
    return passage(events, one.started, max(one.started, until), ended=one.ended == until)


def seconds(micros: int) -> str:
    """Exact: a microsecond has six decimals."""
    return shown(Fraction(micros, SECOND))


def described(use: Use, objective: Objective) -> list[dict[str, Any]]:
    """What each agency had, as a breach shows it; `agency` null: nobody (unassigned)."""
    allotments = dict(objective.allotments)
    found = []
    for agency, mine in use.ordered():
        share = use.share(agency)
        found.append(
            {
                "agency": agency,
                "unassigned": agency is None,
                "seconds": seconds(mine.time),
                "elapsed_seconds": seconds(mine.elapsed),
                "share": None if share is None else shown(share),
                "exact": None if share is None else exact_text(share),
                "allotted": None if mine.allotted is None else seconds(mine.allotted),
                "exceeded_by": None if mine.over is None else seconds(mine.over),
                "journeys": mine.journeys,
                "exceeded": mine.exceeded,
                "handover": {
                    "seconds": seconds(sum(mine.gave.values())),
                    "to": [{"agency": taker, "seconds": seconds(time)} for time, taker in _takers(mine.gave)],
                    "awaited_seconds": seconds(mine.awaited),
                },
                "steps": [
                    {
                        "step": step,
                        "seconds": seconds(one.time),
                        "allotted": seconds(allotments[step]) if step in allotments else None,
                        "exceeded_by": seconds(one.over) if step in allotments else None,
                        "journeys": one.journeys,
                        "exceeded": one.exceeded,
                    }
                    for step, one in sorted(mine.steps.items())
                ],
                "evidence": [journey for _, _, journey in mine.worst],
            }
        )
    return found


def _takers(gave: Mapping[str | None, int]) -> list[tuple[int, str | None]]:
    """Who took over, the longest waits first."""
    return sorted(((time, taker) for taker, time in gave.items()), key=lambda one: (-one[0], one[1] or ""))


def one_journey(one: Contribution, found: Passage, measure: Measure, objective: Objective) -> dict[str, Any]:
    """A journey as evidence: its spans, who held each, and what each agency had of it."""
    use = Use()
    add(use, one.journey, found, dict(objective.allotments), measure)
    return {
        "journey": one.journey,
        "state": one.state,
        "good": one.good,
        "started": rfc3339(one.started),
        "ended": None if one.ended is None else rfc3339(one.ended),
        "deadline": None if one.deadline is None else rfc3339(one.deadline),
        "seconds": seconds(sum(share.time for share in shares(found, measure).values())),
        "elapsed_seconds": seconds(found.total),
        "flags": sorted({*one.flags, *found.flags}),
        "spans": [
            {
                "start": rfc3339(span.start),
                "end": rfc3339(span.end),
                "kind": span.kind,
                "seconds": seconds(measure(span.start, span.end)),
                "held": [
                    {"agency": agency, "step": step, "seconds": seconds(part)}
                    for (agency, step), part in parts_of(measure(span.start, span.end), span.holdings)
                ],
                "awaited": span.awaited,
                "flags": list(span.flags),
            }
            for span in found.spans
        ],
        "agencies": [
            {
                "agency": agency,
                "seconds": seconds(mine.time),
                "exceeded_by": None if mine.over is None else seconds(mine.over),
            }
            for agency, mine in use.ordered()
        ],
    }
