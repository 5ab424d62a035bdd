"""Who had the journeys of a window: summed up, and journey by journey as evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.evaluation.domain.windows import Window
from services.evaluation.handlers import attribution
from services.evaluation.handlers.breaches import span_of
from services.evaluation.reading.visible import objective_of
from services.evaluation.store import journeys, panes
from services.evaluation.store.results import Breach, Result
from shared.db import Connection


def attributed(
    connection: Connection, result: Result, breach: Breach | None, which: str | None, after: str, limit: int
) -> dict[str, Any] | None:
    """As of the newest tick. ``which``: `bad` journeys or `all`; ``after`` pages through the evidence."""
    track = panes.track_by_id(connection, result.track)
    both = objective_of(connection, track)
    if both is None:
        return None
    _, objective = both
    tick = panes.newest_tick(connection)
    window = Window(result.window_start, result.window_end)
    which = attribution.chosen(objective, which)
    entries, basis = attribution.of_window(
        connection, track.id, track.service, objective, window, tick, which=which
    )
    rows = (
        journeys.evidence_in(connection, track.id, *window, bad=which == "bad", after=after, limit=limit + 1)
        if objective.on_journeys
        else []
    )
    page = rows[:limit]
    split = {
        journey: (found, measure)
        for journey, found, measure in attribution.passages(
            connection, track.service, objective, page, window, tick
        )
    }
    return {
        "result": result.id,
        "breach": None if breach is None else breach.id,
        "agreement": result.agreement,
        "objective": result.objective,
        "window": span_of(*window),
        "allotments": {step: attribution.seconds(limit) for step, limit in objective.allotments},
        "agencies": entries,
        "attributed": basis,
        "items": [attribution.one_journey(one, *split[one.journey], objective) for one in page],
        "last": page[-1].journey if len(rows) > limit else None,
    }


def refreshed(connection: Connection, breach: Breach) -> Breach:
    """A breach with its attribution as of now: a step that was reported late moves nobody's verdict, so
    nothing is told of the breach, but whose time it was may be another's."""
    if breach.attributed is None:
        return breach
    tracks = panes.tracks_of(connection, revision=breach.agreement_revision, objective=breach.objective)
    track = next((one for one in tracks if one.scope == breach.scope), None)
    both = None if track is None else objective_of(connection, track)
    if track is None or both is None:
        return breach
    entries, basis = attribution.of_window(
        connection,
        track.id,
        track.service,
        both[1],
        Window(breach.window_start, breach.window_end),
        panes.newest_tick(connection),
    )
    return replace(breach, attribution=entries, attributed=basis)
