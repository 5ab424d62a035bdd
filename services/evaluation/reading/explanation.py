"""How a result came about: what counted, what did not and why, down to the raw batches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from services.evaluation.domain import explain
from services.evaluation.domain.amounts import shown
from services.evaluation.domain.exclusions import Span, covers, within
from services.evaluation.domain.journeys import MISSING_START, OVERDUE_LISTED, PAUSED, read_pauses
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.windows import Window
from services.evaluation.handlers.journeys import event_of
from services.evaluation.reading.agreed import Agreed
from services.evaluation.reading.burning import burning
from services.evaluation.reading.composites import explained
from services.evaluation.reading.consequences import reckoned, shown_cost
from services.evaluation.reading.visible import objective_of
from services.evaluation.store import (
    calendars,
    control,
    corrections,
    coverage,
    explaining,
    journeys,
    panes,
    results,
)
from services.evaluation.store.control import Revision
from services.evaluation.store.journeys import EXCLUDED, Contribution
from services.evaluation.store.panes import STAGED, VOIDED, Track
from services.evaluation.store.results import Result
from shared.clock import SECOND, rfc3339
from shared.db import Connection


def explanation(connection: Connection, result: Result, after: str, limit: int) -> dict[str, Any] | None:
    """Everything that a result rests on; `after` pages through journeys, else through batches."""
    if result.track < 0:
        return _of_composite(connection, result)
    track = panes.track_by_id(connection, result.track)
    both = objective_of(connection, track)
    if both is None:
        return None
    revision, objective = both
    agreed = Agreed(connection, result)
    listed = _journeys if objective.on_journeys else _batches
    items, last = listed(connection, result, track, revision, objective, agreed, after, limit)
    indicators = control.indicators_of(connection, revision.service)
    document = next(found for found in revision.document["objectives"] if found["code"] == objective.code)
    return {
        "result": result.body,
        "formula": explain.formula(objective),
        "steps": explain.steps(explain.lines(objective, result.body, _limit_text(document))),
        "objective": document,
        "indicator": indicators[objective.indicator],
        "revision": _revision(revision),
        "burn": burning(connection, track, objective, result),
        "counts": _what_counts(result, revision, objective, agreed),
        "consequences": _consequences(connection, result, revision),
        **_basis(result),
        "exclusions": agreed.exclusions,
        "corrections": agreed.corrections,
        "calendar_versions": calendars.versions_in(
            connection, track.id, result.window_start, result.window_end
        ),
        "batches": [] if objective.on_journeys else items,
        "journeys": items if objective.on_journeys else [],
        "flags": explaining.flags_touching(connection, track.id, result.window_start, result.window_end)
        if objective.on_journeys
        else {},
        "after_final": [
            {"batch": batch, "rows": rows} for batch, rows in _late(connection, result, track, objective)
        ],
        "earlier": results.earlier_ids(connection, result),
        "last": last,
    }


def _of_composite(connection: Connection, result: Result) -> dict[str, Any] | None:
    """A composite rests on its members' results: what they rest on, their own explanations say."""
    revision = control.revision_by_hash(connection, result.agreement_revision)
    found = None if revision is None else explained(connection, result, revision)
    if revision is None or found is None:
        return None
    return {
        **found,
        "indicator": {},
        "revision": _revision(revision),
        "counts": None,
        "consequences": _consequences(connection, result, revision),
        "burn": None,
        **_basis(result),
        "exclusions": [],
        "corrections": [],
        "calendar_versions": [],
        "batches": [],
        "journeys": [],
        "after_final": [],
        "earlier": results.earlier_ids(connection, result),
        "last": None,
    }


def _consequences(connection: Connection, result: Result, revision: Revision) -> list[dict[str, Any]]:
    """What a result costs; only a newest one costs anything."""
    clauses = revision.document.get("consequences") or ()
    if not any(clause["objective"] == result.objective for clause in clauses):
        return []
    costs = reckoned(connection, result.agreement)
    return [shown_cost(one) for one in costs if one.judged.result == result.id]


def _limit_text(document: dict[str, Any]) -> str | None:
    good = document.get("good")
    return None if good is None else str(good["value"])


def _revision(found: Revision) -> dict[str, Any]:
    """The revision that judges, and its span."""
    return {
        "hash": found.hash,
        "parent": found.parent,
        "time_zone": found.document.get("time_zone"),
        "effective_from": rfc3339(found.effective_from),
        "effective_to": None if found.effective_to is None else rfc3339(found.effective_to),
        "accepted_at": rfc3339(found.known_at) if found.known_at else None,
    }


def _basis(result: Result) -> dict[str, Any]:
    """What else it rests on, as the result says it: one field for each kind of control fact."""
    basis = result.body["basis"]
    return {
        "calendar": basis.get("calendar"),
        "plan": basis.get("plan"),
        "backfill": basis.get("backfill"),
        "cause": result.body.get("cause"),
    }


def _late(
    connection: Connection, result: Result, track: Track, objective: Objective
) -> list[tuple[str, int]]:
    """(batch, rows) of what came after the window was final and does not count; 0: a report of nothing."""
    window = Window(result.window_start, result.window_end)
    if objective.windows.rolling:
        # A row lies in many windows, of which some were final.
        late = dict(corrections.late_in(connection, track, window))
    else:
        late = dict(panes.after_final_of(connection, track.id, window.start))
    told = coverage.told_too_late(connection, track, *window)
    return sorted({**dict.fromkeys(told, 0), **late}.items())


