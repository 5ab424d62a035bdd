"""Reads that need a rule: open windows are judged when they are asked for, and explanations put together."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from services.evaluation.domain import explain, verdict
from services.evaluation.domain.amounts import shown
from services.evaluation.domain.objective import Objective, read_objectives
from services.evaluation.domain.windows import CalendarWindows, Window
from services.evaluation.handlers.judging import result_body, result_id, window_tally
from services.evaluation.store import control, journeys, panes, results
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.clock import SECOND, rfc3339
from shared.db import Connection

PAGE = 200


def visible(connection: Connection, agency: str | None) -> tuple[set[str], set[str]]:
    """Agreements whose open windows and breaches an agency may see, and those it sees closed results of."""
    mine: set[str] = set()
    public: set[str] = set()
    for found in control.revisions_of(connection):
        if agency is not None and agency in found.parties:
            mine.add(found.agreement)
        if found.visibility == "public":
            public.add(found.agreement)
    return mine, public


def objective_of(connection: Connection, track: Track) -> tuple[Revision, Objective] | None:
    revision = control.revision_by_hash(connection, track.revision)
    if revision is None:
        return None
    indicators = control.indicators_of(connection, revision.service)
    for objective in read_objectives(revision.document, indicators):
        if objective.code == track.objective:
            return revision, objective
    return None


def open_results(
    connection: Connection, agreements: Sequence[str], objective: str | None = None
) -> list[Result]:
    """The windows that hold the newest tick, judged from their panes as they are now."""
    tick = panes.newest_tick(connection)
    found: list[Result] = []
    for agreement in sorted(agreements):
        for track in panes.tracks_of(connection, agreement=agreement, objective=objective):
            both = objective_of(connection, track)
            if both is None:
                continue
            revision, judged = both
            ended = revision.effective_to is not None and revision.effective_to <= tick
            if not isinstance(judged.windows, CalendarWindows) or ended or tick < revision.effective_from:
                continue
            found.append(_open_result(connection, track, revision, judged, judged.windows.at(tick), tick))
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
    tally = window_tally(connection, track.id, objective, window)
    overdue = journeys.overdue(connection, track.id, *window) if objective.on_journeys else (0, 0)
    judgement = verdict.judge(objective, tally, verdict.OPEN)
    body = result_body(
        track, revision, objective, window, judgement, verdict.OPEN, tick=tick, overdue=overdue
    )
    identity = result_id(track, window, 0)
    return Result(
        id=identity,
        track=track.id,
        agreement=track.agreement,
        agreement_revision=track.revision,
        objective=track.objective,
        scope=track.scope,
        window_start=window.start,
        window_end=window.end,
        number=0,
        state=verdict.OPEN,
        verdict=judgement.verdict,
        newest=True,
        supersedes=None,
        computed_at=tick,
        body={"id": identity, "revision": 0, **body, "supersedes": None},
    )


def explanation(connection: Connection, result: Result, after: str, limit: int) -> dict[str, Any] | None:
    """Everything that a result rests on; `after` pages through journeys, else through batches."""
    track = panes.track_by_id(connection, result.track)
    both = objective_of(connection, track)
    if both is None:
        return None
    revision, objective = both
    span = (result.window_start, result.window_end)
    counted = (
        journeys.counted_in(connection, track.id, *span, after, limit + 1) if objective.on_journeys else []
    )
    batches = (
        []
        if objective.on_journeys
        else panes.batches_between(connection, track.service, objective.indicator, *span, after, limit + 1)
    )
    many = counted or batches
    more = len(many) > limit
    last = many[limit - 1] if more else None
    indicators = control.indicators_of(connection, revision.service)
    documents = {found["code"]: found for found in revision.document["objectives"]}
    document = documents[objective.code]
    limit_text = _limit_text(document)
    return {
        "result": result.body,
        "formula": explain.formula(objective),
        "steps": [
            {"number": number, "text": {"th": line.th, "en": line.en}, "count": line.figure}
            for number, line in enumerate(explain.lines(objective, result.body, limit_text), start=1)
        ],
        "objective": document,
        "indicator": indicators[objective.indicator],
        "batches": [_batch(row) for row in batches[:limit]],
        "journeys": [_journey(one) for one in counted[:limit]],
        "after_final": [
            {"batch": batch, "rows": rows}
            for batch, rows in panes.after_final_of(connection, track.id, result.window_start)
        ],
        "earlier": results.earlier_ids(connection, result),
        "last": None if last is None else (last["id"] if isinstance(last, dict) else last.journey),
    }


def _limit_text(document: dict[str, Any]) -> str | None:
    good = document.get("good")
    return None if good is None else str(good["value"])


def _batch(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "source": row["source"],
        "agency": row["agency"],
        "rows": row["rows"],
        "first_at": rfc3339(row["first_at"]),
        "last_at": rfc3339(row["last_at"]),
        "received_at": rfc3339(row["received_at"]),
        "position": f"{row['topic']}/{row['partition']}@{row['offset']}",
    }


def _journey(one: journeys.Contribution) -> dict[str, Any]:
    return {
        "journey": one.journey,
        "state": one.state,
        "good": one.good,
        "started": rfc3339(one.started),
        "ended": None if one.ended is None else rfc3339(one.ended),
        "seconds": None if one.duration is None else shown(Fraction(one.duration, SECOND)),
        "deadline": None if one.deadline is None else rfc3339(one.deadline),
        "flags": list(one.flags),
    }
