"""Open windows: judged when they are asked for, from their panes as they are now."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from services.evaluation.domain import verdict
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import tallies
from services.evaluation.handlers.outlooks import judged_open
from services.evaluation.handlers.results import calendar_basis, made, result_body, result_id
from services.evaluation.reading.composites import open_composites
from services.evaluation.reading.visible import promised
from services.evaluation.store import control, corrections, panes, results
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.db import Connection


def open_results(
    connection: Connection,
    agreements: Sequence[str],
    objective: str | None = None,
    *,
    named: str | None = None,
    of: Collection[tuple[str, str]] = (),
) -> list[Result]:
    """The windows that hold the newest tick, judged from their panes as they are now.

    Of rolling windows: the one that ends at the next step, the first that is judged with what comes now.
    ``named``: a result's id; of agreements without composites only that one is judged. ``of``: only of these
    promises, each an agreement and an objective.
    """
    tick = panes.newest_tick(connection)
    found: list[Result] = []
    for agreement in sorted(agreements):
        revisions = {one.hash: one for one in control.revisions_of(connection, agreement=agreement)}
        promises: dict[str, dict[str, Objective]] = {}
        composed = any(one.document.get("composites") for one in revisions.values())
        mine: list[Result] = []
        wanted = None if composed else objective
        for track in panes.tracks_of(connection, agreement=agreement, objective=wanted):
            if of and not composed and (agreement, track.objective) not in of:
                continue
            revision = revisions[track.revision]
            if revision.hash not in promises:
                promises[revision.hash] = promised(connection, revision)
            judged = promises[revision.hash][track.objective].of_group(json.loads(track.scope))
            window = judged.windows.first_ending_after(tick)
            end = revision.effective_to
            ended = end is not None and (window.end > end if judged.windows.rolling else tick >= end)
            if ended or tick < revision.effective_from:
                continue
            if named is not None and not composed and result_id(track, window, 0) != named:
                continue
            mine.append(_open_result(connection, track, revision, judged, window, tick))
        if composed:
            mine += open_composites(connection, agreement, mine, tick)
        found += [
            one
            for one in mine
            if objective in (None, one.objective) and (not of or (agreement, one.objective) in of)
        ]
    return found


def _open_result(
    connection: Connection,
    track: Track,
    revision: Revision,
    objective: Objective,
    window: Window,
    tick: int,
) -> Result:
    stored = results.newest_result(connection, track.id, *window)
    if stored is not None:
        return stored
    judgement = judged_open(connection, track, objective, window, tick)
    body = result_body(
        track,
        revision,
        objective,
        window,
        judgement,
        verdict.OPEN,
        tick=tick,
        overdue=tallies.overdue(connection, track, objective, window),
        excluded=tallies.excluded(connection, track, objective, window),
        corrections=corrections.applied_to(connection, track, window),
        calendar=calendar_basis(connection, track, objective, window),
    )
    return made(track, window, 0, verdict.OPEN, judgement.verdict, body, tick=tick)
