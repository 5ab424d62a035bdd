"""What would have been: from panes at once, or from what a job counted; nothing is touched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from services.evaluation.domain import what_if
from services.evaluation.domain.amounts import exact_text, shown
from services.evaluation.domain.exclusions import Span
from services.evaluation.domain.objective import Objective, seconds_of
from services.evaluation.domain.rolling import Slide
from services.evaluation.domain.verdict import BREACHED, MET, Judgement
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import tallies
from services.evaluation.handlers.coverage import Covering
from services.evaluation.handlers.jobs import Asked
from services.evaluation.handlers.supposing import supposed
from services.evaluation.reading.visible import objective_of
from services.evaluation.store import jobs, panes
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from shared.clock import rfc3339
from shared.db import Connection
from shared.errors import Unprocessable

MOST_WINDOWS = 20_000


def answer(connection: Connection, asked: Asked, job: str | None = None) -> dict[str, Any]:
    """The windows that end in [start, end), as they are judged now and as they would have been.

    Both as of the newest tick; `as_agreed` is null where the windows themselves are others. ``job``: the
    supposed ones are judged from what was counted for it, else from the panes as they are.
    """
    end = min(asked.end, panes.newest_tick(connection) + 1)
    items: list[dict[str, Any]] = []
    now: Counter[str] = Counter()
    then: Counter[str] = Counter()
    values: list[Fraction] = []
    last: Objective | None = None
    for track, revision, objective in tracks(connection, asked):
        last = supposed(connection, revision, asked.objective, track.scope, asked.clauses, asked.calendar)
        windows = list(what_if.ending_within(last.windows, asked.start, end, MOST_WINDOWS - len(items)))
        if not windows:
            continue
        span = Window(min(window.start for window in windows), windows[-1].end)
        before: dict[Window, Judgement] = {}
        if "window" not in asked.clauses:
            standing = tallies.several(connection, track, objective, len(windows), *span)
            complete = covering(connection, track, objective, span).complete
            before = dict(what_if.judged(objective, standing.tally, windows, complete))
            now.update(judgement.verdict for judgement in before.values())
        found: Slide | tallies.Alone
        if job is None:
            found = tallies.several(connection, track, last, len(windows), *span, asked.exclude)
        else:
            counted = jobs.panes_of(connection, job, track.revision, track.scope, *span)
            found = tallies.slide(connection, track, last, *span, asked.exclude, counted)
        complete = covering(connection, track, last, span, asked.exclude).complete
        for window, judgement in what_if.judged(last, found.tally, windows, complete):
            then[judgement.verdict] += 1
            if judgement.verdict in (MET, BREACHED) and judgement.exact is not None:
                values.append(judgement.exact)
            items.append(_item(track, window, judgement, before.get(window)))
    if last is None:
        raise Unprocessable(
            "nothing was reported for this objective and scope yet: there is nothing to judge"
        )
    targets = (
        [seconds_of(text) for text in asked.targets]
        if asked.targets is not None
        else what_if.usual_targets(last.target, values)
    )
    return {
        "as_agreed": None if "window" in asked.clauses else _counted(now),
        "supposed": _counted(then),
        "target": last.target_text,
        "comparator": last.comparator,
        "windows": items,
        "curve": [
            {
                "target": shown(point.target),
                "met": point.met,
                "breached": point.breached,
                "share": None if not values else shown(Fraction(point.met, len(values))),
            }
            for point in what_if.curve(last, values, targets)
        ],
    }


def covering(
    connection: Connection,
    track: Track,
    objective: Objective,
    span: Window,
    also_dropped: Sequence[Span] = (),
) -> Covering:
    """What was reported in a span, where the objective asks for it."""
    covering = Covering(connection, track, objective, also_dropped)
    if objective.asks_for_coverage:
        covering.load(*span)
    return covering


def tracks(connection: Connection, asked: Asked) -> Iterator[tuple[Track, Revision, Objective]]:
    """What was judged of an objective: one for each revision and group."""
    for track in panes.tracks_of(connection, agreement=asked.agreement, objective=asked.objective):
        both = objective_of(connection, track)
        if both is not None and asked.scope in (None, json.loads(track.scope)):
            yield (track, *both)


def since(connection: Connection, asked: Asked) -> int:
    """Where the first of the windows starts that a what-if shows."""
    first = asked.start
    for track, revision, _ in tracks(connection, asked):
        one = supposed(connection, revision, asked.objective, track.scope, asked.clauses, asked.calendar)
        first = min(first, next(iter(one.windows.ending_after(asked.start - 1))).start)
    return first


def needs_counting(asked: Asked, objective: Objective) -> bool:
    """Whether panes cannot say it, and every measurement or journey has to be read again.

    Another bound does; and of journeys that count as overdue another window, since it decides where they do.
    """
    placed = objective.on_journeys and (objective.count_at, objective.overdue) == ("completion", "counted")
    moved = "window" in asked.clauses and objective.good is not None and placed
    return "good" in asked.clauses or asked.calendar is not None or moved


def _item(track: Track, window: Window, judgement: Judgement, before: Judgement | None) -> dict[str, Any]:
    return {
        "agreement_revision": track.revision,
        "scope": json.loads(track.scope),
        "window": {"start": rfc3339(window.start), "end": rfc3339(window.end)},
        **_numbers(judgement),
        "as_agreed": None if before is None else _numbers(before),
    }


def _numbers(judgement: Judgement) -> dict[str, Any]:
    exact = judgement.exact
    return {
        "verdict": judgement.verdict,
        "good": judgement.good,
        "total": judgement.total,
        "value": None if exact is None else shown(exact),
        "exact": None if exact is None else exact_text(exact),
    }


def _counted(verdicts: Counter[str]) -> dict[str, int]:
    return {name: verdicts[name] for name in (MET, BREACHED, "not_determined")}
