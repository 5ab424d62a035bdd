"""Corrections: what the parties agree to count after all, and the windows that each was applied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from services.evaluation.domain.corrections import Correction, Voice
from services.evaluation.domain.windows import Window
from services.evaluation.store import coverage
from services.evaluation.store.asides import aside
from services.evaluation.store.panes import Track
from services.evaluation.store.tables import HASH, ID, after_final, tables, withheld
from shared.clock import MINUTE
from shared.db.types import Code, Json, Micros

correction = sa.Table(
    "correction",
    tables,
    # The SHA-256 of `document`, which never changes.
    sa.Column("id", HASH, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.Column("proposed_by", Code, nullable=False),
    sa.Column("proposed_at", Micros, nullable=False),
    # Of free_text: what the proposer wrote.
    sa.Column("reason", ID, nullable=False),
    sa.Column("approved_at", Micros),
    sa.Column("rejected_at", Micros),
    sa.Column("withdrawn_at", Micros),
    sa.PrimaryKeyConstraint("id", name="pk_correction"),
    sa.Index("ix_correction_agreement", "agreement", "proposed_at"),
)

correction_party = sa.Table(
    "correction_party",
    tables,
    sa.Column("correction", HASH, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("approved_at", Micros),
    sa.Column("signatory", sa.String(128)),
    sa.Column("rejected_at", Micros),
    sa.Column("reason", ID),
    sa.PrimaryKeyConstraint("correction", "agency", name="pk_correction_party"),
    sa.Index("ix_correction_party_agency", "agency"),
)

correction_applied = sa.Table(
    "correction_applied",
    tables,
    sa.Column("correction", HASH, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("track", sa.BigInteger, nullable=False),
    sa.Column("window_start", Micros, nullable=False),
    sa.Column("window_end", Micros, nullable=False),
    sa.PrimaryKeyConstraint(
        "correction", "track", "window_start", "window_end", name="pk_correction_applied"
    ),
    sa.Index("ix_correction_applied_agreement", "agreement"),
)

Applied = dict[tuple[int, int, int], list[str]]

_read: WeakKeyDictionary[object, dict[str, Applied]] = WeakKeyDictionary()
"""What a transaction has read, by transaction: most agreements have no correction, and many results ask."""


def applied_to(connection: sa.Connection, track: Track, window: Window) -> list[str]:
    """The corrections that a window of a track counts, by id."""
    transaction = connection.get_transaction()
    known = _read.setdefault(transaction, {}) if transaction is not None else {}
    if track.agreement not in known:
        mine: Applied = defaultdict(list)
        for row in connection.execute(_applied, {"of_agreement": track.agreement}):
            mine[row.track, row.window_start, row.window_end].append(row.correction)
        known[track.agreement] = mine
    return known[track.agreement].get((track.id, *window), [])


_applied = (
    sa.select(correction_applied)
    .where(correction_applied.c.agreement == sa.bindparam("of_agreement"))
    .order_by(correction_applied.c.correction)
)


def forget(connection: sa.Connection) -> None:
    """Drops what the transaction has read: it wrote more, or took it back."""
    _read.pop(connection.get_transaction(), None)


def add_applied(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(correction_applied), list(rows))
    forget(connection)


# --- proposals ---------------------------------------------------------------------------------------


def add(connection: sa.Connection, made: Correction) -> None:
    connection.execute(
        sa.insert(correction).values(
            id=made.id,
            agreement=made.agreement,
            kind=made.kind,
            document=made.document,
            proposed_by=made.proposed_by,
            proposed_at=made.proposed_at,
            reason=made.reason,
        )
    )
    connection.execute(
        sa.insert(correction_party),
        [
            {
                "correction": made.id,
                "agency": voice.agency,
                "place": place,
                "approved_at": voice.approved_at,
                "signatory": voice.signatory,
            }
            for place, voice in enumerate(made.voices)
        ],
    )


def change(connection: sa.Connection, correction_id: str, **values: Any) -> None:
    """Notes a move: never the document."""
    connection.execute(sa.update(correction).where(correction.c.id == correction_id).values(**values))


def change_voice(connection: sa.Connection, correction_id: str, agency: str, **values: Any) -> None:
    connection.execute(
        sa.update(correction_party)
        .where(correction_party.c.correction == correction_id, correction_party.c.agency == agency)
        .values(**values)
    )


def find(connection: sa.Connection, correction_id: str) -> Correction | None:
    found = by_ids(connection, [correction_id])
    return found[0] if found else None


def by_ids(connection: sa.Connection, ids: Sequence[str]) -> list[Correction]:
    return _load(connection, sa.select(correction).where(correction.c.id.in_(ids)).order_by(correction.c.id))


def approved(connection: sa.Connection) -> list[Correction]:
    """Those that count, in the order in which they came to count."""
    wanted = sa.select(correction).where(correction.c.approved_at.is_not(None))
    return _load(connection, wanted.order_by(correction.c.approved_at, correction.c.id))


def list_of(
    connection: sa.Connection,
    agency: str,
    *,
    agreement: str | None,
    state: str | None,
    awaiting: bool,
    after: tuple[int, str] | None,
    limit: int,
) -> list[Correction]:
    """Those an agency is party of, newest first."""
    me = (correction_party.c.correction == correction.c.id) & (correction_party.c.agency == agency)
    mine = sa.select(correction_party.c.correction).where(me)
    if awaiting:
        mine = mine.where(correction_party.c.approved_at.is_(None))
        state = "proposed" if state is None else state
    query = (
        sa.select(correction)
        .where(mine.exists())
        .order_by(correction.c.proposed_at.desc(), correction.c.id.desc())
        .limit(limit)
    )
    if awaiting:
        query = query.where(_is("proposed"))
    if state is not None:
        query = query.where(_is(state))
    if agreement is not None:
        query = query.where(correction.c.agreement == agreement)
    if after is not None:
        at, last = after
        query = query.where(
            (correction.c.proposed_at < at) | ((correction.c.proposed_at == at) & (correction.c.id < last))
        )
    return _load(connection, query)


def _is(state: str) -> sa.ColumnElement[bool]:
    ends = {
        "approved": correction.c.approved_at,
        "rejected": correction.c.rejected_at,
        "withdrawn": correction.c.withdrawn_at,
    }
    if state in ends:
        return ends[state].is_not(None)
    return sa.and_(*(column.is_(None) for column in ends.values()))


def _load(connection: sa.Connection, query: sa.Select[Any]) -> list[Correction]:
    rows = connection.execute(query).all()
    voices: dict[str, list[Voice]] = defaultdict(list)
    for row in connection.execute(
        sa.select(correction_party)
        .where(correction_party.c.correction.in_([row.id for row in rows]))
        .order_by(correction_party.c.correction, correction_party.c.place)
    ):
        voices[row.correction].append(
            Voice(row.agency, row.approved_at, row.signatory, row.rejected_at, row.reason)
        )
    return [Correction(**row._asdict(), voices=tuple(voices[row.id])) for row in rows]


# --- what came after its window was final ------------------------------------------------------------


def set_aside(connection: sa.Connection, track: Track, window: Window, batches: Iterable[str]) -> list[str]:
    """Which of some batches have rows of a window, or events of its journeys, that came too late for it."""
    named = list(batches)
    found: set[str] = set()
    for table, within in ((withheld, _minutes_in(track, window)), (aside, _passages_in(track, window))):
        rows = connection.execute(sa.select(table.c.batch).where(within, table.c.batch.in_(named)).distinct())
        found |= {row.batch for row in rows}
    found |= {one.batch for one in coverage.unheard(connection, track, *window)} & set(named)
    return sorted(found)


def late_in(connection: sa.Connection, track: Track, window: Window) -> list[tuple[str, int]]:
    """(batch, rows) of what came after a window was final and does not count in it."""
    late: dict[str, int] = defaultdict(int)
    rows = connection.execute(
        sa.select(withheld.c.batch, sa.func.sum(withheld.c.n))
        .where(_minutes_in(track, window))
        .group_by(withheld.c.batch)
    )
    passages = connection.execute(
        sa.select(aside.c.batch, sa.func.count()).where(_passages_in(track, window)).group_by(aside.c.batch)
    )
    for batch, number in (*rows, *passages):
        late[batch] += int(number)
    return sorted((batch, number) for batch, number in late.items() if number > 0)


def _minutes_in(track: Track, window: Window) -> sa.ColumnElement[bool]:
    minute = withheld.c.minute
    return (
        (withheld.c.track == track.id)
        & (minute >= window.start // MINUTE)
        & (minute < -(-window.end // MINUTE))
    )


def _passages_in(track: Track, window: Window) -> sa.ColumnElement[bool]:
    mine = (aside.c.revision == track.revision) & (aside.c.objective == track.objective)
    return mine & (aside.c.at >= window.start) & (aside.c.at < window.end)


def counted(connection: sa.Connection, track: Track, window: Window, batch: str) -> None:
    """A batch is no longer listed as too late for a window: a correction counts it."""
    left = connection.execute(
        sa.select(withheld.c.batch)
        .where(withheld.c.track == track.id, withheld.c.batch == batch)
        .union_all(
            sa.select(aside.c.batch).where(
                aside.c.revision == track.revision,
                aside.c.objective == track.objective,
                aside.c.batch == batch,
            )
        )
        .limit(1)
    ).first()
    mine = (after_final.c.track == track.id) & (after_final.c.batch == batch)
    if left is not None:
        mine &= after_final.c.window_start == window.start
    connection.execute(sa.delete(after_final).where(mine))
