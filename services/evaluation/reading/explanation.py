"""How a result came about: what counted and what did not, down to the raw batches."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from services.evaluation.domain import explain
from services.evaluation.domain.amounts import shown
from services.evaluation.reading.visible import objective_of
from services.evaluation.store import control, journeys, panes, results
from services.evaluation.store.results import Result
from shared.clock import SECOND, rfc3339
from shared.db import Connection


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
