"""Results as others read them: their body, their id, and whether two of them say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import FINAL, Judgement
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import evidence, improvements
from services.evaluation.handlers.tallies import Excluded
from services.evaluation.store import calendars, results
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.clock import rfc3339
from shared.db import Connection, UnitOfWork
from shared.events.evaluation import ResultFinal


def final_at(revision: Revision, objective: Objective, end: int) -> int:
    """When a window that ends at ``end`` becomes final: its grace later.

    For a window that had ended before all parties accepted (a retroactive agreement) grace runs from then:
    nobody could report for a promise that was none yet. (docs/adr/0010.)
    """
    return max(end, revision.known_at) + objective.grace


def result_body(
    track: Track,
    revision: Revision,
    objective: Objective,
    window: Window,
    judgement: Judgement,
    state: str,
    *,
    tick: int,
    overdue: Sequence[int],
    excluded: Excluded,
    corrections: Sequence[str] = (),
    backfill: str | None = None,
    calendar: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A result as API.md shows it, without id and revision."""
    return {
        "agreement": track.agreement,
        "agreement_revision": track.revision,
        "objective": track.objective,
        "responsible": objective.responsible,
        "scope": json.loads(track.scope),
        "window": {"start": rfc3339(window.start), "end": rfc3339(window.end), "state": state},
        **judgement.numbers(objective),
        "overdue": {"counted": overdue[0], "listed": overdue[1]},
        "excluded": excluded.number,
        "coverage": None if judgement.coverage is None else judgement.coverage.text(),
        "forecast": None if judgement.forecast is None else judgement.forecast.body(),
        "data_until": rfc3339(min(tick, window.end)) if tick else None,
        "computed_at": rfc3339(tick) if tick else None,
        "closes_at": rfc3339(window.end),
        "final_at": rfc3339(final_at(revision, objective, window.end)),
        "cause": None,
        "basis": {
            "agreement_revision": track.revision,
            "calendar": calendar,
            "plan": None if judgement.coverage is None else judgement.coverage.body(),
            "exclusions": excluded.ids,
            "corrections": list(corrections),
            "backfill": backfill,
        },
    }


def calendar_basis(
    connection: Connection, track: Track, objective: Objective, window: Window
) -> dict[str, Any] | None:
    """The working calendar and the newest of its versions by which journeys of a window were judged.

    Without a journey: the version that one at the window's end would have been judged by.
    """
    if objective.calendars is None:
        return None
    used = calendars.versions_in(connection, track.id, *window)
    last = objective.calendars.at(window.end - 1)
    return {"code": last.code, "version": used[-1] if used else last.version}


_JUDGED = (
    "verdict",
    "good",
    "total",
    "exact",
    "overdue",
    "comparator",
    "target",
    "slices",
    "coverage",
    "excluded",
)


def same_judgement(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two results say the same; when and from which positions they were made does not matter."""
    # By `get`: a field that is younger than a stored result says there that it was not judged by it.
    names = ("plan", "calendar", "backfill")
    basis = all(one["basis"].get(name) == other["basis"].get(name) for name in names)
    for name in ("exclusions", "corrections"):
        basis = basis and (one["basis"].get(name) or []) == (other["basis"].get(name) or [])
    return basis and all(one.get(name) == other.get(name) for name in _JUDGED)


def made(
    track: Track,
    window: Window,
    number: int,
    state: str,
    verdict: str,
    body: dict[str, Any],
    *,
    tick: int,
    supersedes: str | None = None,
) -> Result:
    """A result with its id; ``body`` is without it."""
    identity = result_id(track, window, number)
    return Result(
        id=identity,
        track=track.id,
        agreement=track.agreement,
        agreement_revision=track.revision,
        objective=track.objective,
        scope=track.scope,
        window_start=window.start,
        window_end=window.end,
        number=number,
        state=state,
        verdict=verdict,
        newest=True,
        supersedes=supersedes,
        computed_at=tick,
        body={"id": identity, "revision": number, **body, "supersedes": supersedes},
    )


def put(uow: UnitOfWork, revision: Revision, new: Result, replaces: Result | None) -> None:
    """Stores a result as the newest of its window, and tells one that is final."""
    results.put_result(uow.connection, new, replaces)
    if replaces is not None and replaces.state == FINAL:
        improvements.look_again(uow, new)
    if new.state == FINAL:
        _tell_final(uow, revision, new, new.body)


def finish(uow: UnitOfWork, revision: Revision, closed: Result, **more: Any) -> None:
    """A closed result became final: the same judgement, so the same revision. ``more``: what else it says."""
    body = {**closed.body, "window": {**closed.body["window"], "state": FINAL}, **more}
    results.update_state(uow.connection, closed.id, FINAL, body)
    _tell_final(uow, revision, closed, body)


def _tell_final(uow: UnitOfWork, revision: Revision, of: Result, body: dict[str, Any]) -> None:
    evidence.note_result(uow, body, of.window_end)
    uow.emit(
        ResultFinal(
            version=of.number,
            agreement=of.agreement,
            parties=list(revision.parties),
            visibility=revision.visibility,
            result=body,
        ).event()
    )


def result_id(track: Track, window: Window, number: int) -> str:
    """The same for the same judgement, whoever computes it: track, span and revision of the result."""
    identity = f"{track.revision}/{track.objective}/{track.scope}/{window.start}/{window.end}"
    return f"{hashlib.sha256(identity.encode()).hexdigest()[:24]}-{number}"
