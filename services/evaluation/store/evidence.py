"""The evidence log: leaves, the complete nodes of their tree, and checkpoints with who signed them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from services.evaluation.domain.evidence import HOUR, Leaf
from services.evaluation.domain.merkle import Node
from services.evaluation.domain.verdict import FINAL
from services.evaluation.store.panes.common import upsert
from services.evaluation.store.tables import HASH, batch, result, tables, tick
from shared.db.types import Code, Json, Micros

KID = sa.String(64)
_AT_ONCE = 300

leaf = sa.Table(
    "evidence_leaf",
    tables,
    sa.Column("hash", HASH, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    # The agreement or, of batches, the service; and of what instant it is.
    sa.Column("about", Code, nullable=False),
    sa.Column("at", Micros, nullable=False),
    # The RFC 8785 form that `hash` is made of.
    sa.Column("data", sa.Text, nullable=False),
    # What the leaf is the hash of, where it is kept nowhere else.
    sa.Column("document", Json),
    sa.Column("noted_at", Micros, nullable=False),
    # NULL until the sequencer gave it its place.
    sa.Column("position", sa.BigInteger, unique=True),
)

node = sa.Table(
    "evidence_node",
    tables,
    sa.Column("level", sa.Integer, primary_key=True),
    sa.Column("place", sa.BigInteger, primary_key=True),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

checkpoint = sa.Table(
    "evidence_checkpoint",
    tables,
    sa.Column("size", sa.BigInteger, primary_key=True),
    sa.Column("at", Micros, nullable=False),
    sa.Column("root", HASH, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("kid", KID, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
)

cosignature = sa.Table(
    "evidence_cosignature",
    tables,
    sa.Column("size", sa.BigInteger, primary_key=True),
    sa.Column("agency", Code, primary_key=True),
    sa.Column("kid", KID, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A leaf as it is kept."""

    hash: str
    kind: str
    about: str
    at: int
    data: str
    document: dict[str, Any] | None
    noted_at: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint with the log's own signature line."""

    size: int
    at: int
    root: str
    body: str
    kid: str
    line: str


@dataclass(frozen=True, slots=True)
class Cosigned:
    size: int
    agency: str
    kid: str
    time: int
    line: str


# --- leaves ------------------------------------------------------------------------------------------


def put_leaf(
    connection: sa.Connection, new: Leaf, noted_at: int, document: dict[str, Any] | None = None
) -> None:
    """Notes a leaf, once however often the same fact is met."""
    values = {
        "hash": new.hash,
        "kind": new.kind,
        "about": new.about,
        "at": new.at,
        "data": new.data.decode(),
        "document": document,
        "noted_at": noted_at,
    }
    connection.execute(upsert(connection.dialect.name, leaf).on_conflict_do_nothing(), values)


def leaf_by_hash(connection: sa.Connection, digest: str) -> Noted | None:
    row = connection.execute(sa.select(leaf).where(leaf.c.hash == digest)).first()
    return None if row is None else Noted(**row._asdict())


def leaves_about(
    connection: sa.Connection, about: str, kind: str, after: int = -1, to: int | None = None
) -> list[Noted]:
    """The leaves of one kind about an agreement or service, of instants in (after, to], in their order."""
    query = (
        sa.select(leaf)
        .where(leaf.c.about == about, leaf.c.kind == kind, leaf.c.at > after)
        .order_by(leaf.c.at, leaf.c.position, leaf.c.hash)
    )
    if to is not None:
        query = query.where(leaf.c.at <= to)
    return [Noted(**row._asdict()) for row in connection.execute(query)]


def places(connection: sa.Connection, hashes: Sequence[str]) -> dict[str, int]:
    """Leaf -> its position, of those that have one."""
    found: dict[str, int] = {}
    for start in range(0, len(hashes), _AT_ONCE):
        query = sa.select(leaf.c.hash, leaf.c.position).where(
            leaf.c.hash.in_(hashes[start : start + _AT_ONCE]), leaf.c.position.is_not(None)
        )
        found.update({row.hash: row.position for row in connection.execute(query)})
    return found


