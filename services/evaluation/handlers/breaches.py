"""Breaches: brings what was told to what the judgements say, and tells the difference."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from services.evaluation.domain import breaches as episodes
from services.evaluation.domain.breaches import Change, Episode, Judged, Known
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import attribution
from services.evaluation.handlers.memory import memory_of
from services.evaluation.store import results
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Breach
from shared.clock import rfc3339
from shared.db import UnitOfWork
from shared.events.evaluation import (
    BREACH_CLOSED,
    BREACH_OPENED,
    BREACH_REVISED,
    BREACH_SUPERSEDED,
    BREACH_WITHDRAWN,
    BreachTold,
)

STANDING = ("open", "closed")

TYPES = {
    "opened": BREACH_OPENED,
    "revised": BREACH_REVISED,
    "reopened": BREACH_REVISED,
    "closed": BREACH_CLOSED,
    "withdrawn": BREACH_WITHDRAWN,
    "superseded": BREACH_SUPERSEDED,
}

EXPLAINED = ("revised", "reopened", "withdrawn")
"""What is told of a breach because a result was judged again: it says why."""
ATTRIBUTED = ("opened", "revised", "reopened")
"""What is told of a breach anew when its journeys, and so their agencies' parts, may be others."""


def tell(uow: UnitOfWork, track: Track, revision: Revision, objective: Objective, tick: int) -> None:
    """Opens, revises, closes, withdraws and supersedes the breaches of a track's objective and scope.

    ``tick``: how far data are complete; a breach of a window that is still open opens then, not at its end.
    """
    where = (track.agreement, track.objective, track.scope)
    stored = {found.id: found for found in results.breaches_of(uow.connection, *where)}
    judged = [
        Judged(found.window_start, found.window_end, found.verdict, found.id, found.agreement_revision)
        for found in results.objective_verdicts(uow.connection, *where)
    ]
    known = [
        Known(
            found.id,
            found.state,
            found.window_start,
            found.window_end,
            found.closed_at,
            found.result,
            found.agreement_revision,
        )
        for found in stored.values()
        if found.state in STANDING
    ]
    for change in episodes.reconcile(known, judged, rolling=objective.windows.rolling):
        for step, kind in _steps(change, stored, track, objective, tick):
            after = _attributed(uow, step, stored.get(step.id), kind, track, objective, tick)
            if kind in EXPLAINED:
                after = replace(after, cause=_cause(uow, after))
            stored[after.id] = after
            results.put_breach(uow.connection, after)
            uow.emit(
                BreachTold(
                    version=after.number,
                    kind=TYPES[kind],
                    agreement=after.agreement,
                    parties=list(revision.parties),
                    visibility=revision.visibility,
                    breach=breach_body(after),
                ).event()
            )


def _steps(
    change: Change, stored: dict[str, Breach], track: Track, objective: Objective, tick: int
) -> list[tuple[Breach, str]]:
    """The breach after each thing to tell. One that is found closed already was opened first."""
    if change.kind == "opened":
        assert change.episode is not None
        opened = _opened(change.episode, track, objective, tick)
        if change.episode.closed_at is None:
            return [(opened, "opened")]
        return [(opened, "opened"), (_closed(opened, change.episode), "closed")]
    assert change.breach is not None
    before = stored[change.breach]
    raised = replace(before, number=before.number + 1)
    if change.kind == "withdrawn":
        return [(replace(raised, state="withdrawn"), "withdrawn")]
    if change.kind == "superseded":
        return [(replace(raised, state="superseded", superseded_by=change.superseded_by), "superseded")]
    assert change.episode is not None
    if change.kind == "closed":
        moved = _moved(before, change.episode)
        return [(_closed(moved, change.episode), "closed")]
    moved = _moved(raised, change.episode)
    if change.kind == "reopened":
        moved = replace(moved, state="open", closed_at=None)
    return [(moved, change.kind)]


def _opened(episode: Episode, track: Track, objective: Objective, tick: int) -> Breach:
    first = episode.first
    return Breach(
        id=uuid4().hex,
        number=1,
        state="open",
        agreement=track.agreement,
        agreement_revision=first.revision,
        objective=track.objective,
        scope=track.scope,
        responsible=objective.responsible,
        opened_at=max(first.start, min(first.end, tick)),
        closed_at=None,
        superseded_by=None,
        window_start=first.start,
        window_end=first.end,
        result=first.result,
    )


def _attributed(
    uow: UnitOfWork,
    breach: Breach,
    before: Breach | None,
    kind: str,
    track: Track,
    objective: Objective,
    tick: int,
) -> Breach:
    """The breach with what each agency had of its journeys' time."""
    if before is not None and kind not in ATTRIBUTED and breach.result == before.result:
        return replace(breach, attribution=before.attribution, attributed=before.attributed)
    if not objective.on_journeys:
        return breach
    if breach.agreement_revision != track.revision:
        # The episode began under another revision: its own objective and track say which journeys.
        memory = memory_of(uow)
        key = (breach.agreement_revision, track.objective, track.scope)
        track = memory.tracks_of(uow.connection, track.service)[key]
        _, objective = memory.plan(uow.connection, track.service).objective(track)
    window = Window(breach.window_start, breach.window_end)
    entries, basis = attribution.of_window(uow.connection, track.id, track.service, objective, window, tick)
    return replace(breach, attribution=entries, attributed=basis)


def _cause(uow: UnitOfWork, breach: Breach) -> dict[str, Any] | None:
    """Why the window that opened it was judged again; None where that window has no result any more."""
    told = results.result_by_id(uow.connection, breach.result)
    if told is None:
        return None
    newest = results.newest_result(uow.connection, told.track, told.window_start, told.window_end)
    return None if newest is None else newest.body.get("cause")


def _moved(breach: Breach, episode: Episode) -> Breach:
    first = episode.first
    return replace(
        breach,
        window_start=first.start,
        window_end=first.end,
        result=first.result,
        agreement_revision=first.revision,
    )


def _closed(breach: Breach, episode: Episode) -> Breach:
    return replace(breach, number=breach.number + 1, state="closed", closed_at=episode.closed_at)


def breach_body(breach: Breach) -> dict[str, Any]:
    """A breach as API.md shows it."""
    return {
        "id": breach.id,
        "state": breach.state,
        "revision": breach.number,
        "agreement": breach.agreement,
        "agreement_revision": breach.agreement_revision,
        "objective": breach.objective,
        "scope": json.loads(breach.scope),
        "responsible": breach.responsible,
        "opened_at": rfc3339(breach.opened_at),
        "closed_at": None if breach.closed_at is None else rfc3339(breach.closed_at),
        "superseded_by": breach.superseded_by,
        "window": span_of(breach.window_start, breach.window_end),
        "result": breach.result,
        "cause": breach.cause,
        "attribution": breach.attribution,
        "attributed": breach.attributed,
    }


def span_of(start: int, end: int) -> dict[str, str]:
    return {"start": rfc3339(start), "end": rfc3339(end)}
