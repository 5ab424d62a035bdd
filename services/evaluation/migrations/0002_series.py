"""Panes are shared by all that is judged from the same numbers, and kept of hours and days too.

What was known stays as it was judged: where tracks that share a series from now on held different numbers
(the grace of each decides what came too late), the difference is what each withholds.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.db.types import Identity, Json

revision = "evaluation_0002"
down_revision = "evaluation_0001"

CODE = sa.String(64)
BIG = sa.BigInteger
ADDED = ("n", "good", "total", "sum_hi", "sum_lo")
WITHOUT_ROWID = {"sqlite_with_rowid": False}


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", Identity, autoincrement=True, nullable=False),
        sa.Column("revision", CODE, nullable=False),
        sa.Column("judged_from", sa.String(160), nullable=False),
        sa.Column("scope", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("revision", "judged_from", "scope", name="uq_series_scope"),
    )
    for name, extra in (("series_pane", ADDED), ("series_bound", ("minimum", "maximum"))):
        op.create_table(
            name,
            sa.Column("series", BIG, nullable=False),
            sa.Column("width", sa.Integer, nullable=False),
            sa.Column("minute", BIG, nullable=False),
            *(sa.Column(column, BIG, nullable=False) for column in extra),
            sa.PrimaryKeyConstraint("series", "width", "minute", name=f"pk_{name}"),
            **WITHOUT_ROWID,
        )
    op.create_table(
        "series_extreme",
        sa.Column("series", BIG, nullable=False),
        sa.Column("minute", BIG, nullable=False),
        sa.Column("batch", CODE, nullable=False),
        sa.Column("minimum", BIG, nullable=False),
        sa.Column("maximum", BIG, nullable=False),
        sa.PrimaryKeyConstraint("series", "minute", "batch", name="pk_series_extreme"),
        **WITHOUT_ROWID,
    )
    op.create_table(
        "withheld",
        sa.Column("track", BIG, nullable=False),
        sa.Column("minute", BIG, nullable=False),
        sa.Column("batch", CODE, nullable=False),
        *(sa.Column(column, BIG, nullable=False) for column in ADDED),
        sa.Column("minimum", BIG),
        sa.Column("maximum", BIG),
        sa.PrimaryKeyConstraint("track", "minute", "batch", name="pk_withheld"),
        **WITHOUT_ROWID,
    )
    op.create_index("ix_series_extreme_batch", "series_extreme", ["series", "batch"])
    op.create_index("ix_withheld_batch", "withheld", ["batch"])
    op.add_column("track", sa.Column("series", BIG, nullable=False, server_default="0"))
    op.add_column("track", sa.Column("withholds", sa.Boolean, nullable=False, server_default=sa.false()))
    _move()
    for table in ("pane", "extreme"):
        op.drop_table(table)


def _move() -> None:
    connection = op.get_bind()
    for number, (key, tracks) in enumerate(sorted(_groups(connection).items()), start=1):
        revision_hash, judged_from, scope = key
        connection.execute(
            sa.text("INSERT INTO series (revision, judged_from, scope) VALUES (:a, :b, :c)"),
            {"a": revision_hash, "b": judged_from, "c": scope},
        )
        series = connection.execute(sa.text("SELECT MAX(id) FROM series")).scalar_one()
        assert series >= number
        for track in tracks:
            connection.execute(
                sa.text("UPDATE track SET series = :series WHERE id = :track"),
                {"series": series, "track": track},
            )
        # The first stands for all; the others withhold what they had not, or count what it had not.
        values = {"series": series, "track": tracks[0]}
        connection.execute(sa.text(_COPY_PANES), values)
        everything = sorted(set().union(*(_extremes(connection, track) for track in tracks)))
        if everything:
            names = ("minute", "batch", "minimum", "maximum")
            rows = [{"series": series, **dict(zip(names, row, strict=True))} for row in everything]
            connection.execute(sa.text(_ADD_EXTREMES), rows)
        for track in tracks:
            _withhold(connection, tracks[0], track, {row[:2] for row in everything})
    for width in (60, 1440):
        connection.execute(sa.text(_WIDER_PANES.format(width=width)))
    for width in (1, 60, 1440):
        connection.execute(sa.text(_BOUNDS.format(width=width)))


_COPY_PANES = (
    "INSERT INTO series_pane (series, width, minute, n, good, total, sum_hi, sum_lo) "
    "SELECT :series, 1, minute, n, good, total, sum_hi, sum_lo FROM pane WHERE track = :track"
)
_ADD_EXTREMES = (
    "INSERT INTO series_extreme (series, minute, batch, minimum, maximum) "
    "VALUES (:series, :minute, :batch, :minimum, :maximum)"
)
_WIDER_PANES = (
    "INSERT INTO series_pane (series, width, minute, n, good, total, sum_hi, sum_lo) "
    "SELECT series, {width}, minute / {width} * {width}, "
    "SUM(n), SUM(good), SUM(total), SUM(sum_hi), SUM(sum_lo) "
    "FROM series_pane WHERE width = 1 GROUP BY series, minute / {width} * {width}"
)
_BOUNDS = (
    "INSERT INTO series_bound (series, width, minute, minimum, maximum) "
    "SELECT series, {width}, minute / {width} * {width}, MIN(minimum), MAX(maximum) "
    "FROM series_extreme GROUP BY series, minute / {width} * {width}"
)


def _groups(connection: sa.Connection) -> dict[tuple[str, str, str], list[int]]:
    """(revision, judged from, scope) -> its tracks; one on extremes first."""
    revisions = sa.table("revision", sa.column("hash"), sa.column("document", Json))
    indicators = sa.table("indicator", sa.column("code"), sa.column("kind"))
    tracks = sa.table("track", *(sa.column(name) for name in ("id", "revision", "objective", "scope")))
    kinds = {row.code: row.kind for row in connection.execute(sa.select(indicators))}
    objectives = {
        (row.hash, found["code"]): found
        for row in connection.execute(sa.select(revisions))
        for found in row.document["objectives"]
    }
    groups: dict[tuple[str, str, str], list[tuple[bool, int]]] = defaultdict(list)
    for row in connection.execute(sa.select(tracks).order_by(tracks.c.id)):
        found = objectives[row.revision, row.objective]
        plain = found.get("aggregation") not in ("minimum", "maximum")
        groups[row.revision, _judged_from(found, kinds[found["indicator"]]), row.scope].append(
            (plain, row.id)
        )
    return {key: [track for _, track in sorted(found)] for key, found in groups.items()}


def _judged_from(found: dict[str, Any], kind: str) -> str:
    if kind == "duration":
        return f"objective {found['code']}"
    good = found.get("good")
    if good is None:
        return str(found["indicator"])
    return f"{found['indicator']} {good['comparator']}{int(Decimal(str(good['value'])) * 1_000_000)}"


def _withhold(connection: sa.Connection, first: int, track: int, extremes: set[tuple[int, str]]) -> None:
    """What the first track's panes have more than those of another one on the same numbers."""
    more: dict[int, list[int]] = {}
    select = sa.text("SELECT minute, n, good, total, sum_hi, sum_lo FROM pane WHERE track = :track")
    for which, sign in ((first, 1), (track, -1)):
        for minute, *numbers in connection.execute(select, {"track": which}):
            row = more.setdefault(minute, [0] * len(ADDED))
            more[minute] = [one + sign * other for one, other in zip(row, numbers, strict=True)]
    rows = [(minute, "", numbers) for minute, numbers in more.items() if any(numbers)]
    mine = {row[:2] for row in _extremes(connection, track)}
    # One that is not on extremes has none, and is never asked for them.
    lacking = sorted(extremes - mine) if mine else []
    rows += [(minute, batch, [0] * len(ADDED)) for minute, batch in lacking]
    if not rows:
        return
    connection.execute(
        sa.text(
            "INSERT INTO withheld (track, minute, batch, n, good, total, sum_hi, sum_lo) "
            "VALUES (:track, :minute, :batch, :n, :good, :total, :sum_hi, :sum_lo)"
        ),
        [
            {"track": track, "minute": minute, "batch": batch, **dict(zip(ADDED, numbers, strict=True))}
            for minute, batch, numbers in rows
        ],
    )
    connection.execute(sa.text("UPDATE track SET withholds = true WHERE id = :track"), {"track": track})


def _extremes(connection: sa.Connection, track: int) -> set[tuple[int, str, int, int]]:
    select = sa.text("SELECT minute, batch, minimum, maximum FROM extreme WHERE track = :track")
    return {tuple(row) for row in connection.execute(select, {"track": track})}