def without_place(connection: sa.Connection, limit: int) -> list[str]:
    """Leaves that have no position, those that were noted first first."""
    query = (
        sa.select(leaf.c.hash)
        .where(leaf.c.position.is_(None))
        .order_by(leaf.c.noted_at, leaf.c.hash)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def place(connection: sa.Connection, first: int, hashes: Sequence[str]) -> None:
    """Gives leaves the positions from ``first`` on."""
    change = (
        sa.update(leaf).where(leaf.c.hash == sa.bindparam("which")).values(position=sa.bindparam("its_place"))
    )
    rows = [{"which": one, "its_place": first + index} for index, one in enumerate(hashes)]
    connection.execute(change, rows)


def size_of(connection: sa.Connection) -> int:
    """How many leaves have a position."""
    last = connection.execute(sa.select(sa.func.max(leaf.c.position))).scalar()
    return 0 if last is None else last + 1


# --- results -----------------------------------------------------------------------------------------


def _final(agreement: str, start: int, end: int) -> sa.ColumnElement[bool]:
    """Results that are or were final, of an agreement's windows that end in (start, end]."""
    return sa.and_(
        result.c.agreement == agreement,
        result.c.state == FINAL,
        result.c.window_end > start,
        result.c.window_end <= end,
    )


def final_results(
    connection: sa.Connection, agreement: str, start: int, end: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """(end of the window, body) of every revision, in order."""
    query = (
        sa.select(result.c.window_end, result.c.body)
        .where(_final(agreement, start, end))
        .order_by(result.c.window_end, result.c.objective, result.c.scope, result.c.track, result.c.number)
        .limit(limit)
    )
    return [(row.window_end, row.body) for row in connection.execute(query)]


def judged_by(connection: sa.Connection, agreement: str, start: int, end: int) -> list[str]:
    """The revisions of the agreement by which they were judged."""
    query = sa.select(result.c.agreement_revision).where(_final(agreement, start, end)).distinct()
    return list(connection.execute(query).scalars())


# --- batches -----------------------------------------------------------------------------------------

_HOUR_OF = batch.c.received_at // HOUR
_UNLOGGED = sa.and_(batch.c.hash.is_not(None), batch.c.leaf.is_(None))


def complete_hours(connection: sa.Connection) -> list[tuple[str, int]]:
    """(service, start) of hours with batches in no leaf, behind which a tick stands: no more will come."""
    # The hour that goes on holds most of what is in no leaf: it is not looked at.
    newest = sa.select(sa.func.max(tick.c.at) // HOUR * HOUR).scalar_subquery()
    query = (
        sa.select(batch.c.service, _HOUR_OF.label("hour"))
        .join(tick, tick.c.partition == batch.c.partition)
        .where(_UNLOGGED, batch.c.received_at < newest, tick.c.at >= (_HOUR_OF + 1) * HOUR)
        .group_by(batch.c.service, _HOUR_OF)
        .order_by(_HOUR_OF, batch.c.service)
    )
    return [(row.service, row.hour * HOUR) for row in connection.execute(query)]


def unlogged(connection: sa.Connection, service: str, hour: int, limit: int) -> list[tuple[str, str]]:
    """(id, hash) of batches of an hour that are in no leaf."""
    query = (
        sa.select(batch.c.id, batch.c.hash)
        .where(_UNLOGGED, batch.c.service == service, *_within(hour))
        .order_by(batch.c.id)
        .limit(limit)
    )
    return [(row.id, row.hash) for row in connection.execute(query)]


def log_batches(connection: sa.Connection, service: str, hour: int, upto: str, digest: str) -> None:
    """Notes in which leaf the batches of an hour are that are in none, up to an id."""
    connection.execute(
        sa.update(batch)
        .where(_UNLOGGED, batch.c.service == service, *_within(hour), batch.c.id <= upto)
        .values(leaf=digest)
    )


def _within(hour: int) -> tuple[sa.ColumnElement[bool], ...]:
    return batch.c.received_at >= hour, batch.c.received_at < hour + HOUR


def batches_touching(connection: sa.Connection, service: str, start: int, end: int) -> list[str]:
    """The leaves of batches with event times in [start, end)."""
    query = (
        sa.select(batch.c.leaf)
        .where(
            batch.c.service == service,
            batch.c.leaf.is_not(None),
            batch.c.first_at < end,
            batch.c.last_at >= start,
        )
        .distinct()
        .order_by(batch.c.leaf)
    )
    return list(connection.execute(query).scalars())


def batches_in(connection: sa.Connection, digest: str) -> list[tuple[str, str]]:
    """(id, hash) of the batches of a leaf, by id."""
    query = sa.select(batch.c.id, batch.c.hash).where(batch.c.leaf == digest).order_by(batch.c.id)
    return [(row.id, row.hash) for row in connection.execute(query)]


# --- the tree ----------------------------------------------------------------------------------------


def put_nodes(connection: sa.Connection, made: dict[Node, bytes]) -> None:
    rows = [{"level": level, "place": index, "hash": found} for (level, index), found in made.items()]
    if rows:
        connection.execute(sa.insert(node), rows)


def nodes(connection: sa.Connection, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of some complete nodes."""
    found: dict[Node, bytes] = {}
    levels: dict[int, list[int]] = {}
    for level, index in set(wanted):
        levels.setdefault(level, []).append(index)
    for level, places in levels.items():
        for start in range(0, len(places), _AT_ONCE):
            part = places[start : start + _AT_ONCE]
            rows = connection.execute(
                sa.select(node.c.place, node.c.hash).where(node.c.level == level, node.c.place.in_(part))
            )
            found.update({(level, row.place): bytes(row.hash) for row in rows})
    return found


# --- checkpoints -------------------------------------------------------------------------------------


def put_checkpoint(connection: sa.Connection, new: Signed) -> None:
    connection.execute(sa.insert(checkpoint).values(**asdict(new)))


def newest_checkpoint(connection: sa.Connection) -> Signed | None:
    row = connection.execute(sa.select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)).first()
    return None if row is None else Signed(**row._asdict())


def checkpoint_of(connection: sa.Connection, size: int) -> Signed | None:
    row = connection.execute(sa.select(checkpoint).where(checkpoint.c.size == size)).first()
    return None if row is None else Signed(**row._asdict())


def list_checkpoints(connection: sa.Connection, before: int | None, limit: int) -> list[Signed]:
    """Checkpoints, newest first."""
    query = sa.select(checkpoint).order_by(checkpoint.c.size.desc()).limit(limit)
    if before is not None:
        query = query.where(checkpoint.c.size < before)
    return [Signed(**row._asdict()) for row in connection.execute(query)]


def put_cosignature(connection: sa.Connection, new: Cosigned) -> None:
    """An agency's newest one of a checkpoint."""
    connection.execute(
        sa.delete(cosignature).where(cosignature.c.size == new.size, cosignature.c.agency == new.agency)
    )
    connection.execute(sa.insert(cosignature).values(**asdict(new)))


def cosignatures_of(connection: sa.Connection, size: int) -> list[Cosigned]:
    query = sa.select(cosignature).where(cosignature.c.size == size).order_by(cosignature.c.agency)
    return [Cosigned(**row._asdict()) for row in connection.execute(query)]
