"""Journey events that came after the window they would change was final: kept, and read by no recount.

Without this a later event of the same journey, or a control fact, would let them in by the back door: they
count only when a correction names them (SEMANTICS, Windows).
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.evaluation.store.journeys import Contribution
from services.evaluation.store.tables import HASH, ID, tables
from shared.db.types import Code, Micros

aside = sa.Table(
    "aside",
    tables,
    sa.Column("service", Code, nullable=False),
    sa.Column("journey", sa.String(128), nullable=False),
    sa.Column("revision", HASH, nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("batch", ID, nullable=False),
    # Where the journey counts, or would count: an instant of the final window.
    sa.Column("at", Micros, nullable=False),
    sa.PrimaryKeyConstraint("service", "journey", "revision", "objective", "batch", name="pk_aside"),
    sa.Index("ix_aside_batch", "batch"),
)

Late = dict[str, dict[tuple[str, str], set[str]]]
"""journey -> (revision, objective) -> the batches whose events it does not hear."""


def add(connection: sa.Connection, of: Contribution, batch: str, at: int) -> None:
    key = {
        "service": of.service,
        "journey": of.journey,
        "revision": of.revision,
        "objective": of.objective,
        "batch": batch,
    }
    mine = sa.and_(*(aside.c[name] == value for name, value in key.items()))
    if connection.execute(sa.select(aside.c.at).where(mine)).first() is None:
        connection.execute(sa.insert(aside).values(**key, at=at))


_of_journeys = sa.select(aside).where(
    aside.c.service == sa.bindparam("of_service"),
    aside.c.journey.in_(sa.bindparam("names", expanding=True)),
)


def of_journeys(connection: sa.Connection, service: str, journeys: Sequence[str]) -> Late:
    found: Late = {}
    for start in range(0, len(journeys), 500):
        names = journeys[start : start + 500]
        for row in connection.execute(_of_journeys, {"of_service": service, "names": names}):
            mine = found.setdefault(row.journey, {})
            mine.setdefault((row.revision, row.objective), set()).add(row.batch)
    return found


def release(
    connection: sa.Connection, revision: str, objective: str, batch: str, start: int, end: int
) -> list[str]:
    """Lets an objective hear a batch's events again where they matter in [start, end). -> the journeys."""
    mine = (
        (aside.c.revision == revision)
        & (aside.c.objective == objective)
        & (aside.c.batch == batch)
        & (aside.c.at >= start)
        & (aside.c.at < end)
    )
    journeys = [row.journey for row in connection.execute(sa.select(aside.c.journey).where(mine))]
    connection.execute(sa.delete(aside).where(mine))
    return journeys


def remove(connection: sa.Connection, batch: str) -> None:
    """A voided batch has no events any more."""
    connection.execute(sa.delete(aside).where(aside.c.batch == batch))