def _what_counts(result: Result, revision: Revision, objective: Objective, agreed: Agreed) -> dict[str, Any]:
    """Which rows of the batches count: those that meet all of this. The sum over them is the result."""
    start, end = result.window_start, result.window_end
    if not objective.on_journeys:
        start = max(start, revision.effective_from)
        end = end if revision.effective_to is None else min(end, revision.effective_to)
    return {
        "indicator": objective.indicator,
        "from": rfc3339(start),
        "to": rfc3339(end),
        "without": [
            {"start": rfc3339(low), "end": rfc3339(high)} for low, high in within(agreed.spans, start, end)
        ],
        "labels": json.loads(result.scope),
        "count_at": objective.count_at if objective.on_journeys else None,
        "overdue": objective.overdue if objective.on_journeys else None,
    }


# --- measurements ------------------------------------------------------------------------------------


def _batches(
    connection: Connection,
    result: Result,
    track: Track,
    revision: Revision,
    objective: Objective,
    agreed: Agreed,
    after: str,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    span = (result.window_start, result.window_end)
    rows = explaining.batches_touching(
        connection, track.service, objective.indicator, *span, after, limit + 1
    )
    page = rows[:limit]
    ids = [row["id"] for row in page]
    applied = explaining.applied_to(connection, revision.hash, ids)
    late = explaining.late_rows(connection, track.id, result.window_start, ids)
    items = [_batch(row, _why_not(row, revision, applied), late.get(row["id"], 0)) for row in page]
    return items, page[-1]["id"] if len(rows) > limit else None


def _why_not(row: dict[str, Any], revision: Revision, applied: set[str]) -> str | None:
    """Why a batch counts nowhere in this result; None: its rows are asked one by one."""
    waiting = {VOIDED: "voided", STAGED: "waits_for_seal"}
    if row["state"] in waiting:
        return waiting[row["state"]]
    end = revision.effective_to
    if row["last_at"] < revision.effective_from or (end is not None and row["first_at"] >= end):
        return "other_revision"
    return None if row["id"] in applied else "not_yet_applied"


def _batch(row: dict[str, Any], why_not: str | None, late: int) -> dict[str, Any]:
    return {
        "id": row["id"],
        "source": row["source"],
        "agency": row["agency"],
        "rows": row["rows"],
        "first_at": rfc3339(row["first_at"]),
        "last_at": rfc3339(row["last_at"]),
        "received_at": rfc3339(row["received_at"]),
        "position": f"{row['topic']}/{row['partition']}@{row['offset']}",
        "counts": why_not is None,
        "why_not": why_not,
        "after_final": late,
        "rows_at": rows_at(row["id"]),
    }


def rows_at(batch: str) -> str:
    """Where the batch's owner reads its rows as they were accepted."""
    return f"/api/metrics/v1/batches/{batch}/measurements"


# --- journeys ----------------------------------------------------------------------------------------


def _journeys(
    connection: Connection,
    result: Result,
    track: Track,
    revision: Revision,
    objective: Objective,
    agreed: Agreed,
    after: str,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    span = (result.window_start, result.window_end)
    rows = explaining.journeys_touching(connection, track.id, *span, after, limit + 1)
    page = rows[:limit]
    batches = explaining.batches_of(connection, track.service, [one.journey for one in page])
    pauses = _pauses(connection, track.service, objective, page)
    items = [
        {**_journey(one, batches[one.journey], agreed.spans, span[1]), "pauses": pauses.get(one.journey, [])}
        for one in page
    ]
    return items, page[-1].journey if len(rows) > limit else None


def _pauses(
    connection: Connection, service: str, objective: Objective, page: Sequence[Contribution]
) -> dict[str, list[dict[str, Any]]]:
    """The pauses of the journeys that have some, and whether the agreement lets them stop the clock."""
    paused = {one.journey: one for one in page if PAUSED in one.flags}
    found: dict[str, list[dict[str, Any]]] = {}
    for journey, rows in journeys.events_of(connection, service, paused).items():
        stops = read_pauses([event_of(row) for row in rows], paused[journey].ended)
        found[journey] = [
            {
                "start": rfc3339(pause.start),
                "end": rfc3339(pause.end) if pause in stops.pauses else None,
                "owner": pause.owner or None,
                "reason": pause.reason,
                "agreed": pause.reason in objective.pauses,
            }
            for pause in sorted((*stops.pauses, *stops.waits))
        ]
    return found


def _seconds(micros: int | None) -> str | None:
    return None if micros is None else shown(Fraction(micros, SECOND))


def _journey(
    one: Contribution, batches: Sequence[tuple[str, str]], spans: Sequence[Span], closes: int
) -> dict[str, Any]:
    """`why_not` of one that counts nowhere yet is its state: pending, listed as overdue, …

    One that ended behind the window's end (``closes``) is listed here, and counts there.
    """
    later = one.at is not None and one.at >= closes
    # By name, or because it counts at an instant that was left out.
    excluded = one.state == EXCLUDED or (one.at is not None and not later and covers(spans, one.at))
    why_not = EXCLUDED if excluded else None if one.at is not None else one.state
    return {
        "journey": one.journey,
        "state": one.state,
        "good": one.good,
        "started": None if MISSING_START in one.flags else rfc3339(one.started),
        "ended": None if one.ended is None else rfc3339(one.ended),
        "seconds": _seconds(one.duration),
        "spent": _seconds(one.spent),
        "calendar": one.calendar,
        "deadline": None if one.deadline is None else rfc3339(one.deadline),
        "flags": list(one.flags),
        "counts": one.at is not None and not excluded and not later,
        "counts_at": None if one.at is None else rfc3339(one.at),
        "why_not": OVERDUE_LISTED if later else why_not,
        "batches": [{"id": batch, "agency": agency, "rows_at": rows_at(batch)} for batch, agency in batches],
    }
