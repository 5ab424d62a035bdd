"""What was last told of each track's open window and burn, and when a tick has to look again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.panes.common import upsert
from services.evaluation.store.tables import outlook, track


@dataclass(slots=True)
class Outlook:
    """``look``: the minute (µs) from which on a tick looks again, None: when something arrives.

    ``risk_start``, ``risk_end``: the window that is at risk. ``alerts``: the pairs that stand.
    """

    track: int
    look: int | None
    standing: bool
    risk_start: int | None
    risk_end: int | None
    alerts: list[str]
    told: int


def due(connection: sa.Connection, services: Sequence[str], at: int) -> list[Outlook]:
    """What a tick at a whole minute looks at, in the order of the tracks."""
    rows = connection.execute(_due, {"at": at, "services": list(services)})
    return [Outlook(**row._asdict()) for row in rows]


_due = (
    sa.select(outlook)
    .join(track, track.c.id == outlook.c.track)
    .where(
        outlook.c.look <= sa.bindparam("at"), track.c.service.in_(sa.bindparam("services", expanding=True))
    )
    .order_by(outlook.c.track)
)


def standing(connection: sa.Connection) -> set[int]:
    """The tracks that are at risk or have an alert."""
    return {row.track for row in connection.execute(_standing)}


_standing = sa.select(outlook.c.track).where(outlook.c.standing)


@cache
def _look_soon(dialect: str) -> Any:
    statement = upsert(dialect, outlook)
    sooner = sa.case(
        (outlook.c.look < statement.excluded.look, outlook.c.look), else_=statement.excluded.look
    )
    return statement.on_conflict_do_update(index_elements=["track"], set_={"look": sooner})


def look_soon(connection: sa.Connection, tracks: Iterable[int], at: int) -> None:
    """Has the next tick at or behind ``at`` look at some tracks; what is due sooner stays."""
    rows = [
        {"track": one, "look": at, "standing": False, "alerts": [], "told": 0} for one in sorted(set(tracks))
    ]
    if rows:
        connection.execute(_look_soon(connection.dialect.name), rows)


_NAMES = tuple(field.name for field in fields(Outlook) if field.name != "track")
_save = (
    sa.update(outlook)
    .where(outlook.c.track == sa.bindparam("which"))
    .values({name: sa.bindparam(name) for name in _NAMES})
)


def save(connection: sa.Connection, found: Sequence[Outlook]) -> None:
    if found:
        rows = [{"which": one.track, **{name: getattr(one, name) for name in _NAMES}} for one in found]
        connection.execute(_save, rows)
