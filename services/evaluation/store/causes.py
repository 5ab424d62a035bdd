"""Why a track's windows have to be judged again: remembered from the change until a tick judges them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.panes import APPLIED
from services.evaluation.store.tables import ID, batch, contribution, journey_event, tables
from shared.db.types import Micros

cause = sa.Table(
    "cause",
    tables,
    sa.Column("track", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("id", ID, nullable=False),
    # The agency or source behind it; NULL where there is no single one.
    sa.Column("by", ID),
    # The span of event times that it touched.
    sa.Column("from_at", Micros, nullable=False),
    sa.Column("to_at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("track", "kind", "id", name="pk_cause"),
)

MOST = 20
"""Of more causes between two judgements only the first ones are told; of more reports also remembered."""

REPORTED = ("late_data", "void")


@dataclass(frozen=True, slots=True)
class Cause:
    """``kind``: late_data, void, exclusion, correction, calendar, revision or backfill."""

    kind: str
    id: str
    by: str | None = None

    @property
    def acts_as_correction(self) -> bool:
        """Whether it judges final windows again; what is reported, or taken back, does not."""
        return self.kind not in REPORTED


@dataclass(frozen=True, slots=True)
class Touch:
    """A cause, and [from_at, to_at) of what it touched of one track."""

    track: int
    cause: Cause
    from_at: int
    to_at: int

    def touches(self, start: int, end: int) -> bool:
        return self.from_at < end and self.to_at > start


def add(connection: sa.Connection, touches: Iterable[Touch]) -> None:
    """Remembers causes; one that is known already touches what both say."""
    known: dict[int, dict[tuple[str, str], Touch]] = {}
    for one in touches:
        if one.track not in known:
            known[one.track] = {
                (old.cause.kind, old.cause.id): old for old in of_track(connection, one.track)
            }
        mine = known[one.track]
        key = (one.cause.kind, one.cause.id)
        old = mine.get(key)
        if old is None and len(mine) >= MOST and not one.cause.acts_as_correction:
            continue
        low = one.from_at if old is None else min(old.from_at, one.from_at)
        high = one.to_at if old is None else max(old.to_at, one.to_at)
        if old is not None and (low, high) == (old.from_at, old.to_at):
            continue
        mine[key] = Touch(one.track, one.cause, low, high)
        if old is not None:
            _drop(connection, one.track, key)
        connection.execute(sa.insert(cause).values(**_row(mine[key])))


def _row(one: Touch) -> dict[str, Any]:
    return {
        "track": one.track,
        "kind": one.cause.kind,
        "id": one.cause.id,
        "by": one.cause.by,
        "from_at": one.from_at,
        "to_at": one.to_at,
    }


def _drop(connection: sa.Connection, track: int, key: tuple[str, str]) -> None:
    mine = (cause.c.track == track) & (cause.c.kind == key[0]) & (cause.c.id == key[1])
    connection.execute(sa.delete(cause).where(mine))


def of_track(connection: sa.Connection, track: int) -> list[Touch]:
    """What is remembered of a track, by kind and id."""
    rows = connection.execute(_of_track, {"of_track": track})
    return [Touch(row.track, Cause(row.kind, row.id, row.by), row.from_at, row.to_at) for row in rows]


_of_track = (
    sa.select(cause).where(cause.c.track == sa.bindparam("of_track")).order_by(cause.c.kind, cause.c.id)
)


def drop(connection: sa.Connection, track: int) -> None:
    """Forgets a track's: they have been judged."""
    connection.execute(sa.delete(cause).where(cause.c.track == track))


# --- late data ---------------------------------------------------------------------------------------


def _since(service: str, since: int) -> sa.Select[Any]:
    return (
        sa.select(batch.c.id, batch.c.source)
        .where(batch.c.service == service, batch.c.state == APPLIED, batch.c.received_at >= since)
        .order_by(batch.c.received_at, batch.c.id)
        .limit(MOST)
    )


def late_batches(
    connection: sa.Connection, service: str, indicator: str, start: int, end: int, since: int
) -> list[tuple[str, str]]:
    """(batch, source) of what measured an indicator in [start, end) and was received since an instant."""
    query = _since(service, since).where(
        batch.c.indicators.contains(f"|{indicator}|", autoescape=True),
        batch.c.first_at < end,
        batch.c.last_at >= start,
    )
    return [(row.id, row.source) for row in connection.execute(query)]


def late_passages(
    connection: sa.Connection, service: str, track: int, start: int, end: int, since: int
) -> list[tuple[str, str]]:
    """(batch, source) of the events, received since an instant, of journeys that count in [start, end)."""
    here = (contribution.c.at >= start) & (contribution.c.at < end)
    mine = (
        sa.select(journey_event.c.id)
        .join(
            contribution,
            (contribution.c.service == journey_event.c.service)
            & (contribution.c.journey == journey_event.c.journey),
        )
        .where(journey_event.c.batch == batch.c.id, contribution.c.track == track, here)
    )
    query = _since(service, since).where(batch.c.kind == "journeys", mine.exists())
    return [(row.id, row.source) for row in connection.execute(query)]
