"""The feed. `seq` is given by the single writer, so it rises in commit order and any replica answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.db.types import Instant

tables = sa.MetaData()

feed = sa.Table(
    "feed",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.String(64), nullable=False),
    sa.Column("type", sa.String(128), nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("fed_at", Instant, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.UniqueConstraint("event_id", name="uq_feed_event_id"),
)

feed_agency = sa.Table(
    "feed_agency",
    tables,
    sa.Column("agency", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A fed fact: `event` is its CloudEvent in JSON."""

    seq: int
    type: str
    event: str


# Made once: making a statement takes longer than running it.
_bounds = sa.select(
    sa.select(sa.func.min(feed.c.seq)).scalar_subquery(), sa.select(sa.func.max(feed.c.seq)).scalar_subquery()
)
_holds = sa.select(feed.c.seq).where(feed.c.event_id == sa.bindparam("which"))
_append = sa.insert(feed)
_append_agency = sa.insert(feed_agency)


def bounds(connection: sa.Connection) -> tuple[int, int]:
    """The first sequence number that is kept and the newest; (1, 0) for an empty feed."""
    row = connection.execute(_bounds).one()
    return (row[0] or 1, row[1] or 0)


def holds(connection: sa.Connection, event_id: str) -> bool:
    """Whether a fact was fed already (a relay may publish it twice)."""
    return connection.execute(_holds, {"which": event_id}).first() is not None


def append(
    connection: sa.Connection,
    *,
    seq: int,
    event_id: str,
    kind: str,
    public: bool,
    agencies: tuple[str, ...],
    fed_at: datetime,
    event: str,
) -> None:
    row = {"seq": seq, "event_id": event_id, "type": kind, "public": public, "fed_at": fed_at, "event": event}
    connection.execute(_append, row)
    if agencies:
        connection.execute(_append_agency, [{"agency": agency, "seq": seq} for agency in agencies])


def after(
    connection: sa.Connection, seq: int, agency: str | None, types: tuple[str, ...], limit: int
) -> list[Entry]:
    """What an agency may hear of, behind ``seq``, oldest first."""
    where = {"behind": seq, "listener": agency, "most": limit}
    if types:
        rows = connection.execute(_after_of_types, {**where, "types": types})
    else:
        rows = connection.execute(_after, where)
    return [Entry(*row) for row in rows]


_visible = sa.select(feed_agency.c.seq).where(
    feed_agency.c.seq == feed.c.seq, feed_agency.c.agency == sa.bindparam("listener", type_=sa.String(64))
)
_after = (
    sa.select(feed.c.seq, feed.c.type, feed.c.event)
    .where(feed.c.seq > sa.bindparam("behind"), feed.c.public | _visible.exists())
    .order_by(feed.c.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_after_of_types = _after.where(feed.c.type.in_(sa.bindparam("types", expanding=True)))


def forget_before(connection: sa.Connection, instant: datetime) -> int:
    """Deletes what is older, but never the newest entry: it keeps the numbering."""
    newest = sa.select(sa.func.max(feed.c.seq)).scalar_subquery()
    old = sa.select(feed.c.seq).where(feed.c.fed_at < instant, feed.c.seq < newest)
    connection.execute(sa.delete(feed_agency).where(feed_agency.c.seq.in_(old)))
    return connection.execute(sa.delete(feed).where(feed.c.fed_at < instant, feed.c.seq < newest)).rowcount
