"""What an explanation lists: what touches a window, whether it counts, and where its rows are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.journeys import CHUNK, Contribution
from services.evaluation.store.tables import after_final, applied, batch, contribution, journey_event


def batches_touching(
    connection: sa.Connection,
    service: str,
    indicator: str,
    start: int,
    end: int,
    after: str,
    limit: int,
) -> list[dict[str, Any]]:
    """Batches that measured an indicator and touch [start, end), in whatever state, by id."""
    rows = connection.execute(
        sa.select(batch)
        .where(
            batch.c.service == service,
            batch.c.indicators.contains(f"|{indicator}|", autoescape=True),
            batch.c.first_at < end,
            batch.c.last_at >= start,
            batch.c.id > after,
        )
        .order_by(batch.c.id)
        .limit(limit)
    )
    return [dict(row._asdict()) for row in rows]


def applied_to(connection: sa.Connection, revision: str, batches: Sequence[str]) -> set[str]:
    """Those of some batches that a revision has been judged by."""
    rows = connection.execute(
        sa.select(applied.c.batch).where(applied.c.revision == revision, applied.c.batch.in_(batches))
    )
    return {row.batch for row in rows}


def late_rows(
    connection: sa.Connection, track: int, window_start: int, batches: Sequence[str]
) -> dict[str, int]:
    """batch -> its rows that came after the window was final."""
    rows = connection.execute(
        sa.select(after_final.c.batch, after_final.c.rows).where(
            after_final.c.track == track,
            after_final.c.window_start == window_start,
            after_final.c.batch.in_(batches),
        )
    )
    return {row.batch: row.rows for row in rows}


def journeys_touching(
    connection: sa.Connection, track: int, start: int, end: int, after: str, limit: int
) -> list[Contribution]:
    """Journeys that count in a window, those that were late at its end, and those that count nowhere (yet)
    and ran in it, by id."""
    rows = connection.execute(
        sa.select(contribution)
        .where(_touches(track, start, end), contribution.c.journey > after)
        .order_by(contribution.c.journey)
        .limit(limit)
    )
    return [Contribution(**row._asdict()) for row in rows]


def _touches(track: int, start: int, end: int) -> sa.ColumnElement[bool]:
    until = sa.func.coalesce(contribution.c.deadline, contribution.c.ended)
    counts = (contribution.c.at >= start) & (contribution.c.at < end)
    ran = (contribution.c.started < end) & (until.is_(None) | (until >= start))
    late = (contribution.c.deadline >= start) & (contribution.c.deadline < end) & (contribution.c.at >= end)
    late &= contribution.c.state == "counted"
    return (contribution.c.track == track) & (counts | late | (contribution.c.at.is_(None) & ran))


def flags_touching(connection: sa.Connection, track: int, start: int, end: int) -> dict[str, int]:
    """flag -> how many of these journeys carry it."""
    # As text: equal lists are one group on either database.
    text = sa.cast(contribution.c.flags, sa.Text)
    rows = connection.execute(
        sa.select(text, sa.func.count()).where(_touches(track, start, end), text != "[]").group_by(text)
    )
    found: dict[str, int] = {}
    for flags, number in rows:
        for flag in json.loads(flags):
            found[flag] = found.get(flag, 0) + number
    return dict(sorted(found.items()))


def batches_of(
    connection: sa.Connection, service: str, journeys: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """journey -> the batches that brought its events, each with the agency that sent it."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in journeys}
    for start in range(0, len(journeys), CHUNK):
        rows = connection.execute(
            sa.select(journey_event.c.journey, journey_event.c.batch, batch.c.agency)
            .join(batch, batch.c.id == journey_event.c.batch)
            .where(
                journey_event.c.service == service,
                journey_event.c.journey.in_(journeys[start : start + CHUNK]),
            )
            .distinct()
            .order_by(journey_event.c.journey, journey_event.c.batch)
        )
        for row in rows:
            found[row.journey].append((row.batch, row.agency))
    return found
