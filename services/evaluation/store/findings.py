"""What findings are made of: the results of a window, and its journeys."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.evaluation.store.journeys import EXCLUDED, Contribution
from services.evaluation.store.results import Result
from services.evaluation.store.tables import contribution, result


def objectives_of(connection: sa.Connection, agreement: str) -> list[str]:
    """The objectives of an agreement that have results of closed windows, by code."""
    rows = connection.execute(
        sa.select(result.c.objective)
        .where(result.c.agreement == agreement, result.c.newest, result.c.number > 0)
        .distinct()
        .order_by(result.c.objective)
    )
    return [row.objective for row in rows]


def results_of_window(
    connection: sa.Connection, agreement: str, objective: str, at: int | None
) -> list[Result]:
    """The newest results of the closed window that holds an instant and ends first (None: the last one)."""
    mine = (
        (result.c.agreement == agreement)
        & (result.c.objective == objective)
        & result.c.newest
        & (result.c.number > 0)
    )
    query = sa.select(result.c.window_start, result.c.window_end).where(mine).limit(1)
    if at is None:
        query = query.order_by(result.c.window_end.desc())
    else:
        query = query.where(result.c.window_start <= at, result.c.window_end > at)
        query = query.order_by(result.c.window_end)
    window = connection.execute(query).first()
    if window is None:
        return []
    rows = connection.execute(
        sa.select(result)
        .where(
            mine,
            result.c.window_start == window.window_start,
            result.c.window_end == window.window_end,
        )
        .order_by(result.c.agreement_revision, result.c.scope)
    )
    return [Result(**row._asdict()) for row in rows]


def journeys_in(connection: sa.Connection, tracks: Sequence[int], start: int, end: int) -> list[Contribution]:
    """The journeys that count in a window, without those that an exclusion names."""
    return _contributions(
        connection,
        tracks,
        (contribution.c.at >= start) & (contribution.c.at < end) & (contribution.c.state != EXCLUDED),
    )


def journeys_running(
    connection: sa.Connection, tracks: Sequence[int], start: int, end: int
) -> list[Contribution]:
    """The journeys that were under way at some instant of [start, end), wherever they count."""
    ended = contribution.c.ended
    return _contributions(
        connection, tracks, (contribution.c.started < end) & (ended.is_(None) | (ended >= start))
    )


def _contributions(
    connection: sa.Connection, tracks: Sequence[int], where: sa.ColumnElement[bool]
) -> list[Contribution]:
    found: list[Contribution] = []
    for track in tracks:
        rows = connection.execute(
            sa.select(contribution)
            .where(contribution.c.track == track, where)
            .order_by(contribution.c.journey)
        )
        found += [Contribution(**row._asdict()) for row in rows]
    return found
