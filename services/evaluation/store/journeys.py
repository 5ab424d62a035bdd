"""Journey events, and where each journey counts for each objective."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.tables import contribution, journey_event

CHUNK = 500
EXCLUDED = "excluded"
"""The state of a journey that an approved exclusion names: it has a place (`at`), and adds nothing there."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """Where a journey counts for an objective. ``at`` None: nowhere (yet). Instants in µs UTC.

    ``duration``: from start to end; ``spent``: what of it the objective's clock counts, by the version
    ``calendar`` of a working calendar where there is one.
    """

    revision: str
    objective: str
    journey: str
    service: str
    track: int
    state: str
    at: int | None
    good: bool
    duration: int | None
    spent: int | None
    calendar: int | None
    started: int
    ended: int | None
    deadline: int | None
    due: int | None
    flags: Sequence[str]


def add_events(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Stores the events that are new (by service and id). Returns the journeys they belong to."""
    touched: set[str] = set()
    for chunk in _chunks(rows):
        service = chunk[0]["service"]
        known = {
            row.id
            for row in connection.execute(
                sa.select(journey_event.c.id).where(
                    journey_event.c.service == service,
                    journey_event.c.id.in_([row["id"] for row in chunk]),
                )
            )
        }
        fresh: dict[str, Mapping[str, Any]] = {}
        for row in chunk:
            if row["id"] not in known:
                fresh.setdefault(row["id"], row)
        if fresh:
            connection.execute(sa.insert(journey_event), list(fresh.values()))
            touched.update(row["journey"] for row in fresh.values())
    return touched


def remove_events(connection: sa.Connection, batch_id: str) -> set[str]:
    """Deletes the events that a batch brought. Returns the journeys they belonged to."""
    journeys = {
        row.journey
        for row in connection.execute(
            sa.select(journey_event.c.journey).where(journey_event.c.batch == batch_id).distinct()
        )
    }
    connection.execute(sa.delete(journey_event).where(journey_event.c.batch == batch_id))
    return journeys


def events_of(
    connection: sa.Connection, service: str, journeys: Iterable[str]
) -> dict[str, list[sa.Row[Any]]]:
    """All events of some journeys, in the order of their time."""
    found: dict[str, list[sa.Row[Any]]] = {}
    for chunk in _chunks(sorted(journeys)):
        rows = connection.execute(
            sa.select(journey_event)
            .where(journey_event.c.service == service, journey_event.c.journey.in_(chunk))
            .order_by(journey_event.c.journey, journey_event.c.at, journey_event.c.id)
        )
        for row in rows:
            found.setdefault(row.journey, []).append(row)
    return found


def journeys_of(connection: sa.Connection, service: str, after: str, limit: int) -> list[str]:
    """The journeys of a service by id, for going through all of them in pieces."""
    rows = connection.execute(
        sa.select(journey_event.c.journey)
        .where(journey_event.c.service == service, journey_event.c.journey > after)
        .distinct()
        .order_by(journey_event.c.journey)
        .limit(limit)
    )
    return [row.journey for row in rows]


def number_of(connection: sa.Connection, service: str) -> int:
    """How many journeys of a service have been heard of."""
    journey = journey_event.c.journey
    query = sa.select(sa.func.count(sa.distinct(journey))).where(journey_event.c.service == service)
    return connection.execute(query).scalar_one()


def contributions_of(
    connection: sa.Connection, service: str, journeys: Iterable[str]
) -> dict[str, list[Contribution]]:
    found: dict[str, list[Contribution]] = {}
    for chunk in _chunks(sorted(journeys)):
        rows = connection.execute(
            sa.select(contribution).where(
                contribution.c.service == service, contribution.c.journey.in_(chunk)
            )
        )
        for row in rows:
            one = Contribution(**row._asdict())
            found.setdefault(one.journey, []).append(one)
    return found


def due_journeys(connection: sa.Connection, services: Sequence[str], at: int) -> dict[str, set[str]]:
    """service -> journeys whose contribution a tick at ``at`` changes."""
    found: dict[str, set[str]] = {}
    rows = connection.execute(
        sa.select(contribution.c.service, contribution.c.journey)
        .where(contribution.c.due < at, contribution.c.service.in_(services))
        .distinct()
    )
    for row in rows:
        found.setdefault(row.service, set()).add(row.journey)
    return found


def replace_contributions(
    connection: sa.Connection, old: Sequence[Contribution], new: Sequence[Contribution]
) -> None:
    for one in old:
        connection.execute(
            sa.delete(contribution).where(
                contribution.c.revision == one.revision,
                contribution.c.objective == one.objective,
                contribution.c.journey == one.journey,
            )
        )
    if new:
        connection.execute(
            sa.insert(contribution),
            [{name: getattr(one, name) for name in Contribution.__dataclass_fields__} for one in new],
        )


def excluded_in(connection: sa.Connection, track_id: int, start: int, end: int) -> list[str]:
    """The journeys that would count in a window and are named by an exclusion."""
    rows = connection.execute(
        sa.select(contribution.c.journey).where(
            contribution.c.track == track_id,
            contribution.c.state == EXCLUDED,
            contribution.c.at >= start,
            contribution.c.at < end,
        )
    )
    return [row.journey for row in rows]


def of_track(connection: sa.Connection, track_id: int, started: int | None) -> Iterator[Contribution]:
    """A track's journeys that started at ``started`` or later, without those that are excluded by name."""
    query = (
        sa.select(contribution)
        .where(contribution.c.track == track_id, contribution.c.state != EXCLUDED)
        .order_by(contribution.c.started, contribution.c.journey)
    )
    if started is not None:
        query = query.where(contribution.c.started >= started)
    for row in connection.execute(query):
        yield Contribution(**row._asdict())


def overdue(connection: sa.Connection, track_id: int, start: int, end: int, closes: int) -> tuple[int, int]:
    """How many journeys count (resp. are only listed) as overdue in [start, end), by their deadline.

    ``closes``: the end of the window. One that ended behind it was open then, and counts where it ended.
    """
    ended_later = (contribution.c.state == "counted") & (contribution.c.at >= closes)
    rows = connection.execute(
        sa.select(contribution.c.state, sa.func.count())
        .where(
            contribution.c.track == track_id,
            contribution.c.state.in_(("overdue-counted", "overdue-listed")) | ended_later,
            contribution.c.deadline >= start,
            contribution.c.deadline < end,
        )
        .group_by(contribution.c.state)
    )
    counts = {row[0]: row[1] for row in rows}
    return counts.get("overdue-counted", 0), counts.get("overdue-listed", 0) + counts.get("counted", 0)


def _counts_in(track_id: int, start: int, end: int, bad: bool) -> sa.ColumnElement[bool]:
    within = (contribution.c.track == track_id) & (contribution.c.at >= start) & (contribution.c.at < end)
    within &= contribution.c.state != EXCLUDED
    return within & contribution.c.good.is_(False) if bad else within


def number_in(connection: sa.Connection, track_id: int, start: int, end: int, *, bad: bool) -> int:
    """How many journeys count in a window; ``bad``: only those that count as bad."""
    query = sa.select(sa.func.count()).where(_counts_in(track_id, start, end, bad))
    return int(connection.execute(query).scalar_one())


def longest_in(
    connection: sa.Connection, track_id: int, start: int, end: int, *, bad: bool, limit: int
) -> list[Contribution]:
    """The journeys that count in a window: open ones (the oldest first), then those that took longest."""
    rows = connection.execute(
        sa.select(contribution)
        .where(_counts_in(track_id, start, end, bad))
        .order_by(
            contribution.c.duration.is_(None).desc(),
            contribution.c.duration.desc(),
            contribution.c.started,
            contribution.c.journey,
        )
        .limit(limit)
    )
    return [Contribution(**row._asdict()) for row in rows]


def evidence_in(
    connection: sa.Connection, track_id: int, start: int, end: int, *, bad: bool, after: str, limit: int
) -> list[Contribution]:
    """The journeys that count in a window, by id."""
    rows = connection.execute(
        sa.select(contribution)
        .where(_counts_in(track_id, start, end, bad), contribution.c.journey > after)
        .order_by(contribution.c.journey)
        .limit(limit)
    )
    return [Contribution(**row._asdict()) for row in rows]


def _chunks(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
